package rules

// visitor has callbacks for the reads and writes of a statement, in the order of the text.
type visitor struct {
	ty *typer
	// read is called for each name that is read, with the selects on it.
	read func(s *scope, e *expr, d *decl)
	// write is called for each target, a concatenation part by part. st is the
	// assignment or the call of a task.
	write func(s *scope, e *expr, d *decl, st *stmt)
	call  func(s *scope, e *expr, f *function)
	stmt  func(s *scope, st *stmt)
	// expr is called for every expression that is read, before what it consists of.
	expr func(s *scope, e *expr)
}

func (v *visitor) visit(s *scope, st *stmt) {
	if st == nil {
		return
	}
	in := s
	if st.scope != nil {
		in = st.scope
	}
	if v.stmt != nil {
		v.stmt(in, st)
	}
	for _, d := range st.decls {
		if d.init != nil {
			v.value(in, d.init)
			if v.write != nil && d.kind == declVar {
				v.write(in, &expr{kind: exprName, text: d.name, pos: d.pos, at: d.init.at}, d, st)
			}
		}
	}
	switch st.kind {
	case stmtAssign, stmtNonblocking, stmtForced:
		v.value(in, st.rhs)
		if st.op != "=" && st.op != "<=" && st.kind == stmtAssign {
			v.value(in, st.lhs) // +=
		}
		v.target(in, st.lhs, st)
	case stmtIf, stmtLoop:
		v.value(in, st.cond)
		for _, b := range st.body {
			v.visit(in, b)
		}
	case stmtCase:
		v.value(in, st.cond)
		for _, it := range st.items {
			for _, e := range it.exprs {
				v.value(in, e)
			}
			v.visit(in, it.body)
		}
	case stmtFor:
		for _, b := range st.init {
			v.visit(in, b)
		}
		v.value(in, st.cond)
		for _, b := range st.body {
			v.visit(in, b)
		}
		for _, b := range st.step {
			v.visit(in, b)
		}
	case stmtCall:
		v.callOf(in, st.rhs, st)
	case stmtJump:
		v.value(in, st.rhs)
	default:
		for _, b := range st.body {
			v.visit(in, b)
		}
	}
}

// callOf visits a call whose outputs are targets.
func (v *visitor) callOf(s *scope, e *expr, st *stmt) {
	if e == nil {
		return
	}
	if e.kind == exprSystem && (e.text == "$readmemh" || e.text == "$readmemb") && len(e.args) > 1 {
		for i, a := range e.args {
			if i == 1 {
				v.target(s, a, st)
			} else {
				v.value(s, a)
			}
		}
		return
	}
	if e.kind != exprCall {
		v.value(s, e)
		return
	}
	f := v.ty.findFunc(s, e.text)
	if f == nil {
		v.value(s, e)
		return
	}
	if v.call != nil {
		v.call(s, e, f)
	}
	for i, a := range e.args {
		if i >= len(f.args) || f.args[i].dir == "input" {
			v.value(s, a)
			continue
		}
		if f.args[i].dir != "output" {
			v.value(s, a)
		}
		v.target(s, a, st)
	}
}

// target visits the left side of an assignment.
func (v *visitor) target(s *scope, e *expr, st *stmt) {
	if e == nil {
		return
	}
	switch e.kind {
	case exprConcat, exprStream, exprPattern:
		for _, a := range e.args {
			v.target(s, a, st)
		}
	case exprName, exprIndex, exprRange, exprPath:
		if d := v.ty.declOf(s, e); d != nil && v.write != nil {
			v.write(s, e, d, st)
		}
		for b := e; len(b.args) > 0; b = b.args[0] {
			for _, a := range b.args[1:] {
				v.value(s, a)
			}
		}
	}
}

// value visits an expression that is read.
func (v *visitor) value(s *scope, e *expr) {
	if e == nil {
		return
	}
	if v.expr != nil {
		v.expr(s, e)
	}
	switch e.kind {
	case exprName, exprIndex, exprRange, exprPath:
		d := v.ty.declOf(s, e)
		if d != nil && v.read != nil {
			v.read(s, e, d)
		}
		for b := e; len(b.args) > 0; b = b.args[0] {
			for _, a := range b.args[1:] {
				v.value(s, a)
			}
			if b.args[0].kind != exprIndex && b.args[0].kind != exprRange && b.args[0].kind != exprPath && b.args[0].kind != exprName {
				v.value(s, b.args[0])
			}
		}
		return
	case exprAssign:
		if len(e.args) == 2 {
			v.value(s, e.args[1])
		}
		v.target(s, e.args[0], &stmt{kind: stmtAssign, op: e.text, lhs: e.args[0], pos: e.pos, at: e.at})
		return
	case exprCall:
		if f := v.ty.findFunc(s, e.text); f != nil {
			v.callOf(s, e, &stmt{kind: stmtCall, rhs: e, pos: e.pos, at: e.at})
			return
		}
	}
	for _, a := range e.args {
		v.value(s, a)
	}
}

// edge reports whether a process waits for edges.
func (p *process) edge() bool {
	if p.word == "always_ff" {
		return true
	}
	for _, e := range p.events {
		if e.edge != "" {
			return true
		}
	}
	return false
}

// combinational reports whether a process follows levels.
func (p *process) combinational() bool {
	if p.word == "always_comb" || p.word == "always_latch" {
		return true
	}
	return p.word == "always" && !p.edge() && (p.star || len(p.events) > 0)
}

// apart reports whether two places never exist together.
func apart(a, b []branch) bool {
	for _, x := range a {
		for _, y := range b {
			if x.construct == y.construct && x.side != y.side {
				return true
			}
		}
	}
	return false
}

// format prints an expression in a canonical way, without regard to its white space.
func format(e *expr) string {
	var b []byte
	var put func(*expr, int)
	put = func(e *expr, depth int) {
		if e == nil || depth > 40 || len(b) > 200 {
			b = append(b, "..."...)
			return
		}
		list := func(args []*expr) {
			for i, a := range args {
				if i > 0 {
					b = append(b, ", "...)
				}
				put(a, depth+1)
			}
		}
		switch e.kind {
		case exprIndex:
			put(e.args[0], depth+1)
			b = append(b, '[')
			put(e.args[1], depth+1)
			b = append(b, ']')
		case exprRange:
			put(e.args[0], depth+1)
			b = append(b, '[')
			put(e.args[1], depth+1)
			if e.text != ":" {
				b = append(b, ' ')
			}
			b = append(b, e.text...)
			if e.text != ":" {
				b = append(b, ' ')
			}
			put(e.args[2], depth+1)
			b = append(b, ']')
		case exprPath:
			put(e.args[0], depth+1)
			b = append(append(b, '.'), e.text...)
		case exprUnary:
			b = append(b, e.text...)
			put(e.args[0], depth+1)
		case exprBinary:
			put(e.args[0], depth+1)
			b = append(b, (" " + e.text + " ")...)
			put(e.args[1], depth+1)
		case exprCond:
			put(e.args[0], depth+1)
			b = append(b, " ? "...)
			put(e.args[1], depth+1)
			b = append(b, " : "...)
			put(e.args[2], depth+1)
		case exprConcat:
			b = append(b, '{')
			list(e.args)
			b = append(b, '}')
		case exprRepeat:
			b = append(b, '{')
			put(e.args[0], depth+1)
			b = append(b, '{')
			list(e.args[1:])
			b = append(b, "}}"...)
		case exprCall, exprSystem:
			b = append(b, e.text...)
			if len(e.args) > 0 {
				b = append(b, '(')
				list(e.args)
				b = append(b, ')')
			}
		case exprString:
			b = append(b, '"')
			b = append(b, e.text...)
			b = append(b, '"')
		case exprCast:
			b = append(b, e.text...)
			if len(e.args) == 2 {
				put(e.args[0], depth+1)
			}
			b = append(b, "'("...)
			put(e.args[len(e.args)-1], depth+1)
			b = append(b, ')')
		default:
			b = append(b, e.text...)
			list(e.args)
		}
	}
	put(e, 0)
	return string(b)
}
