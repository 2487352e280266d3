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
		compute := func(way string, run step) Tensor {
			out := NewTensor(l.OutShape())
			require.NoError(t, run(ctx, []Tensor{in}, out))
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
