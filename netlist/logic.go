package netlist

// Not inverts every bit of a.
func (m *Module) Not(a Value) Value {
	if c := m.Cells[a]; c.Op == OpNot {
		return c.Args[0]
	}
	return m.cell(OpNot, m.Width(a), a, 0, 0)
}

// And is the bitwise conjunction; both have one width.
func (m *Module) And(a, b Value) Value {
	m.sameWidth(OpAnd, a, b)
	switch ones := mask(m.Width(a)); {
	case a == b, m.isConst(a, 0), m.isConst(b, ones):
		return a
	case m.isConst(b, 0), m.isConst(a, ones):
		return b
	}
	return m.cell(OpAnd, m.Width(a), a, b, 0)
}

// Or is the bitwise disjunction; both have one width.
func (m *Module) Or(a, b Value) Value {
	m.sameWidth(OpOr, a, b)
	switch ones := mask(m.Width(a)); {
	case a == b, m.isConst(b, 0), m.isConst(a, ones):
		return a
	case m.isConst(a, 0), m.isConst(b, ones):
		return b
	}
	return m.cell(OpOr, m.Width(a), a, b, 0)
}

// Xor is the bitwise difference; both have one width.
func (m *Module) Xor(a, b Value) Value {
	m.sameWidth(OpXor, a, b)
	if m.isConst(a, 0) {
		return b
	}
	if m.isConst(b, 0) {
		return a
	}
	return m.cell(OpXor, m.Width(a), a, b, 0)
}

// Eq is 1 where a equals b; both have one width.
func (m *Module) Eq(a, b Value) Value { return m.compare(OpEq, a, b) }

// Ult is 1 where a < b as unsigned numbers; both have one width.
func (m *Module) Ult(a, b Value) Value { return m.compare(OpUlt, a, b) }

// Slt is 1 where a < b in two's complement; both have one width.
func (m *Module) Slt(a, b Value) Value { return m.compare(OpSlt, a, b) }

// RedAnd is 1 where every bit of a is 1.
func (m *Module) RedAnd(a Value) Value { return m.reduce(OpRedAnd, a) }

// RedOr is 1 where some bit of a is 1.
func (m *Module) RedOr(a Value) Value { return m.reduce(OpRedOr, a) }

// RedXor is 1 where an odd number of bits of a are 1.
func (m *Module) RedXor(a Value) Value { return m.reduce(OpRedXor, a) }

// Mux is then where the one-bit sel is 1 and els where it is 0; both arms have
// one width.
func (m *Module) Mux(sel, then, els Value) Value {
	if m.Width(sel) != 1 {
		m.misuse(OpMux, "the select is wider than one bit")
	}
	m.sameWidth(OpMux, then, els)
	if then == els {
		return then
	}
	if s, ok := m.ConstOf(sel); ok {
		if s == 1 {
			return then
		}
		return els
	}
	a, okA := m.ConstOf(then)
	b, okB := m.ConstOf(els)
	if okA && okB && a == b {
		return then
	}
	return m.push(OpMux, m.Width(then), 0, sel, then, els)
}

func (m *Module) compare(op Op, a, b Value) Value {
	m.sameWidth(op, a, b)
	return m.cell(op, 1, a, b, 0)
}

func (m *Module) reduce(op Op, a Value) Value {
	if m.Width(a) == 1 {
		return a
	}
	return m.cell(op, 1, a, 0, 0)
}
