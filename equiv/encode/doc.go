// Package encode writes proof obligations as SMT-LIB 2 text, from the circuit's own
// cells on one side and the reference model's own terms on the other. It never uses a
// normal form. Conclusions of the lifter enter only as lemmas, and each query also
// proves the lemmas that it uses.
//
// There are two encodings.
//
// Ints (ints.go) gives every net an integer congruent to its bits modulo 2^width.
// Adders add. Extensions and comparisons need the exact integer: either the claim also
// says that the integer lies in the window of its width, or there is an explicit mod. A
// full adder found by the lifter is one free integer M: its carry is M and its sum
// a+b+c-2M. The circuit has a particular M, so whatever is proved for a free M holds
// for the circuit too.
//
// Integers have no bits. If cells read slices of a variable, it is written in digits
// (digits.go). Conjunctions and majorities of bits are free integers like M. A net that
// is a sum over few bits is written as that sum, which is a claim of its own in
// bit-vectors (logic.go). If such a query does not prove the claim, a strict query
// follows, in which every net is written from its own cell.
//
// Bits (bits.go) is QF_BV straight from the cells (bits_cells.go) and the model's terms
// (bits_terms.go). Each integer is a bit-vector so wide that it cannot wrap. Bits does
// not use lifting, so it can check the lifter.
//
// Both number nets in the order in which the query's roots reach them. So equal logic
// gives equal text, whatever its names in the module. Equal queries share a proof by
// the hash of their text.
package encode
