package rules

import "strings"

// unsized finds numbers without a size that do not fit into 31 bits: the standard says
// of them only that they have 32 bits or more.
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
		}
	})
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

// narrow finds parameters that take their type from arithmetic which does not fit its
// own width: some readers compute it without a limit.
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

// overflows is the part of a constant expression that is computed in fewer than 32
// bits and does not fit, or may not.
func (c *checker) overflows(s *scope, e *expr) *expr {
	arithmetic := e.kind == exprBinary && (e.text == "+" || e.text == "-" || e.text == "*" || e.text == "**") ||
		e.kind == exprUnary && e.text == "-"
	if arithmetic {
		sh := c.ty.shape(s, e)
		if sh.width > 0 && sh.width < 32 {
			v := c.ty.value(s, e)
			if v == nil || wrap(v, sh).Cmp(v) != 0 {
				return e
			}
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
