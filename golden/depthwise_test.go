package golden

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
)

// With vectors of the processor and without, sums and tails are the same, modulo 2^32.
func TestWeigh(t *testing.T) {
	r := seeded(t)
	word := func() int32 {
		if within(r, 0, 3) == 0 {
			return []int32{math.MinInt32, math.MaxInt32, -1, 0, 1}[within(r, 0, 4)]
		}
		return int32(within(r, math.MinInt32, math.MaxInt32))
	}
	for round := range 20000 {
		got := make([]int32, vectorPixels*within(r, 1, 4))
		src := make([]int32, 60)
		for i := range src {
			src[i] = word()
		}
		weights := make([]int32, within(r, 1, 12))
		offsets := make([]int, len(weights))
		for i := range weights {
			weights[i] = word()
			if i > 0 {
				offsets[i] = min(offsets[i-1]+int(within(r, 1, 5)), len(src)-len(got))
			}
		}
		tail := wordTail{add: word(), lo: word(), right: uint(within(r, 0, 31))}
		tail.hi = max(tail.lo, word())
		want := make([]int32, len(got))
		for i := range want {
			sum := int64(tail.add)
			for k, w := range weights {
				sum += int64(int32(int64(w) * int64(src[offsets[k]+i])))
			}
			want[i] = max(tail.lo, min(tail.hi, int32(sum)>>tail.right))
		}
		weigh(got, src, offsets, weights, tail)
		require.Equal(t, want, got, "round %d", round)
		clear(got)
		weighPlain(got, src, offsets, weights, tail)
		require.Equal(t, want, got, "round %d, plain", round)
	}
}

// Long rows and short ones, few and many, with every kind of padding and stride.
func TestDepthwiseOfManyRows(t *testing.T) {
	r := seeded(t)
	ctx := context.Background()
	for _, s := range []spec.Shape{{C: 2, H: 61, W: 33}, {C: 1, H: 3, W: 700}, {C: 1, H: 130, W: 4}, {C: 3, H: 3, W: 3}} {
		for i, pad := range [][4]int{{}, {1, 1, 1, 1}, {2, 0, 0, 1}, {0, 1, 2, 2}, {1, 1, 0, 0}, {0, 0, 1, 1}} {
			stride := [][2]int{{1, 1}, {2, 2}, {1, 2}, {2, 1}, {3, 1}, {1, 1}}[(i+s.H)%6]
			conv := &spec.Conv{OutC: 2 * s.C, Kernel: [2]int{3, 3}, Stride: stride, Pad: pad, Groups: s.C, Bits: 4, Base: make([]int32, 2*s.C)}
			for range conv.OutC {
				conv.Bias = append(conv.Bias, int32(within(r, -1000, 1000)))
				for range 9 {
					conv.Codes = append(conv.Codes, spec.Code(within(r, -7, 7)))
				}
			}
			net := &spec.Network{Name: "rows", Input: spec.Input{Shape: s, Format: spec.Format{Signed: true, Width: 8}}, Layers: []*spec.Layer{{
				Name: "conv", Inputs: []string{spec.InputName}, Op: conv,
				Out: spec.Requant{Format: spec.Format{Signed: true, Width: 16}, Rounding: spec.RND, Overflow: spec.SAT},
			}}}
			require.NoError(t, net.Validate())
			l := net.Layers[0]
			in := randomFrame(r, net.Input)
			want, got := used(l.OutShape()), used(l.OutShape())
			require.NoError(t, byDefinition(l)(ctx, cores, []Tensor{in}, want))
			require.NoError(t, depthwise(l)(ctx, cores, []Tensor{in}, got))
			require.Equal(t, want.Data, got.Data, "%v, pad %v", s, pad)
		}
	}
}
