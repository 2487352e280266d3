package golden

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
)

// A row of any length, at any offset and stride, gets each product once, and what lies
// outside the source is 0; also at the ends of 32 bits, and with weights beyond them.
func TestAddRow(t *testing.T) {
	r := seeded(t)
	for round := range 20000 {
		row, src := make([]int64, within(r, 1, 30)), make([]int32, within(r, 1, 40))
		stride, offset := int(within(r, 1, 3)), int(within(r, -4, 4))
		weight := within(r, -8, 8)
		switch round % 4 {
		case 1:
			weight = []int64{math.MinInt32, math.MaxInt32, math.MaxInt32 + 1, math.MinInt32 - 1, 1 << 31, 1 << 40}[within(r, 0, 5)]
		case 2:
			weight = int64(1) << within(r, 0, 40)
		}
		for i := range src {
			src[i] = int32(within(r, math.MinInt32, math.MaxInt32))
		}
		for i := range row {
			row[i] = within(r, -1000, 1000)
		}
		want := append([]int64{}, row...)
		for i := range want {
			if at := i*stride + offset; at >= 0 && at < len(src) {
				want[i] += weight * int64(src[at])
			}
		}
		addRow(row, src, weight, stride, offset)
		require.Equal(t, want, row, "round %d: stride %d, offset %d, weight %d", round, stride, offset, weight)
	}
}

// Planes of several tiles, also where the last one is smaller, and rows longer than a tile.
func TestDepthwiseOfManyRows(t *testing.T) {
	r := seeded(t)
	ctx := context.Background()
	for _, s := range []spec.Shape{{C: 2, H: 61, W: 33}, {C: 1, H: 3, W: 700}, {C: 1, H: 130, W: 4}} {
		for _, pad := range [][4]int{{}, {1, 1, 1, 1}, {2, 0, 0, 1}, {0, 1, 2, 2}} {
			conv := &spec.Conv{OutC: 2 * s.C, Kernel: [2]int{3, 3}, Stride: [2]int{1, 1}, Pad: pad, Groups: s.C, Bits: 4, Base: make([]int32, 2*s.C)}
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
			want, got := NewTensor(l.OutShape()), NewTensor(l.OutShape())
			require.NoError(t, byDefinition(l)(ctx, []Tensor{in}, want))
			require.NoError(t, depthwise(l)(ctx, []Tensor{in}, got))
			require.Equal(t, want.Data, got.Data, "%v, pad %v", s, pad)
		}
	}
}
