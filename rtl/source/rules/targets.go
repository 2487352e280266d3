package rules

import "math"

// targetSelects finds values that are written through a select with a variable position, if
// their bits depend on the width or the sign of the computation. Yosys masks and shifts the
// whole variable: it computes the value unsigned and as wide as the variable (yosys 4064,
// 5225).
func (c *checker) targetSelects() {
	loops := c.loopVariables()
	c.statements(func(s *scope, st *stmt) {
		if st.kind != stmtAssign && st.kind != stmtNonblocking || st.lhs == nil || st.rhs == nil || !c.shifted(s, st.lhs, loops) {
			return
		}
		e := st.lhs
		part, rhs := c.ty.shape(s, e).width, c.ty.shape(s, st.rhs)
		if part <= 0 {
			part = math.MaxInt32
		}
		m := &masked{c: c, s: s, loops: loops, signed: rhs.sign != unsigned, wider: true, width: math.MaxInt32, least: part}
		if rhs.width > 0 {
			m.width = max(part, rhs.width)
			m.least = m.width
			whole := c.ty.shape(s, e.args[0]).width
			m.wider = whole <= 0 || whole > m.width
		}
		if !m.same(st.rhs, part, false) {
			c.found(Select, st.pos, "%s depends on the sign or the width that it is computed with, and not every reader goes by those of %s, which it is written to; assign it to a variable first that is as wide as the part", format(st.rhs), format(e))
		}
	})
}

// shifted reports whether a target is some bits of a variable at a place that is not
// constant. A place that a loop counts is a constant once the loop is unrolled.
func (c *checker) shifted(s *scope, e *expr, loops map[*decl]bool) bool {
	d := c.ty.declOf(s, e)
	depth := 0
	for b := e; b.kind == exprIndex || b.kind == exprRange || b.kind == exprPath; b = b.args[0] {
		if b.kind != exprPath {
			depth++
		}
	}
	words := 0
	if d != nil {
		words = len(d.array)
	}
	// The selects of words of a memory come first, and stand innermost.
	for b := e; depth > words; b = b.args[0] {
		switch b.kind {
		case exprIndex:
			if !c.ty.constant(s, b.args[1], loops) {
				return true
			}
			depth--
		case exprRange:
			if b.text != ":" && !c.ty.constant(s, b.args[1], loops) {
				return true
			}
			depth--
		case exprPath:
		default:
			return false
		}
	}
	return false
}

// masked is how a value is computed that is written to a place that is not constant.
type masked struct {
	c      *checker
	s      *scope
	loops  map[*decl]bool
	signed bool // its operands are or may be signed
	wider  bool // Yosys may compute it in more bits
	width  int  // that it has by the language, at most
	least  int  // and at least
}

// same reports whether the low n bits of e are the same without a sign and in more bits.
// With exact, those above n must be zeros in both.
func (m *masked) same(e *expr, n int, exact bool) bool {
	if m.c.natural(m.s, e) {
		return true
	}
	switch e.kind {
	case exprUnary:
		switch e.text {
		case "+":
			return m.same(e.args[0], n, exact)
		case "-", "~":
			return !exact && m.same(e.args[0], n, false)
		}
		return true
	case exprBinary:
		switch e.text {
		case "+", "-", "*", "~^", "^~":
			return !exact && m.same(e.args[0], n, false) && m.same(e.args[1], n, false)
		case "&", "|", "^":
			return m.same(e.args[0], n, exact) && m.same(e.args[1], n, exact)
		case "/", "%":
			return !m.signed && m.same(e.args[0], m.width, m.wider) && m.same(e.args[1], m.width, m.wider)
		case "<<", "<<<":
			return !exact && m.same(e.args[0], n, false)
		case ">>", ">>>":
			return m.right(e, n)
		case "**":
			return false
		}
		return true
	case exprCond:
		return m.same(e.args[1], n, exact) && m.same(e.args[2], n, exact)
	case exprName:
		// What a loop counts by is a number by then, and not negative.
		if d := m.c.ty.find(m.s, e.text); d != nil && m.loops[d] {
			return true
		}
	}
	sh := m.c.ty.shape(m.s, e)
	return !m.signed || sh.sign == unsigned || sh.width > 0 && sh.width >= n
}

// right is same for what is shifted to the right: it takes in bits from above.
func (m *masked) right(e *expr, n int) bool {
	if k := m.c.ty.value(m.s, e.args[1]); k != nil && k.Sign() >= 0 && k.IsInt64() && k.Int64() <= int64(m.least-n) {
		return m.same(e.args[0], n+int(k.Int64()), false)
	}
	if e.text == ">>>" && m.signed {
		return false
	}
	return m.same(e.args[0], m.width, m.wider)
}

// natural reports whether an expression is a number that is the same in every width from
// its own on, with or without a sign: neither it nor what it is computed of is negative,
// and all of them fit.
func (c *checker) natural(s *scope, e *expr) bool {
	v, sh := c.ty.value(s, e), c.ty.shape(s, e)
	if v == nil || v.Sign() < 0 || sh.width <= 0 || v.BitLen() > sh.width {
		return false
	}
	if e.kind != exprUnary && e.kind != exprBinary && e.kind != exprCond {
		return true
	}
	for _, a := range e.args {
		if !c.natural(s, a) {
			return false
		}
	}
	return true
}

// unknownItems finds items with x or z that no value can equal.
func (c *checker) unknownItems() {
	c.statements(func(s *scope, st *stmt) {
		if st.kind != stmtCase || st.word == "casex" || st.inside {
			return
		}
		for _, it := range st.items {
			for _, e := range it.exprs {
				bits, _ := c.literal(s, e)
				bad := ""
				for _, b := range bits {
					if b == 'x' || b == 'z' && st.word == "case" {
						bad = string(b)
					}
				}
				if bad != "" {
					c.found(Unknown, e.pos, "the item %s has a bit that is %s: a simulator compares it, and synthesis takes it for any bit; use casez with ?", format(e), bad)
				}
			}
		}
	})
}
