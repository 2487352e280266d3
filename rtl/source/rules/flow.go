package rules

// flow calls report for each name that statements read, and says whether they have assigned
// it on every path before. A partial assignment counts as an assignment, and a loop as one
// that runs.
func (c *checker) flow(s *scope, body []*stmt, report func(s *scope, e *expr, d *decl, assigned bool)) {
	f := &flow{c: c, report: report, done: map[*decl]bool{}}
	for _, st := range body {
		f.stmt(s, st)
	}
}

type flow struct {
	c      *checker
	report func(s *scope, e *expr, d *decl, assigned bool)
	done   map[*decl]bool // assigned for certain
	left   bool           // this way does not go on
	quiet  bool           // what system tasks read does not count
}

func (f *flow) reads(s *scope, e *expr) {
	f.visitor().value(s, e)
}

// visitor follows one expression or assignment.
func (f *flow) visitor() *visitor {
	return &visitor{ty: f.c.ty,
		read:  func(s *scope, e *expr, d *decl) { f.report(s, e, d, f.done[d]) },
		write: func(_ *scope, _ *expr, d *decl, _ *stmt) { f.done[d] = true },
		call: func(s *scope, e *expr, g *function) {
			for _, d := range f.c.outer(g) {
				f.report(s, e, d, f.done[d])
			}
			for d := range f.c.assignedBy(g) {
				f.done[d] = true
			}
		}}
}

func clone(m map[*decl]bool) map[*decl]bool {
	out := make(map[*decl]bool, len(m))
	for k := range m {
		out[k] = true
	}
	return out
}

// branches runs paths that exclude each other and keeps the variables that all of them assign.
func (f *flow) branches(ways []func()) {
	before, left := f.done, f.left
	var merged map[*decl]bool
	all := true
	for _, way := range ways {
		f.done, f.left = clone(before), left
		way()
		if f.left && !left {
			continue
		}
		all = false
		if merged == nil {
			merged = f.done
			continue
		}
		for d := range merged {
			if !f.done[d] {
				delete(merged, d)
			}
		}
	}
	if merged == nil {
		merged = before
	}
	f.done, f.left = merged, left || all
}

func (f *flow) stmt(s *scope, st *stmt) {
	if st == nil {
		return
	}
	in := s
	if st.scope != nil {
		in = st.scope
	}
	for _, d := range st.decls {
		if d.init != nil {
			f.reads(in, d.init)
			f.done[d] = true
		}
	}
	switch st.kind {
	case stmtIf:
		f.reads(in, st.cond)
		ways := []func(){func() { f.stmt(in, st.body[0]) }, func() {
			if len(st.body) > 1 {
				f.stmt(in, st.body[1])
			}
		}}
		f.branches(ways)
	case stmtCase:
		f.reads(in, st.cond)
		full := f.c.claimsFull(st) || f.c.complete(in, st)
		var ways []func()
		for _, it := range st.items {
			for _, e := range it.exprs {
				f.reads(in, e)
			}
			full = full || it.isDefault
			body := it.body
			ways = append(ways, func() { f.stmt(in, body) })
		}
		if !full {
			ways = append(ways, func() {})
		}
		f.branches(ways)
	case stmtFor:
		for _, b := range st.init {
			f.stmt(in, b)
		}
		f.reads(in, st.cond)
		left := f.left
		for _, b := range st.body {
			f.stmt(in, b)
		}
		f.left = left
		for _, b := range st.step {
			f.stmt(in, b)
		}
	case stmtLoop:
		f.reads(in, st.cond)
		left := f.left
		for _, b := range st.body {
			f.stmt(in, b)
		}
		f.left = left
	case stmtJump:
		f.reads(in, st.rhs)
		f.left = true
	case stmtNonblocking:
		v := f.visitor()
		v.write = nil
		v.value(in, st.rhs)
		v.target(in, st.lhs, st)
	case stmtAssign, stmtForced, stmtCall:
		if f.quiet && st.kind == stmtCall && st.rhs.kind == exprSystem {
			return
		}
		bare := *st
		bare.decls = nil
		f.visitor().visit(s, &bare)
	default:
		for _, b := range st.body {
			f.stmt(in, b)
		}
	}
}

// assignedBy is the variables outside that a function or a task assigns.
func (c *checker) assignedBy(f *function) map[*decl]bool {
	if ds, ok := c.assigned[f]; ok {
		return ds
	}
	ds := map[*decl]bool{}
	c.assigned[f] = ds
	v := &visitor{ty: c.ty,
		write: func(_ *scope, _ *expr, d *decl, _ *stmt) {
			if !own(d) {
				ds[d] = true
			}
		},
		call: func(_ *scope, _ *expr, g *function) {
			for d := range c.assignedBy(g) {
				ds[d] = true
			}
		}}
	for _, st := range f.body {
		v.visit(f.scope, st)
	}
	return ds
}
