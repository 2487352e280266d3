package golden

import "github.com/hashiflex/hashiflex/spec"

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

// all requantizes many accumulators.
func (t *tail) all(dst []int32, accs []int64) {
	dst = dst[:len(accs)]
	if t.left != 0 || t.pos != t.neg || t.even || t.beyond != clamped {
		for i, acc := range accs {
			dst[i] = int32(t.apply(acc))
		}
		return
	}
	done := t.clampFirst(dst, accs)
	dst, accs = dst[done:], accs[done:]
	c, right, lo, hi := t.pos, t.right&63, t.lo, t.hi
	for i, acc := range accs {
		dst[i] = int32(max(lo, min(hi, (acc+c)>>right)))
	}
}

// Compile is Requantize over Int64 for one tail, prepared for many accumulators
// of at most spec.MaxAccWidth bits; the executor runs its layers through it.
func Compile(q spec.Requant, shift int) func(acc int64) int64 {
	t := newTail(q, shift)
	return func(acc int64) int64 { return int64(t.apply(acc)) }
}
