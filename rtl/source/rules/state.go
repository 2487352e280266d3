package rules

// early finds combinational processes that read a variable before they assign it. A process
// does not wake itself (IEEE 1364-2005, 9.7.5 and 9.9). So a simulator reads the value of
// the run before, and synthesis the new one.
func (c *checker) early() {
	for _, m := range c.text.modules {
		for _, p := range m.procs {
			if !p.combinational() || p.timed {
				continue
			}
			writes, parts := map[*decl]bool{}, map[*decl]bool{}
			v := &visitor{ty: c.ty, write: func(_ *scope, e *expr, d *decl, st *stmt) {
				if st.kind != stmtNonblocking {
					writes[d] = true
					parts[d] = parts[d] || e.kind != exprName
				}
			}}
			v.visit(p.scope, p.body)
			said := map[*decl]bool{}
			c.flow(p.scope, []*stmt{p.body}, func(_ *scope, e *expr, d *decl, done bool) {
				if done || said[d] || d.kind != declVar || d.loop {
					return
				}
				// Which bits of a variable are read before they are assigned is not
				// followed: a chain that assigns one after another is everyday.
				if !writes[d] || len(d.array) > 0 || e.kind != exprName && parts[d] {
					return
				}
				said[d] = true
				c.found(Early, e.pos, "%s is read here before the process assigns it: a simulator takes the value of the run before, and synthesis the one to come; assign it first", d.name)
			})
		}
	}
}

// never finds @* over nothing: it is never run (IEEE 1364-2005, 9.7.5). What the process
// assigns itself before it reads it, such as the counter of a loop, does not wake it.
func (c *checker) never() {
	for _, m := range c.text.modules {
		u := c.uses(m)
		for _, p := range m.procs {
			if p.word != "always" || !p.star || p.timed {
				continue
			}
			reads, writes := false, false
			for d := range u.early[p] {
				reads = reads || d.kind == declVar && !own(d)
			}
			v := &visitor{ty: c.ty, write: func(_ *scope, _ *expr, d *decl, _ *stmt) { writes = writes || !own(d) }}
			v.visit(p.scope, p.body)
			if writes && !reads {
				c.found(Never, p.pos, "@* waits for nothing here, since the body reads nothing that changes, and a simulator never runs it; write assign, or always_comb")
			}
		}
	}
}

// plainSystem are system functions without an effect.
var plainSystem = set("$signed $unsigned $time $stime $realtime $bits $clog2 $countones $onehot $onehot0 $isunknown")

// aside finds calls of functions in places that do not wait for everything that the
// function reads, and functions that change variables outside of them.
func (c *checker) aside() {
	look := func(s *scope, at pos, es ...*expr) {
		own := map[*decl]bool{}
		var called []*function
		v := &visitor{ty: c.ty,
			read: func(_ *scope, _ *expr, d *decl) { own[d] = true },
			call: func(_ *scope, _ *expr, f *function) { called = append(called, f) }}
		for _, e := range es {
			v.value(s, e)
		}
		for _, f := range called {
			for _, d := range c.outer(f) {
				if !own[d] {
					c.found(Sensitivity, at, "%s reads %s, which is no argument: not every simulator computes this anew when only %s changes; give it as an argument", f.name, d.name, d.name)
					break
				}
			}
			for _, d := range c.names(c.assignedBy(f)) {
				c.found(Aside, at, "%s assigns %s, which lies outside of it, each time that it is computed, and how often that is is left open; use a task in a process", f.name, d)
				break
			}
		}
	}
	c.statements(func(_ *scope, st *stmt) {
		switch {
		case st.kind == stmtAssert && st.calls:
			c.found(Aside, st.pos, "the assertion calls or assigns something, which not every reader does; compute it before")
		case st.kind == stmtCall && st.rhs.kind == exprSystem:
			for _, a := range st.rhs.args {
				eachExpr(a, func(e *expr) {
					if e.kind == exprCall || e.kind == exprAssign || e.kind == exprSystem && !plainSystem[e.text] {
						c.found(Aside, e.pos, "%s is computed for a message, which not every reader does; compute it before", format(e))
					}
				})
			}
		}
	})
	for _, m := range c.text.modules {
		for _, a := range m.assigns {
			look(a.scope, a.pos, a.rhs)
		}
		for _, in := range m.insts {
			for _, cn := range in.conns {
				if cn.expr != nil && cn.expr.kind != exprName {
					look(in.scope, cn.expr.pos, cn.expr)
				}
			}
		}
	}
}

// delays finds delays. It accepts one in a non-blocking assignment, which is common in
// registers: the value is the same from then on.
func (c *checker) delays() {
	for _, m := range c.text.modules {
		for _, a := range m.assigns {
			if a.delayed {
				c.found(Delay, a.pos, "the assignment has a delay, which simulators wait for and synthesis does not; remove it")
			}
		}
		for _, in := range m.insts {
			if in.late {
				c.found(Delay, in.pos, "the %s gate has a delay, which simulators wait for and synthesis does not; remove it", in.module)
			}
		}
		for _, p := range m.procs {
			eachStmt(p.body, func(st *stmt) {
				switch {
				case st.kind != stmtNonblocking || !st.delayed || p.word == "initial" || p.word == "final":
				case !p.edge():
					c.found(Delay, st.pos, "the assignment has a delay and is of no register, so that simulators show what was there before; remove it")
				case st.waits:
					c.found(Delay, st.pos, "how long the assignment waits is computed, and nobody but a simulator waits; write a number, or nothing")
				}
			})
			if !p.timed || p.word == "final" {
				continue
			}
			assigns := false
			v := &visitor{ty: c.ty, write: func(_ *scope, _ *expr, _ *decl, _ *stmt) { assigns = true }}
			v.visit(p.scope, p.body)
			if assigns {
				c.found(Delay, p.pos, "the process waits within its body, which synthesis does not do; wait only at its head")
			}
		}
	}
}

// forced finds procedural continuous assignments.
func (c *checker) forced() {
	c.statements(func(_ *scope, st *stmt) {
		if st.kind == stmtForced && st.word != "->" {
			c.found(Forced, st.pos, "%s within a process overrides all other assignments in simulation, and synthesis has nothing like it; use an ordinary assignment", st.word)
		}
	})
}
