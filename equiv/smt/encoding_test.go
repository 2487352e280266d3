package smt

import (
	"context"
	"fmt"
	"math/rand"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// encoding is a way to write "this adder tree computes that sum".
type encoding struct {
	name   string
	node   string // what holds an adder's output: let, define or declare
	sum    string // how the golden sum is written: flat or nested
	wrap   string // how an adder wraps at tree width: no (shown beforehand), mod, free
	csa    bool   // 3:2 compressors with free integers instead of adders
	tail   bool   // round, shift and clamp both sides
	free   bool   // inputs without bounds
	modulo bool   // sides compared modulo 2^width
}

var encodings = []encoding{
	{name: "let", node: "let", sum: "flat"},
	{name: "let-nobounds", node: "let", sum: "flat", free: true},
	{name: "define", node: "define", sum: "flat"},
	{name: "declare", node: "declare", sum: "flat"},
	{name: "let-nested", node: "let", sum: "nested"},
	{name: "let-tail", node: "let", sum: "flat", tail: true},
	{name: "define-tail", node: "define", sum: "flat", tail: true},
	{name: "let-modulo", node: "let", sum: "flat", modulo: true},
	{name: "let-wrap-free", node: "let", sum: "flat", wrap: "free", modulo: true, free: true},
	{name: "let-wrap-free-bounds", node: "let", sum: "flat", wrap: "free", modulo: true},
	{name: "let-csa", node: "let", sum: "flat", csa: true, modulo: true, free: true},
	{name: "define-csa", node: "define", sum: "flat", csa: true, modulo: true, free: true},
}

// width is that of the wrapping trees. Where nothing wraps it is of no account.
const width = 20

// tree writes the query of a tree over n inputs with random signed powers of two
// of seven sizes, and a bias. With a planted fault, one input is counted twice on
// the tree's side.
func (e encoding) tree(n int, seed int64, fault bool) Query {
	rng := rand.New(rand.NewSource(seed))
	coefs := make([]int64, n)
	for i := range coefs {
		coefs[i] = int64(1) << rng.Intn(7)
		if rng.Intn(2) == 0 {
			coefs[i] = -coefs[i]
		}
	}
	w := &writer{encoding: e}
	for i := range n {
		x := fmt.Sprintf("x%d", i)
		w.head.Declare(x, "Int")
		if !e.free {
			w.head.Assert("(and (<= 0 " + x + ") (<= " + x + " 255))")
		}
	}
	leaves := func() []string {
		var out []string
		for i, c := range coefs {
			var b Builder
			out = append(out, b.Str("(* ").Int(c).Str(" ").Var('x', i).Str(")").String())
		}
		return append(out, "37")
	}
	golden := w.golden(leaves())
	gate := leaves()
	if fault {
		gate = append(gate, "x0")
	}
	side := w.adders(gate)
	if e.csa {
		side = w.compressors(gate)
	}
	if e.tail {
		golden, side = w.tail(golden), w.tail(side)
	}
	question := fmt.Sprintf("(not (= %s %s))", golden, side)
	if e.modulo {
		question = fmt.Sprintf("(not (= (mod (- %s %s) %d) 0))", golden, side, 1<<width)
	}
	return w.query(question)
}

// writer collects what stands before the question.
type writer struct {
	encoding
	head  Builder // declarations and assertions
	lets  Builder // open lets
	nodes int
}

func (w *writer) query(question string) Query {
	w.head.Str("(assert\n").Join(&w.lets).Str(question)
	if w.node == "let" {
		w.head.Str(strings.Repeat(")", w.nodes))
	}
	w.head.Str(")\n")
	return w.head.Query()
}

func (w *writer) hold(term string) string {
	name := fmt.Sprintf("n%d", w.nodes)
	w.nodes++
	switch w.node {
	case "let":
		w.lets.Str(fmt.Sprintf("(let ((%s %s))\n", name, term))
	case "define":
		w.head.Define(name, "Int", term)
	case "declare":
		w.head.Declare(name, "Int").Assert(fmt.Sprintf("(= %s %s)", name, term))
	}
	return name
}

func (w *writer) fresh(letter string) string {
	name := fmt.Sprintf("%s%d", letter, w.nodes)
	w.head.Declare(name, "Int")
	return name
}

func (w *writer) golden(terms []string) string {
	if w.sum == "nested" {
		sum := terms[0]
		for _, t := range terms[1:] {
			sum = fmt.Sprintf("(+ %s %s)", sum, t)
		}
		return sum
	}
	sum := "(+"
	for _, t := range terms {
		sum += " " + t
	}
	return sum + ")"
}

func (w *writer) adders(level []string) string {
	for len(level) > 1 {
		var next []string
		for i := 0; i+1 < len(level); i += 2 {
			sum := fmt.Sprintf("(+ %s %s)", level[i], level[i+1])
			switch w.wrap {
			case "mod":
				sum = fmt.Sprintf("(mod %s %d)", sum, 1<<width)
			case "free":
				sum = fmt.Sprintf("(- (+ %s %s) (* %d %s))", level[i], level[i+1], 1<<width, w.fresh("q"))
			}
			next = append(next, w.hold(sum))
		}
		if len(level)%2 == 1 {
			next = append(next, level[len(level)-1])
		}
		level = next
	}
	return level[0]
}

func (w *writer) compressors(level []string) string {
	for len(level) > 2 {
		var next []string
		for i := 0; i+2 < len(level); i += 3 {
			m, q := w.fresh("M"), w.fresh("q")
			next = append(next,
				w.hold(fmt.Sprintf("(- (+ %s %s %s) (* 2 %s))", level[i], level[i+1], level[i+2], m)),
				w.hold(fmt.Sprintf("(- (* 2 %s) (* %d %s))", m, 1<<width, q)))
		}
		level = append(next, level[len(level)/3*3:]...)
	}
	return w.hold(fmt.Sprintf("(+ %s %s)", level[0], level[1]))
}

func (w *writer) tail(acc string) string {
	r := w.hold(fmt.Sprintf("(div (+ %s 8) 16)", acc))
	return w.hold(fmt.Sprintf("(ite (< %s 0) 0 (ite (< 255 %s) 255 %s))", r, r, r))
}

// Every encoding that is measured also tells a right tree from a wrong one.
func TestEncodings(t *testing.T) {
	all := append([]encoding{{name: "let-wrap-mod", node: "let", sum: "flat", wrap: "mod", modulo: true}}, encodings...)
	s := start(t, "z3", Limits{Query: 20 * time.Second})
	for _, e := range all {
		r := s.Check(context.Background(), e.tree(10, 1, false))
		require.Equal(t, Unsat, r.Status, "%s: %s", e.name, r)
		r = s.Check(context.Background(), e.tree(10, 1, true))
		require.Equal(t, Sat, r.Status, "%s: %s", e.name, r)
	}
}

// BenchmarkEncoding measures one query in a running session, with distinct
// queries one after another as in a signoff. ms/query is the session's time
// without the test's own writing.
func BenchmarkEncoding(b *testing.B) {
	for _, e := range encodings {
		for _, n := range []int{16, 160, 960} {
			b.Run(fmt.Sprintf("%s/%d", e.name, n), func(b *testing.B) { e.run(b, "z3", "", n) })
		}
	}
}

// BenchmarkLogic measures whether Z3 makes a difference between logics.
func BenchmarkLogic(b *testing.B) {
	for _, logic := range []string{"ALL", "QF_LIA", "QF_NIA", "QF_UFLIA"} {
		b.Run(logic, func(b *testing.B) { encodings[0].run(b, "z3", logic, 160) })
	}
}

// BenchmarkSecond measures the second solver.
func BenchmarkSecond(b *testing.B) {
	for _, n := range []int{16, 160, 960} {
		b.Run(fmt.Sprintf("cvc5/%d", n), func(b *testing.B) { encodings[0].run(b, "cvc5", "", n) })
	}
}

func (e encoding) run(b *testing.B, preset, logic string, n int) {
	solver, err := presets[preset]()
	require.NoError(b, err)
	s, err := Start(context.Background(), solver.WithLogic(logic), Limits{})
	require.NoError(b, err)
	defer s.Close()
	queries := make([]Query, 20)
	for i := range queries {
		queries[i] = e.tree(n, int64(i), false)
	}
	s.Check(context.Background(), queries[0])
	i := 0
	b.ResetTimer()
	for b.Loop() {
		r := s.Check(context.Background(), queries[i%len(queries)])
		require.Equal(b, Unsat, r.Status, r)
		i++
	}
	b.ReportMetric(float64(len(queries[0].Text))/1000, "kB/query")
}

// BenchmarkBitVectors measures what the logic does to bit vectors: a + b written
// as a carry-save pair, at widths of lifting rules.
func BenchmarkBitVectors(b *testing.B) {
	for _, c := range []struct{ preset, logic string }{{"z3", "ALL"}, {"z3", "QF_BV"}, {"cvc5", "ALL"}, {"cvc5", "QF_BV"}} {
		for _, bits := range []int{8, 16, 32} {
			b.Run(fmt.Sprintf("%s/%s/%d", c.preset, c.logic, bits), func(b *testing.B) {
				solver, err := presets[c.preset]()
				require.NoError(b, err)
				s, err := Start(context.Background(), solver.WithLogic(c.logic), Limits{Query: 20 * time.Second})
				require.NoError(b, err)
				defer s.Close()
				var q Builder
				for i := range 3 {
					q.Declare(fmt.Sprintf("x%d", i), BitVec(bits))
				}
				q.Str("(assert (not (= (bvadd x0 x1 x2) (bvadd (bvxor x0 x1 x2) (bvshl (bvor (bvand x0 x1) (bvand x0 x2) (bvand x1 x2)) ")
				query := q.BV(1, bits).Str(")))))\n").Query()
				for b.Loop() {
					r := s.Check(context.Background(), query)
					require.Equal(b, Unsat, r.Status, r)
				}
			})
		}
	}
}
