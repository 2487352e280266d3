package netlist

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// build applies op's constructor.
func build(m *Module, op Op, width, aux int, v ...Value) Value {
	var args [3]Value
	copy(args[:], v)
	return m.Build(op, width, int64(aux), args[0], args[1], args[2])
}

// shape is one use of an operation: its widths.
type shape struct {
	op         Op
	width, aux int
	args       []int
}

// shapes are the uses of op whose operands have up to limit bits.
func shapes(op Op, limit int) []shape {
	var all []shape
	for w := 1; w <= limit; w++ {
		switch op {
		case OpSlice:
			for low := range w {
				for width := 1; low+width <= w; width++ {
					all = append(all, shape{op, width, low, []int{w}})
				}
			}
		case OpZext, OpSext:
			for width := w; width <= w+3; width++ {
				all = append(all, shape{op, width, 0, []int{w}})
			}
		case OpConcat, OpShl, OpShr, OpSar:
			for v := 1; v <= limit; v++ {
				width := w
				if op == OpConcat {
					width += v
				}
				all = append(all, shape{op, width, 0, []int{w, v}})
			}
		case OpEq, OpUlt, OpSlt:
			all = append(all, shape{op, 1, 0, []int{w, w}})
		case OpRedAnd, OpRedOr, OpRedXor:
			all = append(all, shape{op, 1, 0, []int{w}})
		case OpNeg, OpNot:
			all = append(all, shape{op, w, 0, []int{w}})
		case OpMux:
			all = append(all, shape{op, w, 0, []int{1, w, w}})
		default:
			all = append(all, shape{op, w, 0, []int{w, w}})
		}
	}
	return all
}

// operands are all combinations of values for words of the given widths: all
// values where they are few, corner values otherwise.
func operands(widths []int, all int) [][]uint64 {
	combos := [][]uint64{nil}
	for _, w := range widths {
		var vals []uint64
		if w <= all {
			for v := range uint64(1) << w {
				vals = append(vals, v)
			}
		} else {
			top := uint64(1) << (w - 1)
			vals = []uint64{0, 1, 2, top - 1, top, top + 1, mask(w) - 1, mask(w), 0x5555555555555555 & mask(w), uint64(w - 1), uint64(w) & mask(w)}
		}
		var next [][]uint64
		for _, c := range combos {
			for _, v := range vals {
				next = append(next, append(append([]uint64(nil), c...), v))
			}
		}
		combos = next
	}
	return combos
}

// checkShape runs one use of an operation over vals in three ways, as a kernel,
// as the folded constant and with half of the operands constant, against the
// reference.
func checkShape(t *testing.T, s shape, vals [][]uint64) {
	t.Helper()
	m := New("m")
	var in []Value
	for i, w := range s.args {
		in = append(in, m.Input(fmt.Sprintf("i%d", i), w))
	}
	m.Output("y", build(m, s.op, s.width, s.aux, in...))
	require.NoError(t, m.Check())
	e, err := NewEvaluator(m)
	require.NoError(t, err)
	lanes := make([][]uint64, len(s.args))
	for i := range lanes {
		for _, v := range vals {
			junk := ^uint64(0) << (s.args[i] - 1) << 1 // bits above the port do not count
			lanes[i] = append(lanes[i], v[i]|junk)
		}
	}
	got := e.Eval(lanes)[0]
	for lane, v := range vals {
		var args []word
		for i, w := range s.args {
			args = append(args, wordOf(v[i], w))
		}
		want := reference(s.op, s.width, s.aux, args...).uint64()
		if got[lane] != want {
			t.Fatalf("%v%v to %d, aux %d, of %x: kernel %x, want %x", s.op, s.args, s.width, s.aux, v, got[lane], want)
		}
		c := New("c")
		for fixed := 1; fixed < 1<<len(s.args); fixed++ {
			var vs []Value
			var cuts []Value
			var cutLanes [][]uint64
			for i, w := range s.args {
				if fixed>>i&1 == 1 {
					vs = append(vs, c.Const(w, int64(v[i])))
					continue
				}
				cut := c.push(OpUndef, w, 0)
				vs, cuts, cutLanes = append(vs, cut), append(cuts, cut), append(cutLanes, []uint64{v[i]})
			}
			y := build(c, s.op, s.width, s.aux, vs...)
			if k, ok := c.ConstOf(y); !ok && fixed == 1<<len(s.args)-1 || ok && k != want {
				t.Fatalf("%v%v to %d, aux %d, of %x: folded %v to %x, want %x", s.op, s.args, s.width, s.aux, v, ok, k, want)
			}
			p, err := Compile(c, cuts, []Value{y})
			require.NoError(t, err)
			out := [][]uint64{{0}}
			p.Run(1, cutLanes, out)
			if out[0][0] != want {
				t.Fatalf("%v%v to %d, aux %d, of %x with constants %b: %x, want %x", s.op, s.args, s.width, s.aux, v, fixed, out[0][0], want)
			}
		}
	}
}

func TestEveryOperationExhaustively(t *testing.T) {
	for _, op := range Computed() {
		t.Run(op.String(), func(t *testing.T) {
			for _, s := range shapes(op, 4) {
				checkShape(t, s, operands(s.args, 4))
			}
		})
	}
}

func TestEveryOperationAtWideCorners(t *testing.T) {
	for _, op := range Computed() {
		t.Run(op.String(), func(t *testing.T) {
			for _, w := range []int{31, 32, 33, 63, 64} {
				s := shape{op, w, 0, []int{w, w}}
				switch op {
				case OpSlice:
					s = shape{op, w - 7, 7, []int{w}}
				case OpConcat:
					s = shape{op, MaxWidth, 0, []int{w, MaxWidth - w}}
					if w == MaxWidth {
						continue
					}
				case OpZext, OpSext:
					s = shape{op, MaxWidth, 0, []int{w}}
				case OpEq, OpUlt, OpSlt:
					s.width = 1
				case OpRedAnd, OpRedOr, OpRedXor:
					s = shape{op, 1, 0, []int{w}}
				case OpNeg, OpNot:
					s.args = []int{w}
				case OpMux:
					s.args = []int{1, w, w}
				}
				checkShape(t, s, operands(s.args, 1))
			}
		})
	}
}
