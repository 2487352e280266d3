//go:build !nightly

package directed

// sample is of how many faults one is planted; all of them are at night.
const sample = 8
