// Package smt asks questions of SMT solvers, which run as separate processes
// and are spoken to in SMT-LIB 2 over pipes.
//
// A query is the text of declarations, definitions and assertions: "is there a
// value of these variables such that all of this holds?" Unsat says no, and is
// how equality is proved: the query asserts that the two sides differ. Sat says
// yes and comes with a model, the values of the variables that were asked for.
// Everything else says nothing, and carries its reason.
//
// An answer is believed only if it is read from its place. The text of a query
// may declare, define and assert, and nothing else, so that it can neither print
// nor leave its frame. The session itself adds the command that asks, and then
// has the solver echo a marker that it never used before. What stands between
// two markers must be exactly one of sat, unsat and unknown, then the values
// where values were asked for. An error message, a second answer, a word that is
// not in the protocol, silence: each ends the process and is an Error or an
// Unknown with a reason. The next query gets a new process, so that no query
// sees what another one has broken.
//
// A Session is one such process after another. It sets the solver's own time
// limit, kills the process a little later if that was not kept, limits its
// address space, and replaces it every so many queries, since a solver's memory
// only grows. A Pool is several sessions that can be asked at the same time.
// Limits cost the query that met them and no other. A solver that knows no session
// gets a process for each query (once.go), and queries in the words that it knows
// (plain.go).
//
// Table lists the solvers that are known by name. An Opinion is one of them and what it
// is asked about; a Panel asks several the same and compares what they say. Nothing else
// does.
//
// # What is fast
//
// Queries about adder trees are cheap to solve: nearly all the time of one goes
// into reading its text. What was measured with Z3 4.8.12 on trees of 160 and
// 960 operands is in encoding_test.go, whose benchmarks can be run again; the
// rules that follow from them are with Builder.
package smt
