package smt

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// fakeSolver is this test binary with a fault; see fake.
func fakeSolver(t *testing.T, fault string) Solver {
	t.Helper()
	exe, err := os.Executable()
	require.NoError(t, err)
	return Solver{Name: "fake", Path: "/usr/bin/env", Args: []string{misbehave + "=" + fault, exe}}
}

var (
	sound = text("(assert false)")
	bad   = text("(declare-fun x () Int)(declare-fun fault () Bool)", "x")
)

// A solver with any fault yields no verdict, and the query after it is answered.
func TestFaults(t *testing.T) {
	cases := map[string]struct {
		status Status
		reason Reason
	}{
		"nonsense":                     {Error, Protocol},
		"nonsense without end":         {Unknown, Timeout},
		"closes too much":              {Error, Protocol},
		"unsat in a string":            {Error, Protocol},
		"unsat in bars":                {Error, Protocol},
		"unsat in a list":              {Error, Protocol},
		"says nothing":                 {Error, Protocol},
		"dies":                         {Unknown, Crashed},
		"dies while reading":           {Unknown, Crashed},
		"answers and dies":             {Unknown, Crashed},
		"runs out of memory":           {Unknown, Memory},
		"hangs":                        {Unknown, Timeout},
		"answers too late":             {Unknown, Timeout},
		"answers and hangs":            {Unknown, Timeout},
		"closes its output":            {Unknown, Crashed},
		"two answers":                  {Error, Protocol},
		"error after the answer":       {Error, Rejected},
		"error before the answer":      {Error, Rejected},
		"canceled before the answer":   {Unknown, Timeout},
		"canceled":                     {Unknown, Timeout},
		"floods":                       {Error, Protocol},
		"floods within one answer":     {Error, Protocol},
		"nests deeply":                 {Error, Protocol},
		"gives up":                     {Unknown, GaveUp},
		"model of another variable":    {Error, Protocol},
		"model without the variable":   {Error, Protocol},
		"model with a second variable": {Error, Protocol},
		"model that is no number":      {Error, Protocol},
		"error for a model":            {Error, Rejected},
		"dies instead of a model":      {Unknown, Crashed},
		"two models":                   {Error, Protocol},
		"no model":                     {Error, Protocol},
	}
	for fault, want := range cases {
		t.Run(fault, func(t *testing.T) {
			limits := Limits{Query: 10 * time.Second}
			if want.reason == Timeout {
				limits.Query = 200 * time.Millisecond
			}
			s, err := Start(context.Background(), fakeSolver(t, fault), limits)
			require.NoError(t, err)
			defer s.Close()
			require.Equal(t, `1.0 "beta"`, s.Version())
			for range 2 {
				r := s.Check(context.Background(), sound)
				require.Equal(t, Unsat, r.Status, r)
				r = s.Check(context.Background(), bad)
				require.Equal(t, want.status, r.Status, r)
				require.Equal(t, want.reason, r.Reason, r)
				require.NotEmpty(t, r.String())
				require.Nil(t, r.Model)
				require.Less(t, r.Elapsed, 5*time.Second)
			}
			r := s.Check(context.Background(), sound)
			require.Equal(t, Unsat, r.Status, r)
			require.Equal(t, 3, s.Stats().Processes)
		})
	}
}

// What comes after the marker cannot be laid to the query before it any more;
// the next query must not take it for its answer.
func TestAnswerAfterTheMarker(t *testing.T) {
	s, err := Start(context.Background(), fakeSolver(t, "answers after the marker"), Limits{Query: 10 * time.Second})
	require.NoError(t, err)
	defer s.Close()
	require.Equal(t, Unsat, s.Check(context.Background(), text("(declare-fun fault () Bool)")).Status)
	r := s.Check(context.Background(), text(""))
	require.Equal(t, Error, r.Status, r)
	require.Equal(t, Protocol, r.Reason, r)
	r = s.Check(context.Background(), sound)
	require.Equal(t, Unsat, r.Status, r)
}

func TestStartFails(t *testing.T) {
	for name, s := range map[string]Solver{
		"no such program":     {Name: "x", Path: "/nonexistent/solver"},
		"ends at once":        {Name: "x", Path: "/bin/true"},
		"does not answer":     {Name: "x", Path: "/bin/cat"},
		"greets with words":   fakeSolver(t, "nonsense at the start"),
		"refuses its options": {Name: "x", Path: "/usr/bin/z3", Args: []string{"-no-such-option"}},
	} {
		_, err := Start(context.Background(), s, Limits{})
		require.Error(t, err, name)
		require.Contains(t, err.Error(), s.Path, name)
		_, err = NewPool(context.Background(), s, Limits{}, 2)
		require.Error(t, err, name)
	}
}

// A solver that vanishes between two queries is an error of the second.
func TestRestartFails(t *testing.T) {
	solver, err := Z3()
	require.NoError(t, err)
	link := t.TempDir() + "/z3 \"; of mine"
	require.NoError(t, os.Symlink(solver.Path, link))
	solver, err = Resolve(link)
	require.NoError(t, err)
	s, err := Start(context.Background(), Table[0].solver(solver.Path, ""), Limits{Recycle: 1})
	require.NoError(t, err)
	defer s.Close()
	require.Equal(t, Unsat, s.Check(context.Background(), sound).Status)
	require.NoError(t, os.Remove(link))
	r := s.Check(context.Background(), sound)
	require.Equal(t, Error, r.Status)
	require.Equal(t, NoSolver, r.Reason)
	require.NoError(t, os.Symlink(z3Path(t), link))
	require.Equal(t, Unsat, s.Check(context.Background(), sound).Status)
	s.Close()
	r = s.Check(context.Background(), sound)
	require.Equal(t, NoSolver, r.Reason)
}

func z3Path(t *testing.T) string {
	t.Helper()
	s, err := Z3()
	require.NoError(t, err)
	return s.Path
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s, err := Start(context.Background(), fakeSolver(t, "hangs"), Limits{})
	require.NoError(t, err)
	defer s.Close()
	time.AfterFunc(100*time.Millisecond, cancel)
	r := s.Check(ctx, bad)
	require.Equal(t, Unknown, r.Status, r)
	require.Equal(t, Cancelled, r.Reason, r)
	require.Less(t, r.Elapsed, 2*time.Second)
	r = s.Check(ctx, sound)
	require.Equal(t, Cancelled, r.Reason, r)
	r = s.Check(context.Background(), sound)
	require.Equal(t, Unsat, r.Status, r)
}

// TestBusyMachine: a solver that had no processor is asked once more, with a longer limit. One
// that had is not, and a word about it stands in what is still no answer.
func TestBusyMachine(t *testing.T) {
	real := waitedFor
	defer func() { waitedFor = real }()
	for name, c := range map[string]struct {
		fault   string
		waits   time.Duration // in each query
		status  Status
		details string
	}{
		"idle":          {"is slow", 0, Unknown, ""},
		"busy":          {"is slow", time.Hour, Unsat, ""},
		"busy for long": {"answers too late", time.Hour, Unknown, "; the machine is busy: the solver waited 1h0m0s for a processor, and 1h0m0s of 2s when it was asked again"},
	} {
		t.Run(name, func(t *testing.T) {
			var total time.Duration
			waitedFor = func(int) time.Duration {
				total += c.waits
				return total
			}
			s, err := Start(context.Background(), fakeSolver(t, c.fault), Limits{Query: 200 * time.Millisecond})
			require.NoError(t, err)
			defer s.Close()
			r := s.Check(context.Background(), bad)
			require.Equal(t, c.status, r.Status, r)
			if c.status == Unknown {
				require.Equal(t, Timeout, r.Reason)
				require.Equal(t, c.details != "", strings.Contains(r.Detail, "busy"), r.Detail)
				require.Contains(t, r.Detail, c.details)
			}
			// The next query has the usual limit again.
			require.Nil(t, s.proc)
			require.Equal(t, Unsat, s.Check(context.Background(), sound).Status)
		})
	}
}

// TestWaitedFor: what the system says of a process that works is not below 0, and grows.
func TestWaitedFor(t *testing.T) {
	first := waitedFor(os.Getpid())
	require.GreaterOrEqual(t, first, time.Duration(0))
	require.GreaterOrEqual(t, waitedFor(os.Getpid()), first)
	require.Zero(t, waitedFor(-1))
}
