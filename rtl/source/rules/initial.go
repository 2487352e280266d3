package rules

// initial finds initial values that are no constants.
func (c *checker) initial() {
	for _, m := range c.text.modules {
		for _, d := range m.decls {
			if d.kind != declVar || d.net || d.init == nil || own(d) {
				continue
			}
			if !c.ty.constant(d.scope, d.init, nil) {
				c.found(Initial, d.pos, "%s begins with %s, which is no constant: simulators take it once, at the start, and others as a connection; use a wire or assign", d.name, format(d.init))
			}
		}
		for _, p := range m.procs {
			if p.word != "initial" || p.timed {
				continue
			}
			c.initialReads(p)
		}
	}
}

func (c *checker) initialReads(p *process) {
	assigns := false
	v := &visitor{ty: c.ty, write: func(_ *scope, _ *expr, d *decl, _ *stmt) { assigns = assigns || !own(d) }}
	v.visit(p.scope, p.body)
	if !assigns {
		return
	}
	said := map[*decl]bool{}
	f := &flow{c: c, done: map[*decl]bool{}, quiet: true}
	f.report = func(_ *scope, e *expr, d *decl, done bool) {
		if done || d.kind != declVar || said[d] || own(d) {
			return
		}
		said[d] = true
		c.found(Initial, e.pos, "the initial block reads %s, which has no value of its own by then: simulators take what is there at the start, and others a connection; use constants", d.name)
	}
	f.stmt(p.scope, p.body)
}
