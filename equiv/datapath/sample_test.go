//go:build !nightly

package datapath_test

// sample is which part of the faults a test plants: every so many.
const sample = 4
