package rules

import "strings"

// constantSelectors finds casez and casex that choose by a constant among items with
// bits that do not count: Yosys compares those bits all the same, and no such item fits.
func (c *checker) constantSelectors() {
	loops := c.loopVariables()
	c.madeConstant(loops)
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

// madeConstant finds such a choice by a variable to which its process, or a function,
// assigns a constant: up to the next assignment Yosys takes the constant for it.
func (c *checker) madeConstant(loops map[*decl]bool) {
	look := func(s *scope, body ...*stmt) {
		set := map[*decl]bool{}
		v := &visitor{ty: c.ty, write: func(s *scope, _ *expr, d *decl, st *stmt) {
			if st.kind == stmtAssign && st.op == "=" && c.ty.constant(s, st.rhs, loops) {
				set[d] = true
			}
		}}
		for _, st := range body {
			v.visit(s, st)
		}
		v = &visitor{ty: c.ty, stmt: func(s *scope, st *stmt) {
			if st.kind != stmtCase || st.word != "casez" && st.word != "casex" || !c.wild(s, st) {
				return
			}
			eachExpr(st.cond, func(e *expr) {
				if e.kind != exprName {
					return
				}
				if d := c.ty.find(s, e.text); d != nil && set[d] {
					c.found(ConstSelector, st.pos, "%s is set to a constant in this process, and not every reader leaves out the bits of a constant that do not count; choose by what it is computed from", e.text)
				}
			})
		}}
		for _, st := range body {
			v.visit(s, st)
		}
	}
	for _, m := range c.text.modules {
		for _, p := range m.procs {
			look(p.scope, p.body)
		}
		for _, f := range m.funcs {
			look(f.scope, f.body...)
		}
	}
}

// wild reports whether a choice has items with bits that do not count.
func (c *checker) wild(s *scope, st *stmt) bool {
	for _, it := range st.items {
		for _, e := range it.exprs {
			if bits, _ := c.literal(s, e); strings.ContainsAny(bits, "xz") {
				return true
			}
		}
	}
	return false
}
