package golden

import (
	"context"
	"math"
	"testing"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/stretchr/testify/require"
)

// Every way to compute a convolution that applies to a layer gives what the
// definition gives. The counts show that no way went untested.
func TestConvolutionsFollowTheDefinition(t *testing.T) {
	r := seeded(t)
	ctx := context.Background()
	ways := map[string]int{}
	for range 3000 {
		net := randomLayer(t, r)
		l := net.Layers[0]
		conv := l.Op.(*spec.Conv)
		in := randomFrame(r, net.Input)
		compute := func(way string, run step) Tensor {
			out := used(l.OutShape())
			require.NoError(t, run(ctx, cores, []Tensor{in}, out))
			ways[way]++
			return out
		}
		want := compute("definition", byDefinition(l))
		agree := func(way string, run step) {
			require.Equal(t, want.Data, compute(way, run).Data, "%s: %+v, input %v, tail %+v", way, conv, net.Input, l.Out)
		}
		agree("executor", prepare(l))
		if conv.Acc.Mode != spec.AccExact || conv.Acc.Drop != 0 {
			ways["inexact"]++
			continue
		}
		agree("64-bit tiles", tiles[int64](l, 1))
		if fits32(l) {
			agree("32-bit tiles", tiles[int32](l, 2))
		} else {
			ways["beyond 32 bits"]++
		}
		if fitsWords(l) {
			agree("words", byWords(l))
		}
		if conv.Groups == in.Shape.C && fits32(l) {
			agree("depthwise", depthwise(l))
			if conv.Stride[1] == 1 {
				ways["depthwise without stride"]++
			}
		}
	}
	for _, way := range []string{"inexact", "64-bit tiles", "32-bit tiles", "beyond 32 bits", "words", "depthwise", "depthwise without stride"} {
		require.Greater(t, ways[way], 50, way)
	}
}

// cores is how many processors a step gets in tests.
const cores = 3

// used is memory of a tensor that held others' values.
func used(s spec.Shape) Tensor {
	t := NewTensor(s)
	for i := range t.Data {
		t.Data[i] = math.MinInt32 + int32(i)
	}
	return t
}

// A worker, whose memory holds the values of the frame before, computes what all
// processors compute with memory of zeros.
func TestWorker(t *testing.T) {
	r := seeded(t)
	for range 40 {
		net := randomNetwork(r)
		if net == nil {
			continue
		}
		e, err := New(net)
		require.NoError(t, err)
		w := e.Worker()
		for range 3 {
			frame := randomFrame(r, net.Input)
			want, err := e.Run(context.Background(), frame)
			require.NoError(t, err)
			got, err := w.Run(context.Background(), frame)
			require.NoError(t, err)
			require.Equal(t, want, got)
		}
	}
}
