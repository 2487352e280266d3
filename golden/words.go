package golden

import (
	"context"
	"math"

	"github.com/hashiflex/hashiflex/spec"
)

// Pixels and weights of 16 bits are multiplied in pairs: one instruction of a vector unit
// makes eight sums of two products each. Sums are of 32 bits, and everything but the last
// one is arithmetic modulo 2^32.
//
// Windows are stored by tile. A word is two taps of one pixel, and the words of a pair of
// taps are side by side for the pixels of the tile. Four channels take a tile at a time, so
// that each word is read once for eight products.

const (
	quad       = 4  // channels that take a tile together
	tilePixels = 16 // pixels of a tile
	itemTiles  = 4  // tiles that a work item gathers
	itemPixels = itemTiles * tilePixels
	// maxBlock is how many channels take one item's windows at most, if items are few.
	maxBlock = 128
)

// fitsWords reports whether a convolution's pixels and weights fit 16 bits, and all its
// accumulators 32.
func fitsWords(l *spec.Layer) bool {
	word := spec.Range{Lo: math.MinInt16, Hi: math.MaxInt16}
	if !l.InRange(0).Within(word) || !fits32(l) {
		return false
	}
	for oc := range l.Op.(*spec.Conv).OutC {
		for t := range l.Taps() {
			if !word.Contains(l.Weight(oc, t).Value()) {
				return false
			}
		}
	}
	return true
}

// channels are four output channels of a convolution: their weights by pair of taps, and how
// their accumulators become outputs, as max(lo, min(hi, (sum+add)>>right)). Assembly knows
// the places of the fields up to right.
type channels struct {
	weights []uint32 // [pairs][quad]
	pairs   int
	add     [quad]int32
	lo, hi  [quad]int32
	right   [quad]uint64
	done    [quad]bool // the channel's accumulators become outputs that way; else sums stay sums
	full    bool       // that holds for all four
}

// byWords prepares a convolution of which fitsWords says that it can.
func byWords(l *spec.Layer) step {
	conv := l.Op.(*spec.Conv)
	pairs := (l.Taps() + 1) / 2
	perGroup := conv.OutC / conv.Groups
	quads := (perGroup + quad - 1) / quad
	tails := channelTails(l)
	words := wordTails(l, tails)

	blocks := make([]channels, conv.Groups*quads)
	weights := make([]uint32, len(blocks)*pairs*quad)
	for b := range blocks {
		own := weights[b*pairs*quad:][:pairs*quad]
		blocks[b] = channels{weights: own, pairs: pairs}
		first := b/quads*perGroup + b%quads*quad
		for c := range min(quad, (b/quads+1)*perGroup-first) {
			for t := range l.Taps() {
				own[t/2*quad+c] |= uint32(uint16(l.Weight(first+c, t).Value())) << (t % 2 * 16)
			}
			w := words[first+c]
			if w.left > 0 {
				w = wordTail{lo: math.MinInt32, hi: math.MaxInt32}
			}
			blocks[b].add[c], blocks[b].lo[c], blocks[b].hi[c], blocks[b].right[c] = w.add, w.lo, w.hi, uint64(w.right)
			blocks[b].done[c] = w.whole
		}
		blocks[b].full = blocks[b].done == [quad]bool{true, true, true, true}
	}
	return func(ctx context.Context, cores int, ins []Tensor, out Tensor) error {
		pixels := out.Shape.H * out.Shape.W
		items := (pixels + itemPixels - 1) / itemPixels
		parts := 1
		if items*conv.Groups < maxBlock {
			parts = (perGroup + maxBlock - 1) / maxBlock
		}
		perPart := (quads + parts - 1) / parts
		return parallel(ctx, cores, conv.Groups*items*parts, func() func(int) {
			windows := make([]uint32, itemPixels*pairs)
			sums := make([]int32, quad*itemPixels)
			return func(item int) {
				group, item := item/(items*parts), item%(items*parts)
				first := item / parts * itemPixels
				count := min(itemPixels, pixels-first)
				tiles := (count + tilePixels - 1) / tilePixels
				pack(l, ins[0], out.Shape.W, group*perGroup, first, count, windows)
				for q := item % parts * perPart; q < min((item%parts+1)*perPart, quads); q++ {
					oc := group*perGroup + q*quad
					n := min(quad, (group+1)*perGroup-oc)
					block := &blocks[group*quads+q]
					if block.full && count%tilePixels == 0 {
						dotWords(out.Data[oc*pixels+first:], pixels, windows, tiles, block)
						continue
					}
					dotWords(sums, itemPixels, windows, tiles, block)
					for c := range n {
						dst := out.Plane(oc + c)[first : first+count]
						if block.done[c] {
							copy(dst, sums[c*itemPixels:])
							continue
						}
						for i := range dst {
							dst[i] = int32(tails[oc+c].apply(int64(sums[c*itemPixels+i]) + int64(conv.Bias[oc+c])))
						}
					}
				}
			}
		})
	}
}

// pack writes the windows of count output pixels from number first on, as output channel
// oc sees them.
func pack(l *spec.Layer, in Tensor, outW, oc, first, count int, windows []uint32) {
	conv := l.Op.(*spec.Conv)
	n := l.Taps()
	pairs := (n + 1) / 2
	ic0, _, _ := l.TapSource(oc, 0)
	plane := in.Shape.H * in.Shape.W
	if conv.Kernel == [2]int{1, 1} && conv.Stride == [2]int{1, 1} && conv.Pad == [4]int{} {
		for pair := range pairs {
			a := in.Data[(ic0+2*pair)*plane+first:][:count]
			var b []int32
			if 2*pair+1 < n {
				b = in.Data[(ic0+2*pair+1)*plane+first:][:count]
			}
			for i := 0; i < count; i += tilePixels {
				end := min(i+tilePixels, count)
				packPair(windows[(i/tilePixels*pairs+pair)*tilePixels:][:tilePixels], a[i:end], b[min(i, len(b)):min(end, len(b))])
			}
		}
		return
	}
	clear(windows)
	k := conv.Kernel[0] * conv.Kernel[1]
	for i := range count {
		p := first + i
		y0 := p/outW*conv.Stride[0] - conv.Pad[0]
		x0 := p%outW*conv.Stride[1] - conv.Pad[1]
		word := windows[i/tilePixels*pairs*tilePixels+i%tilePixels:]
		for ky := range conv.Kernel[0] {
			for kx := range conv.Kernel[1] {
				y, x := y0+ky, x0+kx
				if y < 0 || y >= in.Shape.H || x < 0 || x >= in.Shape.W {
					continue
				}
				at := ic0*plane + y*in.Shape.W + x
				for t := ky*conv.Kernel[1] + kx; t < n; t += k {
					word[t/2*tilePixels] |= uint32(uint16(in.Data[at])) << (t % 2 * 16)
					at += plane
				}
			}
		}
	}
}

// packPair writes the words of two taps for the pixels of a tile; b is empty where there
// is no second tap.
func packPair(words []uint32, a, b []int32) {
	if len(b) == 0 {
		for i, x := range a {
			words[i] = uint32(uint16(x))
		}
		return
	}
	words, b = words[:len(a)], b[:len(a)]
	for i, x := range a {
		words[i] = uint32(uint16(x)) | uint32(b[i])<<16
	}
}

// dotPlain is dotWords without vectors.
func dotPlain(dst []int32, pitch int, windows []uint32, tiles int, q *channels) {
	for tile := range tiles {
		for c := range quad {
			for i := range tilePixels {
				var sum int32
				for pair := range q.pairs {
					x, w := windows[(tile*q.pairs+pair)*tilePixels+i], q.weights[pair*quad+c]
					sum += int32(int16(x))*int32(int16(w)) + int32(x)>>16*(int32(w)>>16)
				}
				dst[c*pitch+tile*tilePixels+i] = max(q.lo[c], min(q.hi[c], (sum+q.add[c])>>q.right[c]))
			}
		}
	}
}
