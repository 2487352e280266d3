package shiftadd

import (
	"strconv"

	"github.com/hashiflex/hashiflex/spec"
)

// saturating adds one term after the other to the bias and clamps to n bits
// after each. Terms come one by one from next, which says whether the term is a
// word or the constant that it left in b.bias; the constant of an inverted term
// is added in the same step, before the clamp.
func (b *builder) saturating(bias int64, n int, steps int, next func(i int) (word, bool)) word {
	full := spec.Format{Signed: true, Width: n}.Range()
	type step struct {
		w     word
		ok    bool
		extra int64
	}
	all := make([]step, steps)
	hull := spec.Range{Lo: bias, Hi: bias}
	at := hull
	for i := range all {
		b.bias = 0
		w, ok := next(i)
		all[i] = step{w, ok, b.bias}
		at = plus(at, spec.Range{Lo: b.bias, Hi: b.bias})
		if ok {
			at = plus(at, b.total([]word{w}))
		}
		hull = hull.Hull(at)
		at = spec.Range{Lo: min(max(at.Lo, full.Lo), full.Hi), Hi: min(max(at.Hi, full.Lo), full.Hi)}
	}
	if b.o.Widths == Uniform {
		b.uniform, _ = width(hull)
		b.uniform = max(b.uniform, n)
	}
	acc := b.constant(bias)
	for i, s := range all {
		if s.ok {
			acc = b.add(acc, s.w)
			b.label(acc.v, i+1, 0, "")
		}
		if s.extra != 0 {
			acc = b.add(acc, b.constant(s.extra))
			b.label(acc.v, i+1, 1, "")
		}
		if clamped := b.clamp(acc, full); clamped.v != acc.v {
			acc = clamped
			b.m.Label(acc.v, "sat"+strconv.Itoa(i+1))
		}
	}
	return acc
}
