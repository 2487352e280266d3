package rules

// targetSelects finds signed values that are written through a select whose place is
// not constant: Yosys extends them by zeros (yosys 4064, 5225).
func (c *checker) targetSelects() {
	loops := c.loopVariables()
	c.statements(func(s *scope, st *stmt) {
		if st.kind != stmtAssign && st.kind != stmtNonblocking || st.lhs == nil || st.rhs == nil {
			return
		}
		e := st.lhs
		// A place that a loop counts is a constant once the loop is unrolled.
		if e.kind != exprRange || e.text == ":" || c.ty.constant(s, e.args[1], loops) {
			return
		}
		width := c.ty.shape(s, e).width
		rhs := c.ty.shape(s, st.rhs)
		if rhs.sign == unsigned || rhs.width > 0 && width > 0 && rhs.width >= width {
			return
		}
		// What a loop counts by is a number by then, and not negative.
		if d := c.ty.declOf(s, st.rhs); d != nil && st.rhs.kind == exprName && loops[d] {
			return
		}
		c.found(Select, st.pos, "%s is or may be signed and is narrower than %s, which it is written to: not every reader extends its sign there; give it the width of the part first", format(st.rhs), format(e))
	})
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
