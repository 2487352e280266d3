package rtl

import (
	"math/bits"

	"github.com/hashiflex/hashiflex/netlist"
)

// Division and remainder by a power of two are wiring and a correction. Verilog rounds
// a quotient toward zero (IEEE 1364-2005, 5.1.5), but a shift rounds toward minus
// infinity. So 2^k - 1 is added to a negative dividend first. The remainder has the
// dividend's sign. A netlist has no cell for other divisors.

// divisor is c.b as a power of two, 2^k or -2^k, if it is a constant of that kind.
func divisor(c *operands, width int32) (k int32, negative, ok bool) {
	b := resize(c.b, width, c.both)
	if n, signed := significant(b); signed && c.both && n <= 64 && b[len(b)-1].val == 0 {
		v, ok := constant(part(nil, 0, b, 0, n))
		k := bits.TrailingZeros64(v)
		// -2^k is all ones above k zeros, of which n keeps one.
		return int32(k), true, ok && k > 0 && v == 1<<k && int32(k) == n-1
	}
	v, ok := constant(b)
	return int32(bits.TrailingZeros64(v)), false, ok && v != 0 && v&(v-1) == 0
}

// divided is a/2^k toward zero at the width to work at, and the remainder.
func (e *elab) divided(c *operands, k int32) (quotient, rest []piece) {
	width := max(total(c.a), total(c.b), c.y)
	a := resize(c.a, width, c.both)
	sign := part(nil, 0, a, width-1, 1)
	if k == 0 || !c.both || isZero(sign) {
		low := resize(part(nil, 0, a, 0, k), width, false)
		return resize(part(nil, 0, a, k, width-k), width, c.both), low
	}
	k = min(k, width)
	below := resize(resize(sign, k, true), width, false)
	sum := e.sum(c, netlist.OpAdd, a, below)
	low := resize(part(nil, 0, sum, 0, k), width, false)
	return resize(part(nil, 0, sum, k, width-k), width, true), e.sum(c, netlist.OpSub, low, below)
}

func (e *elab) div(c *operands) []piece {
	width := max(total(c.a), total(c.b), c.y)
	k, negative, ok := divisor(c, width)
	if !ok {
		return e.undef(c.y, netlist.Undef{Reason: netlist.UndefCell, Detail: c.what() + ": a divisor that is no constant power of two"})
	}
	q, _ := e.divided(c, k)
	if negative {
		q = e.sum(c, netlist.OpNeg, q)
	}
	return part(nil, 0, q, 0, c.y)
}

func (e *elab) mod(c *operands) []piece {
	k, _, ok := divisor(c, max(total(c.a), total(c.b), c.y))
	if !ok {
		return e.undef(c.y, netlist.Undef{Reason: netlist.UndefCell, Detail: c.what() + ": a divisor that is no constant power of two"})
	}
	_, r := e.divided(c, k)
	return part(nil, 0, r, 0, c.y)
}
