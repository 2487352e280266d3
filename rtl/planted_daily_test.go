//go:build !nightly

package rtl_test

// plantedEverywhere is that every cell type goes through the signoff's own way, and
// not only three of them.
const plantedEverywhere = false
