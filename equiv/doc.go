// Package equiv decides whether a circuit computes the reference model.
//
// The unit of proof is the compare point. A compare point compares one output of one
// module with the model's definition of that output. It assumes the known intervals of
// the inputs. A Question (question.go) is a compare point as a value: the Model, the
// circuit, and the variable of each port. Every engine is a method of Question. A
// strategy settles the question. Every fact that the strategy uses is an obligation of
// its own. Proved means that all of them are discharged.
//
// How a point is proved: Settle lifts (package lift) the circuit's nets and the model's
// accumulator to normal forms. It walks back from the output and cuts the cone where
// nets become affine in the accumulator (cut.go). Before the cut, both sides are equal
// because their forms are equal. The logic behind the cut is the tail, a function of
// one integer. It is compared with the model's requantization over the accumulator's
// whole interval (tail.go), once for all points whose tails have the same cells. If the
// accumulator saturates at intermediate steps, it is not linear. Then a second, deep
// lifting knows each step as a function, and each step is a claim of its own
// (steps.go).
//
// Then an SMT solver confirms the point (confirm.go). Package encode writes the claim
// at the cut in integers, from the circuit's cells and the model's terms. The tail is a
// query in bit-vectors. If the solver finds a difference where the normal forms found
// none, the point is Failed: two methods disagree.
//
// If a point is not proved, Search looks for a witness (refute.go). If there is none,
// Settle runs again with nets of equal bits merged; a solver confirms the merge
// (merged.go, package merge). A point that is still open goes to the solvers as one
// bit-vector query (direct.go). Refuted means that both sides were executed on a
// witness and differ. Everything else is Unknown with its reason.
//
// The lifter is checked separately (rules.go, unlifted.go): a cell that it misreads
// would mislead both the normal forms and the integer encoding.
//
// Package equiv/chain runs all of this over a network.
package equiv
