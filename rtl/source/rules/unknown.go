package rules

import "strings"

// operands finds x and z as operands or conditions, and divisions by the constant 0, which
// give x. Two-valued simulators treat them as numbers. Readers extend them differently: to
// 32 bits, or as far as needed.
func (c *checker) operands() {
	say := func(e *expr, of string) {
		c.found(Operand, e.pos, "%s is or may be x or z, and %s: readers with two values go on with a number there; write the value that is meant", format(e), of)
	}
	undefined := func(s *scope, e *expr, of string) {
		// What is undefined by itself is found where it stands.
		if e != nil && e.kind != exprBinary && e.kind != exprIndex && e.kind != exprRange && c.undefined(s, e, 0) {
			say(e, of)
		}
	}
	c.everywhere(func(s *scope, e *expr) {
		switch e.kind {
		case exprUnary:
			undefined(s, e.args[0], "the operand of "+e.text)
		case exprBinary:
			if c.undefined(s, e, 0) {
				say(e, "the result of a division by 0")
			}
			if (e.text == "===" || e.text == "!==") && !c.ty.constant(s, e, nil) {
				return // no input of hardware is x
			}
			for _, a := range e.args {
				undefined(s, a, "an operand of "+e.text)
			}
		case exprCond:
			undefined(s, e.args[0], "decides what is chosen")
		case exprIndex, exprRange:
			if c.undefined(s, e, 0) {
				say(e, "lies beyond the bits of what it selects")
				return
			}
			for _, a := range e.args[1:] {
				undefined(s, a, "selects")
			}
		case exprSystem, exprCast:
			for _, a := range e.args {
				if !message(e.text) {
					undefined(s, a, "is given to "+e.text)
				}
			}
		}
	})
	c.statements(func(s *scope, st *stmt) {
		if st.kind == stmtIf || st.kind == stmtLoop || st.kind == stmtFor {
			undefined(s, st.cond, "decides what is done")
		}
	})
	for _, m := range c.text.modules {
		for _, g := range m.gens {
			undefined(g.scope, g.selector, "decides what is generated")
		}
	}
}

// undefined reports whether a constant has bits that are x or z.
func (c *checker) undefined(s *scope, e *expr, depth int) bool {
	if e == nil || depth > 100 {
		return false
	}
	switch e.kind {
	case exprNumber:
		bits, _, _ := number(e.text)
		return strings.ContainsAny(bits, "xz")
	case exprName:
		d := c.ty.find(s, e.text)
		return d != nil && (d.kind == declParam || d.kind == declLocal) && d.init != nil && c.undefined(d.scope, d.init, depth+1)
	case exprBinary:
		if e.text == "/" || e.text == "%" {
			v := c.ty.value(s, e.args[1])
			return v != nil && v.Sign() == 0
		}
	case exprConcat, exprRepeat:
		for _, a := range e.args {
			if c.undefined(s, a, depth+1) {
				return true
			}
		}
	case exprIndex, exprRange:
		return c.beyond(s, e)
	}
	return false
}

// beyond reports whether constants select what a parameter of one dimension does not
// have.
func (c *checker) beyond(s *scope, e *expr) bool {
	if e.args[0].kind != exprName {
		return false
	}
	d := c.ty.find(s, e.args[0].text)
	if d == nil || d.kind != declParam && d.kind != declLocal || len(d.array) > 0 || d.typ.user != "" || d.typ.members != nil || len(d.typ.dims) > 1 {
		return false
	}
	lo, hi := int64(0), int64(c.ty.declShape(d).width)-1
	if len(d.typ.dims) == 1 {
		l, r := c.ty.value(d.scope, d.typ.dims[0].left), c.ty.value(d.scope, d.typ.dims[0].right)
		if l == nil || r == nil || !l.IsInt64() || !r.IsInt64() {
			return false
		}
		lo, hi = min(l.Int64(), r.Int64()), max(l.Int64(), r.Int64())
	}
	if hi < lo {
		return false // it is not known how wide it is
	}
	var ends []int64
	for _, a := range e.args[1:] {
		v := c.ty.value(s, a)
		if v == nil || !v.IsInt64() {
			return false
		}
		ends = append(ends, v.Int64())
	}
	if e.kind == exprRange {
		switch e.text {
		case "+:":
			ends[1] = ends[0] + ends[1] - 1
		case "-:":
			ends[1] = ends[0] - ends[1] + 1
		}
	}
	for _, at := range ends {
		if at < lo || at > hi {
			return true
		}
	}
	return false
}

// message reports whether a system task only says something.
func message(name string) bool { return said[strings.TrimRight(name, "bho")] || said[name] }

var said = set(`$display $write $strobe $monitor $info $warning $error $fatal $finish $stop $time $stime $realtime $timeformat $printtimescale $sformat $sformatf $swrite`)
