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

// TestPanel: what several solvers say comes to one answer, and each is asked about
// nothing but what it is for.
func TestPanel(t *testing.T) {
	unsat, sat := Result{Status: Unsat}, Result{Status: Sat}
	silent, broken := Result{Reason: Timeout}, Result{Status: Error, Reason: Protocol}
	const always, alone = false, true
	type voice struct {
		alone bool
		says  Result
	}
	for _, c := range []struct {
		name       string
		panel      []voice
		status     Status
		reason     Reason
		by         []string
		asked      string // voices that Check asked
		allStatus  Status
		allReasons Reason
	}{
		{"nobody else", []voice{{always, unsat}}, Unsat, "", []string{"a"}, "a", Unsat, ""},
		{"agrees", []voice{{always, unsat}, {alone, unsat}}, Unsat, "", []string{"a", "b"}, "ab", Unsat, ""},
		{"has a model", []voice{{always, unsat}, {alone, sat}}, Error, Disagreement, nil, "ab", Unsat, ""},
		{"is broken", []voice{{always, unsat}, {alone, broken}}, Error, Protocol, []string{"b"}, "ab", Unsat, ""},
		{"gives no answer", []voice{{always, unsat}, {alone, silent}}, Unsat, "", []string{"a"}, "ab", Unsat, ""},
		{"a third agrees", []voice{{always, unsat}, {alone, silent}, {alone, unsat}}, Unsat, "", []string{"a", "c"}, "abc", Unsat, ""},
		{"a third has a model", []voice{{always, unsat}, {alone, silent}, {alone, sat}}, Error, Disagreement, nil, "abc", Unsat, ""},
		{"a third is not needed", []voice{{always, unsat}, {alone, unsat}, {alone, sat}}, Unsat, "", []string{"a", "b"}, "ab", Unsat, ""},
		{"both are asked always", []voice{{always, unsat}, {always, unsat}, {alone, sat}}, Unsat, "", []string{"a", "b"}, "ab", Unsat, ""},
		{"they differ", []voice{{always, unsat}, {always, sat}}, Error, Disagreement, nil, "ab", Error, Disagreement},
		{"a model is looked at", []voice{{always, sat}, {always, unsat}}, Sat, "", []string{"a"}, "a", Error, Disagreement},
		{"not of those without an answer", []voice{{always, silent}, {alone, unsat}}, Unknown, Timeout, []string{"a"}, "a", Unknown, Timeout},
		{"nor of those with a model", []voice{{always, sat}, {alone, unsat}}, Sat, "", []string{"a"}, "a", Sat, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var panel Panel
			asked := ""
			for i, v := range c.panel {
				name := string(rune('a' + i))
				panel = append(panel, Voice{Name: name, Alone: v.alone, Checker: listening{func() { asked += name }, v.says}})
			}
			r := panel.Check(t.Context(), Query{})
			require.Equal(t, c.status, r.Status, r)
			require.Equal(t, c.reason, r.Reason, r)
			require.Equal(t, c.by, r.By)
			require.Equal(t, c.asked, asked)
			r = panel.All(t.Context(), Query{})
			require.Equal(t, c.allStatus, r.Status, r)
			require.Equal(t, c.allReasons, r.Reason, r)
		})
	}
}

// listening is a solver that says one thing and tells when it is asked.
type listening struct {
	heard func()
	says  Result
}

func (l listening) Check(context.Context, Query) Result { l.heard(); return l.says }

// TestTheGravestAnswerStays whatever the order in which solvers gave them.
func TestTheGravestAnswerStays(t *testing.T) {
	byGravity := []Result{{Status: Unsat}, {Reason: Timeout}, {Status: Error, Reason: Protocol}, {Status: Sat}}
	for i, a := range byGravity {
		for j, b := range byGravity {
			r := Panel{{Name: "a", Checker: saying(a)}, {Name: "b", Checker: saying(b)}}.All(t.Context(), Query{})
			want := byGravity[max(i, j)]
			if want.Status == Sat && min(i, j) == 0 {
				want = Result{Status: Error, Reason: Disagreement}
			}
			require.Equal(t, want.Status, r.Status, "%v, %v", a, b)
			require.Equal(t, want.Reason, r.Reason, "%v, %v", a, b)
			switch {
			case i == j && i == 0:
				require.Equal(t, []string{"a", "b"}, r.By)
			case i == j:
				require.Equal(t, []string{"a"}, r.By, "the first of two alike")
			}
		}
	}
}

// TestRealPanel: the solvers of the table that are asked where one stands alone answer
// what they are asked, each in the logics that it knows.
func TestRealPanel(t *testing.T) {
	var list []Opinion
	for i, name := range append([]string{"z3"}, AloneNames()...) {
		s, err := Resolve(name)
		require.NoError(t, err)
		list = append(list, Opinion{Solver: s, Alone: i > 0})
	}
	has := Query{Text: []byte("(declare-fun x () (_ BitVec 8))(assert (= (bvmul x x) #x04))")}
	hasNot := Query{Text: []byte("(declare-fun x () (_ BitVec 8))(assert (= (bvmul x x) #x02))")}
	for _, logic := range []string{LogicBits, LogicAll} {
		panel, err := NewPanel(t.Context(), list, logic, Limits{}, 1)
		require.NoError(t, err)
		defer panel.Close()
		want := 0
		for _, o := range list {
			if o.Takes(logic) {
				want++
			}
		}
		require.Len(t, panel, want)
		for i, v := range panel {
			require.Equal(t, i > 0, v.Alone)
			require.Equal(t, Unsat, v.Check(t.Context(), hasNot).Status, v.Name)
			require.Equal(t, Sat, v.Check(t.Context(), has).Status, v.Name)
		}
		require.Len(t, panel.Check(t.Context(), hasNot).By, 2)
	}
	_, err := NewPanel(t.Context(), nil, LogicAll, Limits{}, 1)
	require.Error(t, err)
	countless := Solver{Name: "counts no steps"}
	require.Equal(t, SecondLimit, Limits{}.seconding(countless).Query)
	require.Equal(t, time.Second, Limits{Query: time.Second}.seconding(countless).Query)
	countless.Wait = time.Minute
	require.Equal(t, time.Minute, Limits{Query: time.Hour}.seconding(countless).Query)
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
		t.Run(s.Name, func(t *testing.T) {
			ask := func(steps int64, before ...Query) Result {
				s := s
				s.Steps = steps
				panel, err := Seconds(t.Context(), []Opinion{{Solver: s}}, LogicBits, Limits{Query: time.Nanosecond}, 1)
				require.NoError(t, err)
				pool := panel[0].Checker.(*Pool)
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
