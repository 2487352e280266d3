package rules

// castArms finds size casts that a conditional chooses: Yosys gives the conditional the
// width that the value had before the cast.
func (c *checker) castArms() {
	c.everywhere(func(s *scope, e *expr) {
		if e.kind != exprCond {
			return
		}
		for _, a := range e.args[1:] {
			if a.kind != exprCast || len(a.args) < 2 {
				continue
			}
			// A cast that widens is as wide as it says for everybody.
			if from, to := c.ty.shape(s, a.args[len(a.args)-1]).width, c.ty.shape(s, a).width; from > 0 && to > 0 && from <= to {
				continue
			}
			c.found(CastArm, a.pos, "%s is chosen by a conditional, which some readers make as wide as what was cast; cast into a variable of its own first, or select the bits", format(a))
		}
	})
}
