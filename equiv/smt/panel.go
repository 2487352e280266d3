package smt

import (
	"context"
	"time"
)

// Bounds on the time of a second opinion: of a solver that counts no steps, and of one
// whose steps are its limit, where the clock only catches a solver that hangs.
const (
	SecondLimit    = 3 * time.Second
	SecondBackstop = 5 * time.Minute
)

// NewSecond is NewPool for a solver that is asked about what another one has answered.
// What it cannot say soon it mostly cannot say in a minute either, and a proof may ask
// hundreds of questions, so that it gets little time for each.
//
// Its answers go into the evidence, which must not depend on how busy the machine is.
// The limit is therefore one of steps, and every query has a process of its own: what
// a process has learned from others would save it steps. A solver that counts no steps
// has SecondLimit of time, and its evidence may differ from run to run.
func NewSecond(ctx context.Context, s Solver, l Limits, n int) (*Pool, error) {
	return NewPool(ctx, s, l.seconding(s), n)
}

func (l Limits) seconding(s Solver) Limits {
	l = l.withDefaults()
	if s.StepArgs == nil {
		l.Query = min(l.Query, SecondLimit)
		return l
	}
	l.Query, l.Steps, l.Recycle = SecondBackstop, s.Steps, 1
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
