// Package equiv decides whether a circuit computes the reference model.
//
// Everything is about compare points. A compare point is one output of one module
// against the model's definition of that output, under the intervals that its inputs
// are known to lie in. A Question is a compare point as a value (question.go): the Model,
// the circuit, and which of its ports carries which variable. Every engine is a method of
// Question. A strategy settles the question. Every fact that the strategy leans on is an
// obligation of its own, which is listed and discharged. Proved means that all of them
// are.
//
// How a point is proved. Settle lifts: lifting (package lift) turns the circuit's nets and the
// model's accumulator into normal forms. Walking back from the output, the cone
// is cut where nets become affine in the accumulator (cut.go). What lies before
// the cut is equal because the forms are; what lies behind it is the tail, a
// function of one integer that is compared with the model's requantization over
// the accumulator's whole interval (tail.go), once for all points whose tails
// have the same cells. Where the accumulator itself is not linear, because it
// saturates on the way, a second, deep lifting knows each step as a function, and
// each step is a claim of its own (steps.go).
//
// Then the point is confirmed (confirm.go): the claim at the cut goes to an SMT
// solver in integers, written from the circuit's cells and the model's terms by
// package encode, and the tail goes to it in bit-vectors. A solver that finds a
// difference where the normal forms found none makes the point Failed: two ways
// of deciding disagree.
//
// Whatever is not proved is searched for a witness (refute.go). What neither
// settles is settled once more with nets of the same bits merged, which a solver
// confirms (merged.go, package merge), and what is still open goes to the solvers
// whole, in bit-vectors (direct.go). Refuted means that a witness was found and
// evaluates differently on both sides; everything else is Unknown with its reason.
//
// The lifter is checked apart (rules.go, unlifted.go), because a cell that it
// misreads would mislead the normal forms and the integer encoding alike.
//
// Package equiv/chain runs all of this over a network.
package equiv
