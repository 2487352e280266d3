package shiftadd

import (
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// round is w / 2^s with rounding mode mode; a negative s multiplies.
//
// Modes that round alike everywhere add their constant and cut. Those that look
// at the sign or the parity cut first and then add one where the bits below the
// cut ask for it: the guard bit is the first of them, the sticky bit says
// whether any other is set. Where no number is negative the modes that differ
// only there are the simpler ones.
func (b *builder) round(w word, mode spec.Rounding, s int) word {
	if s <= 0 {
		return b.shl(w, -s)
	}
	if w.r.Lo >= 0 {
		switch mode {
		case spec.TRNZero:
			mode = spec.TRN
		case spec.RNDZero:
			mode = spec.RNDMinInf
		case spec.RNDInf:
			mode = spec.RND
		}
	}
	half := int64(1) << (s - 1)
	switch mode {
	case spec.TRN:
		return b.shr(w, s)
	case spec.RND:
		return b.shr(b.plusConstant(w, half), s)
	case spec.RNDMinInf:
		return b.shr(b.plusConstant(w, half-1), s)
	}
	return b.increment(w, mode, s)
}

// plusConstant is w + c, one bit wider than w only where its interval demands.
func (b *builder) plusConstant(w word, c int64) word {
	if c == 0 {
		return w
	}
	r := plus(w.r, spec.Range{Lo: c, Hi: c})
	n, signed := width(r)
	return word{v: b.m.Label(b.m.Add(b.fit(w, n), b.m.Const(n, c)), "rounding"), signed: signed, r: r}
}

// increment is floor(w / 2^s), plus one where mode rounds up.
func (b *builder) increment(w word, mode spec.Rounding, s int) word {
	r := spec.Range{Lo: rounded(w.r.Lo, mode, s), Hi: rounded(w.r.Hi, mode, s)}
	if constant(r) {
		return b.constant(r.Lo)
	}
	m := b.m
	x := b.fit(w, max(m.Width(w.v), s+1)) // so that there is a bit s to cut at
	n := m.Width(x)
	sign := m.Const(1, 0)
	if w.signed {
		sign = m.Slice(x, n-1, 1)
	}
	guard := m.Label(m.Slice(x, s-1, 1), "guard")
	sticky := m.Const(1, 0)
	if s > 1 {
		sticky = m.Label(m.RedOr(m.Slice(x, 0, s-1)), "sticky")
	}
	var up netlist.Value
	switch mode {
	case spec.TRNZero:
		up = m.And(sign, m.Or(guard, sticky))
	case spec.RNDZero:
		up = m.And(guard, m.Or(sticky, sign))
	case spec.RNDInf:
		up = m.And(guard, m.Or(sticky, m.Not(sign)))
	case spec.RNDConv:
		up = m.And(guard, m.Or(sticky, m.Slice(x, s, 1)))
	default:
		panic("shiftadd: unknown rounding " + mode.String())
	}
	m.Label(up, "up")
	width, signed := width(r)
	quotient := word{v: m.Label(m.Slice(x, s, n-s), "quotient"), signed: w.signed}
	return word{v: m.Label(m.Add(b.fit(quotient, width), m.Zext(up, width)), "rounded"), signed: signed, r: r}
}

// rounded is v / 2^s by the modes of increment, for the ends of an interval:
// every mode is monotone.
func rounded(v int64, mode spec.Rounding, s int) int64 {
	q := v >> s
	rest, half := v-q<<s, int64(1)<<(s-1)
	switch {
	case rest == 0:
		return q
	case mode == spec.TRNZero && v < 0,
		mode != spec.TRNZero && rest > half,
		rest == half && (mode == spec.RNDZero && v < 0 || mode == spec.RNDInf && v >= 0 || mode == spec.RNDConv && q&1 == 1):
		return q + 1
	}
	return q
}
