package smt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// Session runs one solver process after another. Only one goroutine may use it at a
// time.
type Session struct {
	ctx    context.Context
	solver Solver
	limits Limits
	proc   *process // nil: the next query starts one
	stats  Stats
	closed bool
}

// Stats counts the work of a session or pool.
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

// Start starts the first process of a session. It returns an error if the solver does
// not start or does not speak SMT-LIB 2. When ctx ends, so does the session.
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
	if err := session.start(session.limits); err != nil {
		return nil, fmt.Errorf("solver %s (%s): %w", s.Name, s.Path, err)
	}
	return session, nil
}

func (s *Session) start(l Limits) error {
	p, err := launch(s.ctx, s.solver, l)
	if err != nil {
		return err
	}
	s.proc = p
	s.stats.Processes++
	return nil
}

// Check asks q. It does not keep the text of q. Whatever happens to the solver becomes
// a Result. After any result but Sat and Unsat, the next query gets a new process.
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
	r, waited := s.ask(ctx, q, s.limits)
	limit := s.limits.hard()
	if r.Reason != Timeout || waited < limit/2 {
		return r
	}
	// The machine was busy with other work, so that the time is no measure of the query. Once
	// more, for as long as will do if it stays so busy.
	l := s.limits
	l.Query *= min(patience, limit/max(1, limit-waited))
	s.drop()
	r, again := s.ask(ctx, q, l)
	s.drop() // its limit is another one
	if r.Reason == Timeout {
		r.Detail += fmt.Sprintf("; the machine is busy: the solver waited %v for a processor, and %v of %v when it was asked again",
			waited.Round(time.Millisecond), again.Round(time.Millisecond), l.Query)
	}
	return r
}

// patience bounds by how much the limit of a query grows that had no processor.
const patience = 10

// ask asks q with limits, of a new process if there is none, and says how long the process
// waited for a processor meanwhile.
func (s *Session) ask(ctx context.Context, q Query, l Limits) (r Result, waited time.Duration) {
	if s.proc == nil {
		if err := s.start(l); err != nil {
			return Result{Status: Error, Reason: NoSolver, Detail: err.Error()}, 0
		}
	}
	keep := false
	defer func() {
		// Do this after a panic too: a process with half a query has assertions that
		// must not affect the next query.
		if !keep {
			s.drop()
		}
	}()
	pid := s.proc.cmd.Process.Pid
	before := waitedFor(pid)
	r, err := s.proc.ask(ctx, q, l.hard())
	if err != nil {
		r = failed(err)
	}
	keep = (r.Status == Sat || r.Status == Unsat) && s.proc.queries < l.Recycle
	return r, waitedFor(pid) - before
}

// waitedFor is for how long a process could have run and had no processor; 0 if the system
// does not say.
var waitedFor = func(pid int) time.Duration {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/schedstat")
	f := strings.Fields(string(text))
	if err != nil || len(f) < 2 {
		return 0
	}
	ns, err := strconv.ParseInt(f[1], 10, 64)
	if err != nil {
		return 0
	}
	return time.Duration(ns)
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

// drop kills the process.
func (s *Session) drop() {
	if s.proc == nil {
		return
	}
	_ = s.proc.kill()
	s.stats.PeakMemory = max(s.stats.PeakMemory, s.proc.peak)
	s.proc = nil
}

// Stats counts the work of the session so far.
func (s *Session) Stats() Stats {
	if s.proc != nil {
		s.proc.sample()
		s.stats.PeakMemory = max(s.stats.PeakMemory, s.proc.peak)
	}
	return s.stats
}

// Version is the version that the running process reports, such as "4.8.12". Without a
// process, it is the version found for the solver. "" if neither is known.
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
