package netlist

import "fmt"

// Const is the constant c modulo 2^width.
func (m *Module) Const(width int, c int64) Value {
	if width >= 1 && width <= MaxWidth {
		c = int64(uint64(c) & mask(width))
	}
	return m.push(OpConst, width, c)
}

// ConstOf returns the bits of v, and whether v is a constant.
func (m *Module) ConstOf(v Value) (uint64, bool) {
	c := &m.Cells[v]
	return uint64(c.Aux) & mask(int(c.Width)), c.Op == OpConst
}

// Slice is bits low .. low+width-1 of a.
func (m *Module) Slice(a Value, low, width int) Value {
	wa := m.Width(a)
	if low < 0 || width < 1 || low+width > wa {
		m.misuse(OpSlice, fmt.Sprintf("bits %d to %d of %d", low, low+width-1, wa))
	}
	if width == wa {
		return a
	}
	if c, ok := m.ConstOf(a); ok {
		return m.Const(width, int64(c>>low))
	}
	// A slice that lies within one part of a's wiring is a slice of that part.
	switch c := m.Cells[a]; c.Op {
	case OpSlice:
		return m.Slice(c.Args[0], low+int(c.Aux), width)
	case OpConcat:
		cut := m.Width(c.Args[0])
		if low+width <= cut {
			return m.Slice(c.Args[0], low, width)
		}
		if low >= cut {
			return m.Slice(c.Args[1], low-cut, width)
		}
	case OpZext, OpSext:
		inner := m.Width(c.Args[0])
		if low+width <= inner {
			return m.Slice(c.Args[0], low, width)
		}
		if low >= inner && c.Op == OpZext {
			return m.Const(width, 0)
		}
		if low == 0 {
			return m.Extend(c.Args[0], width, c.Op == OpSext)
		}
	}
	return m.push(OpSlice, width, int64(low), a)
}

// Concat puts hi above lo.
func (m *Module) Concat(lo, hi Value) Value {
	wl, wh := m.Width(lo), m.Width(hi)
	cl, constLo := m.ConstOf(lo)
	ch, constHi := m.ConstOf(hi)
	if constLo && constHi && wl+wh <= MaxWidth {
		return m.Const(wl+wh, int64(cl|ch<<wl))
	}
	l, h := m.Cells[lo], m.Cells[hi]
	if l.Op == OpSlice && h.Op == OpSlice && l.Args[0] == h.Args[0] && int(l.Aux)+wl == int(h.Aux) {
		return m.Slice(l.Args[0], int(l.Aux), wl+wh)
	}
	if constLo && h.Op == OpConcat {
		if _, ok := m.ConstOf(h.Args[0]); ok {
			return m.Concat(m.Concat(lo, h.Args[0]), h.Args[1])
		}
	}
	return m.push(OpConcat, wl+wh, 0, lo, hi)
}

// Zext is a with zeros above, width bits in all; width is at least a's.
func (m *Module) Zext(a Value, width int) Value { return m.extend(OpZext, a, width) }

// Sext is a with copies of its top bit above, width bits in all; width is at
// least a's.
func (m *Module) Sext(a Value, width int) Value { return m.extend(OpSext, a, width) }

// Extend is Sext or Zext.
func (m *Module) Extend(a Value, width int, signed bool) Value {
	if signed {
		return m.Sext(a, width)
	}
	return m.Zext(a, width)
}

// Resize is a modulo 2^width: its low bits where width is smaller, an Extend
// where it is larger.
func (m *Module) Resize(a Value, width int, signed bool) Value {
	if width <= m.Width(a) {
		return m.Slice(a, 0, width)
	}
	return m.Extend(a, width, signed)
}

// ShlConst is a × 2^k as wiring: k zeros below a, k bits wider than a.
func (m *Module) ShlConst(a Value, k int) Value {
	if k == 0 {
		return a
	}
	return m.Concat(m.Const(k, 0), a)
}

func (m *Module) extend(op Op, a Value, width int) Value {
	wa := m.Width(a)
	if width < wa {
		m.misuse(op, fmt.Sprintf("from %d to %d bits", wa, width))
	}
	if width == wa {
		return a
	}
	if c, ok := m.ConstOf(a); ok && width <= MaxWidth {
		return m.Const(width, int64(compute(op, width, 0, wa, c, 0, 0)))
	}
	switch c := m.Cells[a]; c.Op {
	case op:
		return m.push(op, width, 0, c.Args[0])
	case OpZext: // its top bit is 0, so op is Sext and copies that
		return m.push(OpZext, width, 0, c.Args[0])
	}
	return m.push(op, width, 0, a)
}
