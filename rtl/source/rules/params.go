package rules

// unranged finds parameters that are declared signed and have no range: their last value
// decides their width, and readers may lose the sign.
func (c *checker) unranged() {
	for _, m := range c.text.modules {
		for _, d := range m.decls {
			if d.kind != declParam && d.kind != declLocal || !d.typ.said || !d.typ.signed || d.ranged {
				continue
			}
			// A value that is signed by itself is read alike.
			if !c.ty.overridden[d] && c.ty.shape(d.scope, d.init).sign == signed {
				continue
			}
			if c.ty.overridden[d] && c.overridesSigned(d) && c.ty.shape(d.scope, d.init).sign == signed {
				continue
			}
			c.found(Unranged, d.pos, "%s is signed and has no range, so that its value decides what it is, and readers part on its sign; write the range, as in signed [7:0], or integer", d.name)
		}
	}
}

// overridesSigned reports whether every value that the text gives a parameter of a
// module is signed by itself.
func (c *checker) overridesSigned(d *decl) bool {
	ok := true
	for _, m := range c.text.modules {
		for _, in := range m.insts {
			of := c.byName[in.module]
			if of == nil || d.scope.module != of {
				continue
			}
			for i, p := range in.params {
				if p.expr != nil && (p.name == d.name || p.name == "" && i < len(of.params) && of.params[i] == d) {
					ok = ok && c.ty.shape(in.scope, p.expr).sign == signed
				}
			}
		}
		for _, dp := range m.defs {
			if dp.target.kind == exprPath && dp.target.text == d.name {
				ok = false
			}
		}
	}
	return ok
}
