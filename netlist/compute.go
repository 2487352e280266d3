package netlist

import "math/bits"

// mask is 2^width - 1, width 1 to 64.
func mask(width int) uint64 { return ^uint64(0) >> (64 - uint(width)) }

// signed is the two's complement reading of the low width bits of v.
func signed(v uint64, width int) int64 {
	s := 64 - uint(width)
	return int64(v<<s) >> s
}

// compute is one cell on one set of operands, each within its width. width is
// the cell's, wa that of operand a. Constant folding uses it; the block kernels
// of run.go are a second writing of the same semantics, and the tests hold both
// against a third, bit by bit.
func compute(op Op, width int, aux int64, wa int, a, b, c uint64) uint64 {
	var r uint64
	switch op {
	case OpSlice:
		r = a >> uint(aux)
	case OpConcat:
		r = a | b<<uint(wa)
	case OpZext:
		r = a
	case OpSext:
		r = uint64(signed(a, wa))
	case OpAdd:
		r = a + b
	case OpSub:
		r = a - b
	case OpNeg:
		r = -a
	case OpMul:
		r = a * b
	case OpNot:
		r = ^a
	case OpAnd:
		r = a & b
	case OpOr:
		r = a | b
	case OpXor:
		r = a ^ b
	case OpShl:
		r = a << b
	case OpShr:
		r = a >> b
	case OpSar:
		r = uint64(signed(a, wa) >> b)
	case OpEq:
		r = bit(a == b)
	case OpUlt:
		r = bit(a < b)
	case OpSlt:
		r = bit(signed(a, wa) < signed(b, wa))
	case OpRedAnd:
		r = bit(a == mask(wa))
	case OpRedOr:
		r = bit(a != 0)
	case OpRedXor:
		r = uint64(bits.OnesCount64(a))
	case OpMux:
		r = c
		if a == 1 {
			r = b
		}
	default:
		panic("netlist: " + op.String() + " has no operands to compute from")
	}
	return r & mask(width)
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
