package equiv

import (
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Rest notes an answer that a fact rests on. Whatever one solver alone says makes
// the fact its word.
func (f *Fact) Rest(r smt.Result) {
	switch {
	case r.Status != smt.Unsat:
	case !r.Seconded:
		f.Basis = verdict.OneSolver
	case f.Basis == "":
		f.Basis = verdict.TwoSolvers
	}
}

// Broken is the reason of a claim whose solver's answer is an error.
func Broken(r smt.Result) verdict.Reason {
	if r.Reason == smt.Disagreement {
		return verdict.SolverDiffers
	}
	return verdict.SolverBroken
}
