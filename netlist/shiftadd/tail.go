package shiftadd

import (
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// tail turns the accumulator into output y: right shift by s places with q's
// rounding, overflow, clamp.
func (b *builder) tail(acc word, q spec.Requant, s int) {
	b.m.Label(acc.v, "acc")
	w := b.overflow(b.round(acc, q.Rounding, s), q)
	b.m.Output("y", b.m.Label(b.fit(w, q.Format.Width), "y"))
}

// overflow brings w into q's format and clamp.
func (b *builder) overflow(w word, q spec.Requant) word {
	format := q.Format.Range()
	switch q.Overflow {
	case spec.WRAP:
		if !w.r.Within(format) {
			w = word{v: b.fit(w, q.Format.Width), signed: q.Format.Signed, r: format}
		}
	case spec.SATZero:
		w = b.zeroOutside(w, format)
	case spec.SATSym, spec.SAT:
		if q.Overflow == spec.SATSym && q.Format.Signed {
			format.Lo++
		}
		if q.Clamp != nil {
			// Saturation followed by a clamp is one clamp to the ends that
			// the second leaves of the first.
			format.Lo = min(max(format.Lo, q.Clamp.Lo), q.Clamp.Hi)
			format.Hi = min(max(format.Hi, q.Clamp.Lo), q.Clamp.Hi)
		}
		return b.clamp(w, format)
	}
	if q.Clamp != nil {
		w = b.clamp(w, *q.Clamp)
	}
	return w
}

// clamp moves what lies outside to onto its ends. Comparators are built only
// for the sides that w can reach.
func (b *builder) clamp(w word, to spec.Range) word {
	if w.r.Within(to) {
		return w
	}
	r := spec.Range{Lo: min(max(w.r.Lo, to.Lo), to.Hi), Hi: min(max(w.r.Hi, to.Lo), to.Hi)}
	if constant(r) {
		return b.constant(r.Lo)
	}
	n, signed := width(r)
	v := b.fit(w, n)
	if w.r.Lo < to.Lo {
		v = b.m.Mux(b.below(w, to.Lo), b.m.Const(n, to.Lo), v)
	}
	if w.r.Hi > to.Hi {
		v = b.m.Mux(b.above(w, to.Hi), b.m.Const(n, to.Hi), v)
	}
	return word{v: v, signed: signed, r: r}
}

// zeroOutside is w within to, and 0 elsewhere.
func (b *builder) zeroOutside(w word, to spec.Range) word {
	if w.r.Within(to) {
		return w
	}
	inside := w.r.Intersect(to)
	if inside.Lo > inside.Hi {
		return b.constant(0)
	}
	r := inside.Hull(spec.Range{})
	n, signed := width(r)
	var out netlist.Value
	if w.r.Lo < to.Lo {
		out = b.below(w, to.Lo)
	}
	if w.r.Hi > to.Hi {
		above := b.above(w, to.Hi)
		if out != 0 {
			above = b.m.Label(b.m.Or(out, above), "outside")
		}
		out = above
	}
	return word{v: b.m.Mux(out, b.m.Const(n, 0), b.fit(w, n)), signed: signed, r: r}
}

// below is 1 where w < lo, for an lo that w reaches on both sides. Below zero
// is the sign bit.
func (b *builder) below(w word, lo int64) netlist.Value {
	n := b.m.Width(w.v)
	if lo == 0 {
		return b.m.Slice(w.v, n-1, 1)
	}
	return b.less(w.v, b.m.Const(n, lo), w.signed)
}

// above is 1 where w > hi, for an hi that w reaches on both sides.
func (b *builder) above(w word, hi int64) netlist.Value {
	return b.less(b.m.Const(b.m.Width(w.v), hi), w.v, w.signed)
}

func (b *builder) less(x, y netlist.Value, signed bool) netlist.Value {
	if signed {
		return b.m.Slt(x, y)
	}
	return b.m.Ult(x, y)
}
