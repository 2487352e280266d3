package encode_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/encode"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// port is an input of both sides.
type port struct {
	width  int
	signed bool
	spec.Range
}

// full is a port that takes every value of its width.
func full(width int, signed bool) port {
	if signed {
		return port{width, true, spec.Range{Lo: -1 << (width - 1), Hi: 1<<(width-1) - 1}}
	}
	return port{width, false, spec.Range{Hi: 1<<width - 1}}
}

// points are all values of the ports together, the first port's fastest.
func points(ps []port) [][]int64 {
	all := [][]int64{nil}
	for i := len(ps) - 1; i >= 0; i-- {
		var next [][]int64
		for _, rest := range all {
			for x := ps[i].Lo; x <= ps[i].Hi; x++ {
				next = append(next, append([]int64{x}, rest...))
			}
		}
		all = next
	}
	return all
}

// differ asks whether net v and term a differ anywhere.
func differ(t *testing.T, s *smt.Session, m *netlist.Module, v netlist.Value, ps []port, terms *golden.Terms, a golden.Term) smt.Status {
	q := encode.NewBits(m, terms)
	for i, p := range ps {
		x := terms.Var(i)
		q.Word(fmt.Sprintf("x%d", i), x, p.width, p.signed, p.Range)
		q.Carry(m.Inputs[i].Value, x)
	}
	return check(t, s, q, v, a)
}

func check(t *testing.T, s *smt.Session, q *encode.Bits, v netlist.Value, a golden.Term) smt.Status {
	text, err := q.Differ(v, a)
	require.NoError(t, err)
	r := s.Check(context.Background(), smt.Query{Text: []byte(text)})
	require.NotEqual(t, smt.Error, r.Status, "%v\n%s", r, text)
	return r.Status
}

func bitsSession(t *testing.T) *smt.Session {
	z3, err := smt.Z3()
	require.NoError(t, err)
	s, err := smt.Start(context.Background(), z3.WithLogic("QF_BV"), smt.Limits{})
	require.NoError(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

// lookup is the term that is values[i] at point i.
func lookup(terms *golden.Terms, ps []port, values []int64) golden.Term {
	at, stride := terms.Const(0), int64(1)
	for i, p := range ps {
		at = terms.Sum(at, terms.Mul(terms.Const(stride), terms.Sum(terms.Var(i), terms.Const(-p.Lo))))
		stride *= p.Hi - p.Lo + 1
	}
	// By halves: a chain of comparisons can take Z3 a minute.
	var find func(lo, hi int) golden.Term
	find = func(lo, hi int) golden.Term {
		if hi-lo == 1 {
			return terms.Const(values[lo])
		}
		mid := (lo + hi) / 2
		return terms.IfLess(at, terms.Const(int64(mid)), find(lo, mid), find(mid, hi))
	}
	return find(0, len(values))
}

// TestEveryCellIsSpelledAsItIsEvaluated compares the spelling of each cell, of
// narrow words of either sign, as users of either sign read it, with a table of
// what the evaluator says of all inputs; and with tables that are wrong in one
// bit of one entry.
func TestEveryCellIsSpelledAsItIsEvaluated(t *testing.T) {
	type V = netlist.Value
	unary := map[string]func(m *netlist.Module, a V) V{
		"not": (*netlist.Module).Not, "neg": (*netlist.Module).Neg,
		"redand": (*netlist.Module).RedAnd, "redor": (*netlist.Module).RedOr, "redxor": (*netlist.Module).RedXor,
		"zext":    func(m *netlist.Module, a V) V { return m.Zext(a, m.Width(a)+2) },
		"sext":    func(m *netlist.Module, a V) V { return m.Sext(a, m.Width(a)+2) },
		"low":     func(m *netlist.Module, a V) V { return m.Slice(a, 0, max(1, m.Width(a)-1)) },
		"high":    func(m *netlist.Module, a V) V { return m.Slice(a, min(1, m.Width(a)-1), max(1, m.Width(a)-1)) },
		"top":     func(m *netlist.Module, a V) V { return m.Slice(a, m.Width(a)-1, 1) },
		"shl 1":   func(m *netlist.Module, a V) V { return m.Shl(a, m.Const(2, 1)) },
		"shr 1":   func(m *netlist.Module, a V) V { return m.Shr(a, m.Const(2, 1)) },
		"sar 1":   func(m *netlist.Module, a V) V { return m.Sar(a, m.Const(2, 1)) },
		"sar 3":   func(m *netlist.Module, a V) V { return m.Sar(a, m.Const(2, 3)) },
		"scaled":  func(m *netlist.Module, a V) V { return m.Sext(m.ShlConst(a, 2), m.Width(a)+3) },
		"a - 1":   func(m *netlist.Module, a V) V { return m.Sub(a, m.Const(m.Width(a), 1)) },
		"1 - a":   func(m *netlist.Module, a V) V { return m.Sub(m.Const(m.Width(a), 1), a) },
		"a < 1":   func(m *netlist.Module, a V) V { return m.Slt(a, m.Const(m.Width(a), 1)) },
		"~a + 1":  func(m *netlist.Module, a V) V { return m.Add(m.Not(a), m.Const(m.Width(a), 1)) },
		"a or -1": func(m *netlist.Module, a V) V { return m.Mux(m.RedOr(a), a, m.Const(m.Width(a), -1)) },
	}
	binary := map[string]func(m *netlist.Module, a, b V) V{
		"add": (*netlist.Module).Add, "sub": (*netlist.Module).Sub, "mul": (*netlist.Module).Mul,
		"and": (*netlist.Module).And, "or": (*netlist.Module).Or, "xor": (*netlist.Module).Xor,
		"shl": (*netlist.Module).Shl, "shr": (*netlist.Module).Shr, "sar": (*netlist.Module).Sar,
		"eq": (*netlist.Module).Eq, "ult": (*netlist.Module).Ult, "slt": (*netlist.Module).Slt,
		"concat": (*netlist.Module).Concat,
		"mux":    func(m *netlist.Module, a, b V) V { return m.Mux(m.Slice(a, m.Width(a)-1, 1), a, b) },
		"wide":   func(m *netlist.Module, a, b V) V { return m.Sub(m.Sext(a, m.Width(a)+1), m.Zext(b, m.Width(b)+1)) },
	}
	users := []func(m *netlist.Module, v V) V{
		func(_ *netlist.Module, v V) V { return v },
		func(m *netlist.Module, v V) V { return m.Sext(v, m.Width(v)+2) },
		func(m *netlist.Module, v V) V { return m.Zext(v, m.Width(v)+2) },
	}
	s := bitsSession(t)
	one := func(name string, ps []port, build func(m *netlist.Module, in []V) V) {
		for i, use := range users {
			m := netlist.New("cell")
			in := make([]V, len(ps))
			for j, p := range ps {
				in[j] = m.Input(fmt.Sprintf("x%d", j), p.width)
			}
			y := use(m, build(m, in))
			m.Output("y", y)
			all := points(ps)
			words := make([][]uint64, len(ps))
			for _, x := range all {
				for j, p := range ps {
					words[j] = append(words[j], uint64(x[j])&(1<<p.width-1))
				}
			}
			e, err := netlist.NewEvaluator(m)
			require.NoError(t, err)
			values := make([]int64, len(all))
			for j, v := range e.Eval(words)[0] {
				values[j] = int64(v)
			}
			terms := golden.NewTerms()
			require.Equal(t, smt.Unsat, differ(t, s, m, y, ps, terms, lookup(terms, ps, values)), "%s %v user %d", name, ps, i)
			at := len(all) * 2 / 3
			values[at] ^= 1 << (m.Width(y) - 1)
			require.Equal(t, smt.Sat, differ(t, s, m, y, ps, terms, lookup(terms, ps, values)), "%s %v user %d, wrong at %v", name, ps, i, all[at])
		}
	}
	for w := 1; w <= 3; w++ {
		for _, signed := range []bool{false, true} {
			for name, op := range unary {
				one(name, []port{full(w, signed)}, func(m *netlist.Module, in []V) V { return op(m, in[0]) })
			}
			for name, op := range binary {
				for _, other := range []bool{false, true} {
					one(name, []port{full(w, signed), full(w, other)}, func(m *netlist.Module, in []V) V { return op(m, in[0], in[1]) })
				}
			}
		}
	}
}

// TestEveryTermIsSpelledAsItIsEvaluated compares expressions over two integers
// with a table of their values, as a circuit of multiplexers, at all points.
func TestEveryTermIsSpelledAsItIsEvaluated(t *testing.T) {
	const seed, width = 20, 12
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	s := bitsSession(t)
	for round := range 120 {
		lo := int64(rnd.IntN(6)) - 4
		ps := []port{
			{4, true, spec.Range{Lo: lo, Hi: lo + int64(rnd.IntN(5))}},
			{3, false, spec.Range{Lo: int64(rnd.IntN(4)), Hi: 3 + int64(rnd.IntN(4))}},
		}
		terms := golden.NewTerms()
		y := expression(rnd, terms, 4)
		all := points(ps)
		values := make([]int64, len(all))
		for i, x := range all {
			values[i] = terms.Eval(y, x)
		}
		m, v := table(ps, all, values, width)
		require.Equal(t, smt.Unsat, differ(t, s, m, v, ps, terms, y), "round %d", round)
		at := rnd.IntN(len(all))
		values[at] ^= 1 << rnd.IntN(width)
		m, v = table(ps, all, values, width)
		require.Equal(t, smt.Sat, differ(t, s, m, v, ps, terms, y), "round %d, wrong at %v", round, all[at])
	}
}

// expression is a random term over variables 0 and 1 in which every operator may
// occur with variables and with constants.
func expression(rnd *rand.Rand, t *golden.Terms, depth int) golden.Term {
	sub := func() golden.Term { return expression(rnd, t, depth-1) }
	op := rnd.IntN(8)
	if depth == 0 {
		op = rnd.IntN(2)
	}
	switch op {
	case 0:
		return t.Const(int64(rnd.IntN(21)) - 10)
	case 1:
		return t.Var(rnd.IntN(2))
	case 2:
		return t.Neg(sub())
	case 3:
		return t.Sum(sub(), sub(), sub())
	case 4:
		return t.Shl(sub(), rnd.IntN(4))
	case 5:
		return t.Shr(sub(), rnd.IntN(7))
	case 6:
		return t.Mul(sub(), expression(rnd, t, min(1, depth-1)))
	default:
		return t.IfLess(sub(), sub(), sub(), sub())
	}
}

// table is a circuit whose output is the low bits of values[i] at point i.
func table(ps []port, at [][]int64, values []int64, width int) (*netlist.Module, netlist.Value) {
	m := netlist.New("table")
	for i, p := range ps {
		m.Input(fmt.Sprintf("x%d", i), p.width)
	}
	y := m.Const(width, 0)
	for i, x := range at {
		here := m.Const(1, 1)
		for j, p := range m.Inputs {
			here = m.And(here, m.Eq(p.Value, m.Const(p.Width, x[j])))
		}
		y = m.Mux(here, m.Const(width, values[i]), y)
	}
	m.Output("y", y)
	return m, y
}

func TestCutsAreAffine(t *testing.T) {
	s := bitsSession(t)
	for _, w := range []int{1, 3, 8} {
		for _, b := range []spec.Range{{Lo: -5, Hi: 9}, {Lo: 3, Hi: 3}, {Lo: -200, Hi: -100}} {
			for _, k := range [][2]int64{{1, 0}, {1, -7}, {4, 1}, {-3, 100}} {
				terms := golden.NewTerms()
				u := terms.Var(0)
				want := terms.Sum(terms.Mul(terms.Const(k[0]), u), terms.Const(k[1]))
				for wrong, status := range []smt.Status{smt.Unsat, smt.Sat} {
					m := netlist.New("cut")
					y := m.Input("x", w)
					q := encode.NewBits(m, terms)
					q.Integer("u", u, b)
					q.Affine(y, u, k[0], k[1]+int64(wrong))
					require.Equal(t, status, check(t, s, q, y, want), "%d bits, %v, %v", w, b, k)
				}
			}
		}
	}
}

func TestTermsBeyondTheLimitAreRefused(t *testing.T) {
	for name, build := range map[string]func(t *golden.Terms, x golden.Term) golden.Term{
		"shift":   func(t *golden.Terms, x golden.Term) golden.Term { return t.Shl(x, 60) },
		"product": func(t *golden.Terms, x golden.Term) golden.Term { return t.Mul(x, t.Const(1<<58)) },
		"square":  func(t *golden.Terms, x golden.Term) golden.Term { y := t.Shl(x, 30); return t.Mul(y, y) },
		"sum": func(t *golden.Terms, x golden.Term) golden.Term {
			y := t.Shl(x, 57)
			return t.Sum(y, y, y, y, y, y)
		},
	} {
		m := netlist.New("limit")
		m.Input("x", 4)
		terms := golden.NewTerms()
		q := encode.NewBits(m, terms)
		q.Word("x0", terms.Var(0), 4, true, spec.Range{Lo: -8, Hi: 7})
		q.Carry(m.Inputs[0].Value, terms.Var(0))
		_, err := q.Differ(m.Inputs[0].Value, build(terms, terms.Var(0)))
		require.ErrorContains(t, err, "62 bits", name)
	}
	m := netlist.New("register")
	m.Output("y", m.Input("x", 4))
	terms := golden.NewTerms()
	_, err := encode.NewBits(m, terms).Differ(m.Inputs[0].Value, terms.Const(0))
	require.ErrorContains(t, err, "not combinational")
}
