package smt

import (
	"context"
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
	pool, err := NewPool(t.Context(), other.WithLogic("QF_BV"), Limits{Query: 500 * time.Millisecond}.Seconding(), 1)
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
	require.Equal(t, SecondLimit, Limits{}.Seconding().Query)
	require.Equal(t, time.Second, Limits{Query: time.Second}.Seconding().Query)
}
