package golden

import (
	"context"
	"math"
	"testing"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
	"github.com/stretchr/testify/require"
)

func traceOf(frac int, values ...int32) *Trace {
	l := &spec.Layer{Name: "last", Out: spec.Requant{Format: spec.Format{Signed: true, Width: 16, Frac: frac}}}
	s := spec.Shape{C: len(values), H: 1, W: 1}
	return &Trace{Net: &spec.Network{Layers: []*spec.Layer{l}}, Outputs: []Tensor{{Shape: s, Data: values}}}
}

func TestTopK(t *testing.T) {
	tr := traceOf(2, 5, -3, 7, 5, 7)
	require.Equal(t, []Score{{2, 7, 1.75}, {4, 7, 1.75}, {0, 5, 1.25}}, TopK(tr, 3))
	require.Len(t, TopK(tr, 9), 5)
	require.Equal(t, Score{1, -3, -0.75}, TopK(tr, 9)[4])
	require.Empty(t, TopK(tr, 0))
	require.Empty(t, TopK(tr, -1))
}

func TestCompare(t *testing.T) {
	compare := func(tr *Trace, floats ...float32) (float64, error) {
		rs, err := Compare(tr, []floatnet.Tensor{{Shape: spec.Shape{C: len(floats), H: 1, W: 1}, Data: floats}})
		if err != nil {
			return 0, err
		}
		require.Equal(t, "last", rs[0].Layer)
		return rs[0].DB, nil
	}
	// Signal 100, noise 1.
	db, err := compare(traceOf(1, 12, 16), 6, 8)
	require.NoError(t, err)
	require.True(t, math.IsInf(db, 1))
	db, err = compare(traceOf(1, 14, 16), 6, 8)
	require.NoError(t, err)
	require.InDelta(t, 20, db, 1e-9)
	db, err = compare(traceOf(0, 1), 0)
	require.NoError(t, err)
	require.True(t, math.IsInf(db, -1))
	_, err = compare(traceOf(0, 1), 0, 0)
	require.ErrorContains(t, err, "layer last: float output of shape")
	_, err = Compare(traceOf(0, 1), nil)
	require.ErrorContains(t, err, "0 float outputs for 1 layers")
}

// Formats fine enough to hold every product leave no noise: the float and the
// integer execution are then two independent computations of one number.
func TestSQNRWithoutRounding(t *testing.T) {
	r := seeded(t)
	for range 100 {
		net := randomLayer(t, r)
		l := net.Layers[0]
		conv := l.Op.(*spec.Conv)
		net.Input.Format = spec.Format{Signed: true, Width: 6, Frac: 3}
		conv.Acc = spec.Accumulator{}
		conv.Bits = 5
		for oc := range conv.Bias {
			conv.Bias[oc] %= 100
		}
		l.Out = spec.Requant{Format: spec.Format{Signed: true, Width: 32, Frac: 9}, Overflow: spec.SAT}
		require.NoError(t, net.Validate())
		e, err := New(net)
		require.NoError(t, err)
		tr, err := e.Run(context.Background(), randomFrame(r, net.Input))
		require.NoError(t, err)
		ratios, err := SQNR(context.Background(), tr)
		require.NoError(t, err)
		require.True(t, math.IsInf(ratios[0].DB, 1), "%v dB: %+v", ratios[0].DB, conv)
	}
}
