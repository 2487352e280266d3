package head

import (
	"fmt"
	"math/bits"

	"github.com/hashiflex/hashiflex/rtl/npu"
)

// Random sequences hit these bins late or never. Package directed aims at them.

// addressBits is the number of bits of an address of the bus.
const addressBits = 24

var regionNames = [4]string{"register", "descriptor", "bias", "weight"}

// addAliases makes a bin for each address bit of each region, for writes and for reads. Its
// hits are refused accesses whose address differs from a word of the region in that bit.
func (b *Bins) addAliases(group func(string, ...[]string) int) {
	m := NewSketch(b.p)
	for way, verb := range []string{"write to", "read of"} {
		for region, name := range regionNames {
			for bit := range addressBits {
				b.at.aliases[way][region][bit] = -1
				if m.aliased(region, bit) {
					b.at.aliases[way][region][bit] = group(fmt.Sprintf("%s a %s with bit %d of its address wrong", verb, name, bit))
				}
			}
		}
	}
}

// aliased reports whether flipping a bit of the address of some word of a region gives an
// unmapped address. It tries the first and the last word, and those at powers of two.
func (m *Model) aliased(region, bit int) bool {
	last := 0
	switch region {
	case npu.RegionRegisters:
		last = npu.RegValue
	case npu.RegionDescriptors:
		last = 8*(m.P.Layers-1) + npu.FieldTail
	case npu.RegionBiases:
		last = m.P.Biases - 1
	case npu.RegionWeights:
		last = m.P.Rows*m.P.RowWords() - 1
	}
	try := func(word int) bool {
		a := npu.Address(region, word)
		return word >= 0 && word <= last && m.decode(a).ok && !m.decode(a^1<<bit).ok
	}
	if try(0) || try(last) {
		return true
	}
	for w := 1; w <= last; w <<= 1 {
		if try(w) || try(w-1) || try(last-w) {
			return true
		}
	}
	return false
}

// alias notes an access to an unmapped address, for each region that one flipped bit would reach.
func (b *Bins) alias(m *Model, read int, address uint32) {
	if b == nil || m.decode(address).ok {
		return
	}
	for bit := range addressBits {
		if p := m.decode(address ^ 1<<bit); p.ok {
			if i := b.at.aliases[read][p.region][bit]; i >= 0 {
				b.hit(i)
			}
		}
	}
}

// Counters of the head, each of which carries at powers of two.
const (
	carryFeature = iota
	carryOutput
	carryRow
	carryBias
	carryLayer
	carryImages
	carryKinds
)

// mostImages is the exponent of the largest power of two of the image counter's bins: where
// it begins again.
const mostImages = 32

// addCarries makes a bin of each power of two that a counter passes.
func (b *Bins) addCarries(group func(string, ...[]string) int) {
	for kind, c := range [carryKinds]struct {
		name string
		most int // the largest value
	}{
		{"feature", b.p.Features - 1}, {"output", b.most() - 1}, {"weight row", b.p.Rows - 1},
		{"bias", b.p.Biases - 1}, {"layer", b.p.Layers - 1}, {"image", 1 << mostImages},
	} {
		b.at.carries[kind] = len(b.names)
		for k := 1; 1<<k <= c.most; k++ {
			group(fmt.Sprintf("%s number 2^%d", c.name, k))
		}
	}
}

// Sized lists the bins of addresses and of carries that were not hit, of how many. They are
// the bins that depend on a head's sizes.
func (b *Bins) Sized() (missed []string, of int) {
	var at []int
	for _, way := range b.at.aliases {
		for _, region := range way {
			for _, i := range region {
				if i >= 0 {
					at = append(at, i)
				}
			}
		}
	}
	for i := b.at.carries[0]; i < len(b.names); i++ {
		at = append(at, i)
	}
	for _, i := range at {
		if b.counts[i] == 0 {
			missed = append(missed, b.names[i])
		}
	}
	return missed, len(at)
}

// most is the largest number of outputs of a layer.
func (b *Bins) most() int { return min(b.p.Biases, b.p.Rows*b.p.Lanes) }

// carry notes that a counter went through the values from lo to hi. It hits each power of
// two that the counter reached from the value below.
func (b *Bins) carry(kind, lo, hi int) {
	for k := max(bits.Len(uint(lo)), 1); 1<<k <= hi; k++ {
		b.hit(b.at.carries[kind] + k - 1)
	}
}

// counters notes what the counters of an image pass.
func (b *Bins) counters(ls []npu.Layer) {
	b.carry(carryLayer, 0, len(ls)-1)
	for _, l := range ls {
		b.carry(carryFeature, 0, l.In-1)
		b.carry(carryOutput, 0, l.Out-1)
		b.carry(carryRow, l.Row, l.Row+l.Groups(b.p.Lanes)*l.In-1)
		b.carry(carryBias, l.Bias, l.Bias+l.Out-1)
	}
}

// image notes that the count of images has become n.
func (b *Bins) image(n uint32) {
	if b == nil {
		return
	}
	switch {
	case n == 0:
		b.values.images[mostImages-1]++
		b.hit(b.at.carries[carryImages] + mostImages - 1)
	case n > 1 && bits.OnesCount32(n) == 1:
		b.values.images[bits.Len32(n)-2]++
		b.hit(b.at.carries[carryImages] + bits.Len32(n) - 2)
	}
}

// grid has a bit for each pair of a weight and a feature that a lane has multiplied.
// Features are -128 to 255.
type grid [pairs / 64]uint64

const (
	gridFeatures = 128 + 256
	pairs        = 256 * gridFeatures

	// mostGrids is the largest number of lanes for which pairs are counted.
	mostGrids = 16
)

func (b *Bins) addGrids() {
	if b.p.Lanes <= mostGrids {
		b.grids = make([]grid, b.p.Lanes)
	}
}

// lane is the grid of a lane, or nil.
func (b *Bins) lane(i int) *grid {
	if b == nil || i >= len(b.grids) {
		return nil
	}
	return &b.grids[i]
}

func (g *grid) hit(feature int64, weight int8) {
	at := uint(feature+128)<<8 | uint(uint8(weight))
	g[at>>6] |= 1 << (at & 63)
}

func (g *grid) add(o grid) {
	for i := range g {
		g[i] |= o[i]
	}
}

func (g *grid) count() (n int) {
	for _, w := range g {
		n += bits.OnesCount64(w)
	}
	return n
}
