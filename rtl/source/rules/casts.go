package rules

// casts finds narrowing size casts where Yosys uses the width before the cast: as operands
// of an operator, and of constants, which it does not truncate.
func (c *checker) casts() {
	loops := c.loopVariables()
	narrows := func(s *scope, a *expr) bool {
		if a.kind != exprCast || len(a.args) < 2 {
			return false
		}
		// All readers agree on the width of a cast that widens.
		from, to := c.ty.shape(s, a.args[len(a.args)-1]).width, c.ty.shape(s, a).width
		return from <= 0 || to <= 0 || from > to
	}
	c.everywhere(func(s *scope, e *expr) {
		if e.kind == exprCast && len(e.args) > 1 && carries(e.args[len(e.args)-1]) {
			from, to := c.ty.shape(s, e.args[len(e.args)-1]).width, c.ty.shape(s, e).width
			if from <= 0 || to <= 0 || to > from {
				c.found(Cast, e.pos, "%s is computed in the width of the cast by some readers, and in its operands' by others; assign it to a variable of that width", format(e))
				return
			}
		}
		if narrows(s, e) && c.ty.constant(s, e.args[len(e.args)-1], loops) {
			v, to := c.ty.value(s, e.args[len(e.args)-1]), c.ty.shape(s, e)
			if v == nil || to.width <= 0 || v.Sign() < 0 || v.BitLen() > to.width {
				c.found(Cast, e.pos, "%s does not fit, and not every reader cuts a constant there; write what is left of it", format(e))
			}
			return
		}
		operands := e.args
		switch e.kind {
		case exprCond:
			operands = e.args[1:]
		case exprUnary, exprBinary:
		default:
			return
		}
		for _, a := range operands {
			if narrows(s, a) && !c.ty.constant(s, a, loops) {
				c.found(Cast, a.pos, "%s is an operand, and some readers compute with the width before the cast; cast into a variable of its own first, or select the bits", format(a))
			}
		}
	})
}

// carries reports whether an expression that is computed in more bits has other high
// bits than one that is extended afterwards: by a carry, a sign or an inverted zero.
func carries(e *expr) bool {
	switch e.kind {
	case exprUnary:
		return e.text == "-" || e.text == "~" || e.text == "+" && carries(e.args[0])
	case exprBinary:
		switch e.text {
		case "+", "-", "*", "**", "<<", "<<<":
			return true
		case "&", "|", "^", "^~", "~^", "/", "%", ">>", ">>>":
			return carries(e.args[0]) || carries(e.args[1])
		}
	case exprCond:
		return carries(e.args[1]) || carries(e.args[2])
	}
	return false
}
