package rules

// constantWidths finds constants that are computed in the width of their own expression,
// although the language uses the width of the context. One context is the selector and the
// items of a case, which are compared in the widest of their widths. The other is an
// assignment to a struct or union without a name, whose width Yosys does not know then.
func (c *checker) constantWidths() {
	loops := c.loopVariables()
	look := func(s *scope, e *expr, around shape, where string) {
		if k := c.misfolded(s, e, around, loops); k != nil {
			c.found(ConstWidth, e.pos, "%s is a constant %s, which some readers compute in the width and by the sign that it has alone; write its value", format(k), where)
		}
	}
	assigned := func(s *scope, target, e *expr) {
		if target == nil || e == nil || target.kind != exprName {
			return
		}
		if d := c.ty.find(s, target.text); d != nil && d.typ.members != nil {
			look(s, e, shape{c.ty.shape(s, e).sign, c.ty.declShape(d).width}, "in what is assigned to a struct")
		}
	}
	c.statements(func(s *scope, st *stmt) {
		switch st.kind {
		case stmtAssign, stmtNonblocking:
			assigned(s, st.lhs, st.rhs)
		case stmtCase:
			all := []*expr{st.cond}
			for _, it := range st.items {
				all = append(all, it.exprs...)
			}
			around := c.ty.shape(s, st.cond)
			for _, e := range all {
				around = both(around, c.ty.shape(s, e))
			}
			for _, e := range all {
				look(s, e, around, "in a case")
			}
		}
	})
	for _, m := range c.text.modules {
		for _, a := range m.assigns {
			assigned(a.scope, a.lhs, a.rhs)
		}
		for _, d := range m.decls {
			if d.kind == declVar && d.init != nil && d.typ.members != nil {
				look(d.scope, d.init, shape{c.ty.shape(d.scope, d.init).sign, c.ty.declShape(d).width}, "in what a struct begins with")
			}
		}
	}
}

// misfolded is the part of e that is constant and has another value in the width and by
// the sign of e alone than in those around it; nil is none.
func (c *checker) misfolded(s *scope, e *expr, around shape, loops map[*decl]bool) *expr {
	own := c.ty.shape(s, e)
	narrow := own.width <= 0 || around.width <= 0 || own.width < around.width
	other := own.sign == unclear || own.sign != around.sign
	if !narrow && !other {
		return nil
	}
	var look func(e *expr) *expr
	look = func(e *expr) *expr {
		operands := contextual(e)
		if len(operands) == 0 {
			return nil
		}
		if !c.ty.constant(s, e, loops) {
			for _, a := range operands {
				if k := look(a); k != nil {
					return k
				}
			}
			return nil
		}
		if c.natural(s, e) || !other && c.plainNegative(s, e) {
			return nil
		}
		if narrow && (carries(e) || c.ty.shape(s, e).sign != unsigned) || other && bySign(e) {
			return e
		}
		return nil
	}
	return look(e)
}

// plainNegative reports whether e is a negative number, which is extended by its sign.
func (c *checker) plainNegative(s *scope, e *expr) bool {
	return e.kind == exprUnary && e.text == "-" && c.ty.shape(s, e).sign == signed && c.natural(s, e.args[0])
}

// contextual is the operands of e that are computed in the width and by the sign of what
// is around e (IEEE 1364-2005, table 5-22).
func contextual(e *expr) []*expr {
	switch e.kind {
	case exprUnary:
		if e.text == "-" || e.text == "~" || e.text == "+" {
			return e.args
		}
	case exprBinary:
		switch e.text {
		case "+", "-", "*", "/", "%", "&", "|", "^", "^~", "~^":
			return e.args
		case "<<", "<<<", ">>", ">>>", "**":
			return e.args[:1]
		}
	case exprCond:
		return e.args[1:]
	}
	return nil
}

// bySign reports whether an operation in e goes by the sign of its operands.
func bySign(e *expr) bool {
	if e.kind == exprBinary && (e.text == ">>>" || e.text == "/" || e.text == "%" || e.text == "**") {
		return true
	}
	for _, a := range contextual(e) {
		if bySign(a) {
			return true
		}
	}
	return false
}
