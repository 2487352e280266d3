// Package lift turns a circuit, and the reference model, into normal forms of package
// term.
//
// A net of width w becomes a form congruent to its bits modulo 2^w. Addition,
// subtraction, truncation and slicing need nothing more: multiples of 2^w
// vanish. Only a net that is extended, compared or placed below other bits needs
// its exact integer. Then its interval must show that the form does not wrap. Each
// such use is recorded as a Lemma. So the range obligations of a proof are exactly
// the lemmas that its lifting used. If the interval does not fit, that is no error:
// the form gets an explicit wrap, a floor.
//
// Bits of words are forms, too: floor(x/2^b) - 2·floor(x/2^(b+1)). So logic of single
// bits is lifted to an integer, 0 or 1. Bitwise logic of a word and a constant is lifted
// with the word's bits at the constant's ones. A net that depends on few bits, and is
// linear in them, is lifted to a sum over them. That is a Table; its claim is checked
// separately.
//
// A shallow lifter leaves non-linear logic opaque. That suffices if the only
// non-linear logic is the tail behind the accumulator. A deep lifter represents logic
// that depends on one linear form as a function of it (term.Space.Apply). So it can lift
// saturating accumulators.
//
// The rules live in one file per group of cells: linear.go, wiring.go,
// bitwise.go, select.go, table.go.
package lift
