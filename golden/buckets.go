package golden

import (
	"context"
	"math"

	"github.com/hashiflex/hashiflex/spec"
)

// A weight is a sum of signed powers of two, so a dot product needs no product. The taps
// of a channel with the same power and sign are a bucket: their pixels are added, and the
// sum is shifted once. As long as a sum stays below 2^16, one addition of machine words
// adds four pixels, and what a bucket adds up to is moved into words of two pixels of 32
// bits, which are read as dot.go reads its own.
//
// Pixels are counted from the least value that they may have, so that none is negative; a
// constant of the channel makes up for that.

const (
	lanes       = 4 // pixels in a word of windows
	bucketWords = 8 // words of windows for each tap that a work item gathers
	bucketTile  = lanes * bucketWords
	laneBits    = 64 / lanes
	evenLanes   = 0x0000ffff_0000ffff
	// maxBlock is how many channels take one tile at most, if tiles are few.
	maxBlock = 128
)

// bucket is taps of one channel with one power and sign, no more than may be added before
// a pixel's sum leaves its lane.
type bucket struct {
	shift uint
	minus bool
	taps  []uint16
}

// least is the least value that a tap may read, and spread how far above it others are.
// Padding reads 0.
func least(l *spec.Layer) (lo, spread int64) {
	r := l.InRange(0).Hull(spec.Range{})
	return r.Lo, r.Hi - r.Lo
}

// bucketed reports whether a convolution's sums can be added up in buckets: one pixel fits
// a lane several times, positive and negative sums fit 32 bits, and a tap's number 16.
func bucketed(l *spec.Layer) bool {
	const few = 8
	_, spread := least(l)
	if spread*few >= 1<<laneBits || l.Taps() > math.MaxUint16+1 {
		return false
	}
	for oc := range l.Op.(*spec.Conv).OutC {
		var up, down int64
		for _, c := range l.Channel(oc) {
			switch {
			case c == 0:
				continue
			case c.Shift() > 30:
				return false
			case c > 0:
				up += c.Value() * spread
			default:
				down -= c.Value() * spread
			}
			if up > math.MaxInt32 || down > math.MaxInt32 {
				return false
			}
		}
	}
	return true
}

// bucketsOf are the buckets of an output channel, and its bias over pixels that are
// counted from lo.
func bucketsOf(l *spec.Layer, oc int) (all []bucket, bias int64) {
	lo, spread := least(l)
	bias = int64(l.Op.(*spec.Conv).Bias[oc])
	most := l.Taps()
	if spread > 0 {
		most = int((1<<laneBits - 1) / spread)
	}
	open := map[spec.Code]int{} // the bucket of a code that has room
	for t := range l.Taps() {
		for _, c := range l.Weight(oc, t) {
			bias += lo * c.Value()
			at, ok := open[c]
			if !ok || len(all[at].taps) == most {
				at = len(all)
				open[c] = at
				all = append(all, bucket{shift: uint(c.Shift()), minus: c < 0})
			}
			all[at].taps = append(all[at].taps, uint16(t))
		}
	}
	// Side by side in memory, as they are read.
	var taps []uint16
	for i := range all {
		taps = append(taps, all[i].taps...)
	}
	for i := range all {
		n := len(all[i].taps)
		all[i].taps, taps = taps[:n:n], taps[n:]
	}
	return all, bias
}

// byBuckets prepares a convolution of which bucketed says that it can.
func byBuckets(l *spec.Layer) step {
	conv := l.Op.(*spec.Conv)
	n := l.Taps()
	channels, biases := make([][]bucket, conv.OutC), make([]int64, conv.OutC)
	for oc := range channels {
		channels[oc], biases[oc] = bucketsOf(l, oc)
	}
	tails := channelTails(l)
	perGroup := conv.OutC / conv.Groups
	return func(ctx context.Context, ins []Tensor, out Tensor) error {
		pixels := out.Shape.H * out.Shape.W
		tiles := (pixels + bucketTile - 1) / bucketTile
		blocks := 1
		if tiles*conv.Groups < maxBlock {
			blocks = (perGroup + maxBlock - 1) / maxBlock
		}
		perBlock := (perGroup + blocks - 1) / blocks
		return parallel(ctx, conv.Groups*tiles*blocks, func() func(int) {
			windows := make([]uint64, bucketWords*n)
			var sums [bucketTile]int64
			return func(item int) {
				group, item := item/(tiles*blocks)*perGroup, item%(tiles*blocks)
				first := item / blocks * bucketTile
				from := group + item%blocks*perBlock
				count := min(bucketTile, pixels-first)
				fill(l, ins[0], out.Shape.W, group, first, count, windows)
				for oc := from; oc < min(from+perBlock, group+perGroup); oc++ {
					addUp(windows, channels[oc], biases[oc], &sums)
					tails[oc].all(out.Plane(oc)[first:first+count], sums[:count])
				}
			}
		})
	}
}

// tileSums are a channel's accumulators for a tile, as a + b·2^32 modulo 2^64: for word w of windows, acc[w]
// has its pixels 0 and 2, and acc[bucketWords+w] its pixels 1 and 3.
type tileSums [2 * bucketWords]uint64

// addUp computes the accumulators of a channel for a tile.
func addUp(windows []uint64, buckets []bucket, bias int64, sums *[bucketTile]int64) {
	var acc tileSums
	for i := range buckets {
		addTo(&acc, windows, &buckets[i])
	}
	for j := range bucketWords {
		for odd := range 2 {
			a := int64(acc[bucketWords*odd+j])
			low := int64(int32(a))
			sums[lanes*j+odd] = low + bias
			sums[lanes*j+odd+2] = (a-low)>>32 + bias
		}
	}
}

// addPlain adds a bucket to acc. Its taps ascend, and there is at least one.
func addPlain(acc *tileSums, windows []uint64, b *bucket) {
	var s [bucketWords]uint64
	for _, t := range b.taps {
		at := int(t) * bucketWords
		w := (*[bucketWords]uint64)(windows[at : at+bucketWords])
		s[0] += w[0]
		s[1] += w[1]
		s[2] += w[2]
		s[3] += w[3]
		s[4] += w[4]
		s[5] += w[5]
		s[6] += w[6]
		s[7] += w[7]
	}
	shift, sign := b.shift&31, uint64(0)
	if b.minus {
		sign = math.MaxUint64
	}
	for j, x := range s {
		// x^sign - sign is -x where sign is all ones.
		acc[j] += ((x&evenLanes)<<shift ^ sign) - sign
		acc[bucketWords+j] += ((x>>laneBits&evenLanes)<<shift ^ sign) - sign
	}
}

// fill writes the windows of count output pixels from number first on, as output channel
// oc sees them: the words of a tap side by side, in tap order.
func fill(l *spec.Layer, in Tensor, outW, oc, first, count int, windows []uint64) {
	conv := l.Op.(*spec.Conv)
	lo, _ := least(l)
	ic0, _, _ := l.TapSource(oc, 0)
	plane := in.Shape.H * in.Shape.W
	n := l.Taps()
	if conv.Kernel == [2]int{1, 1} && conv.Stride == [2]int{1, 1} && conv.Pad == [4]int{} {
		for t := range n {
			src := in.Data[(ic0+t)*plane+first:][:count]
			words := windows[t*bucketWords:][:bucketWords]
			for w := range words {
				if len(src) < lanes {
					words[w] = 0
					for i, x := range src {
						words[w] |= uint64(int64(x)-lo) << (laneBits * i)
					}
					src = nil
					continue
				}
				words[w] = uint64(int64(src[0])-lo) | uint64(int64(src[1])-lo)<<laneBits | uint64(int64(src[2])-lo)<<(2*laneBits) | uint64(int64(src[3])-lo)<<(3*laneBits)
				src = src[lanes:]
			}
		}
		return
	}
	// Every pixel is 0 until it is read.
	zero := uint64(-lo) * 0x0001_0001_0001_0001
	for i := range windows {
		windows[i] = zero
	}
	k := conv.Kernel[0] * conv.Kernel[1]
	for i := range count {
		p := first + i
		y0 := p/outW*conv.Stride[0] - conv.Pad[0]
		x0 := p%outW*conv.Stride[1] - conv.Pad[1]
		word := windows[i/lanes:]
		up := uint(i % lanes * laneBits)
		for ky := range conv.Kernel[0] {
			for kx := range conv.Kernel[1] {
				y, x := y0+ky, x0+kx
				if y < 0 || y >= in.Shape.H || x < 0 || x >= in.Shape.W {
					continue
				}
				at := ic0*plane + y*in.Shape.W + x
				for t := ky*conv.Kernel[1] + kx; t < n; t += k {
					word[t*bucketWords] += uint64(int64(in.Data[at])) << up
					at += plane
				}
			}
		}
	}
}
