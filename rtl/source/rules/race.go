package rules

// A clocked process assigns a variable by =. Other processes of the same edge then read
// the old or the new value: the standard gives no order (IEEE 1364-2005, 11.4.2). Every
// variable that depends on it without a clock is tainted: through continuous assignments,
// combinational processes, and the ports of instances.

// origin is where a race begins.
type origin struct {
	d     *decl
	p     *process
	first int // index of the token behind the first assignment
	line  int
}

type taints map[*decl]map[*decl]*origin // variable, by the variable it follows

const maxTaints = 200_000

func (c *checker) race() {
	t := taints{}
	count := 0
	var queue []*decl
	add := func(d *decl, from *origin) {
		if t[d] == nil {
			t[d] = map[*decl]*origin{}
		}
		if t[d][from.d] == nil && count < maxTaints {
			t[d][from.d] = from
			count++
			queue = append(queue, d)
		}
	}
	for _, m := range c.text.modules {
		u := c.uses(m)
		for _, d := range m.decls {
			for _, w := range u.writes[d] {
				if w.p.edge() && w.blocking && w.st.kind != stmtForced && !own(d) && d.kind == declVar {
					add(d, &origin{d: d, p: w.p, first: w.st.end, line: w.st.pos.line})
					break
				}
			}
		}
	}
	if len(queue) == 0 {
		return
	}
	follows := c.follows()
	for len(queue) > 0 {
		d := queue[0]
		queue = queue[1:]
		for _, to := range follows[d] {
			for _, s := range t[d] {
				add(to, s)
			}
		}
	}
	if count >= maxTaints {
		c.found(Race, pos{}, "more variables follow blocking assignments of clocked processes than are looked through; assign registers by <=")
	}
	for _, m := range c.text.modules {
		u := c.uses(m)
		for _, d := range m.decls {
			from := t[d]
			if len(from) == 0 {
				continue
			}
			c.raced(u, d, from)
		}
	}
}

func (c *checker) raced(u *use, d *decl, from map[*decl]*origin) {
	for _, r := range u.reads[d] {
		if !r.p.edge() || !u.early[r.p][d] {
			continue
		}
		// In the order of the text, so that what is said is the same every time.
		var first *origin
		for _, s := range from {
			if r.p == s.p && (d == s.d || r.at < s.first) || opposite(r.p, s.p) || apart(r.p.gen, s.p.gen) {
				continue
			}
			if first == nil || s.first < first.first {
				first = s
			}
		}
		if first == nil {
			continue
		}
		if d == first.d {
			c.found(Race, r.e.pos, "%s is read at the edge at which line %d assigns it by =, so that the order of the processes decides which value is read; assign it by <=", d.name, first.line)
		} else {
			c.found(Race, r.e.pos, "%s is read at the edge at which line %d assigns %s by =, which it follows, so that the order of the processes decides which value is read; assign %s by <=", d.name, first.line, first.d.name, first.d.name)
		}
		return
	}
}

// follows is, for each variable, those that change with it without a clock.
func (c *checker) follows() map[*decl][]*decl {
	out := map[*decl][]*decl{}
	link := func(from, to map[*decl]bool) {
		for f := range from {
			for t := range to {
				if f != t {
					out[f] = append(out[f], t)
				}
			}
		}
	}
	byName := map[string]*module{}
	for _, m := range c.text.modules {
		byName[m.name] = m
	}
	for _, m := range c.text.modules {
		for _, a := range m.assigns {
			link(c.readsOf(a.scope, a.rhs, a.lhs), c.targets(a))
		}
		for _, p := range m.procs {
			if !p.combinational() {
				continue
			}
			reads, writes := map[*decl]bool{}, map[*decl]bool{}
			called := map[*function]bool{}
			var v *visitor
			v = &visitor{ty: c.ty,
				read:  func(_ *scope, _ *expr, d *decl) { reads[d] = true },
				write: func(_ *scope, _ *expr, d *decl, _ *stmt) { writes[d] = true },
				call: func(_ *scope, _ *expr, f *function) {
					if !called[f] {
						called[f] = true
						for _, st := range f.body {
							v.visit(f.scope, st)
						}
					}
				}}
			v.visit(p.scope, p.body)
			link(reads, writes)
		}
		for _, in := range m.insts {
			of := byName[in.module]
			if of == nil {
				continue
			}
			for i, cn := range in.conns {
				var port *decl
				switch {
				case cn.name == "*":
					for _, pt := range of.ports {
						c.connect(in.scope, &expr{kind: exprName, text: pt.name}, of.scope.names[pt.name], link)
					}
					continue
				case cn.name == "" && i < len(of.ports):
					port = of.scope.names[of.ports[i].name]
				default:
					port = of.scope.names[cn.name]
				}
				c.connect(in.scope, cn.expr, port, link)
			}
		}
	}
	return out
}

func (c *checker) connect(s *scope, e *expr, port *decl, link func(from, to map[*decl]bool)) {
	if port == nil || e == nil {
		return
	}
	inside := map[*decl]bool{port: true}
	outside := c.readsOf(s, e)
	if port.dir != "output" {
		link(outside, inside)
	}
	if port.dir != "input" {
		link(inside, outside)
	}
}

// readsOf is what expressions read, the functions that they call included.
func (c *checker) readsOf(s *scope, es ...*expr) map[*decl]bool {
	reads := map[*decl]bool{}
	called := map[*function]bool{}
	var v *visitor
	v = &visitor{ty: c.ty,
		read: func(_ *scope, _ *expr, d *decl) { reads[d] = true },
		call: func(_ *scope, _ *expr, f *function) {
			if !called[f] {
				called[f] = true
				for _, st := range f.body {
					v.visit(f.scope, st)
				}
			}
		}}
	for _, e := range es {
		v.value(s, e)
	}
	return reads
}

func eachExpr(e *expr, f func(*expr)) {
	if e == nil {
		return
	}
	f(e)
	for _, a := range e.args {
		eachExpr(a, f)
	}
}
