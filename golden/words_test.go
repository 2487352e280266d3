package golden

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
)

// Sums of many taps at the ends of their ranges, of channels and pixels that fill no block,
// are what the definition says.
func TestWordsOfManyTaps(t *testing.T) {
	r := seeded(t)
	ctx := context.Background()
	for _, f := range []spec.Format{{Width: 8}, {Signed: true, Width: 8}, {Signed: true, Width: 16}, {Width: 1}, {Width: 15}} {
		for _, taps := range []int{1, 2, 15, 16, 257, 258} {
			for _, outC := range []int{1, 4, 5, 131} {
				conv := &spec.Conv{OutC: outC, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: 4, Base: make([]int32, outC)}
				for oc := range outC {
					conv.Bias = append(conv.Bias, int32(within(r, -1<<20, 1<<20)))
					for i := range taps {
						code := []spec.Code{7, -7, spec.Code(7 - 14*(i%2)), spec.Code(within(r, 1, 7)), -spec.Code(within(r, 1, 7))}[oc%5]
						conv.Codes = append(conv.Codes, code)
					}
				}
				frame := []spec.Shape{{C: taps, H: 5, W: 7}, {C: taps, H: 4, W: 16}, {C: taps, H: 1, W: 1}, {C: taps, H: 9, W: 16}}[(taps+outC)%4]
				net := &spec.Network{Name: "taps", Input: spec.Input{Shape: frame, Format: f}, Layers: []*spec.Layer{{
					Name: "conv", Inputs: []string{spec.InputName}, Op: conv,
					Out: spec.Requant{Format: spec.Format{Signed: true, Width: 31, Frac: -int(within(r, 0, 3))}, Rounding: spec.Roundings()[(taps+outC)%len(spec.Roundings())], Overflow: spec.SAT},
				}}}
				require.NoError(t, net.Validate())
				l := net.Layers[0]
				require.True(t, fitsWords(l))
				for _, v := range []int64{f.Min(), f.Max(), 0} {
					in := NewTensor(net.Input.Shape)
					for i := range in.Data {
						in.Data[i] = int32(v)
						if i%3 == 0 {
							in.Data[i] = int32(within(r, f.Min(), f.Max()))
						}
					}
					want, got := used(l.OutShape()), used(l.OutShape())
					require.NoError(t, byDefinition(l)(ctx, cores, []Tensor{in}, want))
					require.NoError(t, byWords(l)(ctx, cores, []Tensor{in}, got))
					require.Equal(t, want.Data, got.Data, "%v, %d taps of %d", f, taps, v)
				}
			}
		}
	}
}

// With vectors of the processor and without, four channels of some tiles are the same, also
// where sums leave 32 bits; and nothing is written behind them.
func TestWordsInVectors(t *testing.T) {
	r := seeded(t)
	for round := range 3000 {
		pairs, tiles := int(within(r, 1, 40)), int(within(r, 1, itemTiles))
		pitch := tiles*tilePixels + int(within(r, 0, 9))
		windows, weights := make([]uint32, tiles*pairs*tilePixels), make([]uint32, pairs*quad)
		for i := range windows {
			windows[i] = r.Uint32()
			if round%3 == 0 {
				windows[i] = []uint32{0x8000_8000, 0x7fff_8000, math.MaxUint32, 0x7fff_7fff}[within(r, 0, 3)]
			}
		}
		for i := range weights {
			weights[i] = r.Uint32()
			if round%3 == 0 {
				weights[i] = []uint32{0x8000_8000, 0x8000_7fff, math.MaxUint32, 0x7fff_7fff}[within(r, 0, 3)]
			}
		}
		q := channels{weights: weights, pairs: pairs}
		for c := range quad {
			q.add[c], q.right[c] = int32(r.Uint32()), uint64(within(r, 0, 31))
			q.lo[c] = int32(r.Uint32())
			q.hi[c] = max(q.lo[c], int32(r.Uint32()))
		}
		want := make([]int32, quad*pitch+1)
		for i := range want {
			want[i] = int32(i)
		}
		got := slices.Clone(want)
		dotPlain(want, pitch, windows, tiles, &q)
		dotWords(got, pitch, windows, tiles, &q)
		require.Equal(t, want, got, "round %d: %d pairs, %d tiles", round, pairs, tiles)
	}
}

// What leaves 16 or 32 bits is left to dot products of wider words.
func TestNotEverythingIsWords(t *testing.T) {
	layer := func(f spec.Format, bits int, code spec.Code, taps int, bias int32) *spec.Layer {
		conv := &spec.Conv{OutC: 1, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: bits, Base: []int32{0}, Bias: []int32{bias}}
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
	require.True(t, fitsWords(layer(byte8, 4, 7, 9, 0)))
	require.True(t, fitsWords(layer(spec.Format{Width: 15}, 4, 7, 9, 0)))
	require.False(t, fitsWords(layer(spec.Format{Width: 16}, 4, 7, 9, 0)), "2^16-1 has no 16 bits with a sign")
	require.True(t, fitsWords(layer(byte8, 5, 15, 2, 0)), "2^14")
	require.False(t, fitsWords(layer(byte8, 6, 16, 2, 0)), "2^15")
	require.True(t, fitsWords(layer(byte8, 6, -16, 2, 0)), "-2^15")
	require.False(t, fitsWords(layer(spec.Format{Width: 15}, 5, 15, 9, 0)), "9 × 2^29 is beyond 2^31")

	// The bias and the rounding constant count, too.
	within := layer(byte8, 5, 15, 2, math.MaxInt32-255<<15)
	require.True(t, fitsWords(within))
	require.True(t, wordTails(within, channelTails(within))[0].whole)
	beyond := layer(byte8, 5, 15, 2, math.MaxInt32-255<<15+1)
	require.False(t, wordTails(beyond, channelTails(beyond))[0].whole)
}
