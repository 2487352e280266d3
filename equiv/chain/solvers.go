package chain

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/smt"
)

// solvers are the solver processes of a run and what they have in common. Every
// worker has processes of its own for the solvers that are asked about everything;
// one that is asked seldom is shared.
type solvers struct {
	o       *Options
	answers *equiv.Answers
	measure func(object string, took Phases)

	// Of the solver that is asked where one stands alone; nil without.
	otherBits, otherInts *smt.Pool

	mu    sync.Mutex
	names []string
}

// newSolvers starts what workers share. keep is given the queries that the store
// wants; it may be called from several goroutines.
func newSolvers(ctx context.Context, o *Options, measure func(string, Phases), keep func(hash, text string)) (*solvers, error) {
	s := &solvers{o: o, measure: measure}
	if o.Solver != nil {
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
	if err := s.others(ctx); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// others starts the solver that is asked where one stands alone. That is seldom in
// layers, so that workers share its processes.
func (s *solvers) others(ctx context.Context) error {
	solver := s.o.Second
	if solver == nil {
		solver = s.o.Other
	}
	if s.o.Solver == nil || solver == nil {
		return nil
	}
	for _, p := range []struct {
		pool  **smt.Pool
		logic string
	}{{&s.otherBits, "QF_BV"}, {&s.otherInts, ""}} {
		pool, err := smt.NewSecond(ctx, solver.WithLogic(p.logic), s.o.Limits, s.o.Jobs)
		if err != nil {
			return err
		}
		*p.pool = pool
		s.named(solver.Name + " " + pool.Version())
	}
	return nil
}

func (s *solvers) close() {
	for _, p := range []*smt.Pool{s.otherBits, s.otherInts} {
		if p != nil {
			p.Close()
		}
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
	end = func() {
		for _, e := range ends {
			e()
		}
	}
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
			end()
		}
	}()
	if unlifted && s.o.UnliftedSolver != nil {
		x, err := start(s.o.UnliftedSolver.WithLogic("QF_BV"), s.o.UnliftedLimits)
		if err != nil {
			return nil, nil, err
		}
		p.cells = x
	}
	if s.o.Solver == nil {
		return p, end, nil
	}
	p.conf = &equiv.Confirmer{Answers: s.answers}
	for _, solver := range []*smt.Solver{s.o.Solver, s.o.Second} {
		if solver == nil {
			continue
		}
		ints, err := start(*solver, s.o.Limits)
		if err != nil {
			return nil, nil, err
		}
		bits, err := start(solver.WithLogic("QF_BV"), s.o.Limits)
		if err != nil {
			return nil, nil, err
		}
		p.conf.Solvers = append(p.conf.Solvers, equiv.Asker{Name: solver.Name, Ints: ints, Bits: bits})
	}
	if s.otherBits != nil && s.o.Second == nil {
		p.conf.Other = &equiv.Asker{Name: s.o.Other.Name, Ints: s.otherInts, Bits: s.otherBits}
	}
	return p, end, nil
}
