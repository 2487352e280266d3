// Package encode writes proof obligations as SMT-LIB 2 text, from the circuit's
// own cells on one side and the reference model's own terms on the other. It
// never sees a normal form: what the lifter concluded enters only as lemmas,
// and every lemma a query relies on is a conjunct of what the query proves.
//
// There are two encodings.
//
// Ints (ints.go) gives every net an integer congruent to its bits modulo
// 2^width. Adders add; extensions and comparisons take the exact integer, either
// plainly, with "lies in the window of its width" added to the claim, or with an
// explicit mod. A full adder found by the lifter is one free integer M: its
// carry is M and its sum a+b+c-2M. That is weaker than the circuit, which has a
// particular M, so whatever is proved holds of the circuit too.
//
// Integers know no bits. A variable whose bits are looked at is spelled by its digits
// (digits.go); conjunctions and majorities of bits are free integers as M is, and a net
// that is a sum over few bits is written as that sum, which is a claim of its own in
// bit-vectors (logic.go). What such a query leaves open is asked strictly: everything
// from its own cell.
//
// Bits (bits.go) is QF_BV straight from the cells (bits_cells.go) and from the
// model's terms (bits_terms.go), each integer a bit-vector wide enough that none
// of them wraps. It knows nothing of lifting and is what checks it.
//
// Both number nets in the order in which the query's roots reach them, so that
// equal logic yields equal text whatever it was called in its module; proofs are
// shared by the hash of that text.
package encode
