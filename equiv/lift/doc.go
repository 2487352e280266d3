// Package lift reads a circuit, and the reference model, as normal forms of
// package term.
//
// A net of width w becomes a form congruent to its bits modulo 2^w. Addition,
// subtraction, truncation and slicing need nothing more: multiples of 2^w
// vanish. Only a net that is extended, compared or placed below other bits needs
// its exact integer, and then its interval must show that the form does not
// wrap. Each such use is recorded as a Lemma, so that the range obligations of a
// proof are the lemmas its lifting used and no others. A net whose interval does
// not fit is not an error: its value is written with an explicit wrap, a floor.
//
// Bits of words are forms, too: floor(x/2^b) - 2·floor(x/2^(b+1)). So logic of single bits
// is lifted to the integer 0 or 1 that it is, a word with a constant to its digits at the
// ones, and a net that depends on few bits to a sum over them, where its values are one: a
// Table, whose claim is checked apart.
//
// What is not linear is left opaque by a shallow lifter, which is enough when
// the only non-linear logic is the tail behind the accumulator. A deep lifter
// knows logic that depends on one linear form as a function of it
// (term.Space.Apply); that reads saturating accumulators.
//
// The rules live in one file per group of cells: linear.go, wiring.go,
// bitwise.go, select.go, table.go.
package lift
