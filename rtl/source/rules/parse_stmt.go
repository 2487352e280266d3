package rules

func (p *parser) stmtNode(kind stmtKind) *stmt {
	return &stmt{kind: kind, pos: p.here(), at: p.i}
}

func (p *parser) statement(s *scope) *stmt {
	if !p.enter() {
		st := p.stmtNode(stmtUnread)
		p.skipTo(";")
		p.accept(";")
		return st
	}
	defer p.leave()
	attrs := p.attributes()
	if isName(p.peek()) && p.isAt(1, ":") && !p.isAt(2, ":") { // a label
		p.i += 2
	}
	st := p.stmtNode(stmtNull)
	st.attrs = attrs
	t := p.peek()
	if t.kind == tokenSymbol {
		switch t.text {
		case ";":
			p.i++
			return st
		case "#", "@", "##":
			return p.timing(s, st)
		case "->", "->>":
			st.kind, st.word = stmtForced, "->"
			p.skipTo(";")
			p.accept(";")
			return st
		case "++", "--":
			p.simple(st)
			p.expect(";")
			return st
		case "{":
			p.simple(st)
			p.expect(";")
			return st
		}
	}
	if t.kind == tokenSystem {
		st.kind = stmtCall
		st.rhs = p.primary()
		p.expect(";")
		return st
	}
	if isName(t) && p.isType() {
		st.decls = p.declaration(s, nil)
		return st
	}
	switch w := t.text; w {
	case "begin", "fork":
		return p.block(s, st)
	case "unique", "unique0", "priority":
		p.i++
		next := p.statement(s)
		next.check = w
		next.attrs = append(next.attrs, attrs...)
		next.pos = st.pos
		return next
	case "if":
		p.i++
		st.kind = stmtIf
		p.expect("(")
		st.cond = p.expression()
		p.expect(")")
		st.body = []*stmt{p.statement(s)}
		if p.accept("else") {
			st.body = append(st.body, p.statement(s))
		}
		return st
	case "case", "casez", "casex":
		return p.caseStmt(s, st)
	case "for":
		return p.forStmt(s, st)
	case "while", "repeat":
		p.i++
		st.kind, st.word = stmtLoop, w
		p.expect("(")
		st.cond = p.expression()
		p.expect(")")
		st.body = []*stmt{p.statement(s)}
		return st
	case "forever":
		p.i++
		st.kind, st.word = stmtLoop, w
		st.body = []*stmt{p.statement(s)}
		return st
	case "do":
		p.i++
		st.kind, st.word = stmtLoop, w
		st.body = []*stmt{p.statement(s)}
		p.expect("while")
		p.expect("(")
		st.cond = p.expression()
		p.expect(")")
		p.expect(";")
		return st
	case "foreach":
		p.i++
		st.kind, st.word = stmtLoop, w
		in := newScope(s)
		in.block = true
		p.expect("(")
		base := p.node(exprName, p.name(), p.i-1)
		st.cond = base
		if p.accept("[") {
			for !p.end() && !p.is("]") {
				if isName(p.peek()) {
					p.declare(in, &decl{name: p.next().text, pos: p.prev(), typ: typ{word: "int", signed: true}, auto: true, loop: true})
				}
				if !p.accept(",") {
					break
				}
			}
			p.expect("]")
		}
		p.expect(")")
		st.scope = in
		st.body = []*stmt{p.statement(in)}
		return st
	case "assign", "deassign", "force", "release":
		p.i++
		st.kind, st.word = stmtForced, w
		st.lhs = p.primary()
		if p.accept("=") {
			st.rhs = p.expression()
		}
		p.expect(";")
		return st
	case "disable", "break", "continue", "return":
		p.i++
		st.kind, st.word = stmtJump, w
		if w == "return" && !p.is(";") {
			st.rhs = p.expression()
		} else if w == "disable" {
			p.skipTo(";")
		}
		p.expect(";")
		return st
	case "wait":
		p.i++
		st.kind, st.word = stmtTimed, w
		if p.is("(") {
			p.skipBracket("(", ")")
		}
		st.body = []*stmt{p.statement(s)}
		return st
	case "assert", "assume", "cover", "restrict":
		return p.assertion(s)
	case "parameter", "localparam":
		p.i++
		p.parameters(s, w, true)
		p.expect(";")
		return st
	case "typedef":
		p.typedef(s)
		return st
	case "import":
		p.skipTo(";")
		p.accept(";")
		return st
	case "void": // void'(f())
		p.i++
		st.kind = stmtCall
		p.expect("'")
		p.expect("(")
		st.rhs = p.expression()
		p.expect(")")
		p.expect(";")
		return st
	}
	if t.kind == tokenWord && (varWords[t.text] || netWords[t.text] || set("const var automatic static enum struct union")[t.text]) {
		st.decls = p.declaration(s, nil)
		return st
	}
	if isName(t) {
		p.simple(st)
		p.expect(";")
		return st
	}
	st.kind = stmtUnread
	p.unread()
	if !closers[t.text] && t.text != "end" && t.text != "endcase" {
		p.skipTo(";", "end")
		p.accept(";")
	}
	return st
}

// simple parses an assignment or a call, without its semicolon.
func (p *parser) simple(st *stmt) {
	st.pos, st.at = p.here(), p.i
	defer func() { st.end = p.i }()
	if p.is("++") || p.is("--") {
		op := p.next().text
		st.kind, st.op = stmtAssign, op
		st.lhs = p.primary()
		st.rhs = p.node(exprNumber, "1", st.at)
		return
	}
	e := p.primary()
	t := p.peek()
	switch {
	case p.is("++") || p.is("--"):
		p.i++
		st.kind, st.op, st.lhs = stmtAssign, t.text, e
		st.rhs = p.node(exprNumber, "1", st.at)
	case p.is("<="):
		p.i++
		st.kind, st.op, st.lhs = stmtNonblocking, "<=", e
		p.assignmentDelay(st)
		st.rhs = p.expression()
	case assignOps[t.text] && t.kind == tokenSymbol:
		p.i++
		st.kind, st.op, st.lhs = stmtAssign, t.text, e
		p.assignmentDelay(st)
		st.rhs = p.expression()
	case e.kind == exprCall || e.kind == exprSystem || e.kind == exprName || e.kind == exprPath:
		st.kind = stmtCall
		if e.kind == exprName || e.kind == exprPath {
			e = &expr{kind: exprCall, text: pathText(e), pos: e.pos, at: e.at}
		}
		st.rhs = e
	default:
		st.kind = stmtUnread
		p.unread()
	}
}

func (p *parser) assignmentDelay(st *stmt) {
	switch {
	case p.accept("#"):
		st.delayed = true
		st.waits = p.peek().kind != tokenNumber && !(p.is("(") && p.peekAt(1).kind == tokenNumber && p.peekAt(2).text == ")")
		p.delayValue()
	case p.is("@") || p.is("repeat"):
		st.delayed, st.waits = true, true
		if p.accept("repeat") {
			p.skipBracket("(", ")")
		}
		p.eventControl(&process{})
	}
}

func (p *parser) timing(s *scope, st *stmt) *stmt {
	st.kind, st.word = stmtTimed, p.peek().text
	if p.is("@") {
		p.eventControl(&process{})
	} else {
		p.i++
		p.delayValue()
	}
	st.body = []*stmt{p.statement(s)}
	return st
}

func (p *parser) block(s *scope, st *stmt) *stmt {
	st.kind = stmtBlock
	stop := "end"
	if p.next().text == "fork" {
		st.kind, stop = stmtFork, "join"
	}
	if p.accept(":") {
		st.word = p.name()
	}
	in := newScope(s)
	in.block = true
	st.scope = in
	for !p.end() && !p.is(stop) && !p.is("join_any") && !p.is("join_none") && !closers[p.peek().text] {
		before := p.i
		st.body = append(st.body, p.statement(in))
		p.progress(before)
	}
	if p.is("join_any") || p.is("join_none") {
		p.i++
	} else {
		p.expect(stop)
	}
	p.label()
	return st
}

func (p *parser) caseStmt(s *scope, st *stmt) *stmt {
	st.kind, st.word = stmtCase, p.next().text
	p.expect("(")
	st.cond = p.expression()
	p.expect(")")
	// What a comment says here is about this case.
	for _, a := range p.notes[p.i] {
		if a.name == "full_case" || a.name == "parallel_case" {
			st.attrs = append(st.attrs, a)
		}
	}
	if p.accept("inside") {
		st.inside = true
	}
	for !p.end() && !p.is("endcase") && !closers[p.peek().text] {
		before := p.i
		item := caseItem{pos: p.here()}
		if p.accept("default") {
			item.isDefault = true
			p.accept(":")
		} else {
			for {
				item.exprs = append(item.exprs, p.rangeOrExpr())
				if !p.accept(",") {
					break
				}
			}
			p.expect(":")
		}
		item.body = p.statement(s)
		st.items = append(st.items, item)
		p.progress(before)
	}
	p.expect("endcase")
	return st
}

func (p *parser) forStmt(s *scope, st *stmt) *stmt {
	st.kind = stmtFor
	p.i++
	in := newScope(s)
	in.block = true
	st.scope = in
	p.expect("(")
	if t := p.peek(); t.kind == tokenWord && (varWords[t.text] || t.text == "automatic" || t.text == "var") || isName(t) && p.isType() && isName(p.peekAt(1)) {
		var d decl
		p.typeOf(in, &d)
		d.auto, d.loop = true, true
		for {
			v := d
			one := p.stmtNode(stmtAssign)
			v.name, v.pos = p.name(), p.prev()
			one.op, one.lhs = "=", p.node(exprName, v.name, one.at)
			p.expect("=")
			one.rhs = p.expression()
			p.declare(in, &v)
			st.init = append(st.init, one)
			if !p.accept(",") {
				break
			}
			if w := p.peek().text; varWords[w] {
				p.i++
			}
		}
		p.expect(";")
	} else {
		for !p.end() && !p.is(";") {
			one := p.stmtNode(stmtNull)
			p.simple(one)
			st.init = append(st.init, one)
			if !p.accept(",") {
				break
			}
		}
		p.expect(";")
	}
	if !p.is(";") {
		st.cond = p.expression()
	}
	p.expect(";")
	for !p.end() && !p.is(")") {
		one := p.stmtNode(stmtNull)
		p.simple(one)
		st.step = append(st.step, one)
		if !p.accept(",") {
			break
		}
	}
	p.expect(")")
	st.body = []*stmt{p.statement(in)}
	return st
}

// assertion parses immediate and concurrent assertions. Their text is passed over:
// they drive nothing. What they do when they pass or fail is parsed.
func (p *parser) assertion(s *scope) *stmt {
	st := p.stmtNode(stmtAssert)
	p.i++
	p.accept("#")
	if p.peek().kind == tokenNumber {
		p.i++
	}
	p.accept("final")
	p.accept("property")
	p.accept("sequence")
	if p.is("(") {
		from := p.i
		p.skipBracket("(", ")")
		st.calls = effective(p.toks[from:p.i])
	}
	if p.accept(";") {
		return st
	}
	if !p.is("else") {
		p.statement(s)
	}
	if p.accept("else") {
		p.statement(s)
	}
	return st
}

// effective reports whether something is called or assigned in an expression.
func effective(ts []token) bool {
	for i, t := range ts {
		next := ""
		if i+1 < len(ts) {
			next = ts[i+1].text
		}
		switch {
		case isName(t) && next == "(",
			t.kind == tokenSymbol && (t.text == "++" || t.text == "--" || t.text == "=" || assignOps[t.text] && t.text != "<="):
			return true
		}
	}
	return false
}

// hasTiming reports whether a statement waits.
func hasTiming(st *stmt) bool {
	found := false
	eachStmt(st, func(s *stmt) {
		found = found || s.kind == stmtTimed || s.kind == stmtAssign && s.delayed
	})
	return found
}

// eachStmt visits a statement and all in it, in the order of the text.
func eachStmt(st *stmt, f func(*stmt)) {
	if st == nil {
		return
	}
	f(st)
	for _, b := range st.init {
		eachStmt(b, f)
	}
	for _, b := range st.body {
		eachStmt(b, f)
	}
	for _, b := range st.step {
		eachStmt(b, f)
	}
	for _, it := range st.items {
		eachStmt(it.body, f)
	}
}
