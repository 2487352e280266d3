package rules

// inout finds calls of tasks whose arguments go in and out.
func (c *checker) inout() {
	said := map[*function]bool{}
	c.bodies(&visitor{ty: c.ty, call: func(_ *scope, e *expr, f *function) {
		if said[f] {
			return
		}
		for _, a := range f.args {
			if a.dir == "inout" || a.dir == "ref" {
				said[f] = true
				c.found(Inout, a.pos, "the argument %s of %s is %s: not every reader writes back what it is given; use an input and an output", a.name, f.name, a.dir)
				return
			}
		}
	}})
}

// folded finds calls of functions that tools evaluate at compile time, each with its own
// rules for widths and signs.
func (c *checker) folded() {
	loops := c.loopVariables()
	look := func(s *scope, e *expr, all bool) {
		eachExpr(e, func(x *expr) {
			if x.kind != exprCall {
				return
			}
			f := c.ty.findFunc(s, x.text)
			if f == nil || f.task {
				return
			}
			// One argument is computed by itself, whatever the others are.
			for i, a := range x.args {
				if a == nil || i >= len(f.args) || a.kind != exprUnary && a.kind != exprBinary || !c.ty.constant(s, a, loops) || c.plain(s, a) {
					continue
				}
				if have, want := c.ty.shape(s, a).width, c.ty.declShape(f.args[i]).width; have <= 0 || want <= 0 || have < want {
					c.found(Folded, x.pos, "the argument %s is computed while the text is read, in its own width by some readers and in that of %s by others; write its value", format(a), f.args[i].name)
					return
				}
			}
			for _, a := range x.args {
				if !all && !c.ty.constant(s, a, loops) {
					return
				}
			}
			if len(x.args) == 0 && !all {
				return
			}
			if why := c.strange(s, f, x); why != "" {
				c.found(Folded, x.pos, "%s is computed while the text is read, where readers part on widths and signs (%s); use integer throughout, or write the value", format(x), why)
			}
		})
	}
	for _, m := range c.text.modules {
		for _, d := range m.decls {
			if d.kind == declParam || d.kind == declLocal {
				look(d.scope, d.init, true)
			}
			for _, r := range append(append([]span{}, d.typ.dims...), d.array...) {
				look(d.scope, r.left, true)
				look(d.scope, r.right, true)
			}
		}
		for _, in := range m.insts {
			for _, p := range in.params {
				look(in.scope, p.expr, true)
			}
			for _, p := range in.conns {
				look(in.scope, p.expr, false)
			}
		}
		for _, g := range m.gens {
			look(g.scope, g.selector, true)
			for _, e := range g.items {
				look(g.scope, e, true)
			}
		}
		for _, dp := range m.defs {
			look(dp.scope, dp.value, true)
		}
		for _, a := range m.assigns {
			look(a.scope, a.rhs, false)
		}
	}
	c.bodies(&visitor{ty: c.ty, expr: func(s *scope, e *expr) {
		if e.kind == exprCall {
			look(s, e, false)
		}
	}})
}

// loopVariables is the variables that for statements count. They are constants when a loop
// is unrolled.
func (c *checker) loopVariables() map[*decl]bool {
	loops := map[*decl]bool{}
	c.statements(func(s *scope, st *stmt) {
		if st.kind != stmtFor {
			return
		}
		for _, in := range st.init {
			if in.lhs != nil {
				if d := c.ty.declOf(s, in.lhs); d != nil {
					loops[d] = true
				}
			}
		}
	})
	return loops
}

// strange is the reason why tools may evaluate a function differently, or "". All evaluate
// unsigned values and full integers alike.
func (c *checker) strange(s *scope, f *function, call *expr) string {
	if f.result == nil || len(f.result.array) > 0 {
		return ""
	}
	if !c.robust(f.result) {
		return "its result is signed and narrow"
	}
	for _, a := range f.args {
		if !c.robust(a) {
			return "its argument " + a.name + " is signed and narrow"
		}
		if a.dir != "input" {
			return "its argument " + a.name + " is an " + a.dir
		}
	}
	for _, a := range call.args {
		if !c.plain(s, a) {
			return "its argument " + format(a) + " is resized"
		}
	}
	why := ""
	v := &visitor{ty: c.ty}
	v.stmt = func(_ *scope, st *stmt) {
		if st.kind == stmtCase && st.word != "case" {
			why = "it has a " + st.word
		}
		for _, d := range st.decls {
			if d.kind == declVar && !c.robust(d) {
				why = "its variable " + d.name + " is signed and narrow"
			}
		}
	}
	v.expr = func(s *scope, e *expr) {
		switch e.kind {
		case exprRange, exprIndex:
			d := c.ty.declOf(s, e)
			if d == nil || len(d.array) > 0 || d.kind == declParam && c.ty.shape(d.scope, d.init).sign == unsigned {
				return
			}
			if c.ty.declShape(d).sign != unsigned {
				why = "it takes " + format(e) + " of what is or may be signed"
			}
		case exprSystem:
			if e.text == "$signed" || e.text == "$unsigned" {
				why = "it uses " + e.text
			}
		case exprNumber:
			if _, sh, based := number(e.text); based && sh.sign == signed && sh.width < 32 {
				why = "it uses " + e.text
			}
		case exprCall:
			if g := c.ty.findFunc(s, e.text); g != nil && g != f && c.callDepth < 20 {
				c.callDepth++
				if w := c.strange(s, g, &expr{}); w != "" {
					why = "it calls " + g.name + ", and there " + w
				}
				c.callDepth--
			}
		}
	}
	for _, st := range f.body {
		v.visit(f.scope, st)
	}
	return why
}

// robust reports whether a variable is unsigned, or an integer and not narrower.
func (c *checker) robust(d *decl) bool {
	sh := c.ty.declShape(d)
	return sh.sign == unsigned || sh.width >= 32
}

// plain reports whether a constant argument has one value however it is resized: it is
// unsigned and stands alone, or is computed in 32 bits and more.
func (c *checker) plain(s *scope, e *expr) bool {
	sh := c.ty.shape(s, e)
	switch e.kind {
	case exprNumber, exprIndex, exprRange, exprConcat, exprRepeat:
		return sh.width >= 32 || sh.sign == unsigned
	case exprName, exprPath:
		// What an instance gives a parameter without a range is a plain number in
		// all that people write.
		d := c.ty.declOf(s, e)
		return sh.width >= 32 || sh.sign == unsigned || d != nil && d.kind == declParam && !d.ranged && !d.typ.said
	case exprUnary, exprBinary, exprCond:
		if oneBit(e) {
			return true
		}
		for _, a := range e.args {
			if !c.plain(s, a) {
				return false
			}
		}
		return sh.width >= 32 || sh.width == 0
	case exprSystem:
		return e.text == "$clog2" || e.text == "$bits"
	case exprCall, exprString:
		return true
	}
	return false
}
