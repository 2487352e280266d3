package rules

import "sort"

// sensitivity finds processes that do not wait for everything that they read.
func (c *checker) sensitivity() {
	for _, m := range c.text.modules {
		for _, p := range m.procs {
			if p.word != "always" || p.timed {
				continue
			}
			switch {
			case p.star:
				c.starCalls(p)
			case len(p.events) > 0 && p.edge():
				for _, e := range p.events {
					if e.edge == "" {
						c.found(Sensitivity, p.pos, "the list has edges and the level of %s, which no register has; write posedge or negedge before it, or @*", format(e.expr))
						break
					}
				}
			case len(p.events) > 0:
				c.listed(p)
			}
		}
	}
}

// listed compares an explicit list with what the body reads.
func (c *checker) listed(p *process) {
	whole, parts := map[*decl]bool{}, map[string]bool{}
	for _, ev := range p.events {
		switch ev.expr.kind {
		case exprName, exprPath, exprIndex, exprRange:
		default:
			c.found(Sensitivity, p.pos, "the process waits for %s to change, and not for all that it consists of; write @*", format(ev.expr))
		}
		eachExpr(ev.expr, func(e *expr) {
			if e.kind == exprName {
				if d := c.ty.find(p.scope, e.text); d != nil && (e == ev.expr || ev.expr.kind != exprIndex && ev.expr.kind != exprRange) {
					whole[d] = true
				}
			}
		})
		parts[format(ev.expr)] = true
	}
	missing := map[string]pos{}
	c.flow(p.scope, []*stmt{p.body}, func(s *scope, e *expr, d *decl, assigned bool) {
		if assigned || own(d) || d.kind != declVar || whole[d] || parts[format(e)] || parts[pathText(e)] {
			return
		}
		for b := e; len(b.args) > 0; b = b.args[0] {
			if parts[format(b)] {
				return
			}
		}
		if _, ok := missing[d.name]; !ok {
			missing[d.name] = e.pos
		}
	})
	var names []string
	for n := range missing {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		c.found(Sensitivity, p.pos, "the list lacks %s, which line %d reads: simulators wait, synthesis does not; write @*", n, missing[n].line)
	}
}

// starCalls finds functions and tasks that read more than the body that calls them: @* does
// not include their reads (IEEE 1364-2005, 9.7.5).
func (c *checker) starCalls(p *process) {
	body := map[*decl]bool{}
	calls := map[*function]pos{}
	var order []*function
	v := &visitor{ty: c.ty,
		read: func(_ *scope, _ *expr, d *decl) { body[d] = true },
		call: func(_ *scope, e *expr, f *function) {
			if _, ok := calls[f]; !ok {
				calls[f] = e.pos
				order = append(order, f)
			}
		}}
	v.visit(p.scope, p.body)
	for _, f := range order {
		said := map[*decl]bool{}
		for _, d := range c.outer(f) {
			if !body[d] && !said[d] {
				said[d] = true
				c.found(Sensitivity, calls[f], "@* does not look into %s, which reads %s; give it as an argument, or write always_comb", f.name, d.name)
			}
		}
	}
}

// outer is the variables of the module that a function reads, and those that it calls,
// before it assigns them.
func (c *checker) outer(f *function) (ds []*decl) {
	if ds, ok := c.outers[f]; ok {
		return ds
	}
	c.outers[f] = nil // what calls itself adds nothing
	c.flow(f.scope, f.body, func(_ *scope, _ *expr, d *decl, assigned bool) {
		if !assigned && !own(d) && d.kind == declVar {
			ds = append(ds, d)
		}
	})
	c.outers[f] = ds
	return ds
}
