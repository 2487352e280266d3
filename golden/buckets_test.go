package golden

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
)

// A bucket of more taps than a lane holds is cut, also where all pixels are at an end of
// their range; and no sum reaches the pixel beside.
func TestBucketsOfManyTaps(t *testing.T) {
	r := seeded(t)
	ctx := context.Background()
	for _, f := range []spec.Format{{Width: 8}, {Signed: true, Width: 8}, {Signed: true, Width: 12}, {Width: 1}, {Width: 12}} {
		for _, taps := range []int{1, 15, 16, 17, 257, 258, 1000} {
			conv := &spec.Conv{OutC: 5, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: 4,
				Base: make([]int32, 5), Bias: []int32{0, -7, 1 << 20, 3, 5}, Codes: make([]spec.Code, 5*taps)}
			for i := range taps {
				conv.Codes[i] = 7
				conv.Codes[taps+i] = -7
				conv.Codes[2*taps+i] = spec.Code(7 - 14*(i%2))
				conv.Codes[3*taps+i] = spec.Code(within(r, 1, 7))
				conv.Codes[4*taps+i] = -spec.Code(within(r, 1, 7))
			}
			net := &spec.Network{Name: "taps", Input: spec.Input{Shape: spec.Shape{C: taps, H: 5, W: 7}, Format: f}, Layers: []*spec.Layer{{
				Name: "conv", Inputs: []string{spec.InputName}, Op: conv,
				Out: spec.Requant{Format: spec.Format{Signed: true, Width: 32, Frac: 0}, Rounding: spec.TRN, Overflow: spec.SAT},
			}}}
			require.NoError(t, net.Validate())
			l := net.Layers[0]
			require.True(t, bucketed(l))
			for _, v := range []int64{f.Min(), f.Max(), 0} {
				in := NewTensor(net.Input.Shape)
				for i := range in.Data {
					in.Data[i] = int32(v)
					if i%3 == 0 {
						in.Data[i] = int32(within(r, f.Min(), f.Max()))
					}
				}
				want, got := NewTensor(l.OutShape()), NewTensor(l.OutShape())
				require.NoError(t, byDefinition(l)(ctx, []Tensor{in}, want))
				require.NoError(t, byBuckets(l)(ctx, []Tensor{in}, got))
				require.Equal(t, want.Data, got.Data, "%v, %d taps of %d", f, taps, v)
			}
		}
	}
}

// With vectors of the processor and without, a bucket adds the same to the accumulators.
func TestBucketsInVectors(t *testing.T) {
	r := seeded(t)
	const most = 300
	windows := make([]uint64, most*bucketWords)
	for round := range 2000 {
		for i := range windows {
			windows[i] = r.Uint64()
			if round%3 == 0 {
				windows[i] = math.MaxUint64
			}
		}
		b := bucket{shift: uint(within(r, 0, 30)), minus: round%2 == 0}
		for tap := range most {
			if within(r, 0, int64(round%20)) == 0 {
				b.taps = append(b.taps, uint16(tap))
			}
		}
		if len(b.taps) == 0 {
			continue
		}
		var got tileSums
		for i := range got {
			got[i] = r.Uint64()
		}
		want := got
		addPlain(&want, windows, &b)
		addTo(&got, windows, &b)
		require.Equal(t, want, got, "round %d, %d taps", round, len(b.taps))
	}
}

// What may leave a lane or 32 bits is left to words of one pixel or two.
func TestNotEverythingIsBucketed(t *testing.T) {
	layer := func(f spec.Format, bits int, code spec.Code, taps int) *spec.Layer {
		conv := &spec.Conv{OutC: 1, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: bits, Base: []int32{0}, Bias: []int32{0}}
		for range taps {
			conv.Codes = append(conv.Codes, code)
		}
		net := &spec.Network{Name: "n", Input: spec.Input{Shape: spec.Shape{C: taps, H: 1, W: 1}, Format: f}, Layers: []*spec.Layer{{
			Name: "conv", Inputs: []string{spec.InputName}, Op: conv,
			Out: spec.Requant{Format: spec.Format{Signed: true, Width: 16}, Rounding: spec.TRN, Overflow: spec.SAT},
		}}}
		require.NoError(t, net.Validate())
		return net.Layers[0]
	}
	byte8 := spec.Format{Width: 8}
	require.True(t, bucketed(layer(byte8, 4, 7, 9)))
	require.False(t, bucketed(layer(spec.Format{Width: 14}, 4, 7, 9)), "a lane holds four pixels only")
	require.True(t, bucketed(layer(byte8, 6, 23, 2)), "255 × 2^22 × 2 is below 2^31")
	require.False(t, bucketed(layer(byte8, 6, 24, 2)), "255 × 2^23 × 2 is not")
	require.False(t, bucketed(layer(byte8, 6, -24, 2)))
	require.True(t, bucketed(layer(spec.Format{Width: 1}, 7, 31, 1)))
	require.False(t, bucketed(layer(spec.Format{Width: 1}, 7, 33, 1)))
}
