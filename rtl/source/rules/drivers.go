package rules

import "slices"

// write is one place where a process assigns a variable.
type write struct {
	d        *decl
	e        *expr
	s        *scope
	st       *stmt
	p        *process
	blocking bool
}

// read is one place where a process reads a variable.
type read struct {
	d  *decl
	e  *expr
	p  *process
	at int
}

// use is all reads and writes by the processes of a module, in the order of the text. Reads
// and writes of called tasks and functions count as done at the call.
type use struct {
	writes map[*decl][]write
	reads  map[*decl][]read
	// early has the variables that a process may read before it assigns them.
	early map[*process]map[*decl]bool
	// outside has the variables that others than processes read: continuous
	// assignments, instances, readers of a port.
	outside map[*decl]bool
}

func (c *checker) uses(m *module) *use {
	if u := c.used[m]; u != nil {
		return u
	}
	u := &use{map[*decl][]write{}, map[*decl][]read{}, map[*process]map[*decl]bool{}, map[*decl]bool{}}
	c.used[m] = u
	for _, p := range m.procs {
		called := map[*function]bool{}
		var v *visitor
		var callAt int
		v = &visitor{ty: c.ty,
			read: func(_ *scope, e *expr, d *decl) {
				at := e.at
				if callAt >= 0 {
					at = callAt
				}
				u.reads[d] = append(u.reads[d], read{d, e, p, at})
			},
			write: func(s *scope, e *expr, d *decl, st *stmt) {
				u.writes[d] = append(u.writes[d], write{d, e, s, st, p, st.kind != stmtNonblocking})
			},
			call: func(s *scope, e *expr, f *function) {
				if called[f] {
					return
				}
				called[f] = true
				saved := callAt
				if callAt < 0 {
					callAt = e.at
				}
				for _, st := range f.body {
					v.visit(f.scope, st)
				}
				callAt = saved
			}}
		callAt = -1
		v.visit(p.scope, p.body)
		early := map[*decl]bool{}
		u.early[p] = early
		c.flow(p.scope, []*stmt{p.body}, func(_ *scope, _ *expr, d *decl, done bool) {
			if !done {
				early[d] = true
			}
		})
	}
	for _, a := range m.assigns {
		for d := range c.readsOf(a.scope, a.rhs, a.lhs) {
			u.outside[d] = true
		}
	}
	for _, in := range m.insts {
		for _, cn := range in.conns {
			for d := range c.readsOf(in.scope, cn.expr) {
				u.outside[d] = true
			}
		}
	}
	return u
}

// passing reports whether every process that reads a variable has assigned it before,
// and nothing else reads it: it holds a value within one run only, such as the counter
// of a loop.
func (u *use) passing(d *decl) bool {
	if d.dir != "" || u.outside[d] {
		return false
	}
	for _, r := range u.reads[d] {
		if u.early[r.p][d] {
			return false
		}
	}
	return true
}

// own reports whether a variable lives in a statement or a function, where no other
// process can see it.
func own(d *decl) bool {
	return d.scope != nil && (d.scope.block || d.scope.fn != nil)
}

// mixed finds variables that are assigned with = and with <=.
func (c *checker) mixed() {
	for _, m := range c.text.modules {
		u := c.uses(m)
		for _, d := range m.decls {
			var blocking, late *write
			ws := u.writes[d]
			for i := range ws {
				w := &ws[i]
				if w.st.kind == stmtForced || w.p.word == "initial" && w.blocking || loopStep(w) {
					continue
				}
				if w.blocking && blocking == nil {
					blocking = w
				}
				if !w.blocking && late == nil {
					late = w
				}
			}
			if blocking == nil || late == nil || apart(blocking.p.gen, late.p.gen) {
				continue
			}
			w := late
			if blocking.st.at > late.st.at {
				w = blocking
			}
			c.found(Mixed, w.st.pos, "%s is assigned by = in line %d and by <= in line %d, and which of the two lasts is read in different ways; assign it in one way",
				d.name, blocking.st.pos.line, late.st.pos.line)
		}
	}
}

func loopStep(w *write) bool { return w.d.kind == declGenvar }

// overlap reports whether two targets may share a bit.
func (c *checker) overlap(a, b write) bool {
	la, ha, oka := c.bits(a.s, a.e)
	lb, hb, okb := c.bits(b.s, b.e)
	if oka && okb {
		return la <= hb && lb <= ha
	}
	// Bits picked by a genvar: as many processes as copies, each with its own.
	if a.e.kind != exprName && b.e.kind != exprName && (c.byGenvar(a.s, a.e) || c.byGenvar(b.s, b.e)) {
		return false
	}
	if pa, pb := member(a.e), member(b.e); pa != "" && pb != "" && pa != pb {
		return false
	}
	return true
}

func member(e *expr) string {
	for e.kind == exprIndex || e.kind == exprRange {
		e = e.args[0]
	}
	if e.kind == exprPath {
		return pathText(e)
	}
	return ""
}

func (c *checker) byGenvar(s *scope, e *expr) bool {
	found := false
	for ; len(e.args) > 0; e = e.args[0] {
		for _, a := range e.args[1:] {
			eachExpr(a, func(x *expr) {
				if x.kind == exprName {
					d := c.ty.find(s, x.text)
					found = found || d != nil && (d.kind == declGenvar || (d.kind == declLocal || d.kind == declParam) && d.scope != nil && d.scope.gen)
				}
			})
		}
	}
	return found
}

// bits is the range of constant indices that a target takes in the first dimension.
func (c *checker) bits(s *scope, e *expr) (low, high int64, ok bool) {
	if e.kind != exprIndex && e.kind != exprRange || e.args[0].kind != exprName {
		return 0, 0, false
	}
	l := c.ty.value(s, e.args[1])
	if l == nil || !l.IsInt64() {
		return 0, 0, false
	}
	if e.kind == exprIndex {
		return l.Int64(), l.Int64(), true
	}
	r := c.ty.value(s, e.args[2])
	if r == nil || !r.IsInt64() || r.BitLen() > 40 || l.BitLen() > 40 {
		return 0, 0, false
	}
	a, b := l.Int64(), r.Int64()
	switch e.text {
	case "+:": // in either order of the declaration
		return a, a + b - 1, true
	case "-:":
		return a - b + 1, a, true
	}
	return min(a, b), max(a, b), true
}

// shared finds variables that two processes assign, or an initial block and the declaration.
func (c *checker) shared() {
	for _, m := range c.text.modules {
		u := c.uses(m)
		for _, d := range m.decls {
			// A call takes no time, so that the frames of a function never meet.
			if len(u.writes[d]) == 0 || own(d) || d.kind != declVar || u.passing(d) {
				continue
			}
			ws := slices.DeleteFunc(slices.Clone(u.writes[d]), func(w write) bool { return w.st.kind == stmtForced })
			if d.init != nil && !d.net {
				if k := slices.IndexFunc(ws, func(w write) bool { return w.p.word == "initial" }); k >= 0 {
					c.found(Shared, ws[k].st.pos, "%s is also given a value by its declaration in line %d: which of the two is last is left open; give it in one place", d.name, d.pos.line)
					continue
				}
			}
			if w, before, ok := c.twoWriters(ws); ok {
				c.found(Shared, w.st.pos, "%s is also assigned by the process of line %d: which assignment is last is left open; assign it in one process", d.name, before.p.pos.line)
				continue
			}
			for _, a := range m.assigns {
				if td := c.targets(a); td[d] {
					for _, w := range ws {
						if w.p.word == "initial" || apart(w.p.gen, a.gen) || c.partsApart(a, w) {
							continue
						}
						c.found(Shared, w.st.pos, "%s is also assigned by the continuous assignment of line %d: which of the two is last is left open; assign it in one place", d.name, a.pos.line)
						break
					}
				}
			}
		}
	}
}

func (c *checker) partsApart(a *assign, w write) bool {
	apart := true
	v := &visitor{ty: c.ty, write: func(s *scope, e *expr, d *decl, _ *stmt) {
		if d == w.d && c.overlap(write{e: e, s: s}, w) {
			apart = false
		}
	}}
	v.target(a.scope, a.lhs, &stmt{})
	return apart
}

func (c *checker) targets(a *assign) map[*decl]bool {
	if t := c.target[a]; t != nil {
		return t
	}
	t := map[*decl]bool{}
	v := &visitor{ty: c.ty, write: func(_ *scope, _ *expr, d *decl, _ *stmt) { t[d] = true }}
	v.target(a.scope, a.lhs, &stmt{})
	c.target[a] = t
	return t
}

func (c *checker) twoWriters(ws []write) (w, before write, ok bool) {
	const many = 2000 // places that are compared in pairs
	for i := range ws {
		if i > many {
			break
		}
		for j := 0; j < i; j++ {
			a, b := ws[j], ws[i]
			if a.p == b.p || (a.p.word == "initial") != (b.p.word == "initial") || apart(a.p.gen, b.p.gen) {
				continue // what an initial block assigns is over when the others begin
			}
			if len(a.d.array) > 0 && c.otherClock(a.p, b.p) {
				continue // a memory with ports on different clocks
			}
			if c.overlap(a, b) {
				return b, a, true
			}
		}
	}
	return
}

// otherClock reports whether two processes wait for no common edge: different signals,
// or different edges of one.
func (c *checker) otherClock(a, b *process) bool {
	if len(a.events) == 0 || len(b.events) == 0 {
		return false
	}
	for _, x := range a.events {
		for _, y := range b.events {
			if x.edge == y.edge && format(x.expr) == format(y.expr) {
				return false
			}
		}
	}
	return true
}

// opposite reports whether two processes wait for different edges of one clock.
func opposite(a, b *process) bool {
	if len(a.events) == 0 || len(b.events) == 0 {
		return false
	}
	for _, x := range a.events {
		for _, y := range b.events {
			if x.edge == "" || y.edge == "" || x.edge == "edge" || y.edge == "edge" {
				return false
			}
			if x.edge == y.edge || format(x.expr) != format(y.expr) {
				return false
			}
		}
	}
	return true
}
