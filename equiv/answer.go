package equiv

import (
	"context"

	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Answer is what solvers made of one query whose unsatisfiability is a claim.
type Answer struct {
	Verdict verdict.Verdict // Proved: every solver asked says unsat
	Reason  verdict.Reason
	Detail  string
	Query   string        // hash of the query
	Sat     bool          // every solver that answered found a difference
	Basis   verdict.Basis // of Proved, where the query stood alone: OneSolver or TwoSolvers
}

// Checker answers queries, as *smt.Session and *smt.Pool do.
type Checker interface {
	Check(context.Context, smt.Query) smt.Result
}

// Answered turns one solver's answer to a query whose unsatisfiability is a claim
// into the claim's verdict. Nothing else does:
//
//	unsat     Proved; Detail is what a second solver said that gave no answer
//	sat       model, which depends on what else is known of the claim, see below
//	unknown   Unknown, SolverUnknown: a time limit is no proof
//	error     Failed, SolverDiffers where a second solver has a model, else SolverBroken
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
// who goes before the detail of unknown and error; "" is nobody.
func Answered(who string, r smt.Result, model Answer) Answer {
	detail := r.String()
	if who != "" {
		detail = who + ": " + detail
	}
	switch r.Status {
	case smt.Unsat:
		a := Answer{Verdict: verdict.Proved, Detail: r.Detail, Basis: verdict.OneSolver}
		if r.Seconded {
			a.Basis = verdict.TwoSolvers
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

// worse is the answer that a claim is left with to which solvers gave a and then b:
// a contradiction before a defect, a defect before no answer, no answer before a
// proof, and the first of two that are alike.
func worse(a, b Answer) Answer {
	grave := func(x Answer) int {
		switch {
		case x.Verdict == verdict.Proved:
			return 0
		case x.Verdict == verdict.Unknown:
			return 1
		case x.Reason != verdict.SolverDiffers:
			return 2
		}
		return 3
	}
	if grave(b) > grave(a) {
		return b
	}
	return a
}

// Confirm asks c about a query that must have no model, since what it claims was
// shown by other means or is a rule of ours.
func Confirm(ctx context.Context, c Checker, q smt.Query, logic string) Answer {
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
	f.Rest(a.Basis)
}

// Rest notes on whose word an answer rests that a fact rests on; "" is nobody's.
// Whatever one solver alone says makes the fact its word.
func (f *Fact) Rest(b verdict.Basis) {
	if b == verdict.OneSolver || f.Basis == "" {
		f.Basis = b
	}
}
