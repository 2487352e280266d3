//go:build !nightly

package head_test

// sample is which part of the faults a test plants: every so many.
const sample = 4
