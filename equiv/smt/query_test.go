package smt

import (
	"context"
	"math"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestScan(t *testing.T) {
	for _, s := range []string{"", "\n", "; only a comment", "(assert true)", "(assert (= |a ) ; b| 1))", "(declare-const x Int)\n(define-fun y () Int x) ; (", "(assert ; )\ntrue)"} {
		require.NoError(t, scan([]byte(s)), s)
	}
	for s, want := range map[string]string{
		"(assert":                   "not closed",
		"(assert))":                 "closed that was not opened",
		"(check-sat)":               `"check-sat"`,
		"(assert true)(echo x)":     `"echo"`,
		"(pop 1)":                   `"pop"`,
		"(exit)":                    `"exit"`,
		"(set-option :x true)":      `"set-option"`,
		"( assert true)":            `""`,
		"(|assert| true)":           `"|assert|"`,
		"(assert# true)":            `"assert#"`,
		"(assert;\ntrue)":           `"assert;"`,
		"()":                        `""`,
		"x":                         "outside",
		"|x|":                       "outside",
		"(assert |x)":               "does not end",
		"(assert |x\\|)":            "no symbol can hold",
		"(assert |x\ny|)":           "no symbol can hold",
		"(assert (= x \"a\"))":      "strings",
		"(assert \x00)":             "cannot hold",
		"(assert é)":                "cannot hold",
		"(assert true) ; \r(exit)":  "a comment cannot hold",
		"(assert true) ; \x85(exit": "a comment cannot hold",
		"(assert\ttrue)":            "cannot hold",
	} {
		err := scan([]byte(s))
		require.ErrorContains(t, err, want, s)
	}
}

func TestAppendSymbol(t *testing.T) {
	for name, want := range map[string]string{
		"x": "x", "x17": "x17", "a_b.c": "a_b.c", "7": "|7|", "a b": "|a b|", "a(": "|a(|", "a;b": "|a;b|", `a"b`: `|a"b|`,
		"x'": "|x'|", "a:b": "|a:b|",
	} {
		got, err := AppendSymbol([]byte("("), name)
		require.NoError(t, err, name)
		require.Equal(t, "("+want, string(got))
	}
	for _, name := range []string{"", "a|b", `a\b`, "a\nb", "é", "\x7f", "@x", ".x", "and", "bvadd", "Int", "+", "true", "let", "_", "assert"} {
		_, err := AppendSymbol(nil, name)
		require.Error(t, err, name)
	}
}

// Every ASCII character, alone and within a name: either refused, or read by both
// solvers as the one symbol that it is.
func TestSymbolsReachSolvers(t *testing.T) {
	names := []string{}
	for c := range 128 {
		names = append(names, string(rune(c)), "a"+string(rune(c))+"b")
	}
	z, c := start(t, "z3", Limits{}), start(t, "cvc5", Limits{})
	kept := 0
	for i, name := range names {
		symbol, err := AppendSymbol(nil, name)
		if err != nil {
			continue
		}
		var b Builder
		b.Declare(string(symbol), "Int").Str("(assert (= ").Str(string(symbol)).Str(" ").Int(int64(i)).Str("))")
		q := b.Query(name)
		kept++
		for _, s := range []*Session{z, c} {
			r := s.Check(context.Background(), q)
			require.Equal(t, Sat, r.Status, "%q: %s", name, r)
			require.Equal(t, int64(i), r.Model[name].Int64())
		}
	}
	require.Greater(t, kept, 100)
}

func TestBuilder(t *testing.T) {
	var b, more Builder
	b.Declare("x3", "Int").Define("y", BitVec(8), "#x00").Assert("(= 1 1)")
	b.Str("(assert (= (+ ").Var('x', 3).Str(" ").Int(-5).Str(" ").Int(math.MinInt64).Str(" ").Int(math.MaxInt64).Str(") ").Num(-7).Str("))\n")
	more.BV(-1, 8).BV(5, 64).BV(-1, 64).BV(-1, 65).BV(256, 8)
	more.Big(big.NewInt(-3), 2).Big(new(big.Int).Lsh(big.NewInt(5), 80), 100)
	b.Join(&more)
	q := b.Query("x3")
	require.Equal(t, `(declare-const x3 Int)
(define-fun y () (_ BitVec 8) #x00)
(assert (= 1 1))
(assert (= (+ x3 (- 5) (- 9223372036854775808) 9223372036854775807) -7))
(_ bv255 8)(_ bv5 64)(_ bv18446744073709551615 64)(_ bv36893488147419103231 65)(_ bv0 8)(_ bv1 2)(_ bv6044629098073145873530880 100)`, string(q.Text))
	require.Equal(t, []string{"x3"}, q.Read)
	require.Equal(t, b.String(), string(q.Text))
	require.Equal(t, b.Len(), len(q.Text))
}

// A saved query is one that the solvers accept as a file, with the same answer.
func TestStandalone(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct {
		query Query
		want  string
	}{
		"unsat": {text("(declare-fun x () Int)(assert (< x x)) ; never", "x"), "unsat"},
		"sat":   {text("(declare-fun |a b| () (_ BitVec 8))(assert (= |a b| #x05))", "a b"), "sat"},
	} {
		file, err := c.query.Standalone("")
		require.NoError(t, err)
		path := filepath.Join(dir, name+".smt2")
		require.NoError(t, os.WriteFile(path, file, 0o600))
		for _, preset := range []func() (Solver, error){Z3, CVC5} {
			s, err := preset()
			require.NoError(t, err)
			out, err := exec.Command(s.Path, path).CombinedOutput()
			require.NoError(t, err, string(out))
			require.Equal(t, c.want, strings.TrimSpace(string(out)))
		}
	}
	_, err := text("(assert").Standalone("")
	require.Error(t, err)
	_, err = text("", "a|b").Hash("")
	require.Error(t, err)
}

func TestHash(t *testing.T) {
	hash := func(q Query, logic string) string {
		h, err := q.Hash(logic)
		require.NoError(t, err)
		require.Len(t, h, 64)
		return h
	}
	q := text("(declare-fun x () Int)", "x")
	require.Equal(t, hash(q, ""), hash(q, "ALL"))
	seen := map[string]bool{hash(q, ""): true}
	for _, other := range []string{hash(q, "QF_LIA"), hash(text("(declare-fun x () Int)"), ""), hash(text("(declare-fun x () Real)", "x"), "")} {
		require.False(t, seen[other])
		seen[other] = true
	}
}
