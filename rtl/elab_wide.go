package rtl

import (
	"math/bits"
	"slices"

	"github.com/hashiflex/hashiflex/netlist"
)

// A word of more than MaxWord bits seldom needs all of them. It is an accumulator that
// was declared too wide, or a bus of many words. So arithmetic on it is done at the
// width that its value needs and then extended, and bitwise logic is cut where the bus
// is put together.
//
// A word whose high bits are copies of bit n-1, or zeros, is a small number in two's
// complement. Sums, differences, products and negatives of bounded numbers are bounded.
// Modulo 2^width they are the extension of as many low bits as the bounds need.
// Extension preserves signed and unsigned order, so comparisons need no more bits than
// the wider operand.

// MaxWord is the widest word whose cells stay as written. Engines compute with 64-bit
// integers, which must hold a word with room for sums.
const MaxWord = 61

// bounds are those of a value as a number.
type bounds struct {
	lo, hi int64
	signed bool // the value is in two's complement
}

// width is how many bits bounds need, in two's complement only if they must.
func (b bounds) width() int32 {
	if b.lo >= 0 {
		return int32(max(1, bits.Len64(uint64(b.hi))))
	}
	return int32(1 + max(bits.Len64(uint64(max(b.hi, 0))), bits.Len64(uint64(^b.lo))))
}

// maxBound is the largest bound in computations: twice as much does not overflow.
const maxBound = 1 << 61

func (b bounds) fit() bool { return -maxBound <= b.lo && b.hi <= maxBound }

// significant is how many low bits of ps say it all: the others are zeros, or, where
// signed, copies of the highest of these.
func significant(ps []piece) (n int32, signed bool) {
	n = total(ps)
	top := ps[len(ps)-1]
	if top.val == 0 {
		one := top.bits>>(top.width-1)&1 == 1
		for i := len(ps) - 1; i >= 0 && ps[i].val == 0; i-- {
			same := ps[i].bits
			if one {
				same = ^same
			}
			run := int32(bits.LeadingZeros64(same << (64 - ps[i].width)))
			n -= min(run, ps[i].width)
			if run < ps[i].width {
				break
			}
		}
		if one {
			return n + 1, true
		}
		return n, false
	}
	sign := piece{val: top.val, lo: top.lo + top.width - 1, width: 1}
	i := len(ps) - 1
	for i >= 0 && ps[i] == sign {
		i--
		n--
	}
	if i < 0 || ps[i].val != sign.val || ps[i].lo+ps[i].width-1 != sign.lo {
		n++ // the first copy is the bit itself
	}
	return n, true
}

// number is ps as a two's complement number, if that is known to be small.
func (e *elab) number(ps []piece) (b bounds, ok bool) {
	n, signed := significant(ps)
	if n == 0 {
		return bounds{}, true
	}
	ps = part(nil, 0, ps, 0, n)
	last := len(ps) - 1
	top, ok := e.boundsOf(ps[last], signed)
	low := total(ps[:last])
	if !ok || low+top.width() > e.limit {
		return bounds{}, false
	}
	b = bounds{top.lo << low, top.hi << low, signed}
	at := int32(0)
	for _, p := range ps[:last] {
		if p.val == 0 {
			b.lo += int64(p.bits << at)
			b.hi += int64(p.bits << at)
		} else {
			b.hi += int64(ones(int(p.width)) << at)
		}
		at += p.width
	}
	return b, true
}

// boundsOf is a piece as a number.
func (e *elab) boundsOf(p piece, signed bool) (bounds, bool) {
	if p.val == 0 {
		k := int64(p.bits)
		if signed {
			k = k << (64 - p.width) >> (64 - p.width)
		}
		b := bounds{k, k, signed}
		return b, (signed || k >= 0) && b.fit()
	}
	if r, ok := e.bound[p.val]; ok && r.signed == signed && int(p.lo+p.width) == e.m.Width(p.val) {
		return bounds{r.lo >> p.lo, r.hi >> p.lo, signed}, true
	}
	switch {
	case p.width > e.limit:
		return bounds{}, false
	case signed:
		return bounds{-1 << (p.width - 1), 1<<(p.width-1) - 1, true}, true
	}
	return bounds{0, 1<<p.width - 1, false}, true
}

// narrowed computes op, whose operands have the result's width, at the width that its
// value needs. ok is false if that is not known to be smaller.
func (e *elab) narrowed(op netlist.Op, operands ...[]piece) (out []piece, ok bool) {
	width := total(operands[0])
	xs := make([]bounds, len(operands))
	for i, ps := range operands {
		if xs[i], ok = e.number(ps); !ok {
			return nil, false
		}
	}
	r, ok := result(op, xs)
	if !ok || r.width() >= width || r.width() > e.limit {
		return nil, false
	}
	r.signed = r.lo < 0
	n := r.width()
	args := make([]netlist.Value, len(operands))
	for i, ps := range operands {
		args[i] = e.word(part(nil, 0, ps, 0, n))
	}
	v := e.push(op, int(n), 0, args...)
	e.bound[v] = r
	return resize(e.whole(v), width, r.signed), true
}

// result bounds an operation on numbers.
func result(op netlist.Op, xs []bounds) (r bounds, ok bool) {
	if r, ok = results[op](xs); !ok {
		return r, false
	}
	return r, r.fit()
}

// results bounds every operation of arithmetic.
var results = netlist.ByOp("wide words", arithmeticOps(), map[netlist.Op]func(xs []bounds) (bounds, bool){
	netlist.OpNeg: func(xs []bounds) (bounds, bool) { return bounds{lo: -xs[0].hi, hi: -xs[0].lo}, true },
	netlist.OpAdd: func(xs []bounds) (bounds, bool) {
		return bounds{lo: xs[0].lo + xs[1].lo, hi: xs[0].hi + xs[1].hi}, true
	},
	netlist.OpSub: func(xs []bounds) (bounds, bool) {
		return bounds{lo: xs[0].lo - xs[1].hi, hi: xs[0].hi - xs[1].lo}, true
	},
	netlist.OpMul: func(xs []bounds) (bounds, bool) {
		a, b := xs[0], xs[1]
		if a.width()+b.width() > MaxWord {
			return bounds{}, false
		}
		ends := []int64{a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi}
		return bounds{lo: slices.Min(ends), hi: slices.Max(ends)}, true
	},
})

func arithmeticOps() []netlist.Op {
	return slices.DeleteFunc(netlist.Computed(), func(op netlist.Op) bool { return op.Class() != netlist.ClassArithmetic })
}

// field is bits lo .. lo+n-1 of words side by side.
type field struct{ lo, n int32 }

// fields cuts words of one width into fields of at most MaxWord bits. A short word is
// one field. Longer ones are cut where any of them is put together.
func (e *elab) fields(width int32, words ...[]piece) (out []field) {
	if width <= e.limit {
		return []field{{0, width}}
	}
	cuts := []int32{0, width}
	for _, ps := range words {
		at := int32(0)
		for _, p := range ps {
			if p.val != 0 {
				cuts = append(cuts, at, at+p.width)
			}
			at += p.width
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	for i, lo := range cuts[:len(cuts)-1] {
		for lo < cuts[i+1] {
			n := cuts[i+1] - lo
			if n > e.limit {
				n = longField
			}
			out = append(out, field{lo, n})
			lo += n
		}
	}
	return out
}

// longField is the field length for words that have no such places.
const longField = 32

// runs is fields, cut also where the bits of a constant change.
func (e *elab) runs(width int32, words ...[]piece) []field {
	if width <= e.limit {
		return e.fields(width)
	}
	for i, ps := range words {
		var cut []piece
		for _, p := range ps {
			for p.val == 0 && p.width > 0 {
				same := p.bits
				if same&1 == 1 {
					same = ^same
				}
				n := min(int32(bits.TrailingZeros64(same)), p.width)
				// Only where it lies counts: val is any but 0.
				cut = append(cut, piece{val: -1, width: n})
				p.bits >>= n % 64
				p.width -= n
			}
			if p.width > 0 {
				cut = append(cut, p)
			}
		}
		words[i] = cut
	}
	return e.fields(width, words...)
}

// common is how many low bits of words of one width say it all, as in significant.
func common(words ...[]piece) (n int32, signed bool) {
	for _, ps := range words {
		_, s := significant(ps)
		signed = signed || s
	}
	for _, ps := range words {
		m, s := significant(ps)
		if signed && !s {
			m++ // a zero above makes it a number in two's complement
		}
		n = max(n, m)
	}
	return min(max(n, 1), total(words[0])), signed
}

// selected is then where s is 1 and els where it is 0.
func (e *elab) selected(s netlist.Value, then, els []piece) (out []piece) {
	width := total(then)
	if width <= e.limit {
		return e.whole(e.choose(s, e.word(then), e.word(els)))
	}
	n, signed := common(then, els)
	a, b := part(nil, 0, then, 0, n), part(nil, 0, els, 0, n)
	ca, cb := cursor{ps: a}, cursor{ps: b}
	for _, f := range e.fields(n, a, b) {
		x, y := ca.take(f.n), cb.take(f.n)
		if slices.Equal(x, y) {
			out = part(out, 0, x, 0, f.n)
			continue
		}
		v := e.choose(s, e.word(x), e.word(y))
		if f.n == n {
			e.both(v, then, els, signed)
		}
		out = append(out, e.whole(v)...)
	}
	return resize(out, width, signed)
}

// both notes that v is one of two numbers.
func (e *elab) both(v netlist.Value, a, b []piece, signed bool) {
	x, okx := e.number(a)
	y, oky := e.number(b)
	if okx && oky {
		e.bound[v] = bounds{min(x.lo, y.lo), max(x.hi, y.hi), signed}
	}
}

// Bounds on wide words that are shifted by a computed amount: bits of one, and bits
// of all in a module.
const (
	maxBarrel  = 1 << 14
	maxBarrels = 1 << 22
)

// barrel shifts the wide word a by the unsigned amount b, one bit of b after another,
// the highest first. It returns the low keep bits of the result, or nil if that is too
// much logic.
func (e *elab) barrel(op netlist.Op, a, b []piece, keep int32) []piece {
	width := total(a)
	e.barrels += int(width)
	if width > maxBarrel || e.barrels > maxBarrels {
		return nil
	}
	fill := func(n int32) []piece {
		if op == netlist.OpSar {
			return resize(part(nil, 0, a, width-1, 1), n, true)
		}
		return zeros(nil, n)
	}
	stages := int32(bits.Len32(uint32(width - 1)))
	n := total(b)
	known := e.lowZeros(b)
	ps := a
	if n > stages {
		if beyond := trim(part(nil, 0, b, stages, n-stages)); !isZero(beyond) {
			ps = e.selected(e.word(e.reduce(netlist.OpRedOr, beyond)), fill(width), ps)
		}
	}
	for k := min(stages, n) - 1; k >= known; k-- {
		by := min(int32(1)<<k, total(ps))
		bit := part(nil, 0, b, k, 1)
		var moved []piece
		if op == netlist.OpShl {
			moved = part(zeros(nil, by), 0, ps, 0, width-by)
		} else {
			moved = part(nil, 0, ps, by, total(ps)-by)
			for _, p := range fill(by) {
				moved = join(moved, 0, p)
			}
		}
		switch {
		case bit[0].val != 0:
			ps = e.selected(e.word(bit), moved, ps)
		case bit[0].bits == 1:
			ps = moved
		}
		// What is left to shift brings no more than this down.
		if most := keep + int32(1)<<k - 1; op != netlist.OpShl && most < total(ps) {
			ps = part(nil, 0, ps, 0, most)
		}
	}
	return part(nil, 0, ps, 0, keep)
}

func isZero(ps []piece) bool {
	for _, p := range ps {
		if p.val != 0 || p.bits != 0 {
			return false
		}
	}
	return true
}

// lowZeros is how many low bits of ps are known to be 0: amounts are often a
// multiple of a word's width.
func (e *elab) lowZeros(ps []piece) (n int32) {
	for _, p := range ps {
		k := p.width
		if p.val != 0 {
			k = min(k, max(0, e.zerosOf(p.val, 0)-p.lo))
		} else if p.bits != 0 {
			k = int32(bits.TrailingZeros64(p.bits))
		}
		n += k
		if k < p.width {
			break
		}
	}
	return n
}

// zerosOf is lowZeros of a value.
func (e *elab) zerosOf(v netlist.Value, depth int) int32 {
	c := &e.m.Cells[v]
	if depth == maxMost {
		return 0
	}
	at := func(i int) int32 { return e.zerosOf(c.Args[i], depth+1) }
	width := int32(c.Width)
	switch c.Op {
	case netlist.OpConst:
		return min(width, int32(bits.TrailingZeros64(uint64(c.Aux))))
	case netlist.OpZext, netlist.OpSext:
		if n := at(0); int(n) < e.m.Width(c.Args[0]) {
			return n
		}
		return width
	case netlist.OpConcat:
		if n := at(0); int(n) < e.m.Width(c.Args[0]) {
			return n
		}
		return int32(e.m.Width(c.Args[0])) + at(1)
	case netlist.OpSlice:
		return min(width, max(0, at(0)-int32(c.Aux)))
	case netlist.OpAdd, netlist.OpSub:
		return min(at(0), at(1))
	case netlist.OpMul:
		return min(width, at(0)+at(1))
	}
	return 0
}
