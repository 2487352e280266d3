// Package bitvec writes netlists as SMT-LIB bit-vectors: each word in its own width,
// each cell as the one operator that it is. It is for questions that go straight to a
// solver, such as those about the programmable head, where the text must say what the
// netlist says and nothing else.
//
// # Concepts
//
//	cell     an operator over the names of its operands (cell.go)
//	at       a net in a cycle: registers have any value in cycle 0, and later what they
//	         were to take in the cycle before
//	nets     a query's words: each net is written once in a cycle, after what it depends
//	         on and only if asked for (nets.go)
//
// # Who else writes cells
//
// Package encode spells signed words with an offset, since some solvers reason about
// bit-vectors as integers and end only so. It chooses a spelling by how a word is used,
// which this package never does; what it spells plainly it takes from here. The check
// of the lifting rules in package equiv writes the few operators that the lifter knows
// by hand: it would be worth less if a mistake here could hide one of the lifter's.
package bitvec
