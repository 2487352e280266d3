package shiftadd

import "github.com/hashiflex/hashiflex/spec"

// leaf makes ±x × 2^k an operand of the sum. ok is false if it is a constant, which leaf
// adds to the bias.
func (b *builder) leaf(x word, k int, negative bool) (w word, ok bool) {
	if constant(x.r) {
		c := x.r.Lo << k
		if negative {
			c = -c
		}
		b.bias += c
		return word{}, false
	}
	if negative && b.o.Subtract == InvertCarry {
		b.bias += 1 << k
		return b.shl(b.invert(x), k), true
	}
	w = b.shl(x, k)
	w.neg = negative
	return w, true
}

// tap makes the term of code c an operand of the sum, truncated as acc declares.
func (b *builder) tap(acc spec.Accumulator, c spec.Code, x word) (w word, ok bool) {
	k, negative := c.Shift()-acc.Drop, c.Sign() < 0
	if k >= 0 {
		return b.leaf(x, k, negative)
	}
	if negative && acc.Order == spec.NegateShift {
		if constant(x.r) {
			return b.leaf(b.constant(-x.r.Lo>>-k), 0, false)
		}
		// All of -x, whatever the width of the sum: bits above the cut depend on
		// those below.
		n, signed := width(minus(x.r))
		x, negative = b.negate(x, n, signed), false
	}
	return b.leaf(b.shr(x, -k), 0, negative)
}
