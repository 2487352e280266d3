package smt

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Session asks one solver process after another. It is for one goroutine at a
// time.
type Session struct {
	ctx    context.Context
	solver Solver
	limits Limits
	proc   *process // nil where the next query starts one
	stats  Stats
	closed bool
}

// Stats counts what a session or a pool did.
type Stats struct {
	Queries    int
	Sat        int
	Unsat      int
	Unknown    int
	Errors     int
	Processes  int           // processes started
	Busy       time.Duration // time spent in Check, over all sessions
	Longest    time.Duration // the longest query
	PeakMemory int64         // the largest resident size of a process, in bytes
}

func (s *Stats) add(t Stats) {
	s.Queries += t.Queries
	s.Sat += t.Sat
	s.Unsat += t.Unsat
	s.Unknown += t.Unknown
	s.Errors += t.Errors
	s.Processes += t.Processes
	s.Busy += t.Busy
	s.Longest = max(s.Longest, t.Longest)
	s.PeakMemory = max(s.PeakMemory, t.PeakMemory)
}

// Start starts the first process of a session. An error says that the solver
// cannot be used at all: it does not start, or does not speak SMT-LIB 2. When
// ctx ends, so does the session.
func Start(ctx context.Context, s Solver, l Limits) (*Session, error) {
	session := &Session{ctx: ctx, solver: s, limits: l.withDefaults()}
	if !s.Takes(s.Logic) {
		return nil, fmt.Errorf("solver %s (%s): does not know the logic %s", s.Name, s.Path, logicName(s.Logic))
	}
	if s.Once {
		if r, err := session.once(ctx, Query{}); err != nil || r.Status != Sat {
			return nil, fmt.Errorf("solver %s (%s): gives no answer to a query that holds nothing: %w", s.Name, s.Path, errors.Join(err, errors.New(r.String())))
		}
		return session, nil
	}
	if err := session.start(); err != nil {
		return nil, fmt.Errorf("solver %s (%s): %w", s.Name, s.Path, err)
	}
	return session, nil
}

func (s *Session) start() error {
	p, err := launch(s.ctx, s.solver, s.limits)
	if err != nil {
		return err
	}
	s.proc = p
	s.stats.Processes++
	return nil
}

// Check asks q. The text of q is not kept. Whatever happens to the solver is a
// Result; the next query is asked of a new process if this one came to anything
// but Sat or Unsat.
func (s *Session) Check(ctx context.Context, q Query) Result {
	begin := time.Now()
	r := s.check(ctx, q)
	r.Elapsed = time.Since(begin)
	s.count(r)
	return r
}

func (s *Session) check(ctx context.Context, q Query) Result {
	if s.closed {
		return Result{Status: Error, Reason: NoSolver, Detail: "the session is closed"}
	}
	if err := q.Validate(); err != nil {
		return Result{Status: Error, Reason: BadQuery, Detail: err.Error()}
	}
	if err := ctx.Err(); err != nil {
		return Result{Reason: Cancelled, Detail: err.Error()}
	}
	if s.solver.Once {
		r, err := s.once(ctx, q)
		if err != nil {
			r = failed(err)
		}
		return r
	}
	if s.proc == nil {
		if err := s.start(); err != nil {
			return Result{Status: Error, Reason: NoSolver, Detail: err.Error()}
		}
	}
	keep := false
	defer func() {
		// After a panic too: a process that was asked half a query knows assertions
		// that the next query must not meet.
		if !keep {
			s.drop()
		}
	}()
	r, err := s.proc.ask(ctx, q, s.limits.hard())
	if err != nil {
		r = failed(err)
	}
	keep = (r.Status == Sat || r.Status == Unsat) && s.proc.queries < s.limits.Recycle
	return r
}

func failed(err error) Result {
	var f *failure
	if !errors.As(err, &f) {
		panic("smt: an exchange fails with a failure: " + err.Error())
	}
	r := Result{Reason: f.reason, Detail: f.detail}
	if f.reason == Rejected || f.reason == Protocol {
		r.Status = Error
	}
	return r
}

func (s *Session) count(r Result) {
	t := Stats{Queries: 1, Busy: r.Elapsed, Longest: r.Elapsed}
	switch r.Status {
	case Sat:
		t.Sat = 1
	case Unsat:
		t.Unsat = 1
	case Error:
		t.Errors = 1
	default:
		t.Unknown = 1
	}
	s.stats.add(t)
}

// drop ends the process. How it ended is of no interest: it was killed.
func (s *Session) drop() {
	if s.proc == nil {
		return
	}
	_ = s.proc.kill()
	s.stats.PeakMemory = max(s.stats.PeakMemory, s.proc.peak)
	s.proc = nil
}

// Stats is what the session did so far.
func (s *Session) Stats() Stats {
	if s.proc != nil {
		s.proc.sample()
		s.stats.PeakMemory = max(s.stats.PeakMemory, s.proc.peak)
	}
	return s.stats
}

// Version is what the running process says, such as "4.8.12", and where none runs, what
// the solver was found to be; "" if neither is known.
func (s *Session) Version() string {
	if s.proc == nil {
		return s.solver.Version
	}
	return s.proc.version
}

// Close ends the process. A closed session answers every query with an Error.
func (s *Session) Close() {
	s.drop()
	s.closed = true
}
