package golden

import (
	"context"
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
		want := NewTensor(l.OutShape())
		require.NoError(t, convolveByDefinition(ctx, l, in, want))
		check := func(way string, run func(out Tensor) error) {
			out := NewTensor(l.OutShape())
			require.NoError(t, run(out))
			require.Equal(t, want.Data, out.Data, "%s: %+v, input %v, tail %+v", way, conv, net.Input, l.Out)
			ways[way]++
		}
		check("executor", func(out Tensor) error { return runLayer(ctx, l, []Tensor{in}, out) })
		if conv.Acc.Mode != spec.AccExact || conv.Acc.Drop != 0 {
			ways["inexact"]++
			continue
		}
		check("64-bit tiles", func(out Tensor) error { return convolveTiles[int64](ctx, l, in, out, 1) })
		if fits32(l) {
			check("32-bit tiles", func(out Tensor) error { return convolveTiles[int32](ctx, l, in, out, 2) })
		} else {
			ways["beyond 32 bits"]++
		}
		if conv.Groups == in.Shape.C {
			check("depthwise", func(out Tensor) error { return convolveDepthwise(ctx, l, in, out) })
		}
	}
	for _, way := range []string{"inexact", "64-bit tiles", "32-bit tiles", "beyond 32 bits", "depthwise"} {
		require.Greater(t, ways[way], 50, way)
	}
}
