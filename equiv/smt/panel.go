package smt

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Opinion is a solver that is asked, and about what. In a list of opinions the first is
// that of the solver that is asked about everything; its Alone is false.
type Opinion struct {
	Solver
	// Alone says that the solver is asked only about contradictions that no solver but
	// the first has found, one such opinion after another until one agrees.
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

// Panel is several solvers that are asked the same, in the order in which they are, and
// whose answers are compared. It has at least one voice, and the first is not Alone.
type Panel []Voice

// All asks every voice that is asked about everything, and gives the gravest answer:
//
//	one has a model, another says that there is none    Error, Disagreement
//	one has a model                                     Sat
//	one is broken                                       Error
//	one has no answer                                   Unknown
//	all say that there is no model                      Unsat, By all of them
//
// It is for what was shown by other means, so that nobody Alone is asked.
func (p Panel) All(ctx context.Context, q Query) Result { return p.compare(ctx, q, false) }

// Check is All for a claim of which nothing else is known than what solvers say. A
// model ends it, unless another voice has contradicted it before: it will be executed.
// What one voice alone finds contradictory is put to those who are asked about that.
func (p Panel) Check(ctx context.Context, q Query) Result {
	return p.Second(ctx, q, p.compare(ctx, q, true))
}

// compare is All; with ends, the first model is the answer where nobody has
// contradicted it before.
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

// Second asks about a contradiction that one voice alone has found, r being its answer,
// until another finds it too. No answer leaves r as it is, with what was said in its
// Detail; a model is a Disagreement.
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

// NewPanel starts opinions for a logic, the first with the limits l and the others as
// Seconds does, n processes of each. It is for claims of which nothing else is known.
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

// Behind is the panel of v and of p's voices, which are all asked only where v stands
// alone.
func (p Panel) Behind(v Voice) Panel {
	all := Panel{v}
	for _, x := range p {
		x.Alone = true
		all = append(all, x)
	}
	return all
}

// Seconds starts those of the opinions that know a logic, n processes of each, with the
// limits of solvers that are asked about what another one has answered.
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

// Bounds on the time of a second opinion: of a solver that counts no steps, and of one
// whose steps are its limit, where the clock only catches a solver that hangs.
const (
	SecondLimit    = 3 * time.Second
	SecondBackstop = 5 * time.Minute
)

// seconding are the limits of a second opinion. What a solver cannot say soon it mostly
// cannot say in a minute either, and a proof may ask hundreds of questions, so that it
// gets little for each.
//
// The answers go into the evidence, which must not depend on how busy the machine is.
// The limit is therefore one of steps, and every query has a process of its own: what
// a process has learned from others would save it steps. A solver that counts no steps
// has its Wait, or SecondLimit of time, and its evidence may differ from run to run.
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
