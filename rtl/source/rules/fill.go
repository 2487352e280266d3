package rules

import "maps"

// fills finds '1 in compile-time computations, or where its target widens it: Yosys reads it
// as one bit there.
func (c *checker) fills() {
	loops := c.loopVariables()
	say := func(e *expr, where string) {
		c.found(Fill, e.pos, "'1 in %s is a single bit for some readers, and as wide as it must be for others; write the number with its size", where)
	}
	given := c.givenConstants(loops)
	constants := func(s *scope, es ...*expr) bool {
		for _, e := range es {
			if !c.ty.constant(s, e, given) {
				return false
			}
		}
		return true
	}
	c.everywhere(func(s *scope, e *expr) {
		switch e.kind {
		case exprUnary:
			if fill(e.args[0]) {
				say(e, "an operation on it alone")
			}
		case exprBinary:
			if (fill(e.args[0]) || fill(e.args[1])) && constants(s, e.args...) {
				say(e, "an operation on constants")
			}
		case exprCond:
			if (fill(e.args[1]) || fill(e.args[2])) && constants(s, e.args[0]) {
				say(e, "what a constant chooses")
			}
		case exprCall:
			for _, a := range e.args {
				if fill(a) {
					say(e, "an argument")
				}
			}
		}
	})
	c.statements(func(s *scope, st *stmt) {
		if st.lhs != nil && st.lhs.kind == exprRange && st.lhs.text != ":" && !c.ty.constant(s, st.lhs.args[1], loops) && fill(st.rhs) {
			say(st.lhs, "an assignment to a place that is not constant")
		}
	})
	for _, m := range c.text.modules {
		for _, d := range m.decls {
			if (d.kind == declParam || d.kind == declLocal) && fill(d.init) {
				say(d.init, "a parameter")
			}
		}
		for _, in := range m.insts {
			for _, p := range in.params {
				if fill(p.expr) {
					say(p.expr, "a parameter")
				}
			}
		}
	}
}

// givenConstants is loops, and the arguments of functions and tasks for which some call
// gives a constant: Yosys puts it in their place.
func (c *checker) givenConstants(loops map[*decl]bool) map[*decl]bool {
	given := maps.Clone(loops)
	more := true
	look := func(s *scope, e *expr, f *function) {
		for i, a := range e.args {
			if i < len(f.args) && a != nil && !given[f.args[i]] && c.ty.constant(s, a, given) {
				given[f.args[i]], more = true, true
			}
		}
	}
	for more {
		more = false
		c.bodies(&visitor{ty: c.ty, call: look})
		c.everywhere(func(s *scope, e *expr) {
			if e.kind == exprCall {
				if f := c.ty.findFunc(s, e.text); f != nil {
					look(s, e, f)
				}
			}
		})
	}
	return given
}

// fill reports whether e is '1, or chooses it.
func fill(e *expr) bool {
	if e == nil {
		return false
	}
	if e.kind == exprCond {
		return fill(e.args[1]) || fill(e.args[2])
	}
	if e.kind != exprNumber {
		return false
	}
	bits, _, _ := number(e.text)
	return bits == "1" && e.text[0] == '\'' && e.text[len(e.text)-1] == '1' && len(e.text) == 2
}
