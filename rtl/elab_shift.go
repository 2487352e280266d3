package rtl

import (
	"math/bits"

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
	return e.variable(c, op, a)
}

// variable shifts a by an amount that is computed; a has the width to work at.
func (e *elab) variable(c *operands, op netlist.Op, a []piece) []piece {
	out := e.shifted(op, a, trim(c.b), c.y)
	if out == nil {
		return e.wide(c, max(total(a), total(c.b)))
	}
	return out
}

// shifted is the low bits of a shifted by b, or nil if that is too much.
func (e *elab) shifted(op netlist.Op, a, b []piece, keep int32) []piece {
	width := total(a)
	if width > netlist.MaxWidth || total(b) > netlist.MaxWidth {
		return e.barrel(op, a, b, keep)
	}
	return part(nil, 0, e.whole(e.push(op, int(width), 0, e.word(a), e.word(b))), 0, keep)
}

// trim drops constant zeros above an unsigned number.
func trim(ps []piece) []piece {
	for len(ps) > 1 && ps[len(ps)-1].val == 0 && ps[len(ps)-1].bits == 0 {
		ps = ps[:len(ps)-1]
	}
	return ps
}

// shiftSigned is $shift: right by B, and left by -B where a signed B is negative.
func (e *elab) shiftSigned(c *operands) []piece {
	if !c.sb {
		return e.shr(c, netlist.OpShr)
	}
	width, n := max(total(c.a), c.y), total(c.b)
	if n > netlist.MaxWidth {
		return e.wide(c, n)
	}
	if k, ok := constant(c.b); ok {
		if k>>(n-1)&1 == 0 {
			return e.shr(c, netlist.OpShr)
		}
		left := places(-k&ones(int(n)), width)
		return resize(part(zeros(nil, left), 0, resize(c.a, width, c.sa), 0, width-left), c.y, false)
	}
	a := resize(c.a, width, c.sa)
	sign := e.word(part(nil, 0, c.b, n-1, 1))
	back := e.whole(e.push(netlist.OpNeg, int(n), 0, e.word(c.b)))
	left, right := e.shifted(netlist.OpShl, a, back, width), e.shifted(netlist.OpShr, a, c.b, width)
	if left == nil || right == nil {
		return e.wide(c, width)
	}
	return part(nil, 0, e.selected(sign, left, right), 0, c.y)
}

// shiftIndex is $shiftx, which reads x outside of A. If the amount can reach outside,
// the result selects between A's bits and an undefined word. A word that lies partly
// outside is undefined in all bits.
func (e *elab) shiftIndex(c *operands) []piece {
	width, n, y := uint64(total(c.a)), total(c.b), uint64(c.y)
	outside := netlist.Undef{Reason: netlist.UndefX, Detail: "an index that may lie outside: " + c.what()}
	if n > netlist.MaxWidth || y > width {
		return e.undef(c.y, outside)
	}
	b := e.word(c.b)
	most := e.most(b, 0)
	negative := c.sb && most>>(n-1)&1 == 1
	inside := e.shr(c, netlist.OpShr)
	if !negative && most <= width-y {
		return inside
	}
	// Read without its sign, a negative amount lies beyond all others.
	last := min(width-y, ones(int(n)))
	if c.sb {
		last = min(last, ones(int(n-1)))
	}
	bound := e.push(netlist.OpConst, int(n), int64(last))
	beyond := e.push(netlist.OpUlt, 1, 0, bound, b)
	return e.selected(beyond, e.undef(c.y, outside), inside)
}

// maxMost is how many operations most looks through.
const maxMost = 10

// most is an upper bound of v as an unsigned number.
func (e *elab) most(v netlist.Value, depth int) uint64 {
	c := &e.m.Cells[v]
	all := ones(int(c.Width))
	if depth == maxMost {
		return all
	}
	at := func(i int) uint64 { return e.most(c.Args[i], depth+1) }
	switch c.Op {
	case netlist.OpConst:
		return uint64(c.Aux) & all
	case netlist.OpZext:
		return at(0)
	case netlist.OpConcat:
		low := e.m.Width(c.Args[0])
		return at(1)<<low | ones(low)
	case netlist.OpSlice:
		if c.Aux == 0 {
			return min(at(0), all)
		}
	case netlist.OpAdd:
		if a, b := at(0), at(1); a <= all-b {
			return a + b
		}
	case netlist.OpSub:
		if k := &e.m.Cells[c.Args[1]]; k.Op == netlist.OpConst && k.Aux == 0 {
			return at(0)
		}
	case netlist.OpMux:
		return max(e.arm(c, 1, depth), e.arm(c, 2, depth))
	case netlist.OpAnd:
		return min(at(0), at(1))
	case netlist.OpOr, netlist.OpXor:
		return min(all, 1<<bits.Len64(at(0)|at(1))-1)
	case netlist.OpShr:
		if k := &e.m.Cells[c.Args[1]]; k.Op == netlist.OpConst {
			return at(0) >> uint64(k.Aux)
		}
		return at(0)
	case netlist.OpMul:
		if a, b := at(0), at(1); b == 0 || a <= all/b {
			return a * b
		}
	}
	return all
}

// arm is most of an arm of a multiplexer where that is selected: a select that
// compares the arm with a constant bounds it.
func (e *elab) arm(mux *netlist.Cell, i, depth int) uint64 {
	v := mux.Args[i]
	bound := e.most(v, depth+1)
	s, then := &e.m.Cells[mux.Args[0]], i == 1
	for s.Op == netlist.OpNot {
		s, then = &e.m.Cells[s.Args[0]], !then
	}
	if s.Op != netlist.OpUlt {
		return bound
	}
	less, more := e.bare(s.Args[0]), e.bare(s.Args[1])
	k, of := &e.m.Cells[more], less
	limit := uint64(k.Aux) - 1 // of < k
	if !then {
		k, of = &e.m.Cells[less], more
		limit = uint64(k.Aux) // not k < of
	}
	if k.Op != netlist.OpConst || of != e.bare(v) || then && k.Aux == 0 {
		return bound
	}
	return min(bound, limit)
}

// bare is v without zeros above it.
func (e *elab) bare(v netlist.Value) netlist.Value {
	for e.m.Cells[v].Op == netlist.OpZext {
		v = e.m.Cells[v].Args[0]
	}
	return v
}
