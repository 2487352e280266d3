//go:build nightly

package directed

const sample = 1
