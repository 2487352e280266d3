package smt

import (
	"context"
	"time"
)

// SecondLimit is how long a second solver may take over a question that the first
// has answered. What it cannot say by then it mostly cannot say in a minute either,
// and a proof may ask hundreds of questions.
const SecondLimit = 3 * time.Second

// Seconding is l for a second solver.
func (l Limits) Seconding() Limits {
	l = l.withDefaults()
	l.Query = min(l.Query, SecondLimit)
	return l
}

// Seconded asks another solver about every contradiction that the first finds: for
// claims of which nothing else is known than that a solver says so. No answer leaves
// the first's as it is; a model where the first has none is a Disagreement.
type Seconded struct {
	First interface {
		Check(context.Context, Query) Result
	}
	Second *Pool // nil: nobody is asked
}

// Check is First's answer, Seconded if both agree that there is no model.
func (s Seconded) Check(ctx context.Context, q Query) Result {
	return s.Ask(ctx, q, s.First.Check(ctx, q))
}

// Ask is Check where the first has answered r already.
func (s Seconded) Ask(ctx context.Context, q Query, r Result) Result {
	if r.Status != Unsat || s.Second == nil {
		return r
	}
	name := s.Second.Solver().Name
	switch x := s.Second.Check(ctx, q); x.Status {
	case Unsat:
		r.Seconded = true
	case Sat:
		return Result{Status: Error, Reason: Disagreement, Detail: name + " says sat, the first unsat", Elapsed: r.Elapsed}
	case Error:
		return Result{Status: Error, Reason: x.Reason, Detail: name + ": " + x.Detail, Elapsed: r.Elapsed}
	default:
		r.Detail = name + ": " + x.String()
	}
	return r
}
