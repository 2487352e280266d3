package rules

// counters finds loop counters in computations whose type is not integer. Yosys unrolls
// loops and replaces the counter by signed numbers of 32 bits, so the width and the sign of
// the variable are lost.
func (c *checker) counters() {
	loops := c.loopVariables()
	for d := range loops {
		if sh := c.ty.declShape(d); d.kind != declVar || sh == (shape{signed, 32}) {
			delete(loops, d)
		}
	}
	if len(loops) == 0 {
		return
	}
	j := &judge{c: c, loops: loops, seen: map[*expr]bool{}, said: map[*decl]bool{}}
	// What a loop says of itself is computed as the language says.
	c.statements(func(s *scope, st *stmt) {
		if st.kind == stmtFor {
			j.pass(st.cond)
			for _, in := range append(append([]*stmt{}, st.init...), st.step...) {
				j.pass(in.rhs)
				j.pass(in.lhs)
			}
		}
	})
	c.bodies(&visitor{ty: c.ty,
		stmt: func(s *scope, st *stmt) { j.place(s, st.lhs) },
		expr: func(s *scope, e *expr) { j.value(s, e) }})
}

type judge struct {
	c     *checker
	loops map[*decl]bool
	seen  map[*expr]bool
	said  map[*decl]bool
}

func (j *judge) pass(e *expr) { eachExpr(e, func(x *expr) { j.seen[x] = true }) }

// place looks at the selects of a target.
func (j *judge) place(s *scope, e *expr) {
	if e == nil {
		return
	}
	switch e.kind {
	case exprConcat:
		for _, a := range e.args {
			j.place(s, a)
		}
	case exprIndex, exprRange, exprPath:
		j.place(s, e.args[0])
		for _, a := range e.args[1:] {
			j.index(s, a)
		}
	}
}

// index looks at where something is selected: numbers and the counter are computed in
// 32 bits by everybody, and bits that do not exist stay apart.
func (j *judge) index(s *scope, e *expr) {
	if e.kind == exprName || e.kind == exprBinary && j.c.ty.shape(s, e).width >= 32 && j.c.ty.constant(s, e, j.loops) {
		j.pass(e)
		return
	}
	j.value(s, e)
}

func (j *judge) value(s *scope, e *expr) {
	if e == nil || j.seen[e] {
		return
	}
	j.seen[e] = true
	for i, a := range e.args {
		if (e.kind == exprIndex || e.kind == exprRange) && i > 0 {
			j.index(s, a)
			continue
		}
		d := (*decl)(nil)
		if a.kind == exprName {
			d = j.c.ty.find(s, a.text)
		}
		if d == nil || !j.loops[d] {
			j.value(s, a)
			continue
		}
		j.seen[a] = true
		if j.said[d] || j.harmless(s, d, e, i) {
			continue
		}
		j.said[d] = true
		j.c.found(Counter, e.pos, "%s counts a loop and is no integer: the front end computes %s with a signed number of 32 bits in its place; declare it integer", d.name, format(e))
	}
}

// harmless reports whether an expression is the same with a number of 32 bits as its
// operand i.
func (j *judge) harmless(s *scope, d *decl, e *expr, i int) bool {
	narrow := j.c.ty.declShape(d)
	if e.kind != exprBinary {
		// A bit of it, a part of a concatenation, a choice, an argument.
		return narrow.sign == unsigned && (e.kind != exprUnary || e.text == "!")
	}
	other := j.c.ty.shape(s, e.args[1-i])
	if narrow.sign == unsigned && narrow.width >= 32 {
		return other.sign != signed || j.c.ty.constant(s, e.args[1-i], j.loops)
	}
	switch e.text {
	case "<<", ">>", "<<<", ">>>":
		return i == 1 && narrow.sign == unsigned
	case "&&", "||":
		return true
	case "==", "!=", "===", "!==", "<", "<=", ">", ">=":
		return narrow.sign == unsigned && (other.sign == unsigned || j.c.ty.constant(s, e.args[1-i], j.loops))
	}
	return false
}
