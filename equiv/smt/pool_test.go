package smt

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestPool(t *testing.T) {
	solver, err := Z3()
	require.NoError(t, err)
	p, err := NewPool(context.Background(), solver, Limits{Recycle: 7}, 2)
	require.NoError(t, err)
	defer p.Close()
	require.Regexp(t, `^\d+\.\d+`, p.Version())
	require.Equal(t, solver, p.Solver())
	// More askers than sessions, each with answers that only its own query has.
	var wg sync.WaitGroup
	results := make([]Result, 60)
	for i := range results {
		wg.Go(func() {
			q := text(fmt.Sprintf("(declare-fun x () Int)(assert (= x %d))", i), "x")
			switch i % 3 {
			case 1:
				q = text(fmt.Sprintf("(declare-fun x () Int)(assert (= x %d (+ x 1)))", i), "x")
			case 2:
				q = text("(assert nope)")
			}
			results[i] = p.Check(context.Background(), q)
		})
	}
	wg.Wait()
	for i, r := range results {
		switch i % 3 {
		case 0:
			require.Equal(t, Sat, r.Status, r)
			require.Equal(t, int64(i), r.Model["x"].Int64())
		case 1:
			require.Equal(t, Unsat, r.Status, r)
		case 2:
			require.Equal(t, Rejected, r.Reason, r)
		}
	}
	check := func(s Stats) {
		require.Equal(t, 60, s.Queries)
		require.Equal(t, []int{20, 20, 20, 0}, []int{s.Sat, s.Unsat, s.Errors, s.Unknown})
		require.GreaterOrEqual(t, s.Processes, 20)
		require.Greater(t, s.PeakMemory, int64(1<<20))
		require.Positive(t, s.Busy)
		require.LessOrEqual(t, s.Longest, s.Busy)
	}
	check(p.Stats())
	p.Close()
	check(p.Stats())
	require.Equal(t, NoSolver, p.Check(context.Background(), text("")).Reason)
	p.Close()
	_, err = NewPool(context.Background(), solver, Limits{}, 0)
	require.Error(t, err)
}

// Who waits for a session can stop waiting, and a pool that is closed ends the
// busy session when it comes back.
func TestPoolIsBusy(t *testing.T) {
	p, err := NewPool(context.Background(), fakeSolver(t, "hangs"), Limits{Query: 300 * time.Millisecond}, 1)
	require.NoError(t, err)
	done := make(chan Result)
	go func() { done <- p.Check(context.Background(), bad) }()
	for len(p.seats) == 0 {
		time.Sleep(time.Millisecond)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	require.Equal(t, Cancelled, p.Check(ctx, sound).Reason)
	p.Close()
	r := <-done
	require.True(t, r.Reason == Timeout || r.Reason == NoSolver, r.String())
}

func TestRecycle(t *testing.T) {
	s := start(t, "z3", Limits{Recycle: 3})
	for range 10 {
		require.Equal(t, Unsat, s.Check(context.Background(), sound).Status)
	}
	require.Equal(t, 4, s.Stats().Processes)
}

// hard is beyond every solver within its limits: no two factors of a large
// semiprime.
var hard = text(`(declare-fun a () (_ BitVec 64))(declare-fun b () (_ BitVec 64))
(assert (= (bvmul a b) (_ bv4611685975477714963 64)))(assert (bvult a (_ bv4294967296 64)))(assert (bvult b (_ bv4294967296 64)))
(assert (bvult (_ bv1 64) a))(assert (bvult (_ bv1 64) b))`)

func TestRealLimits(t *testing.T) {
	for _, name := range []string{"z3", "cvc5"} {
		s := start(t, name, Limits{Query: 200 * time.Millisecond})
		r := s.Check(context.Background(), hard)
		require.Equal(t, Unknown, r.Status, "%s: %s", name, r)
		require.Equal(t, Timeout, r.Reason, "%s: %s", name, r)
		require.Less(t, r.Elapsed, 2*time.Second, name)
		r = s.Check(context.Background(), sound)
		require.Equal(t, Unsat, r.Status, "%s: %s", name, r)

		s = start(t, name, Limits{Query: 20 * time.Second, Memory: 120 << 20})
		r = s.Check(context.Background(), big64())
		require.Equal(t, Unknown, r.Status, "%s: %s", name, r)
		require.Equal(t, Memory, r.Reason, "%s: %s", name, r)
		r = s.Check(context.Background(), sound)
		require.Equal(t, Unsat, r.Status, "%s: %s", name, r)
	}
}

// big64 needs several hundred megabytes once it is turned into gates.
func big64() Query {
	b := &Builder{}
	b.Str("(declare-fun a () (_ BitVec 64))")
	for i := range 200 {
		b.Str(fmt.Sprintf("(declare-fun b%d () (_ BitVec 64))(assert (= (bvudiv a b%d) (bvmul b%d a)))", i, i, i))
	}
	return b.Query()
}

func TestResolve(t *testing.T) {
	for name := range presets {
		s, err := Resolve(name)
		require.NoError(t, err)
		require.Equal(t, name, s.Name)
		require.NotEmpty(t, s.TimeArg)
	}
	s, err := Resolve("z3 -in -smt2 model=true")
	require.NoError(t, err)
	require.Equal(t, []string{"-in", "-smt2", "model=true"}, s.Args)
	own, err := Start(context.Background(), s.WithLogic("QF_LIA"), Limits{})
	require.NoError(t, err)
	defer own.Close()
	require.Equal(t, Unsat, own.Check(context.Background(), sound).Status)
	for _, bad := range []string{"", " ", "no-such-solver", "no-such-solver -in"} {
		_, err := Resolve(bad)
		require.Error(t, err, bad)
	}
}
