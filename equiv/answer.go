package equiv

import (
	"context"
	"slices"

	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Answer is the solvers' answer to one query. The claim holds if the query is
// unsatisfiable.
type Answer struct {
	Verdict verdict.Verdict // Proved: every solver that was asked says unsat
	Reason  verdict.Reason
	Detail  string
	Query   string        // hash of the query
	Also    []string      // hashes of further queries: those it rests on, and those that did not decide
	Sat     bool          // every solver that answered found a difference
	Basis   verdict.Basis // of Proved, if only solvers decided it: OneSolver or TwoSolvers
	By      []string      // of TwoSolvers: the solvers' names, in the order in which they were asked
}

// Answered turns a solver's answer into the verdict on a claim that holds if the query
// is unsatisfiable. No other function does:
//
//	unsat     Proved; Detail is what a second solver said if it gave no answer
//	sat       model, which depends on what else is known of the claim, see below
//	unknown   Unknown, SolverTime, SolverMemory or SolverUnknown: a limit is no proof
//	error     Failed, SolverDiffers where solvers contradict each other, else SolverBroken
//
// The caller decides what a model means:
//
//   - Failed, SolverDiffers: the claim was shown by other means, so one of the two is
//     wrong. Normal forms, lifting rules and intervals are confirmed this way.
//   - Unknown, NoStrategy: the query is stronger than the claim, so the claim may still
//     hold. An induction step is such a query.
//   - Refuted, after the model was executed and the sides differed. An executed model
//     that shows no difference is Failed or Unknown, ReplayDiffers.
//
// The detail of unknown and error starts with what, then the solver's name if r has it.
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
		a := Answer{Reason: verdict.SolverUnknown, Detail: detail}
		switch r.Reason {
		case smt.Timeout:
			a.Reason = verdict.SolverTime
		case smt.Memory:
			a.Reason = verdict.SolverMemory
		}
		return a
	}
}

// Confirm asks c a query that must be unsatisfiable, since its claim was shown by other
// means or is one of our rules.
func Confirm(ctx context.Context, c smt.Checker, q smt.Query, logic string) Answer {
	hash, err := q.Hash(logic)
	if err != nil {
		return Answer{Verdict: verdict.Failed, Reason: verdict.SolverBroken, Detail: err.Error()}
	}
	a := Answered("", c.Check(ctx, q), Answer{Verdict: verdict.Failed, Reason: verdict.SolverDiffers, Detail: "the claim has a counterexample"})
	a.Query = hash
	return a
}

// Enter sets the fact's verdict from an answer. If several queries decide the fact, the
// last one entered counts.
func (f *Fact) Enter(a Answer) {
	f.Verdict, f.Reason, f.Detail = a.Verdict, a.Reason, a.Detail
	if a.Query != "" {
		f.Queries = append(f.Queries, a.Query)
	}
	f.Rest(a)
}

// Rest records the basis of an answer that the fact needs. If one such answer rests on
// a single solver, so does the fact, and if one rests on two, computation alone is not
// what the fact rests on.
func (f *Fact) Rest(a Answer) {
	if a.Basis == verdict.OneSolver || f.Basis == "" || f.Basis == verdict.Computed && a.Basis != "" {
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
