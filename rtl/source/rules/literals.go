package rules

import "strings"

// unsized finds numbers without a size that do not fit into 31 bits. The standard only
// requires at least 32 bits for them. For signed ones, some readers use only the written
// bits.
func (c *checker) unsized() {
	c.everywhere(func(s *scope, e *expr) {
		if e.kind != exprNumber {
			return
		}
		text := strings.ReplaceAll(e.text, "_", "")
		if i := strings.IndexByte(text, '\''); i > 0 || i == 0 && len(text) <= 2 {
			return
		}
		bits, _, _ := number(text)
		// 'bx is x throughout for everybody.
		if i := strings.IndexAny(bits, "1xz"); i >= 0 && bits[i] == '1' && len(bits)-i >= 32 {
			c.found(Unsized, e.pos, "%s has no size and needs 32 bits or more: readers extend or cut it in different ways; write its size", e.text)
		} else if negative(text) {
			c.found(Unsized, e.pos, "%s has no size, and not every reader takes it for 32 bits, of which those that are not written are 0; write its size", e.text)
		}
	})
}

// negative reports whether a signed number without a size is negative if it has just the
// bits that are written.
func negative(text string) bool {
	digits, ok := strings.CutPrefix(strings.ToLower(text), "'s")
	if !ok || len(digits) < 2 {
		return false
	}
	switch first := digits[1]; digits[0] {
	case 'b':
		return first == '1'
	case 'o':
		return first >= '4'
	case 'h':
		return first >= '8'
	}
	return false // of decimal digits everybody knows the sign
}

// reals finds real numbers in what becomes hardware. Simulators round what is computed
// with them; Yosys rounds each of them before, or breaks down.
func (c *checker) reals() {
	c.hardware(func(s *scope, e *expr) {
		real := e.kind == exprReal
		if d := (*decl)(nil); e.kind == exprName {
			d = c.ty.find(s, e.text)
			real = d != nil && c.isReal(d)
		}
		if real {
			c.found(Real, e.pos, "%s is a real number: readers round it before or after they compute with it; give an integer localparam its value and use that", format(e))
		}
	})
}

// isReal reports whether a name stands for a real number.
func (c *checker) isReal(d *decl) bool {
	if is, ok := c.real[d]; ok {
		return is
	}
	c.real[d] = false // what is defined by itself
	is := d.typ.word == "real" || d.typ.word == "realtime" || d.typ.word == "shortreal"
	if (d.kind == declParam || d.kind == declLocal) && !d.ranged {
		eachExpr(d.init, func(e *expr) {
			is = is || e.kind == exprReal
			if e.kind == exprName && !is {
				in := c.ty.find(d.scope, e.text)
				is = in != nil && c.isReal(in)
			}
		})
	}
	c.real[d] = is
	return is
}

// narrow finds parameters that take their type from arithmetic that does not fit its own
// width: some readers compute it without a limit. Vectors need not show the effect of such
// a parameter.
func (c *checker) narrow() {
	look := func(s *scope, name string, e *expr) {
		if e == nil {
			return
		}
		if at := c.overflows(s, e); at != nil {
			c.found(Narrow, e.pos, "%s takes its width from %s, which does not fit there or may not: readers compute it in different widths; give %s a range, or use plain numbers", name, format(at), name)
		}
	}
	for _, m := range c.text.modules {
		for _, d := range m.decls {
			if (d.kind == declParam || d.kind == declLocal) && !d.ranged && !d.typ.isEnum {
				look(d.scope, d.name, d.init)
			}
			if v := c.ty.value(d.scope, d.init); v != nil && v.BitLen() > 1 && scalar(d) {
				c.found(Narrow, d.pos, "%s has one bit, and not every reader cuts %s to that; give %s a range", d.name, format(d.init), d.name)
			}
		}
		for _, in := range m.insts {
			of := c.byName[in.module]
			if of == nil {
				continue
			}
			for i, p := range in.params {
				for k, d := range of.params {
					if !d.ranged && (p.name == d.name || p.name == "" && k == i) {
						look(in.scope, d.name, p.expr)
					}
				}
			}
		}
		for _, dp := range m.defs {
			look(dp.scope, format(dp.target), dp.value)
		}
	}
}

// scalar reports whether a parameter is a single bit by a type that says so.
func scalar(d *decl) bool {
	return (d.kind == declParam || d.kind == declLocal) && (d.typ.word == "bit" || d.typ.word == "logic" || d.typ.word == "reg") && len(d.typ.dims) == 0 && len(d.array) == 0
}

// overflows is the part of a constant expression that does not fit into the width that
// it is computed in, or may not where that is fewer than 32 bits.
func (c *checker) overflows(s *scope, e *expr) *expr {
	arithmetic := e.kind == exprBinary && (e.text == "+" || e.text == "-" || e.text == "*" || e.text == "**" || e.text == "<<" || e.text == "<<<") ||
		e.kind == exprUnary && e.text == "-"
	if arithmetic {
		sh, v := c.ty.shape(s, e), c.ty.value(s, e)
		narrow := sh.width > 0 && sh.width < 32
		if v != nil && wrap(v, sh).Cmp(v) != 0 || v == nil && narrow && e.text[0] != '<' {
			return e
		}
		if v == nil && e.kind == exprBinary && c.ty.value(s, e.args[0]) != nil && c.ty.value(s, e.args[1]) != nil {
			return e
		}
	}
	if e.kind == exprIndex || e.kind == exprRange || e.kind == exprCall || e.kind == exprSystem {
		return nil
	}
	for _, a := range e.args {
		if at := c.overflows(s, a); at != nil {
			return at
		}
	}
	return nil
}
