//go:build nightly

package rtl_test

// plantedEverywhere is that every cell type goes through the signoff's own way.
const plantedEverywhere = true
