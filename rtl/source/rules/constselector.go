package rules

import "strings"

// constantSelectors finds casez and casex that choose by a constant among items with
// bits that do not count: Yosys compares those bits all the same, and no such item fits.
func (c *checker) constantSelectors() {
	loops := c.loopVariables()
	c.statements(func(s *scope, st *stmt) {
		if st.kind != stmtCase || st.word != "casez" && st.word != "casex" || st.inside || !c.ty.constant(s, st.cond, loops) {
			return
		}
		for _, it := range st.items {
			for _, e := range it.exprs {
				bits, _ := c.literal(s, e)
				if strings.ContainsAny(bits, "xz") {
					c.found(ConstSelector, st.pos, "the selector %s is a constant, and not every reader leaves out the bits of %s that do not count; write if, or items without ?", format(st.cond), format(e))
					return
				}
			}
		}
	})
}
