package equiv_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// TestRoundingToEvenIsProvedInParts: sums that are rounded to even, too hard for one query,
// are proved by their accumulator and what follows it; and not if either is another.
func TestRoundingToEvenIsProvedInParts(t *testing.T) {
	s := asInts(t, time.Minute)
	z3, err := smt.Z3()
	require.NoError(t, err)
	bits, err := smt.Start(context.Background(), z3.WithLogic("QF_BV"), smt.Limits{})
	require.NoError(t, err)
	t.Cleanup(func() { bits.Close() })
	layer := func(r spec.Rounding, ws ...int64) *spec.Layer {
		conv := &spec.Conv{OutC: 1, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: 5, Terms: 4, Base: []int32{-4}, Bias: []int32{9}}
		for _, w := range ws {
			conv.Codes = append(conv.Codes, append(spec.Spell(w), 0, 0, 0, 0)[:4]...)
		}
		f := spec.Format{Signed: true, Width: 8, Frac: 3}
		n := &spec.Network{Name: "sums", Input: spec.Input{Shape: spec.Shape{C: len(ws), H: 1, W: 1}, Format: f},
			Layers: []*spec.Layer{{Name: "sum", Inputs: []string{spec.InputName}, Op: conv, Out: spec.Requant{Format: f, Rounding: r, Overflow: spec.SAT}}}}
		require.NoError(t, n.Validate())
		return n.Layers[0]
	}
	for _, ws := range [][]int64{{5, -3, 24, 0}, {85, -53, 101, 77}, {-5, -3, 7, 5, 3, -6, 10, 9, 7, 24, 17, -5}} {
		right := layer(spec.RNDConv, ws...)
		other := append([]int64{ws[0] - 1}, ws[1:]...)
		for _, o := range []shiftadd.Options{{}, {Tree: shiftadd.Linear, Subtract: shiftadd.InvertCarry}} {
			for _, l := range []*spec.Layer{right, layer(spec.RND, ws...), layer(spec.RNDConv, other...)} {
				g, err := shiftadd.New(l, o)
				require.NoError(t, err)
				q := equiv.NewQuestion(equiv.ModelOf(right, shiftadd.Unit{Kind: shiftadd.KindChannel}), g.Channel(0))
				all := equiv.CrosscheckParts(context.Background(), s, bits, q)
				proved := len(all) > 1
				for _, a := range all {
					proved = proved && a.Verdict == verdict.Proved
				}
				require.Equal(t, l == right, proved, "%v: %+v", ws, all)
			}
		}
	}
}

// TestSumsAreProvedUnlifted: channels whose weights have several terms, written from the
// cells alone, are their models; and not if one term is another.
func TestSumsAreProvedUnlifted(t *testing.T) {
	s := asInts(t, time.Minute)
	for _, ws := range [][]int64{{5}, {5, -3, 24, 0}, {-5, -3, 7, 5, 3, -6, 10, 9, 7, 24, 17, -5}} {
		layer := func(ws ...int64) *spec.Layer {
			conv := &spec.Conv{OutC: 1, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: 4, Terms: 2, Base: []int32{-4}, Bias: []int32{9}}
			for _, w := range ws {
				conv.Codes = append(conv.Codes, append(spec.Spell(w), 0, 0)[:2]...)
			}
			f := spec.Format{Signed: true, Width: 8, Frac: 3}
			n := &spec.Network{Name: "sums", Input: spec.Input{Shape: spec.Shape{C: len(ws), H: 1, W: 1}, Format: f},
				Layers: []*spec.Layer{{Name: "sum", Inputs: []string{spec.InputName}, Op: conv, Out: spec.Requant{Format: f, Rounding: spec.RND, Overflow: spec.SAT}}}}
			require.NoError(t, n.Validate())
			return n.Layers[0]
		}
		right := layer(ws...)
		ws[0]--
		for _, l := range []*spec.Layer{right, layer(ws...)} {
			g, err := shiftadd.New(l, shiftadd.Options{})
			require.NoError(t, err)
			p := unliftedPoint{"", len(ws), equiv.ModelOf(right, shiftadd.Unit{Kind: shiftadd.KindChannel}), g.Channel(0)}
			a := crosscheck(s, p)
			if l == right {
				require.Equal(t, verdict.Proved, a.Verdict, "%v: %v %s", ws, a.Reason, a.Detail)
				continue
			}
			require.Equal(t, verdict.SolverDiffers, a.Reason, "%v: %v %s", ws, a.Verdict, a.Detail)
		}
	}
}
