// Package bitvec writes netlists as SMT-LIB bit-vectors. Each word has its own width,
// and each cell becomes one operator. It is for queries that go straight to a solver,
// such as those about the programmable head. There the text must say exactly what the
// netlist says.
//
// # Concepts
//
//	cell     an operator over the names of its operands (cell.go)
//	at       a net in a cycle: registers have any value in cycle 0; later they have
//	         their next value from the cycle before
//	nets     a query's words: each net is written at most once for each cycle, after the
//	         nets that it depends on and only if needed (nets.go)
//
// # Who else writes cells
//
// Package encode writes signed words with an offset: some solvers treat bit-vectors as
// integers and terminate only then. It chooses an encoding by how a word is used, which
// this package never does. For plain encodings it calls this package. The check of the
// lifting rules in package equiv has its own table of the lifter's few operators, so
// that a mistake here cannot hide a mistake in the lifter.
package bitvec
