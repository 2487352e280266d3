package equiv

import "github.com/hashiflex/hashiflex/equiv/smt"

// Basis says whose word a proof is: who would have to be wrong for it to be. The
// zero value says nothing, and counts as the weakest.
//
// One solver's word is what nobody else came to: a lifting rule, an interval rule,
// a point in bit-vectors, a tail that is too wide to enumerate, a claim about the
// programmable head. What a strategy of this program concluded and a solver
// confirmed, from a text that was not written from the strategy's conclusion, has
// two of them.
type Basis uint8

const (
	NoBasis              Basis = iota
	OneSolver                  // which nobody else was asked about, or answered
	TwoSolvers                 // different programs, asked the same
	FormsAndSolver             // normal forms, or nets merged by their bits
	EnumerationAndSolver       // every value was tried
	IntervalsAndSolver         // ends of intervals
	Executed                   // in simulators, on a sample of inputs
	Computed                   // read off the circuit or the network, or exhibited: no solver took part
)

// Rest notes an answer that a fact rests on. Whatever one solver alone says makes
// the fact its word.
func (f *Fact) Rest(r smt.Result) {
	switch {
	case r.Status != smt.Unsat:
	case !r.Seconded:
		f.Basis = OneSolver
	case f.Basis == NoBasis:
		f.Basis = TwoSolvers
	}
}

// Broken is the reason of a claim whose solver's answer is an error.
func Broken(r smt.Result) Reason {
	if r.Reason == smt.Disagreement {
		return SolverDiffers
	}
	return SolverBroken
}
