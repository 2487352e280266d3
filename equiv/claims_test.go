package equiv

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// oneChannel is the point of a convolution of four 4-bit taps, and its hardware.
func oneChannel(t *testing.T, codes []spec.Code, bias int32, acc spec.Accumulator, out spec.Requant) (*Model, *netlist.Module) {
	n := &spec.Network{
		Name:  "one",
		Input: spec.Input{Shape: spec.Shape{C: len(codes), H: 1, W: 1}, Format: spec.Format{Width: 4, Frac: 4}},
		Layers: []*spec.Layer{{
			Name: "conv", Inputs: []string{spec.InputName}, Out: out,
			Op: &spec.Conv{OutC: 1, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: 4, Codes: codes, Base: []int32{0}, Bias: []int32{bias}, Acc: acc},
		}},
	}
	require.NoError(t, n.Validate())
	g, err := shiftadd.New(n.Layers[0], shiftadd.Options{Tree: shiftadd.Linear})
	require.NoError(t, err)
	return ModelOf(n.Layers[0], shiftadd.Unit{Kind: shiftadd.KindChannel}), g.Channel(0)
}

// TestAnOutputThatNeverMovesShowsItsInterval: where the output is one number over
// the accumulator's interval, the solver is asked for the interval; one that is
// too narrow is found out.
func TestAnOutputThatNeverMovesShowsItsInterval(t *testing.T) {
	relu := spec.Requant{Format: spec.Format{Width: 4, Frac: 4}, Overflow: spec.SAT, Clamp: &spec.Range{Lo: 0, Hi: 15}}
	for name, acc := range map[string]spec.Accumulator{
		"exact":     {},
		"wraps":     {Mode: spec.AccWrap, Width: 11},
		"saturates": {Mode: spec.AccSaturate, Width: 11},
		"cut":       {Drop: 1},
	} {
		t.Run(name, func(t *testing.T) {
			// -900 + at most 225: below zero always, and 0 behind the clamp.
			m, gate := oneChannel(t, []spec.Code{4, 3, -1, 2}, -900, acc, relu)
			_, constant := gate.ConstOf(gate.Outputs[0].Value)
			require.True(t, constant)
			c := z3(t)
			s, err := prove(t, c, m, gate)
			require.NoError(t, err)
			require.Equal(t, verdict.Proved, s.Verdict, "%v %s", s.Reason, s.Detail)
			require.NotEmpty(t, s.Claims)
			last := s.Claims[len(s.Claims)-1]
			require.Zero(t, last.Net)
			require.True(t, last.Bounded)

			m.Range.Hi = m.Range.Lo + 5
			s = NewQuestion(m, gate).Settle()
			require.Equal(t, verdict.Proved, s.Verdict, "to the normal forms alone")
			a := c.Claim(context.Background(), NewQuestion(m, gate), &s, s.Claims[len(s.Claims)-1])
			require.Equal(t, verdict.Failed, a.Verdict)
			require.Equal(t, verdict.SolverDiffers, a.Reason)
		})
	}
}

// TestACommonFactorIsClaimed: where every accumulator is a multiple of 4, but for
// the bias, and the circuit's nets all are, the solver is asked for that too. A
// factor that it does not have is found out.
func TestACommonFactorIsClaimed(t *testing.T) {
	m, gate := oneChannel(t, []spec.Code{3, -4, 3, 4}, 5, spec.Accumulator{}, spec.Requant{Format: spec.Format{Signed: true, Width: 6, Frac: 2}, Overflow: spec.SAT, Rounding: spec.RND})
	c := z3(t)
	s, err := prove(t, c, m, gate)
	require.NoError(t, err)
	require.Equal(t, verdict.Proved, s.Verdict)
	s.Alone()
	require.EqualValues(t, 4, s.Tail.Mul)
	asked := 0
	for _, claim := range s.Claims {
		if claim.Multiple == 0 {
			continue
		}
		asked++
		require.EqualValues(t, 4, claim.Multiple)
		claim.Multiple = 8
		require.Equal(t, verdict.SolverDiffers, c.Claim(context.Background(), NewQuestion(m, gate), &s, claim).Reason)
		claim.Multiple, claim.Offset = 4, claim.Offset+1
		require.Equal(t, verdict.SolverDiffers, c.Claim(context.Background(), NewQuestion(m, gate), &s, claim).Reason)
	}
	require.Equal(t, 1, asked)
}
