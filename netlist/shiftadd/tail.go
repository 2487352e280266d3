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
	w, done := overflows[q.Overflow](b, w, q)
	if q.Clamp != nil && !done {
		w = b.clamp(w, *q.Clamp)
	}
	return w
}

// overflows brings a word into a format; done says that q's clamp is part of it.
var overflows = spec.ByMode("shiftadd: overflows", spec.Overflows(), map[spec.Overflow]func(b *builder, w word, q spec.Requant) (_ word, done bool){
	spec.WRAP: func(b *builder, w word, q spec.Requant) (word, bool) {
		format := q.Format.Range()
		if !w.r.Within(format) {
			w = word{v: b.fit(w, q.Format.Width), signed: q.Format.Signed, r: format}
		}
		return w, false
	},
	spec.SAT:    saturated,
	spec.SATSym: saturated,
	spec.SATZero: func(b *builder, w word, q spec.Requant) (word, bool) {
		return b.zeroOutside(w, q.Format.Range()), false
	},
})

// saturated clamps. Saturation followed by a clamp is a single clamp, to the ends of the
// first clamped by the second.
func saturated(b *builder, w word, q spec.Requant) (word, bool) {
	to := q.Overflow.Range(q.Format)
	if q.Clamp != nil {
		to.Lo = min(max(to.Lo, q.Clamp.Lo), q.Clamp.Hi)
		to.Hi = min(max(to.Hi, q.Clamp.Lo), q.Clamp.Hi)
	}
	return b.clamp(w, to), true
}

// clamp moves values outside of to to its ends. Comparators are built only
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
