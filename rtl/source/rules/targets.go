package rules

// targetSelects finds values that are written through a select whose place is not
// constant, and whose bits there depend on how wide and by which sign they are computed:
// Yosys shifts the whole expression in place within the target, unsigned and in its
// width (yosys 4064, 5225).
func (c *checker) targetSelects() {
	loops := c.loopVariables()
	c.statements(func(s *scope, st *stmt) {
		if st.kind != stmtAssign && st.kind != stmtNonblocking || st.lhs == nil || st.rhs == nil || !c.shifted(s, st.lhs, loops) {
			return
		}
		width := c.ty.shape(s, st.lhs).width
		if e := c.resized(s, st.rhs, width, loops); e != nil {
			c.found(Select, st.pos, "%s is or may be signed and narrower than %s, or takes bits from above it: not every reader computes it in that width and by that sign where it is written to; give it to a variable of its own first", format(e), format(st.lhs))
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

// resized is the part of a value whose lowest bits are others when it is computed
// unsigned and in more bits than its own; nil is none.
func (c *checker) resized(s *scope, e *expr, width int, loops map[*decl]bool) *expr {
	sh := c.ty.shape(s, e)
	first := func(es ...*expr) *expr {
		for _, a := range es {
			if bad := c.resized(s, a, width, loops); bad != nil {
				return bad
			}
		}
		return nil
	}
	switch e.kind {
	case exprUnary:
		if e.text == "+" || e.text == "-" || e.text == "~" {
			return first(e.args...)
		}
		return nil
	case exprBinary:
		switch e.text {
		case "+", "-", "*", "&", "|", "^", "~^", "^~":
			return first(e.args...)
		case "<<", "<<<":
			return first(e.args[0])
		case ">>", ">>>", "/", "%", "**":
			for _, a := range e.args {
				if c.ty.shape(s, a).sign != unsigned && !c.ty.constant(s, a, loops) || a.kind == exprUnary || a.kind == exprBinary && binaryLevel[a.text] >= 9 || a.kind == exprCond {
					return e
				}
				if e.text[0] == '>' {
					break // by how much is computed by itself
				}
			}
		}
		return nil // what it is, it is by itself
	case exprCond:
		return first(e.args[1:]...)
	}
	if sh.sign == unsigned || sh.width > 0 && width > 0 && sh.width >= width {
		return nil
	}
	// What a loop counts by is a number by then, and not negative.
	if d := c.ty.declOf(s, e); d != nil && e.kind == exprName && loops[d] {
		return nil
	}
	return e
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
