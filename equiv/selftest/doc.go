// Package selftest tries the prover on circuits of which the truth is known.
//
// A case is a small random layer, a channel of it as the generator builds it under random
// knobs, and mostly one change: a planted fault, or a rewriting that keeps the function.
// All inputs are tried on both sides, which is the truth. Then the engines decide the same
// compare point: normal forms with the enumeration of the tail, on the netlist and on what
// the strict reader makes of its Verilog; the search for a witness; and the checker of
// certificates. Two of them that do not agree, or one that does not agree with the truth,
// are a Mismatch.
//
// Some cases have registers; their truth is what they give clock by clock, for all inputs one
// after another. Some are Verilog in the style of a user, read by Yosys; the truth about them
// is Icarus's.
//
// No solver runs, so that a million cases take minutes. What only a solver could decide is
// counted as open: it is no mismatch, since unknown is never proved.
//
// Start at Run.
package selftest
