package spec

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCloneSharesNothing(t *testing.T) {
	build := func() *Network {
		n := small()
		n.Input.Preprocess = []Preprocess{{"mul", []float64{0.5, 0.25}}}
		n.Layers[2].Expect = []Format{{true, 8, 4}, {true, 8, 4}}
		n.Layers[2].Out.Clamp = &Range{-1, 1}
		require.NoError(t, n.Validate())
		return n
	}
	n := build()
	c := n.Clone()
	require.Equal(t, n, c)

	c.Name = "other"
	c.Input.Preprocess[0].Value[1] = 9
	c.Input.Preprocess[0].Op = "add"
	for _, l := range c.Layers {
		l.Name += "'"
		l.Inputs[0] = "x"
		l.Out.Rounding = TRNZero
		l.in[0].C, l.inF[0].Width, l.inR[0].Lo = 99, 9, -9
		switch op := l.Op.(type) {
		case *Conv:
			op.Codes[0], op.Base[0], op.Bias[0], op.Acc.Drop = 3, 7, 7, 2
		case *Pool:
			op.Recip = 3
		case *Dense:
			op.Weights[0], op.Bias[0], op.WeightFrac = 7, 7, 7
		}
	}
	c.Layers[2].Expect[1].Frac = 0
	c.Layers[2].Out.Clamp.Lo = -9
	c.Layers[0] = nil
	require.Equal(t, build(), n)
	require.NotPanics(t, func() { c.Clone() }, "an invalid network can be cloned too")
}
