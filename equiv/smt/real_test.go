package smt

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// presets are the solvers of the table that know integers and bit-vectors. What those
// of one logic do is in once_test.go.
var presets = func() map[string]func() (Solver, error) {
	all := map[string]func() (Solver, error){}
	for _, r := range Table {
		if r.Logics == nil {
			all[r.Name] = r.find
		}
	}
	return all
}()

func start(t testing.TB, preset string, l Limits) *Session {
	t.Helper()
	solver, err := presets[preset]()
	require.NoError(t, err)
	s, err := Start(context.Background(), solver, l)
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s
}

func text(s string, read ...string) Query { return Query{Text: []byte(s), Read: read} }

// Every kind of answer, one after another in one session, and after each the
// plain query again: nothing may leak from one into the next.
func TestRealSolvers(t *testing.T) {
	plain := text("(declare-fun x () Int)(assert (< x x))")
	cases := []struct {
		name   string
		query  Query
		status Status
		reason Reason
		model  map[string]string
	}{
		{"unsat", plain, Unsat, "", nil},
		{"integers", text("(declare-fun x () Int)(declare-fun |a b| () Int)(assert (= x (- 5)))(assert (= |a b| (* x x)))", "a b", "x"),
			Sat, "", map[string]string{"x": "-5", "a b": "25"}},
		{"bit vectors", text("(declare-fun v () (_ BitVec 8))(declare-fun w () (_ BitVec 3))(assert (= v (bvadd #x01 #xfe)))(assert (= w #b101))", "v", "w"),
			Sat, "", map[string]string{"v": "255", "w": "5"}},
		{"booleans", text("(declare-fun p () Bool)(declare-fun q () Bool)(assert (and p (not q)))", "p", "q"),
			Sat, "", map[string]string{"p": "1", "q": "0"}},
		{"defined", text("(declare-fun x () Int)(define-fun y () Int (+ x 1))(assert (= x 6))", "y"),
			Sat, "", map[string]string{"y": "7"}},
		{"no assertion", text(""), Sat, "", map[string]string{}},
		{"last line is a comment", text("(assert false) ; why"), Unsat, "", nil},
		{"undeclared symbol", text("(assert (= nope 3))"), Error, Rejected, nil},
		{"undeclared symbol beside a contradiction", text("(assert false)(assert nope)"), Error, Rejected, nil},
		{"value of an undeclared symbol", text("(assert true)", "nope"), Error, Rejected, nil},
		{"symbol of an earlier query", text("(assert (= x x))"), Error, Rejected, nil},
		{"ill-sorted", text("(declare-fun x () Int)(assert (and x x))"), Error, Rejected, nil},
		{"syntax", text("(declare-fun x () Int)(assert)"), Error, Rejected, nil},
		{"not closed", text("(assert (= 1 2)"), Error, BadQuery, nil},
		{"closed twice", text("(assert false))"), Error, BadQuery, nil},
	}
	for name := range presets {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, name, Limits{Query: 20 * time.Second})
			for _, c := range cases {
				r := s.Check(context.Background(), c.query)
				require.Equal(t, c.status, r.Status, "%s: %s", c.name, r)
				require.Equal(t, c.reason, r.Reason, "%s: %s", c.name, r)
				require.Len(t, r.Model, len(c.model), c.name)
				for k, v := range c.model {
					require.Equal(t, v, r.Model[k].String(), "%s: %s", c.name, k)
				}
				require.Positive(t, r.Elapsed)
				r = s.Check(context.Background(), plain)
				require.Equal(t, Unsat, r.Status, "after %s: %s", c.name, r)
			}
			require.NotEmpty(t, s.Version())
			stats := s.Stats()
			require.Equal(t, 2*len(cases), stats.Queries)
			require.Equal(t, stats.Queries, stats.Sat+stats.Unsat+stats.Unknown+stats.Errors)
			require.Greater(t, stats.PeakMemory, int64(1<<20))
			require.Less(t, stats.PeakMemory, int64(1<<30))
		})
	}
}
