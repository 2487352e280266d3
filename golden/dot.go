package golden

import (
	"context"
	"math"

	"github.com/hashiflex/hashiflex/spec"
)

// Exact accumulators are dot products: the taps of a window with the weights of
// a channel. A work item gathers the windows of a tile of pixels once and then
// takes every channel of the group over them.
//
// Where the sums of a group are shown to fit 32 bits, a word carries two pixels
// as a + b·2^32, modulo 2^64. Multiplying and adding such words keeps the form,
// so that one multiplication serves two pixels; only the final sums need to
// fit, since everything before is arithmetic modulo 2^64.

// tileWords is the number of words of windows that a work item gathers: enough to use
// each weight several times, few enough to stay in a core's cache.
const tileWords = 16

// integer is how weights are stored: four bytes where they suffice, since the
// last layers' weights exceed a core's cache.
type integer interface{ int32 | int64 }

// dotProducts prepares a convolution with an exact accumulator.
func dotProducts(l *spec.Layer) step {
	if fits32(l) {
		return tiles[int32](l, 2)
	}
	return tiles[int64](l, 1)
}

// fits32 reports whether all weights and all sums without bias fit 32 bits.
func fits32(l *spec.Layer) bool {
	conv := l.Op.(*spec.Conv)
	word := spec.Range{Lo: math.MinInt32, Hi: math.MaxInt32}
	for oc := range conv.OutC {
		for t := range l.Taps() {
			if w := l.Weight(oc, t); len(w) > 0 && (w[0].Shift() > 62 || !word.Contains(w.Value())) {
				return false
			}
		}
		bias := int64(conv.Bias[oc])
		r := l.AccRange(oc)
		if !(spec.Range{Lo: r.Lo - bias, Hi: r.Hi - bias}).Within(word) {
			return false
		}
	}
	return true
}

// tiles prepares a convolution with lanes pixels in a word, 1 or 2.
func tiles[W integer](l *spec.Layer, lanes int) step {
	conv := l.Op.(*spec.Conv)
	n := l.Taps()
	weights := make([]W, 0, conv.OutC*n)
	for oc := range conv.OutC {
		for t := range n {
			weights = append(weights, W(l.Weight(oc, t).Value()))
		}
	}
	tails := channelTails(l)
	perGroup := conv.OutC / conv.Groups
	perTile := tileWords * lanes
	return func(ctx context.Context, cores int, ins []Tensor, out Tensor) error {
		pixels := out.Shape.H * out.Shape.W
		tiles := (pixels + perTile - 1) / perTile
		return parallel(ctx, cores, conv.Groups*tiles, func() func(int) {
			windows := make([]int64, tileWords*n)
			return func(item int) {
				group, first := item/tiles*perGroup, item%tiles*perTile
				count := min(perTile, pixels-first)
				gather(l, ins[0], out.Shape.W, group, first, count, lanes, windows)
				for oc := group; oc < group+perGroup; oc += 4 {
					// A block that is not full repeats its last channel: the same
					// values are written twice, and there is one kernel only.
					last := min(oc+3, group+perGroup-1)
					block := [4]int{oc, min(oc+1, last), min(oc+2, last), last}
					w0, w1, w2, w3 := weights[block[0]*n:], weights[block[1]*n:], weights[block[2]*n:], weights[block[3]*n:]
					for p := 0; p < count; p += lanes {
						sums := dot4(windows[p/lanes*n:][:n], w0, w1, w2, w3)
						for i, ch := range block {
							bias, dst := int64(conv.Bias[ch]), out.Plane(ch)[first:first+count]
							if lanes == 1 {
								dst[p] = int32(tails[ch].apply(sums[i] + bias))
								continue
							}
							low := int64(int32(sums[i]))
							dst[p] = int32(tails[ch].apply(low + bias))
							if p+1 < count {
								dst[p+1] = int32(tails[ch].apply((sums[i]-low)>>32 + bias))
							}
						}
					}
				}
			}
		})
	}
}

// gather writes the windows of count output pixels from number first on, as
// output channel oc sees them: lanes pixels to a word, the taps of a word side
// by side in tap order.
func gather(l *spec.Layer, in Tensor, outW, oc, first, count, lanes int, windows []int64) {
	conv := l.Op.(*spec.Conv)
	n := l.Taps()
	k := conv.Kernel[0] * conv.Kernel[1]
	ic0, _, _ := l.TapSource(oc, 0)
	clear(windows)
	for i := range count {
		p := first + i
		y0 := p/outW*conv.Stride[0] - conv.Pad[0]
		x0 := p%outW*conv.Stride[1] - conv.Pad[1]
		word := windows[i/lanes*n : (i/lanes+1)*n]
		up := uint(i % lanes * 32)
		for ky := range conv.Kernel[0] {
			for kx := range conv.Kernel[1] {
				y, x := y0+ky, x0+kx
				if y < 0 || y >= in.Shape.H || x < 0 || x >= in.Shape.W {
					continue
				}
				plane := in.Shape.H * in.Shape.W
				at := ic0*plane + y*in.Shape.W + x
				for t := ky*conv.Kernel[1] + kx; t < n; t += k {
					word[t] += int64(in.Data[at]) << up
					at += plane
				}
			}
		}
	}
}

// dot4 is four dot products of xs, modulo 2^64. Four at a time, since each word
// of xs is then loaded once for four multiplications.
func dot4[W integer](xs []int64, w0, w1, w2, w3 []W) (s [4]int64) {
	w0, w1, w2, w3 = w0[:len(xs)], w1[:len(xs)], w2[:len(xs)], w3[:len(xs)]
	var a, b, c, d int64
	for i, x := range xs {
		a += x * int64(w0[i])
		b += x * int64(w1[i])
		c += x * int64(w2[i])
		d += x * int64(w3[i])
	}
	return [4]int64{a, b, c, d}
}
