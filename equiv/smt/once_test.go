package smt

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestTable: every row is a solver that starts, knows what is known, and is found by its
// name, and by the path of its program if it is the first of that program.
func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Table {
		t.Run(r.Name, func(t *testing.T) {
			s, err := Resolve(r.Name)
			require.NoError(t, err)
			require.Equal(t, r.Name, s.Name)
			byPath, err := Resolve(s.Path)
			require.NoError(t, err)
			require.Equal(t, !seen[r.Tool.Name], byPath.Name == r.Name)
			seen[r.Tool.Name] = true
			for _, logic := range []string{LogicAll, LogicBits} {
				session, err := Start(t.Context(), s.WithLogic(logic), Limits{Query: 20 * time.Second})
				if !s.Takes(logic) {
					require.ErrorContains(t, err, "does not know the logic "+logic)
					continue
				}
				require.NoError(t, err)
				defer session.Close()
				require.NoError(t, session.Examine(t.Context()))
				require.Regexp(t, `^\d+\.\d+`, session.Version())
				require.NotEmpty(t, session.Identity().Name)
				require.Equal(t, session.Version(), session.Identity().Version)
			}
		})
	}
	require.Equal(t, []string{"cvc5", "z3", "boolector"}, AloneNames()[:3], "who comes later is asked later")
}

func boolector(t *testing.T, l Limits) *Session {
	t.Helper()
	s, err := Resolve("boolector")
	require.NoError(t, err)
	session, err := Start(t.Context(), s.WithLogic(LogicBits), l)
	require.NoError(t, err)
	t.Cleanup(session.Close)
	return session
}

// TestBoolector gives every kind of answer, and the models of what was defined.
func TestBoolector(t *testing.T) {
	const vars = "(declare-const x (_ BitVec 8))(declare-fun |a b| () (_ BitVec 8))(declare-const p Bool)"
	s := boolector(t, Limits{Query: 20 * time.Second})
	for _, c := range []struct {
		name   string
		query  Query
		status Status
		reason Reason
		model  map[string]string
	}{
		{"nothing", text(""), Sat, "", nil},
		{"unsat", text("(assert false)"), Unsat, "", nil},
		{"declared", text(vars+"(assert (= x #x07))(assert (= |a b| (bvadd x #xff)))(assert p)", "a b", "x", "p"),
			Sat, "", map[string]string{"x": "7", "a b": "6", "p": "1"}},
		{"defined", text(vars+"(define-fun y () (_ BitVec 8) (bvadd x #x01))(define-fun q () Bool (= y #x07))(assert q)", "x", "y", "q"),
			Sat, "", map[string]string{"x": "6", "y": "7", "q": "1"}},
		{"whatever it is", text(vars+"(assert p)", "x"), Sat, "", map[string]string{"x": "0"}},
		{"many operands", text(vars+"(assert (= #x0f (bvadd x x x #x03)))(assert (= (bvand x #x0f #x1f #xff) (bvor x #x00 #x00)))", "x"),
			Sat, "", map[string]string{"x": "4"}},
		{"operands in their order", text(vars + "(assert (distinct (bvxor x |a b| #x55 (bvadd x |a b| x)) (bvxor #x55 (bvadd x x |a b|) |a b| x)))"), Unsat, "", nil},
		{"undeclared", text("(assert nope)"), Error, Rejected, nil},
		{"value of an undeclared symbol", text("(assert true)", "nope"), Error, Protocol, nil},
		{"integers", text("(declare-const i Int)(assert (< i 0))"), Error, Rejected, nil},
		{"with arguments", text("(define-fun f ((a Bool)) Bool a)"), Unknown, GaveUp, nil},
		{"not closed", text("(assert true"), Error, BadQuery, nil},
		{"more than a query", text("(check-sat)"), Error, BadQuery, nil},
	} {
		r := s.Check(t.Context(), c.query)
		require.Equal(t, c.status, r.Status, "%s: %s", c.name, r)
		require.Equal(t, c.reason, r.Reason, "%s: %s", c.name, r)
		require.Len(t, r.Model, len(c.model), c.name)
		for k, v := range c.model {
			require.Equal(t, v, r.Model[k].String(), "%s: %s", c.name, k)
		}
	}
	stats := s.Stats()
	require.Equal(t, stats.Queries, stats.Sat+stats.Unsat+stats.Unknown+stats.Errors)
}

// TestOnceEnds: one that answers once is bounded as others are.
func TestOnceEnds(t *testing.T) {
	hard := text("(declare-const x (_ BitVec 64))(declare-const y (_ BitVec 64))" +
		"(assert (= (bvmul ((_ zero_extend 64) x) ((_ zero_extend 64) y)) #x00000000000000010000000000000b5f))(assert (bvugt x #x0000000000000001))(assert (bvugt y #x0000000000000001))")
	s := boolector(t, Limits{Query: 200 * time.Millisecond})
	r := s.Check(t.Context(), hard)
	require.Equal(t, Timeout, r.Reason, r)
	require.Equal(t, Unsat, s.Check(t.Context(), sound).Status)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.Equal(t, Cancelled, s.Check(ctx, sound).Reason)
	small := boolector(t, Limits{Memory: 12 << 20})
	r = small.Check(t.Context(), hard)
	require.Equal(t, Unknown, r.Status, r)
	require.Contains(t, []Reason{Memory, Crashed}, r.Reason, r)
	s.Close()
	require.Equal(t, NoSolver, s.Check(t.Context(), sound).Reason)
}

// TestOnceIsNotBelieved: what a process prints and how it ends must be one answer.
func TestOnceIsNotBelieved(t *testing.T) {
	for _, c := range []struct {
		name, does string
		status     Status
		reason     Reason
	}{
		{"unsat", "echo unsat; exit 20", Unsat, ""},
		{"sat", "echo sat; echo x 101; exit 10", Sat, ""},
		{"another code", "echo unsat; exit 10", Error, Protocol},
		{"no code", "echo unsat", Error, Protocol},
		{"two answers", "echo unsat; echo sat; exit 20", Error, Protocol},
		{"more after unsat", "echo 'unsat )'; exit 20", Error, Protocol},
		{"a list", "echo '(unsat)'; exit 20", Error, Protocol},
		{"a string", `echo '"unsat"'; exit 20`, Error, Protocol},
		{"words before", "echo hello; echo unsat; exit 20", Error, Protocol},
		{"nothing", "exit 20", Error, Protocol},
		{"an error", "echo 'no such thing' >&2; exit 1", Error, Rejected},
		{"unknown", "echo unknown", Unknown, GaveUp},
		{"dies", "echo unsat; kill -9 $$", Unknown, Crashed},
		{"memory", "echo 'out of memory' >&2; exit 1", Unknown, Memory},
		{"no model", "echo sat; exit 10", Error, Protocol},
		{"half a model", "echo sat; echo x; exit 10", Error, Protocol},
		{"two models", "echo sat; echo x 1; echo x 1; exit 10", Error, Protocol},
		{"no number", "echo sat; echo x 12; exit 10", Error, Protocol},
		{"a model in a list", "echo sat; echo '((x 1))'; exit 10", Error, Protocol},
		{"on and on", "yes unsat", Error, Protocol},
		{"hangs", "sleep 60", Unknown, Timeout},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "solver")
			// To the query of nothing, which Start asks, it gives an answer.
			require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\nif grep -q declare; then "+c.does+"; else echo sat; exit 10; fi\n"), 0o755))
			limits := Limits{Query: 20 * time.Second}
			if c.reason == Timeout {
				limits.Query = time.Second
			}
			s, err := Start(t.Context(), Solver{Name: "once", Path: path, Once: true}, limits)
			require.NoError(t, err)
			defer s.Close()
			r := s.Check(t.Context(), text("(declare-fun x () (_ BitVec 3))", "x"))
			require.Equal(t, c.status, r.Status, r)
			require.Equal(t, c.reason, r.Reason, r)
			if c.status == Sat {
				require.Equal(t, int64(5), r.Model["x"].Int64())
			}
		})
	}
	_, err := Start(t.Context(), Solver{Name: "once", Path: "/bin/true", Once: true}, Limits{})
	require.ErrorContains(t, err, "/bin/true")
}
