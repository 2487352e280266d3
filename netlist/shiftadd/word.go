package shiftadd

import (
	"math/bits"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// word is a signal together with the number that it stands for.
type word struct {
	v      netlist.Value
	signed bool       // v extends with its sign bit
	neg    bool       // the word counts negatively in its sum; r is that of v itself
	r      spec.Range // exact interval of v's number, before neg
	lin    linear     // v's number as a function of the only variable, if there is one
}

// linear is coef × x + off. The terms of a constant multiplication all depend on
// one x, so that their intervals do not simply add up.
type linear struct{ coef, off int64 }

// width is the fewest bits that hold r, and whether one of them is a sign.
func width(r spec.Range) (n int, signed bool) {
	if r.Lo >= 0 {
		return max(1, bits.Len64(uint64(r.Hi))), false
	}
	// -x-1 has the magnitude bits of a negative x.
	return 1 + max(bits.Len64(uint64(-r.Lo-1)), bits.Len64(uint64(max(0, r.Hi)))), true
}

func plus(a, b spec.Range) spec.Range { return spec.Range{Lo: a.Lo + b.Lo, Hi: a.Hi + b.Hi} }

func minus(a spec.Range) spec.Range { return spec.Range{Lo: -a.Hi, Hi: -a.Lo} }

func times(a spec.Range, c int64) spec.Range {
	return spec.Range{Lo: min(a.Lo*c, a.Hi*c), Hi: max(a.Lo*c, a.Hi*c)}
}

func constant(r spec.Range) bool { return r.Lo == r.Hi }

// builder builds one module.
type builder struct {
	m *netlist.Module
	o Options
	// one is the interval of the only variable, when the module has one.
	one *spec.Range
	// limit is the width of the accumulator where it wraps or is narrower than its
	// terms' intervals say. No adder need go beyond it; 0 is none.
	limit int
	// uniform is the width of every adder; 0 is tight.
	uniform int
	// bias collects the constants of the sum: the bias itself, terms that do not
	// vary, and the ones that inverted terms lack.
	bias int64
	// tree distinguishes the current tree from others of the module.
	tree string
	name []byte
}

// constant is the word of c.
func (b *builder) constant(c int64) word {
	w, signed := width(spec.Range{Lo: c, Hi: c})
	return word{v: b.m.Const(w, c), signed: signed, r: spec.Range{Lo: c, Hi: c}, lin: linear{0, c}}
}

// fit is w's number modulo 2^n.
func (b *builder) fit(w word, n int) netlist.Value { return b.m.Resize(w.v, n, w.signed) }

// shl is w × 2^k as wiring.
func (b *builder) shl(w word, k int) word {
	if k == 0 {
		return w
	}
	if b.m.Width(w.v)+k > netlist.MaxWidth {
		// The format of an input can be far wider than its range.
		n, signed := width(w.r)
		w.v, w.signed = b.fit(w, n), signed
	}
	w.v = b.m.ShlConst(w.v, k)
	w.r = times(w.r, 1<<k)
	w.lin = linear{w.lin.coef << k, w.lin.off << k}
	return w
}

// shr is floor(w / 2^k) as wiring.
func (b *builder) shr(w word, k int) word {
	n := b.m.Width(w.v)
	r := spec.Range{Lo: w.r.Lo >> k, Hi: w.r.Hi >> k}
	if constant(r) {
		return b.constant(r.Lo)
	}
	// Where the whole word lies below the cut and still varies, it is 0 or -1:
	// its sign bit.
	k = min(k, n-1)
	return word{v: b.m.Slice(w.v, k, n-k), signed: w.signed, r: r}
}

// invert is -w - 1, the ones' complement.
func (b *builder) invert(w word) word {
	r := plus(minus(w.r), spec.Range{Lo: -1, Hi: -1})
	n, signed := width(r)
	return word{v: b.m.Not(b.fit(w, n)), signed: signed, r: r, lin: linear{-w.lin.coef, -w.lin.off - 1}}
}

// negate is -w in a word of its own, n bits wide.
func (b *builder) negate(w word, n int, signed bool) word {
	r := minus(w.r)
	lin := linear{-w.lin.coef, -w.lin.off}
	if b.o.Subtract == InvertCarry {
		return word{v: b.m.Add(b.m.Not(b.fit(w, n)), b.m.Const(n, 1)), signed: signed, r: r, lin: lin}
	}
	return word{v: b.m.Neg(b.fit(w, n)), signed: signed, r: r, lin: lin}
}

// add joins two operands of a sum: an adder where both count alike, otherwise a
// subtractor. Two negative operands stay one negative operand.
func (b *builder) add(x, y word) word {
	if x.neg && !y.neg {
		x, y = y, x
	}
	s := word{neg: x.neg, r: plus(x.r, y.r), lin: linear{x.lin.coef + y.lin.coef, x.lin.off + y.lin.off}}
	subtract := y.neg && !x.neg
	if subtract {
		s.r = plus(x.r, minus(y.r))
		s.lin = linear{x.lin.coef - y.lin.coef, x.lin.off - y.lin.off}
	}
	if b.one != nil {
		s.r = plus(times(*b.one, s.lin.coef), spec.Range{Lo: s.lin.off, Hi: s.lin.off})
	}
	n, signed := b.adderWidth(s.r)
	s.signed = signed
	if subtract {
		s.v = b.m.Sub(b.fit(x, n), b.fit(y, n))
	} else {
		s.v = b.m.Add(b.fit(x, n), b.fit(y, n))
	}
	return s
}

// adderWidth is the width of an adder whose result lies in r. At the limit, or
// where all adders are of one width, the result is only r's number modulo
// 2^width; nothing is ever extended beyond either.
func (b *builder) adderWidth(r spec.Range) (n int, signed bool) {
	n, signed = width(r)
	if b.uniform > 0 {
		return b.uniform, signed
	}
	if b.limit > 0 {
		n = min(n, b.limit)
	}
	return n, signed
}
