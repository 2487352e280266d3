// Package merge reads a circuit's wiring and bitwise logic bit by bit, and lets
// cells read one net where several carry the same bits.
//
// A word-level reading misses equalities of single bits. The carry-save words of
// narrow operands end in copies of their sign bit, so that cutting a copy off and
// extending the sign again gives the word back; and in x AND y the bits of x that
// meet zeros of y are of no account, so that x may be extended by zeros or by its
// sign. Structural hashing of the bits (Kuehlmann et al., "Robust Boolean
// reasoning", TCAD 2002) sees both: bits that are the same function of the same
// sources, built up the same way, become the same node.
//
// Operands is the entry. What it changes is a claim and not yet a fact: of each
// changed cell, that it gives the same bits from the new operands as from its own.
// Package encode writes that as a query (encode.Same), without the hashing.
package merge
