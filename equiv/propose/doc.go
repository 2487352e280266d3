// Package propose asks a solver for what chance does not find: the data with which the
// programmable head computes one number out of millions.
//
// # Concepts
//
//	goal     a value that a campaign did not hit; see package fuzz/head
//	try      a program with which it can be hit, and equations about its data
//	question a try as bit-vectors: the reference's own terms, golden's, over free words
//	proposal weights, features, a bias or a count that satisfy it
//
// # What an answer means
//
// Sat is a proposal and no more: package head runs it in the simulator, and the value
// counts only if it is hit there. Unsat of every try says that nothing hits the value; it
// counts if every solver that is asked says so. Anything else is no answer.
//
// The equations are golden's definitions over package golden's terms, so the solver is
// asked about the arithmetic that the model executes. Each word is so wide that no node
// can wrap within the bounds of the variables (width.go).
//
// # Entry point
//
// New starts the solvers; Solver implements head.Proposer.
package propose
