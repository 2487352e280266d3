package netlist

// mask is 2^width - 1, width 1 to 64.
func mask(width int) uint64 { return ^uint64(0) >> (64 - uint(width)) }

// signed is the two's complement reading of the low width bits of v.
func signed(v uint64, width int) int64 {
	s := 64 - uint(width)
	return int64(v<<s) >> s
}

// compute is one cell on one set of operands, each within its width. width is
// the cell's, wa that of operand a. Constant folding uses it; the kernels of run.go
// are a second writing of the same semantics, and the tests hold both against a
// third, bit by bit.
func compute(op Op, width int, aux int64, wa int, a, b, c uint64) uint64 {
	return ops[op].means(input{a, b, c, wa, aux}) & mask(width)
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// Compute is cell v of m on one set of operands, each within its width. It ignores
// operands that its operator does not have. v must not be a source, which has no
// operands.
func (m *Module) Compute(v Value, a, b, c uint64) uint64 {
	x := &m.Cells[v]
	return compute(x.Op, int(x.Width), x.Aux, m.Width(x.Args[0]), a, b, c)
}
