package netlist

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// Random modules, built twice: through the constructors, which fold and rewire,
// and cell by cell as asked. Both are evaluated as programs, the second also one
// lane at a time by the reference.
func TestFoldingKeepsTheFunction(t *testing.T) {
	const seed = 1
	rng := rand.New(rand.NewPCG(seed, 0))
	for round := range 1500 {
		folded, plain := New("m"), New("m")
		var f, p []Value // the same words in both
		const lanes = 300
		var in [][]uint64
		for i := range 3 {
			w := 1 + rng.IntN(5)
			name := fmt.Sprintf("i%d", i)
			f, p = append(f, folded.Input(name, w)), append(p, plain.Input(name, w))
			in = append(in, make([]uint64, lanes))
			for j := range in[i] {
				in[i][j] = rng.Uint64()
			}
		}
		for range 14 {
			w := 1 + rng.IntN(5)
			if rng.IntN(3) == 0 {
				c := []int64{0, -1, 1, rng.Int64()}[rng.IntN(4)]
				f, p = append(f, folded.Const(w, c)), append(p, plain.Const(w, c))
			}
			op := OpSlice + Op(rng.IntN(int(NumOps-OpSlice)))
			s, args := randomUse(rng, plain, op, p)
			if args == nil {
				continue
			}
			var fs, ps []Value
			for _, i := range args {
				fs, ps = append(fs, f[i]), append(ps, p[i])
			}
			f = append(f, build(folded, s.op, s.width, s.aux, fs...))
			if (op == OpZext || op == OpSext) && s.width == s.args[0] {
				p = append(p, ps[0]) // there is no cell for it
			} else {
				p = append(p, plain.push(s.op, s.width, int64(s.aux), ps...))
			}
		}
		for i := range f {
			require.Equal(t, plain.Width(p[i]), folded.Width(f[i]))
			folded.Output(fmt.Sprintf("y%d", i), f[i])
			plain.Output(fmt.Sprintf("y%d", i), p[i])
		}
		require.NoError(t, folded.Check())
		require.NoError(t, plain.Check())
		got, want := run(t, folded, in), run(t, plain, in)
		require.Equal(t, want, got, "round %d of seed %d", round, seed)
		lane := rng.IntN(lanes)
		for i, w := range referenceLane(plain, in, lane) {
			require.Equal(t, w, want[i][lane], "round %d of seed %d, v%d", round, seed, p[i])
		}
	}
}

// randomUse chooses operands for op among vs that fit each other; nil when it
// finds none.
func randomUse(rng *rand.Rand, m *Module, op Op, vs []Value) (shape, []int) {
	for range 40 {
		args := make([]int, op.Arity())
		ws := make([]int, op.Arity())
		for i := range args {
			args[i] = rng.IntN(len(vs))
			ws[i] = m.Width(vs[args[i]])
		}
		s := shape{op: op, width: ws[0], args: ws}
		ok := true
		switch op {
		case OpSlice:
			s.aux = rng.IntN(ws[0])
			s.width = 1 + rng.IntN(ws[0]-s.aux)
		case OpConcat:
			s.width = ws[0] + ws[1]
			ok = s.width <= 40
		case OpZext, OpSext:
			s.width += rng.IntN(4)
			ok = s.width <= 40
		case OpNeg, OpNot, OpShl, OpShr, OpSar:
		case OpEq, OpUlt, OpSlt:
			s.width, ok = 1, ws[0] == ws[1]
		case OpRedAnd, OpRedOr, OpRedXor:
			s.width = 1
		case OpMux:
			s.width, ok = ws[1], ws[0] == 1 && ws[1] == ws[2]
		default:
			ok = ws[0] == ws[1]
		}
		if ok {
			return s, args
		}
	}
	return shape{}, nil
}

func run(t *testing.T, m *Module, in [][]uint64) [][]uint64 {
	t.Helper()
	e, err := NewEvaluator(m)
	require.NoError(t, err)
	return e.Eval(in)
}

// referenceLane evaluates every output of m on one lane.
func referenceLane(m *Module, in [][]uint64, lane int) []uint64 {
	words := make([]word, len(m.Cells))
	for v := 1; v < len(m.Cells); v++ {
		c := m.Cells[v]
		switch c.Op {
		case OpInput:
			words[v] = wordOf(in[c.Aux][lane], int(c.Width))
		case OpConst:
			words[v] = wordOf(uint64(c.Aux), int(c.Width))
		default:
			var args []word
			for _, a := range c.Args[:c.Op.Arity()] {
				args = append(args, words[a])
			}
			words[v] = reference(c.Op, int(c.Width), int(c.Aux), args...)
		}
	}
	var out []uint64
	for _, p := range m.Outputs {
		out = append(out, words[p.Value].uint64())
	}
	return out
}

func TestConstructorsRewire(t *testing.T) {
	m := New("m")
	a, b := m.Input("a", 8), m.Input("b", 8)
	cells := len(m.Cells)
	require.Equal(t, a, m.Slice(a, 0, 8))
	require.Equal(t, a, m.Zext(a, 8))
	require.Equal(t, a, m.Sext(a, 8))
	require.Equal(t, a, m.Resize(a, 8, true))
	require.Equal(t, a, m.ShlConst(a, 0))
	require.Equal(t, a, m.Mux(m.Slice(b, 3, 1), a, a))
	require.Equal(t, a, m.Not(m.Not(a)))
	require.Equal(t, a, m.And(a, a))
	require.Equal(t, a, m.Or(a, a))
	require.Equal(t, cells+2, len(m.Cells), "the slice and the not")
	low, high := m.Slice(a, 0, 4), m.Slice(a, 4, 4)
	require.Equal(t, a, m.Concat(low, high))
	pair := m.Concat(a, b)
	require.Equal(t, a, m.Slice(pair, 0, 8))
	require.Equal(t, b, m.Slice(pair, 8, 8))
	zero := m.Const(8, 0)
	require.Equal(t, a, m.Add(a, zero))
	require.Equal(t, a, m.Add(zero, a))
	require.Equal(t, a, m.Sub(a, zero))
	require.Equal(t, a, m.Xor(a, zero))
	require.Equal(t, a, m.Mul(a, m.Const(8, 1)))
	require.Equal(t, a, m.Shl(a, m.Const(3, 0)))
	v, ok := m.ConstOf(m.Add(m.Const(8, 200), m.Const(8, 100)))
	require.True(t, ok)
	require.EqualValues(t, 44, v)
}

func TestConstructorsPanicOnMisuse(t *testing.T) {
	m := New("m")
	a, b := m.Input("a", 8), m.Input("b", 9)
	wide := m.Input("w", 60)
	for name, f := range map[string]func(){
		"add":         func() { m.Add(a, b) },
		"slt":         func() { m.Slt(a, b) },
		"mux select":  func() { m.Mux(a, a, a) },
		"mux arms":    func() { m.Mux(m.Slice(a, 0, 1), a, b) },
		"slice":       func() { m.Slice(a, 4, 5) },
		"slice below": func() { m.Slice(a, -1, 5) },
		"slice empty": func() { m.Slice(a, 4, 0) },
		"zext":        func() { m.Zext(b, 8) },
		"too wide":    func() { m.Concat(wide, a) },
		"const":       func() { m.Const(65, 0) },
		"no operand":  func() { m.Not(0) },
		"not a reg":   func() { m.SetNext(a, a) },
	} {
		require.Panics(t, f, name)
	}
}
