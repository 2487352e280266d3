package rtl

import (
	"github.com/hashiflex/hashiflex/netlist"
)

// constant is the value of bits that are all constant.
func constant(ps []piece) (uint64, bool) {
	for i, p := range ps {
		if p.val != 0 || i > 0 && p.bits != 0 {
			return 0, false
		}
	}
	return ps[0].bits, true
}

// places is a shift amount as a number of bits, width at most: more shifts
// everything out.
func places(k uint64, width int32) int32 { return int32(min(k, uint64(width))) }

// shl computes modulo 2^Y_WIDTH. By a constant it is wiring.
func (e *elab) shl(c *operands) []piece {
	a := resize(c.a, c.y, c.sa)
	if k, ok := constant(c.b); ok {
		n := places(k, c.y)
		return part(zeros(nil, n), 0, a, 0, c.y-n)
	}
	return e.variable(c, netlist.OpShl, a)
}

func (e *elab) sshr(c *operands) []piece {
	if c.sa {
		return e.shr(c, netlist.OpSar)
	}
	return e.shr(c, netlist.OpShr)
}

// shr works at the wider of A and Y: bits of A above Y come down, and a signed A
// is extended before zeros or copies of its top bit come in.
func (e *elab) shr(c *operands, op netlist.Op) []piece {
	width := max(total(c.a), c.y)
	a := resize(c.a, width, c.sa)
	if k, ok := constant(c.b); ok {
		n := places(k, width)
		if op == netlist.OpSar {
			// Of the sign at least one bit stays.
			n = min(n, width-1)
		}
		return resize(part(nil, 0, a, n, width-n), c.y, op == netlist.OpSar)
	}
	return part(nil, 0, e.variable(c, op, a), 0, c.y)
}

// variable shifts a by an amount that is computed; a has the width to work at.
func (e *elab) variable(c *operands, op netlist.Op, a []piece) []piece {
	width := total(a)
	b := trim(c.b)
	if width > netlist.MaxWidth || total(b) > netlist.MaxWidth {
		return e.wide(c, max(width, total(b)))
	}
	return e.whole(e.push(op, int(width), 0, e.word(a), e.word(b)))
}

// trim drops constant zeros above an unsigned number.
func trim(ps []piece) []piece {
	for len(ps) > 1 && ps[len(ps)-1].val == 0 && ps[len(ps)-1].bits == 0 {
		ps = ps[:len(ps)-1]
	}
	return ps
}

// shiftSigned is $shift: right by B, and left where a signed B is negative.
func (e *elab) shiftSigned(c *operands) []piece {
	k, known := constant(c.b)
	switch {
	case !c.sb || known && !negative(k, c.b):
		return e.shr(c, netlist.OpShr)
	case known:
		width := max(total(c.a), c.y)
		n := total(c.b)
		if n > netlist.MaxWidth {
			return e.wide(c, n)
		}
		left := places(-k&ones(int(n)), width)
		return part(part(nil, 0, zeros(nil, left), 0, min(left, c.y)), 0, resize(c.a, width, c.sa), 0, c.y-min(left, c.y))
	}
	return e.undef(c.y, netlist.Undef{Reason: netlist.UndefCell, Detail: "a shift in both directions: " + c.what})
}

func negative(k uint64, ps []piece) bool {
	n := total(ps)
	return n <= netlist.MaxWidth && k>>(n-1)&1 == 1
}

// shiftIndex is $shiftx, which reads x outside of A: it has a meaning only where
// no amount can reach beyond.
func (e *elab) shiftIndex(c *operands) []piece {
	width := total(c.a)
	if k, ok := constant(c.b); ok {
		if !(c.sb && negative(k, c.b)) && k < uint64(width) && uint64(c.y) <= uint64(width)-k {
			return part(nil, 0, c.a, int32(k), c.y)
		}
	} else if b := trim(c.b); len(b) < len(c.b) || !c.sb {
		if n := total(b); n < 31 && ones(int(n))+uint64(c.y) <= uint64(width) {
			return e.shr(&operands{a: c.a, b: b, y: c.y, what: c.what}, netlist.OpShr)
		}
	}
	return e.undef(c.y, netlist.Undef{Reason: netlist.UndefX, Detail: "an index that may lie outside: " + c.what})
}
