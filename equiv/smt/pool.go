package smt

import (
	"context"
	"fmt"
	"sync"
)

// Pool is several sessions of one solver. All its methods are safe for concurrent use.
type Pool struct {
	ctx     context.Context
	solver  Solver
	limits  Limits
	version string
	// seats has a token for each session in use. There are no worker goroutines: a
	// caller asks in its own goroutine, and stops waiting when its context ends.
	seats chan struct{}

	mu     sync.Mutex
	idle   []*Session // last used last
	stats  Stats      // of finished work
	closed bool
}

// NewPool starts the first of n sessions; the others start when they are needed.
// The error is Start's. When ctx ends, so does the pool.
func NewPool(ctx context.Context, s Solver, l Limits, n int) (*Pool, error) {
	if n < 1 {
		return nil, fmt.Errorf("solver %s: a pool of %d sessions", s.Name, n)
	}
	first, err := Start(ctx, s, l)
	if err != nil {
		return nil, err
	}
	return &Pool{
		ctx: ctx, solver: s, limits: first.limits, version: first.Version(),
		seats: make(chan struct{}, n), idle: []*Session{first},
	}, nil
}

// Solver is the solver of the pool.
func (p *Pool) Solver() Solver { return p.solver }

// Version is the version that the solver reports, such as "4.8.12"; "" if none.
func (p *Pool) Version() string { return p.version }

// Check asks q in a free session. If there is none, it waits; Elapsed does not include
// that wait.
func (p *Pool) Check(ctx context.Context, q Query) Result {
	select {
	case p.seats <- struct{}{}:
	case <-ctx.Done():
		return Result{Reason: Cancelled, Detail: ctx.Err().Error()}
	}
	defer func() { <-p.seats }()
	s := p.take()
	if s == nil {
		return Result{Status: Error, Reason: NoSolver, Detail: "the pool is closed"}
	}
	r := s.Check(ctx, q)
	p.giveBack(s)
	return r
}

func (p *Pool) take() *Session {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil
	}
	if n := len(p.idle); n > 0 {
		s := p.idle[n-1]
		p.idle = p.idle[:n-1]
		return s
	}
	return &Session{ctx: p.ctx, solver: p.solver, limits: p.limits}
}

func (p *Pool) giveBack(s *Session) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		s.Close()
		p.stats.add(s.stats)
		return
	}
	p.idle = append(p.idle, s)
}

// Stats counts the work so far, without sessions that are busy now.
func (p *Pool) Stats() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	sum := p.stats
	for _, s := range p.idle {
		sum.add(s.Stats())
	}
	return sum
}

// Close ends every process, that of a busy session after its current query. A closed
// pool answers every query with an Error.
func (p *Pool) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, s := range p.idle {
		s.Close()
		p.stats.add(s.stats)
	}
	p.idle = nil
}
