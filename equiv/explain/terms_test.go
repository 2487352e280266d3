package explain

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// ofSums is a channel of four inputs whose weights are the integers ws, sums of up to
// two powers.
func ofSums(t *testing.T, ws ...int64) *spec.Layer {
	t.Helper()
	conv := &spec.Conv{OutC: 1, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: 4, Terms: 2, Base: []int32{0}, Bias: []int32{9}}
	for _, w := range ws {
		conv.Codes = append(conv.Codes, append(spec.Spell(w), 0, 0)[:2]...)
	}
	n := &spec.Network{
		Name: "sums", Input: spec.Input{Shape: spec.Shape{C: len(ws), H: 1, W: 1}, Format: spec.Format{Signed: true, Width: 6, Frac: 3}},
		Layers: []*spec.Layer{{
			Name: "sum", Inputs: []string{spec.InputName}, Op: conv,
			Out: spec.Requant{Format: spec.Format{Signed: true, Width: 9, Frac: 1}, Rounding: spec.RNDConv, Overflow: spec.SAT},
		}},
	}
	require.NoError(t, n.Validate())
	return n.Layers[0]
}

// TestTermsAreNamed: hardware that has one term of a weight wrong is refuted, and the
// term is named, whether or not its tree is known.
func TestTermsAreNamed(t *testing.T) {
	right := []int64{5, -3, 24, 0}
	for _, c := range []struct {
		ws   []int64
		want string
	}{
		{[]int64{4, -3, 24, 0}, "output channel 0 of sum: weight of input x0 is 5 = 4+1, the hardware has 4: term 1 is missing (weights[0,0,0,0]) at "},
		{[]int64{1, -3, 24, 0}, "output channel 0 of sum: weight of input x0 is 5 = 4+1, the hardware has 1: term 4 is missing (weights[0,0,0,0]) at "},
		{[]int64{3, -3, 24, 0}, "output channel 0 of sum: weight of input x0 is 5 = 4+1, the hardware has 3 = 4−1: term 1 has the other sign (weights[0,0,0,0]) at "},
		{[]int64{5, -5, 24, 0}, "output channel 0 of sum: weight of input x1 is −3 = −4+1, the hardware has −5 = −4−1: term 1 has the other sign (weights[0,1,0,0]) at "},
		{[]int64{9, -3, 24, 0}, "output channel 0 of sum: weight of input x0 is 5 = 4+1, the hardware has 9 = 8+1: term 4 is one too many (weights[0,0,0,0]) at "},
		{[]int64{17, -3, 24, 0}, "output channel 0 of sum: weight of input x0 is 5 = 4+1, the hardware has 17 = 16+1: term 4 is moved to 16 (weights[0,0,0,0]) at "},
		{[]int64{5, -3, 33, 0}, "output channel 0 of sum: weight of input x2 is 24 = 32−8, the hardware has 33 = 32+1: term −8 is 1 instead (weights[0,2,0,0]) at "},
		{[]int64{0, -3, 24, 0}, "output channel 0 of sum: term missing: input x0, specification says coefficient 5 (weights[0,0,0,0]) at "},
	} {
		for _, foreign := range []bool{false, true} {
			l, other := ofSums(t, right...), ofSums(t, c.ws...)
			u := shiftadd.Unit{Kind: shiftadd.KindChannel, Name: "sum_c0"}
			for _, o := range []shiftadd.Options{{}, {Tree: shiftadd.Linear, Subtract: shiftadd.InvertCarry}} {
				g, err := shiftadd.New(other, o)
				require.NoError(t, err)
				ref, err := shiftadd.New(l, o)
				require.NoError(t, err)
				sound := equiv.NewQuestion(equiv.ModelOf(l, u), ref.Channel(0))
				require.Equal(t, verdict.Proved, sound.Settle().Verdict)
				p := Point{Layer: l, Unit: u, Question: equiv.NewQuestion(equiv.ModelOf(l, u), g.Channel(0)), Foreign: foreign}
				if !foreign {
					p.Reference = ref.Channel(0)
				}
				require.NotEqual(t, verdict.Proved, p.Question.Settle().Verdict)
				witnessed(t, &p)
				e, err := Explain(p)
				require.NoError(t, err)
				require.Len(t, e.Causes, 1, "%s: %v", c.want, e.Causes)
				assert.Contains(t, e.Causes[0].Words, c.want, "foreign %v, %v", foreign, o)
			}
		}
	}
}
