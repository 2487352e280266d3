package golden

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
)

// At the ends of 16 and 32 bits, with frames of a pixel, rows of a kernel, strides beyond it
// and padding on one side, every way to compute a convolution gives what the definition gives.
func TestExtremesFollowTheDefinition(t *testing.T) {
	r := seeded(t)
	ctx := context.Background()
	formats := []spec.Format{
		{Signed: true, Width: 16}, {Width: 15}, {Width: 16}, {Signed: true, Width: 8, Frac: 7}, {Width: 1, Frac: -3},
		{Signed: true, Width: 15, Frac: 30}, {Signed: true, Width: 17}, {Signed: true, Width: 2},
	}
	ways := map[string]int{}
	for range 4000 {
		kernel := pick(r, [][2]int{{1, 1}, {1, 1}, {1, 9}, {9, 1}, {2, 5}, {3, 3}, {1, 2}})
		perGroup := 1 + r.IntN(9)
		groups := pick(r, []int{1, 1, 2, 5})
		if r.IntN(3) == 0 {
			perGroup = 1
		}
		in := spec.Input{Format: pick(r, formats), Shape: spec.Shape{C: groups * perGroup}}
		conv := &spec.Conv{
			OutC: groups * (1 + r.IntN(9)), Kernel: kernel, Groups: groups, Bits: 2 + r.IntN(5),
			Stride: [2]int{1 + r.IntN(2)*r.IntN(6), 1 + r.IntN(2)*r.IntN(6)},
		}
		for side := range conv.Pad {
			conv.Pad[side] = r.IntN(2) * r.IntN(kernel[side%2])
		}
		for i, size := range []*int{&in.Shape.H, &in.Shape.W} {
			*size = max(1, kernel[i]-conv.Pad[i]-conv.Pad[i+2]) + r.IntN(2)*r.IntN(20)
		}
		window := int64(1)<<(conv.Bits-1) - 1
		ends := r.IntN(2) == 0 // all weights are the largest or the smallest
		for range conv.OutC {
			base := int32(r.IntN(3))
			taps := perGroup * kernel[0] * kernel[1]
			all := window
			if r.IntN(2) == 0 {
				all = -window
			}
			for range taps {
				code := all
				if !ends {
					code = within(r, -window, window)
				}
				conv.Codes = append(conv.Codes, spec.Code(code))
			}
			conv.Base = append(conv.Base, base)
			conv.Bias = append(conv.Bias, int32(within(r, math.MinInt32, math.MaxInt32)))
			if r.IntN(2) == 0 {
				conv.Bias[len(conv.Bias)-1] = int32(within(r, -300, 300))
			}
		}
		out := randomRequant(r, 31)
		out.Format.Frac = in.Format.Frac + r.IntN(24) - 12
		net := &spec.Network{Name: "extreme", Input: in, Layers: []*spec.Layer{{
			Name: "conv", Inputs: []string{spec.InputName}, Op: conv, Out: out,
		}}}
		if err := net.Validate(); err != nil {
			ways["refused"]++
			if ways["refused"] < 4 {
				t.Log(err)
			}
			continue
		}
		l := net.Layers[0]
		frame := randomFrame(r, in)
		want := used(l.OutShape())
		require.NoError(t, byDefinition(l)(ctx, cores, []Tensor{frame}, want))
		agree := func(way string, run step) {
			got := used(l.OutShape())
			require.NoError(t, run(ctx, cores, []Tensor{frame}, got))
			ways[way]++
			require.Equal(t, want.Data, got.Data, "%s: %+v, input %v, tail %+v", way, conv, net.Input, l.Out)
		}
		agree("executor", prepare(l))
		agree("64-bit tiles", tiles[int64](l, 1))
		if fits32(l) {
			agree("32-bit tiles", tiles[int32](l, 2))
		}
		if fitsWords(l) {
			agree("words", byWords(l))
		}
		if conv.Groups == in.Shape.C && fits32(l) {
			agree("depthwise", depthwise(l))
		}
	}
	t.Log(ways)
	for _, way := range []string{"64-bit tiles", "32-bit tiles", "words", "depthwise"} {
		require.Greater(t, ways[way], 200, way)
	}
}
