// Package smt sends queries to SMT solvers. Solvers run as separate processes and speak
// SMT-LIB 2 over pipes.
//
// A query is the text of declarations, definitions and assertions. It asks whether some
// values of the variables satisfy all assertions. Unsat means no. It proves equality if
// the query asserts that the two sides differ. Sat means yes and comes with a model,
// the values of the requested variables. Every other result decides nothing and has a
// reason.
//
// An answer counts only at its place in the protocol. The text of a query may only
// declare, define and assert, so it can neither print nor leave its frame. The session
// adds the check command, then has the solver echo a marker that was never used before.
// Between two markers there must be exactly one of sat, unsat and unknown, then the
// values if they were requested. An error message, a second answer, an unexpected word
// or silence ends the process. The result is then an Error or an Unknown with a reason.
// The next query gets a new process, so that one query cannot damage another.
//
// A Session runs one such process after another. It sets the solver's own time limit
// and kills the process a little later if the solver ignores it. It limits the address
// space. It replaces the process after a number of queries, since a solver's memory
// only grows. A Pool is several sessions for concurrent queries. A limit affects only
// the query that reaches it. A solver without sessions gets a process for each query
// (once.go), in the SMT-LIB subset that it supports (plain.go).
//
// Table lists the solvers that are known by name. An Opinion is a solver and which
// queries it gets. A Panel asks several solvers the same query and compares their
// answers. Nothing else compares them.
//
// # What is fast
//
// Queries about adder trees are cheap to solve: the solver spends nearly all the time
// reading the text. The benchmarks in encoding_test.go measure this on trees of 160 and
// 960 operands; the rules of Builder come from Z3 4.8.12.
package smt
