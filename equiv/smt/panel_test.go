package smt

import (
	"context"
	"sort"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// saying is a solver that says one thing.
type saying Result

func (s saying) Check(context.Context, Query) Result { return Result(s) }

func TestSeconded(t *testing.T) {
	other, err := CVC5()
	require.NoError(t, err)
	pool, err := NewSecond(t.Context(), other.WithLogic("QF_BV"), Limits{}, 1)
	require.NoError(t, err)
	defer pool.Close()
	has := Query{Text: []byte("(declare-fun x () (_ BitVec 8))(assert (= (bvmul x x) #x04))")}
	hasNot := Query{Text: []byte("(declare-fun x () (_ BitVec 8))(assert (= (bvmul x x) #x02))")}
	// Factors of the prime 2^61-1.
	hard := Query{Text: []byte("(declare-fun x () (_ BitVec 32))(declare-fun y () (_ BitVec 32))(assert (and (distinct x #x00000001) (distinct y #x00000001)" +
		"(= (bvmul ((_ zero_extend 32) x) ((_ zero_extend 32) y)) #x1fffffffffffffff)))")}
	rejected := Query{Text: []byte("(assert undeclared)")}
	unsat := saying{Status: Unsat}
	for _, c := range []struct {
		name     string
		first    saying
		second   *Pool
		query    Query
		status   Status
		reason   Reason
		seconded bool
	}{
		{"agrees", unsat, pool, hasNot, Unsat, "", true},
		{"has a model", unsat, pool, has, Error, Disagreement, false},
		{"gives no answer", unsat, pool, hard, Unsat, "", false},
		{"is broken", unsat, pool, rejected, Error, Rejected, false},
		{"nobody", unsat, nil, has, Unsat, "", false},
		{"is not asked about a model", saying{Status: Sat}, pool, hasNot, Sat, "", false},
		{"nor where there is no answer", saying{Reason: Timeout}, pool, has, Unknown, Timeout, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := Seconded{First: c.first, Second: c.second}.Check(t.Context(), c.query)
			require.Equal(t, c.status, r.Status, r.Detail)
			require.Equal(t, c.reason, r.Reason, r.Detail)
			require.Equal(t, c.seconded, r.Seconded)
		})
	}
	countless := Solver{Name: "counts no steps"}
	require.Equal(t, SecondLimit, Limits{}.seconding(countless).Query)
	require.Equal(t, time.Second, Limits{Query: time.Second}.seconding(countless).Query)
}

// TestSecondOpinionsAreCounted: how far a second solver gets depends on neither the
// time nor what it was asked before. Its steps are set to just as many as a query needs,
// and to one less.
func TestSecondOpinionsAreCounted(t *testing.T) {
	// Two factors of a prime, of which one is not 1.
	const product = "(declare-fun x () (_ BitVec 8))(declare-fun y () (_ BitVec 8))(assert (= (bvmul ((_ zero_extend 8) x) ((_ zero_extend 8) y)) "
	query := Query{Text: []byte(product + "#xfff1))")}
	other := Query{Text: []byte(product + "#xffef))")}
	for _, find := range []func() (Solver, error){CVC5, Z3} {
		s, err := find()
		require.NoError(t, err)
		s = s.WithLogic("QF_BV")
		t.Run(s.Name, func(t *testing.T) {
			ask := func(steps int64, before ...Query) Result {
				s := s
				s.Steps = steps
				pool, err := NewSecond(t.Context(), s, Limits{Query: time.Nanosecond}, 1)
				require.NoError(t, err)
				defer pool.Close()
				for _, q := range before {
					pool.Check(t.Context(), q)
				}
				r := pool.Check(t.Context(), query)
				require.Equal(t, len(before)+1, pool.Stats().Processes)
				return r
			}
			enough := 1 + int64(sort.Search(int(s.Steps), func(n int) bool { return ask(int64(n)+1).Status == Unsat }))
			require.Greater(t, enough, int64(100), "the query is too easy to tell anything")
			require.LessOrEqual(t, enough, s.Steps)
			for _, before := range [][]Query{nil, {other}, {other, query, other}} {
				require.Equal(t, Unsat, ask(enough, before...).Status)
				short := ask(enough-1, before...)
				require.Equal(t, Unknown, short.Status)
				require.Equal(t, Timeout, short.Reason, short.Detail)
			}
		})
	}
}
