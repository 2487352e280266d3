package equiv_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// wide is a convolution of one window of 784 pixels, as the first layer of a perceptron,
// and its hardware with some weights of the opposite sign.
func wide(t *testing.T, signed bool, wrong ...int) (*equiv.Model, *netlist.Module) {
	t.Helper()
	const seed = 3
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	c := &spec.Conv{OutC: 1, Kernel: [2]int{28, 28}, Stride: [2]int{1, 1}, Groups: 1, Bits: 4, Base: []int32{-8}, Bias: []int32{-77}}
	for range 28 * 28 {
		c.Codes = append(c.Codes, spec.Code(r.IntN(15)-7))
	}
	n := &spec.Network{
		Input: spec.Input{Shape: spec.Shape{C: 1, H: 28, W: 28}, Format: spec.Format{Signed: signed, Width: 8, Frac: 8}},
		Layers: []*spec.Layer{{Name: "wide", Inputs: []string{spec.InputName}, Op: c,
			Out: spec.Requant{Format: spec.Format{Width: 8, Frac: 4}, Rounding: spec.RND, Overflow: spec.SAT, Clamp: &spec.Range{Lo: 0, Hi: 255}}}},
	}
	for _, tap := range wrong {
		c.Codes[tap] = -c.Codes[tap]
	}
	require.NoError(t, n.Validate())
	g, err := shiftadd.New(n.Layers[0], shiftadd.Options{})
	require.NoError(t, err)
	u := g.Modules()[0]
	return equiv.ModelOf(n.Layers[0], u), g.Module(u)
}

// A point that is too wide for the sample is proved with inputs held, and a fault among
// those that are not held is found.
func TestHeldPointsAreProvedUnlifted(t *testing.T) {
	s := asInts(t, time.Minute)
	for _, signed := range []bool{false, true} {
		m, gate := wide(t, signed)
		q := equiv.NewQuestion(m, gate)
		held := q.Held(32, 7)
		require.Same(t, gate, held.Gate)
		require.Same(t, q, q.Held(len(gate.Inputs), 7))
		free := -1
		n := 0
		for i, v := range held.Model.Vars {
			if v.Range.Lo < v.Range.Hi {
				n++
				for _, p := range gate.Inputs {
					if p.Name == v.Port {
						free = i
					}
				}
			}
			require.True(t, v.Range.Within(m.Vars[i].Range))
		}
		require.Equal(t, 32, n-(len(m.Vars)-len(gate.Inputs)))
		begin := time.Now()
		a, _ := equiv.Crosscheck(context.Background(), s, held)
		t.Logf("%d of %d inputs held: %v", len(gate.Inputs)-32, len(gate.Inputs), time.Since(begin))
		require.Equal(t, verdict.Proved, a.Verdict, a.Detail)

		_, other := wide(t, signed, free)
		a, _ = equiv.Crosscheck(context.Background(), s, equiv.NewQuestion(m, other).Held(32, 7))
		require.Equal(t, verdict.Failed, a.Verdict, a.Detail)
	}
}
