//go:build nightly

package datapath_test

// sample is which part of the faults a test plants: all of them.
const sample = 1
