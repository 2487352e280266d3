package golden

import (
	"math"

	"github.com/hashiflex/hashiflex/spec"
)

// tail is Requantize over Int64, with everything precomputed that does not depend on the
// accumulator.
type tail struct {
	left, right uint  // one of them is 0
	pos, neg    int64 // rounding constant from zero on, and below zero
	even        bool  // one more where the quotient is odd
	beyond      beyond
	width       uint
	format      spec.Range
	lo, hi      int64 // the last clamp; a saturating format's own is part of it
}

// beyond is the treatment of a value beyond the format.
type beyond uint8

const (
	clamped  beyond = iota + 1 // by the last clamp
	wraps                      // modulo 2^width
	vanishes                   // 0
)

var beyonds = spec.ByMode("golden: tails", spec.Overflows(), map[spec.Overflow]beyond{
	spec.WRAP: wraps, spec.SAT: clamped, spec.SATZero: vanishes, spec.SATSym: clamped,
})

func newTail(q spec.Requant, shift int) *tail {
	t := &tail{beyond: beyonds[q.Overflow], width: uint(q.Format.Width), format: q.Format.Range()}
	out := q.Range()
	t.lo, t.hi = out.Lo, out.Hi
	if shift <= 0 {
		t.left = uint(-shift)
		return t
	}
	shift = min(shift, maxRound)
	t.right = uint(shift)
	c := q.Rounding.Constants(shift)
	t.pos, t.neg, t.even = c.Pos, c.Neg, c.Even
	return t
}

// channelTails are the tails of a layer's output channels.
func channelTails(l *spec.Layer) []*tail {
	tails := make([]*tail, l.OutShape().C)
	for oc := range tails {
		tails[oc] = newTail(l.Out, l.Shift(oc))
	}
	return tails
}

// apply requantizes acc.
func (t *tail) apply(acc int64) int64 {
	c := t.pos
	if acc < 0 {
		c = t.neg
	}
	if t.even {
		c += acc >> t.right & 1
	}
	v := (acc<<t.left + c) >> t.right
	switch t.beyond {
	case wraps:
		v -= (v - t.format.Lo) >> t.width << t.width
	case vanishes:
		if v < t.format.Lo || v > t.format.Hi {
			v = 0
		}
	}
	return max(t.lo, min(t.hi, v))
}

// Compile is Requantize over Int64 for one tail, prepared for many accumulators
// of at most spec.MaxAccWidth bits; the executor runs its layers through it.
func Compile(q spec.Requant, shift int) func(acc int64) int64 {
	t := newTail(q, shift)
	return func(acc int64) int64 { return int64(t.apply(acc)) }
}

// wordTail is a simple tail of a channel, bias included, in 32 bits: for a sum without bias
// it is max(lo, min(hi, (sum<<left+add)>>right)), modulo 2^32 but for the shift to the
// right. Where that is not the tail, whole is false and nothing happens to a sum.
type wordTail struct {
	add, lo, hi int32
	right       uint
	left        uint
	whole       bool
}

// wordTails are the tails of the channels of a convolution whose accumulators fit 32 bits.
func wordTails(l *spec.Layer, tails []*tail) []wordTail {
	words := make([]wordTail, len(tails))
	word := spec.Range{Lo: math.MinInt32, Hi: math.MaxInt32}
	for oc, t := range tails {
		words[oc] = wordTail{lo: math.MinInt32, hi: math.MaxInt32}
		if t.pos != t.neg || t.even || t.beyond != clamped || t.left >= 32 {
			continue
		}
		// Nothing leaves 64 bits here, as the accumulator fits 32.
		r := l.AccRange(oc)
		if !word.Contains(r.Lo<<t.left+t.pos) || !word.Contains(r.Hi<<t.left+t.pos) {
			continue
		}
		bias := int64(l.Op.(*spec.Conv).Bias[oc])
		words[oc] = wordTail{add: int32(bias<<t.left + t.pos), lo: int32(t.lo), hi: int32(t.hi), right: min(t.right, 31), left: t.left, whole: true}
	}
	return words
}
