package bitvec_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/bitvec"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist"
)

func solver(t *testing.T) *smt.Session {
	t.Helper()
	z3, err := smt.Z3()
	require.NoError(t, err)
	s, err := smt.Start(context.Background(), z3.WithLogic("QF_BV"), smt.Limits{})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s
}

func literal(v uint64, w int) string {
	var b smt.Builder
	return b.BV(int64(v), w).String()
}

// uses are modules of one cell of op over inputs, of every combination of the widths
// that package netlist allows.
func uses(op netlist.Op, widths ...int) (all []*netlist.Module) {
	lowest := []int64{0}
	if op == netlist.OpSlice {
		lowest = []int64{0, 1, 2, 31}
	}
	widths = append([]int{1}, widths...)
	var results []int // what operators make of such widths
	for _, a := range widths {
		for _, b := range widths {
			results = append(results, a, a+b, max(a-b, 1))
		}
	}
	slices.Sort(results)
	results = slices.Compact(results)
	var try func(m *netlist.Module, args ...netlist.Value)
	try = func(m *netlist.Module, args ...netlist.Value) {
		if len(args) < op.Arity() {
			for _, w := range widths {
				next := netlist.New("use")
				var in []netlist.Value
				for _, p := range m.Inputs {
					in = append(in, next.Input(p.Name, p.Width))
				}
				try(next, append(in, next.Input(fmt.Sprint("x", len(in)), w))...)
			}
			return
		}
		for _, w := range results {
			for _, aux := range lowest {
				use := *m
				c := netlist.Cell{Op: op, Width: uint8(w), Aux: aux}
				copy(c.Args[:], args)
				use.Cells = append(slices.Clone(m.Cells), c)
				use.Outputs = []netlist.Port{{Name: "y", Width: w, Value: netlist.Value(len(use.Cells) - 1)}}
				if use.Check() == nil {
					all = append(all, &use)
				}
			}
		}
	}
	try(netlist.New("use"))
	return all
}

// points are words for the inputs of m, each taking every one of its values, the
// words by input.
func points(m *netlist.Module, values func(w int) []uint64) [][]uint64 {
	words := make([][]uint64, len(m.Inputs))
	n := 1
	for i, p := range m.Inputs {
		var longer [][]uint64
		for range words {
			longer = append(longer, nil)
		}
		for _, v := range values(p.Width) {
			for at := range n {
				for j := range i {
					longer[j] = append(longer[j], words[j][at])
				}
				longer[i] = append(longer[i], v)
			}
		}
		words = longer
		n *= len(values(p.Width))
	}
	return words
}

// every is all words of w bits.
func every(w int) (all []uint64) {
	for v := range uint64(1) << w {
		all = append(all, v)
	}
	return all
}

// corners are the words of w bits at which things wrap, shift out and change sign.
func corners(w int) []uint64 {
	mask := ^uint64(0) >> (64 - w)
	top := uint64(1) << (w - 1)
	var all []uint64
	for _, v := range []uint64{0, 1, 5, 32, 33, 63, 64, top - 1, top, top + 1, mask, mask / 3} {
		all = append(all, v&mask)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// TestEveryOperatorIsWrittenAsItIsEvaluated: what the solver makes of a cell is what
// the evaluator makes of it, of every operator there is, in every combination of
// narrow words with all their values, and of wide ones at their corners. With one bit
// of one result changed, the solver sees the difference.
func TestEveryOperatorIsWrittenAsItIsEvaluated(t *testing.T) {
	s := solver(t)
	for _, op := range netlist.Computed() {
		t.Run(op.String(), func(t *testing.T) {
			for _, c := range []struct {
				uses   []*netlist.Module
				values func(int) []uint64
			}{{uses(op, 2, 3), every}, {uses(op, 31, 33, 64), corners}} {
				require.NotEmpty(t, c.uses)
				for _, m := range c.uses {
					in := points(m, c.values)
					e, err := netlist.NewEvaluator(m)
					require.NoError(t, err)
					out := slices.Clone(e.Eval(in)[0])
					y := m.Outputs[0]
					at := len(out) * 2 / 3
					for _, want := range []smt.Status{smt.Unsat, smt.Sat} {
						if want == smt.Sat {
							out[at] ^= 1 << (y.Width - 1)
						}
						r := s.Check(context.Background(), differs(m, in, out))
						require.Equal(t, want, r.Status, "%v\n%v", r, m.Cells[y.Value])
					}
				}
			}
		})
	}
}

// differs asks for a point at which the one cell of m is written as something else
// than out.
func differs(m *netlist.Module, in [][]uint64, out []uint64) smt.Query {
	y := m.Outputs[0]
	c := &m.Cells[y.Value]
	var b smt.Builder
	b.Str("(assert (not (and true")
	for at := range out {
		cell := bitvec.Cell{Op: c.Op, Width: int(c.Width), Aux: c.Aux}
		for i := range c.Op.Arity() {
			cell.Widths[i] = m.Inputs[i].Width
			cell.Args[i] = literal(in[i][at], cell.Widths[i])
		}
		b.Str("\n (= ")
		cell.Write(&b)
		b.Str(" ").BV(int64(out[at]), y.Width).Str(")")
	}
	return b.Str(")))\n").Query()
}
