package smt

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Opinion is a solver and which queries it gets. In a list of opinions, the first
// solver gets every query; its Alone is false.
type Opinion struct {
	Solver
	// Alone says that the solver is asked only if the first solver alone says unsat.
	// Such solvers are asked one after another until one agrees.
	Alone bool
}

// Voice is one opinion of a panel.
type Voice struct {
	Name  string
	Alone bool
	Checker
}

// Checker answers queries, as *Session and *Pool do.
type Checker interface {
	Check(context.Context, Query) Result
}

// Panel asks several solvers the same query, in order, and compares their answers. It
// has at least one voice, and the first is not Alone.
type Panel []Voice

// All asks every voice that is not Alone, and returns the gravest answer:
//
//	one has a model, another says that there is none    Error, Disagreement
//	one has a model                                     Sat
//	one is broken                                       Error
//	one has no answer                                   Unknown
//	all say that there is no model                      Unsat, By all of them
//
// It is for claims that were shown by other means, so no Alone voice is asked.
func (p Panel) All(ctx context.Context, q Query) Result { return p.compare(ctx, q, false) }

// Check is All for a claim that only solvers decide. A model ends it, unless an earlier
// voice said unsat: the caller executes the model. If only one voice says unsat, Check
// asks the Alone voices.
func (p Panel) Check(ctx context.Context, q Query) Result {
	return p.Second(ctx, q, p.compare(ctx, q, true))
}

// compare is All. If ends is set, the first model is the answer, unless an earlier
// voice said unsat.
func (p Panel) compare(ctx context.Context, q Query, ends bool) (gravest Result) {
	grave := map[Status]int{Unsat: 1, Unknown: 2, Error: 3, Sat: 4}
	var unsat []string
	for _, v := range p {
		if v.Alone {
			continue
		}
		r := v.Check(ctx, q)
		r.By = []string{v.Name}
		switch r.Status {
		case Unsat:
			unsat = append(unsat, v.Name)
		case Sat:
			if ends && len(unsat) == 0 {
				return r
			}
		}
		if gravest.By == nil || grave[r.Status] > grave[gravest.Status] {
			gravest = r
		}
	}
	switch {
	case gravest.Status == Sat && len(unsat) > 0:
		return disagreement(gravest.By[0], unsat[0])
	case gravest.Status == Unsat:
		gravest.By = unsat
	}
	return gravest
}

// Second asks the Alone voices about r, the unsat of a single voice, until another says
// unsat too. Voices without an answer leave r as it is, and Detail has what they said.
// A model is a Disagreement.
func (p Panel) Second(ctx context.Context, q Query, r Result) Result {
	if r.Status != Unsat || len(r.By) > 1 {
		return r
	}
	var silent []string
	for _, v := range p {
		if !v.Alone {
			continue
		}
		switch x := v.Check(ctx, q); x.Status {
		case Unsat:
			r.By = []string{r.By[0], v.Name}
			return r
		case Sat:
			return disagreement(v.Name, r.By[0])
		case Error:
			x.By = []string{v.Name}
			return x
		default:
			silent = append(silent, v.Name+": "+x.String())
		}
	}
	r.Detail = strings.Join(silent, "; ")
	return r
}

func disagreement(sat, unsat string) Result {
	return Result{Status: Error, Reason: Disagreement, Detail: sat + " says sat, " + unsat + " says unsat"}
}

// Close ends the processes of the voices.
func (p Panel) Close() {
	for _, v := range p {
		if c, ok := v.Checker.(interface{ Close() }); ok {
			c.Close()
		}
	}
}

// NewPanel starts opinions for a logic, n processes of each: the first with the limits
// l, the others as Seconds does. It is for claims that only solvers decide.
func NewPanel(ctx context.Context, list []Opinion, logic string, l Limits, n int) (Panel, error) {
	if len(list) == 0 {
		return nil, fmt.Errorf("no solver is asked about %s", logicName(logic))
	}
	first, err := NewPool(ctx, list[0].WithLogic(logic), l, n)
	if err != nil {
		return nil, err
	}
	seconds, err := Seconds(ctx, list[1:], logic, l, n)
	if err != nil {
		first.Close()
		return nil, err
	}
	return seconds.Behind(Voice{Name: list[0].Name, Checker: first}), nil
}

// Behind is the panel of v and p's voices. p's voices are asked only if v alone says
// unsat.
func (p Panel) Behind(v Voice) Panel {
	all := Panel{v}
	for _, x := range p {
		x.Alone = true
		all = append(all, x)
	}
	return all
}

// Seconds starts the opinions that support a logic, n processes of each, with the
// limits of a second opinion.
func Seconds(ctx context.Context, list []Opinion, logic string, l Limits, n int) (p Panel, err error) {
	for _, o := range list {
		if !o.Takes(logic) {
			continue
		}
		pool, err := NewPool(ctx, o.WithLogic(logic), l.seconding(o.Solver), n)
		if err != nil {
			p.Close()
			return nil, err
		}
		p = append(p, Voice{Name: o.Name, Alone: o.Alone, Checker: pool})
	}
	return p, nil
}

// Time limits of a second opinion: for a solver that counts no steps, and for one that
// does. The latter only catches a solver that hangs.
const (
	SecondLimit    = 3 * time.Second
	SecondBackstop = 5 * time.Minute
)

// seconding returns the limits of a second opinion. They are low, since a proof may ask
// hundreds of queries, and a query that a solver does not answer soon mostly has no
// answer in a minute either.
//
// The answers are part of the evidence, which must not depend on the load of the
// machine. So the limit is in steps. Every query has its own process, since what a
// process learned from earlier queries would save steps. A solver that counts no steps
// has its Wait, or SecondLimit, and its evidence may differ from run to run.
func (l Limits) seconding(s Solver) Limits {
	l = l.withDefaults()
	switch {
	case s.StepArgs != nil:
		l.Query, l.Steps, l.Recycle = SecondBackstop, s.Steps, 1
	case s.Wait > 0:
		l.Query = min(l.Query, s.Wait)
	default:
		l.Query = min(l.Query, SecondLimit)
	}
	return l
}

// Pairs starts a solver for the many small queries of a sweep, most of which it answers at
// once or never. Each has a limit in steps, and a process of its own, as a second opinion
// has, and half of its steps. The error is Start's.
func Pairs(ctx context.Context, s Solver, l Limits, n int) (*Pool, error) {
	l = l.seconding(s)
	l.Steps /= 2
	return NewPool(ctx, s.WithLogic(LogicBits), l, n)
}
