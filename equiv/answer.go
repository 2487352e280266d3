package equiv

import (
	"context"
	"slices"

	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Answer is what solvers made of one query whose unsatisfiability is a claim.
type Answer struct {
	Verdict verdict.Verdict // Proved: every solver asked says unsat
	Reason  verdict.Reason
	Detail  string
	Query   string        // hash of the query
	Also    []string      // hashes of further queries: that it rests on, or that said too little
	Sat     bool          // every solver that answered found a difference
	Basis   verdict.Basis // of Proved, where the query stood alone: OneSolver or TwoSolvers
	By      []string      // of TwoSolvers: their names, the one that was asked first before the others
}

// Answered turns one solver's answer to a query whose unsatisfiability is a claim
// into the claim's verdict. Nothing else does:
//
//	unsat     Proved; Detail is what a second solver said that gave no answer
//	sat       model, which depends on what else is known of the claim, see below
//	unknown   Unknown, SolverUnknown: a time limit is no proof
//	error     Failed, SolverDiffers where solvers contradict each other, else SolverBroken
//
// What a model says is for the caller to know:
//
//   - Failed, SolverDiffers: the claim was shown by other means, so that one of the two
//     is wrong. Normal forms, lifting rules and intervals are confirmed so.
//   - Unknown, NoStrategy: the query asks for more than the claim says, so that the
//     claim may hold all the same. An induction step is such a query.
//   - Refuted, once the model was executed and the sides differed; an executed model
//     that shows no difference is Failed or Unknown, ReplayDiffers.
//
// what goes before the detail of unknown and error, and then the solver, if r names it.
func Answered(what string, r smt.Result, model Answer) Answer {
	detail := r.String()
	if r.Reason == smt.Disagreement {
		detail = r.Detail
	} else if len(r.By) > 0 {
		detail = r.By[0] + ": " + detail
	}
	if what != "" {
		detail = what + ": " + detail
	}
	switch r.Status {
	case smt.Unsat:
		a := Answer{Verdict: verdict.Proved, Detail: r.Detail, Basis: verdict.OneSolver}
		if len(r.By) > 1 {
			a.Basis, a.By = verdict.TwoSolvers, r.By
		}
		return a
	case smt.Sat:
		return model
	case smt.Error:
		a := Answer{Verdict: verdict.Failed, Reason: verdict.SolverBroken, Detail: detail}
		if r.Reason == smt.Disagreement {
			a.Reason = verdict.SolverDiffers
		}
		return a
	default:
		return Answer{Reason: verdict.SolverUnknown, Detail: detail}
	}
}

// Confirm asks c about a query that must have no model, since what it claims was
// shown by other means or is a rule of ours.
func Confirm(ctx context.Context, c smt.Checker, q smt.Query, logic string) Answer {
	hash, err := q.Hash(logic)
	if err != nil {
		return Answer{Verdict: verdict.Failed, Reason: verdict.SolverBroken, Detail: err.Error()}
	}
	a := Answered("", c.Check(ctx, q), Answer{Verdict: verdict.Failed, Reason: verdict.SolverDiffers, Detail: "the claim has a counterexample"})
	a.Query = hash
	return a
}

// Enter makes an answer the fact's verdict. Of a fact that several queries decide, the
// last one entered does.
func (f *Fact) Enter(a Answer) {
	f.Verdict, f.Reason, f.Detail = a.Verdict, a.Reason, a.Detail
	if a.Query != "" {
		f.Queries = append(f.Queries, a.Query)
	}
	f.Rest(a)
}

// Rest notes on whose word an answer rests that a fact rests on. Whatever one solver
// alone says makes the fact its word.
func (f *Fact) Rest(a Answer) {
	if a.Basis == verdict.OneSolver || f.Basis == "" {
		f.Basis = a.Basis
	}
	if f.Basis != verdict.TwoSolvers {
		f.By = nil
		return
	}
	for _, name := range a.By {
		if !slices.Contains(f.By, name) {
			f.By = append(f.By, name)
		}
	}
}
