package netlist

// Add is a + b modulo 2^width; both have one width.
func (m *Module) Add(a, b Value) Value {
	m.sameWidth(OpAdd, a, b)
	if m.isConst(a, 0) {
		return b
	}
	if m.isConst(b, 0) {
		return a
	}
	return m.cell(OpAdd, m.Width(a), a, b, 0)
}

// Sub is a - b modulo 2^width; both have one width.
func (m *Module) Sub(a, b Value) Value {
	m.sameWidth(OpSub, a, b)
	if m.isConst(b, 0) {
		return a
	}
	return m.cell(OpSub, m.Width(a), a, b, 0)
}

// Neg is -a modulo 2^width.
func (m *Module) Neg(a Value) Value { return m.cell(OpNeg, m.Width(a), a, 0, 0) }

// Mul is a × b modulo 2^width; both have one width.
func (m *Module) Mul(a, b Value) Value {
	m.sameWidth(OpMul, a, b)
	if m.isConst(a, 1) {
		return b
	}
	if m.isConst(b, 1) {
		return a
	}
	return m.cell(OpMul, m.Width(a), a, b, 0)
}

// Shl is a shifted left by the unsigned b, zeros in; b has any width.
func (m *Module) Shl(a, b Value) Value { return m.shift(OpShl, a, b) }

// Shr is a shifted right by the unsigned b, zeros in; b has any width.
func (m *Module) Shr(a, b Value) Value { return m.shift(OpShr, a, b) }

// Sar is a shifted right by the unsigned b, copies of the top bit in; b has any
// width.
func (m *Module) Sar(a, b Value) Value { return m.shift(OpSar, a, b) }

func (m *Module) shift(op Op, a, b Value) Value {
	if m.isConst(b, 0) {
		return a
	}
	return m.cell(op, m.Width(a), a, b, 0)
}
