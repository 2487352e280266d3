// Package merge finds nets with equal bits in a circuit's wiring and bitwise logic, and
// lets cells read one net instead of several.
//
// Word-level analysis misses equalities of single bits. For example, the carry-save
// words of narrow operands end in copies of their sign bit: cutting off a copy and
// extending the sign gives the same word. And in x AND y, the bits of x at zeros of y
// do not matter, so x may be zero- or sign-extended. Structural hashing of the bits
// (Kuehlmann et al., "Robust Boolean reasoning", TCAD 2002) finds both: bits that are
// the same function of the same sources, with the same structure, become the same node.
//
// Start at Operands. Each changed cell is a claim, not yet a fact: the cell gives the
// same bits from the new operands as from its own. Package encode writes the claim as a
// query (encode.Same), without the hashing.
package merge
