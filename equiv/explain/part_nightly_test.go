//go:build nightly

package explain

const everydayPart = 1
