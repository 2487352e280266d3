package chain

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/smt"
)

// solvers are the solver processes of a run and their common state. Every worker has its
// own processes of the solvers that are asked about everything. Workers share solvers that
// are asked seldom.
type solvers struct {
	o       *Options
	answers *equiv.Answers
	measure func(object string, took Phases)

	// Those that are asked where the first stands alone.
	bits, ints smt.Panel
	pairs      *smt.Pool // for sweeps; nil if there are no netlists of gates, or no solvers

	mu    sync.Mutex
	names []string
}

// newSolvers starts the solvers that workers share. It calls keep with the queries for the
// store, perhaps from several goroutines.
func newSolvers(ctx context.Context, o *Options, measure func(string, Phases), keep func(hash, text string)) (*solvers, error) {
	s := &solvers{o: o, measure: measure}
	if len(o.Opinions) > 0 && o.Opinions[0].Alone {
		return nil, fmt.Errorf("solver %s: it is asked behind another one, and none is named before it", o.Opinions[0].Name)
	}
	if len(o.Opinions) > 0 {
		s.answers = equiv.NewAnswers()
		if o.Store != nil {
			s.answers.All = o.KeepQueries
			s.answers.Keep = func(hash string, q smt.Query, logic string) {
				if text, err := q.Standalone(logic); err == nil {
					keep(hash, string(text))
				}
			}
		}
	}
	if err := s.seconds(ctx); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// seconds starts the solvers that are asked where the first stands alone. That is seldom
// in layers, so that workers share their processes.
func (s *solvers) seconds(ctx context.Context) (err error) {
	if len(s.o.Opinions) == 0 {
		return nil
	}
	for _, p := range []struct {
		panel *smt.Panel
		logic string
	}{{&s.bits, smt.LogicBits}, {&s.ints, smt.LogicAll}} {
		if *p.panel, err = smt.Seconds(ctx, s.o.Opinions[1:], p.logic, s.o.Limits, s.o.Jobs); err != nil {
			return err
		}
		for _, v := range *p.panel {
			s.named(v.Name + " " + v.Checker.(*smt.Pool).Version())
		}
	}
	for _, f := range s.o.Foreign {
		if f.RTL != nil && s.pairs == nil {
			if s.pairs, err = smt.Pairs(ctx, s.o.Opinions[0].Solver, s.o.Limits, s.o.Jobs); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *solvers) close() {
	s.bits.Close()
	s.ints.Close()
	if s.pairs != nil {
		s.pairs.Close()
	}
}

// named notes a solver that takes part.
func (s *solvers) named(version string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(s.names, version) {
		s.names = append(s.names, version)
		slices.Sort(s.names)
	}
}

// worker starts one worker's processes; unlifted says that it may prove points without
// the lifter. end ends them.
func (s *solvers) worker(ctx context.Context, unlifted bool) (p *prover, end func(), err error) {
	p = &prover{o: s.o}
	var ends []func()
	all := func() {
		for _, e := range ends {
			e()
		}
	}
	end = all
	start := func(solver smt.Solver, l smt.Limits) (*smt.Session, error) {
		x, err := smt.Start(ctx, solver, l)
		if err != nil {
			return nil, err
		}
		s.named(solver.Name + " " + x.Version())
		ends = append(ends, func() {
			stats := x.Stats()
			s.measure(strings.TrimSpace(solver.Name+" "+solver.Logic), Phases{Solving: {Phase: Solving, Wall: stats.Busy, Peak: stats.PeakMemory}})
			x.Close()
		})
		return x, nil
	}
	defer func() {
		if err != nil {
			all()
		}
	}()
	if unlifted && s.o.UnliftedSolver != nil {
		x, err := start(s.o.UnliftedSolver.WithLogic("QF_BV"), s.o.UnliftedLimits)
		if err != nil {
			return nil, nil, err
		}
		p.cells = x
	}
	if len(s.o.Opinions) == 0 {
		return p, end, nil
	}
	var ints, bits smt.Panel
	for _, o := range s.o.Opinions {
		if o.Alone {
			continue
		}
		for _, x := range []struct {
			panel *smt.Panel
			logic string
		}{{&ints, ""}, {&bits, smt.LogicBits}} {
			session, err := start(o.WithLogic(x.logic), s.o.Limits)
			if err != nil {
				return nil, nil, err
			}
			*x.panel = append(*x.panel, smt.Voice{Name: o.Name, Checker: session})
		}
	}
	for _, x := range []struct{ own, shared *smt.Panel }{{&ints, &s.ints}, {&bits, &s.bits}} {
		for _, v := range *x.shared {
			if v.Alone {
				*x.own = append(*x.own, v)
			}
		}
	}
	p.conf = &equiv.Confirmer{Answers: s.answers, Ints: ints, Bits: bits}
	if s.pairs != nil {
		p.pairs = s.pairs
	}
	return p, end, nil
}
