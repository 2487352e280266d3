package rules

import "strings"

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// The words that cannot be names in what the suite reads. Names that only one
// language reserves and that people use are left out.
var keywords = set(`always always_comb always_ff always_latch and assign automatic begin bit buf bufif0 bufif1 byte
	case casex casez cmos const deassign default defparam disable edge else end endcase endfunction endgenerate endmodule
	endpackage endprimitive endspecify endtable endtask enum event export extern final for force foreach forever fork
	function generate genvar if iff ifnone import initial inout input inside int integer interface endinterface join
	join_any join_none localparam logic longint macromodule modport module nand negedge nmos nor not notif0 notif1 or output
	package packed parameter pmos posedge primitive priority program endprogram pull0 pull1 pulldown pullup rcmos real
	realtime ref reg release repeat return rnmos rpmos rtran rtranif0 rtranif1 scalared shortint shortreal signed small
	specify specparam strong0 strong1 struct supply0 supply1 table task time tran tranif0 tranif1 tri tri0 tri1 triand trior
	trireg type typedef union unique unique0 unsigned uwire var vectored void wait wand weak0 weak1 while wire wor xnor xor
	assert assume cover restrict property endproperty sequence endsequence class endclass covergroup endgroup clocking
	endclocking checker endchecker this super null`)

// castable words begin an operand although they are keywords.
var castable = set(`signed unsigned bit logic reg byte int integer shortint longint time real shortreal realtime string const this super null void type`)

var netWords = set(`wire tri tri0 tri1 wand wor triand trior trireg supply0 supply1 uwire`)
var varWords = set(`reg logic bit byte shortint int longint integer time real realtime shortreal string event`)
var gateWords = set(`and nand or nor xor xnor buf not bufif0 bufif1 notif0 notif1 cmos nmos pmos rcmos rnmos rpmos tran tranif0 tranif1 rtran rtranif0 rtranif1 pullup pulldown`)
var assignOps = set(`= += -= *= /= %= &= |= ^= <<= >>= <<<= >>>=`)
var closers = set(`endmodule endpackage endprimitive endinterface endprogram`)

type parser struct {
	toks   []token
	i      int
	depth  int
	text   *text
	module *module
	ty     *typer // of what is read so far
	gen    []branch
	choice int            // generate constructs so far
	notes  map[int][]attr // pragmas in comments, by the token that follows
}

// parse reads all tokens. It never fails: what it does not know is listed in
// text.unread, and it goes on behind that.
func parse(toks []token) *text {
	p := &parser{text: &text{}, notes: map[int][]attr{}, ty: &typer{}}
	for _, t := range toks {
		if t.kind == tokenPragma {
			p.notes[len(p.toks)] = append(p.notes[len(p.toks)], commentAttrs(t)...)
			continue
		}
		p.toks = append(p.toks, t)
	}
	last := token{kind: tokenEnd}
	if n := len(p.toks); n > 0 {
		last.file, last.line = p.toks[n-1].file, p.toks[n-1].line
	}
	p.toks = append(p.toks, last)
	outside := &module{word: "", scope: newScope(nil)}
	outside.scope.module = outside
	p.text.root = outside.scope
	p.module = outside
	p.text.modules = append(p.text.modules, outside)
	for !p.end() {
		before := p.i
		p.item(outside.scope)
		p.progress(before)
	}
	for i := range p.toks {
		p.text.pragmas = append(p.text.pragmas, p.notes[i]...)
	}
	return p.text
}

func newScope(parent *scope) *scope {
	s := &scope{parent: parent, names: map[string]*decl{}, funcs: map[string]*function{}}
	if parent != nil {
		s.module, s.fn = parent.module, parent.fn
	}
	return s
}

func (p *parser) peek() token { return p.toks[p.i] }
func (p *parser) peekAt(n int) token {
	return p.toks[min(p.i+n, len(p.toks)-1)]
}
func (p *parser) next() token {
	t := p.toks[p.i]
	if t.kind != tokenEnd {
		p.i++
	}
	return t
}
func (p *parser) end() bool        { return p.toks[p.i].kind == tokenEnd }
func (p *parser) is(s string) bool { return p.isAt(0, s) }
func (p *parser) here() pos        { t := p.toks[p.i]; return pos{t.file, t.line} }
func (p *parser) prev() pos        { t := p.toks[max(p.i-1, 0)]; return pos{t.file, t.line} }
func (p *parser) isAt(n int, s string) bool {
	t := p.peekAt(n)
	return t.text == s && (t.kind == tokenSymbol || t.kind == tokenWord)
}
func (p *parser) accept(s string) bool {
	if p.is(s) {
		p.i++
		return true
	}
	return false
}
func (p *parser) acceptAny(m map[string]bool) (string, bool) {
	if t := p.peek(); t.kind == tokenWord && m[t.text] {
		p.i++
		return t.text, true
	}
	return "", false
}
func (p *parser) expect(s string) {
	if !p.accept(s) {
		p.unread()
	}
}

// unread notes that the text here is not what the parser knows. One line is noted once.
func (p *parser) unread() {
	if n := len(p.text.unread); n == 0 || p.text.unread[n-1] != p.here() {
		p.text.unread = append(p.text.unread, p.here())
		p.text.what = append(p.text.what, p.peek().text)
	}
}

func (p *parser) enter() bool {
	p.depth++
	if p.depth > maxDepth {
		p.tooDeep()
		p.depth--
		return false
	}
	return true
}

// tooDeep gives a statement up.
func (p *parser) tooDeep() {
	p.unread()
	for !p.end() && !p.is(";") && !closers[p.peek().text] {
		p.i++
	}
}
func (p *parser) leave() { p.depth-- }

func (p *parser) progress(before int) {
	if p.i == before {
		p.unread()
		p.next()
	}
}

// skipTo goes on to the first of these that is not within brackets.
func (p *parser) skipTo(ends ...string) {
	for depth := 0; !p.end(); p.i++ {
		t := p.peek()
		if depth == 0 {
			for _, e := range ends {
				if p.is(e) {
					return
				}
			}
		}
		if t.kind == tokenWord && closers[t.text] {
			return
		}
		if t.kind == tokenSymbol {
			switch t.text {
			case "(", "[", "{", "'{":
				depth++
			case ")", "]", "}":
				depth = max(depth-1, 0)
			}
		}
	}
}

func (p *parser) skipBracket(open, shut string) {
	for depth := 0; !p.end(); p.i++ {
		switch {
		case p.is(open):
			depth++
		case p.is(shut):
			if depth--; depth <= 0 {
				p.i++
				return
			}
		}
	}
}

// skipPast goes on behind a word that ends a construct.
func (p *parser) skipPast(word string) {
	for !p.end() {
		if p.next().text == word {
			return
		}
	}
}

func (p *parser) label() {
	if p.accept(":") {
		p.next()
	}
}

// attributes parses (* name = value, ... *) as often as it stands here.
func (p *parser) attributes() (as []attr) {
	for p.is("(*") {
		p.i++
		for !p.end() && !p.is("*)") {
			a := attr{name: p.peek().text, pos: p.here()}
			p.next()
			if p.accept("=") {
				a.value = p.expression()
			}
			as = append(as, a)
			if !p.accept(",") {
				break
			}
		}
		p.expect("*)")
	}
	p.text.attrs = append(p.text.attrs, as...)
	return as
}

func isName(t token) bool {
	return t.kind == tokenName
}

func (p *parser) name() string {
	if !isName(p.peek()) {
		p.unread()
		return ""
	}
	return p.next().text
}

// item parses one item of a module, a package, a generate block or the file itself.
func (p *parser) item(s *scope) {
	if !p.enter() {
		p.skipTo(";")
		p.accept(";")
		return
	}
	defer p.leave()
	attrs := p.attributes()
	t := p.peek()
	if t.kind == tokenSymbol {
		p.accept(";")
		return
	}
	if isName(t) {
		switch {
		case p.isAt(1, ":") && !p.isAt(2, ":") && (p.isAt(2, "assert") || p.isAt(2, "assume") || p.isAt(2, "cover") || p.isAt(2, "restrict")):
			p.i += 2
			p.item(s)
		case p.isType():
			p.declaration(s, nil)
		default:
			p.instances(s)
		}
		return
	}
	if t.kind == tokenSystem { // an elaboration task
		p.skipTo(";")
		p.accept(";")
		return
	}
	switch w := t.text; w {
	case "module", "macromodule", "package", "interface", "program", "primitive":
		p.moduleDecl(s)
	case "parameter", "localparam", "specparam":
		p.i++
		p.parameters(s, w, true)
		p.accept(";")
	case "typedef":
		p.typedef(s)
	case "import", "export":
		p.skipTo(";")
		p.accept(";")
	case "assign":
		p.assigns(s)
	case "always", "always_comb", "always_ff", "always_latch", "initial", "final":
		p.process(s)
	case "generate":
		p.i++
		for !p.end() && !p.is("endgenerate") && !closers[p.peek().text] {
			before := p.i
			p.item(s)
			p.progress(before)
		}
		p.expect("endgenerate")
	case "for":
		p.genFor(s)
	case "if":
		p.genIf(s, attrs)
	case "case", "casez", "casex":
		p.genCase(s)
	case "begin":
		p.genBlock(s)
	case "function", "task":
		p.function(s)
	case "defparam":
		p.i++
		for {
			at := p.here()
			target := p.primary()
			p.expect("=")
			p.module.defs = append(p.module.defs, &defparam{target, p.expression(), s, at})
			if !p.accept(",") {
				break
			}
		}
		p.expect(";")
	case "specify":
		p.skipPast("endspecify")
	case "table":
		p.skipPast("endtable")
	case "property":
		p.skipPast("endproperty")
		p.label()
	case "sequence":
		p.skipPast("endsequence")
		p.label()
	case "class":
		p.skipPast("endclass")
		p.label()
	case "covergroup":
		p.skipPast("endgroup")
		p.label()
	case "clocking":
		p.skipPast("endclocking")
		p.label()
	case "checker":
		p.skipPast("endchecker")
		p.label()
	case "default", "modport", "extern":
		p.skipTo(";")
		p.accept(";")
	case "assert", "assume", "cover", "restrict":
		p.assertion(s)
	case "input", "output", "inout", "ref":
		p.i++
		p.declaration(s, &decl{dir: w})
	default:
		switch {
		case gateWords[w]:
			p.gates(s)
		case netWords[w] || varWords[w] || w == "genvar" || w == "enum" || w == "struct" || w == "union" || w == "const" || w == "var" || w == "automatic" || w == "signed" || w == "unsigned" || w == "type":
			p.declaration(s, nil)
		default:
			p.unread()
			p.next()
			if !closers[w] {
				p.skipTo(";")
				p.accept(";")
			}
		}
	}
}

func (p *parser) moduleDecl(outer *scope) {
	m := &module{word: p.peek().text, pos: p.here()}
	if m.word == "macromodule" {
		m.word = "module"
	}
	p.i++
	if p.is("automatic") {
		p.i++
	}
	m.name = p.name()
	m.scope = newScope(p.text.root)
	m.scope.module, m.scope.fn = m, nil
	saved, gen := p.module, p.gen
	p.module, p.gen = m, nil
	defer func() { p.module, p.gen = saved, gen }()
	p.text.modules = append(p.text.modules, m)
	for p.is("import") {
		p.skipTo(";")
		p.accept(";")
	}
	if p.accept("#") {
		p.expect("(")
		if !p.is(")") {
			p.parameters(m.scope, "parameter", false)
		}
		p.expect(")")
	}
	if p.is("(") {
		p.ports(m)
	}
	p.expect(";")
	for !p.end() && !closers[p.peek().text] {
		before := p.i
		p.item(m.scope)
		p.progress(before)
	}
	if t := p.peek(); t.text != "end"+m.word {
		p.unread()
	}
	p.next()
	p.label()
}

// ports parses both kinds of a list of ports.
func (p *parser) ports(m *module) {
	p.expect("(")
	var last decl // what the port before said
	for !p.end() && !p.is(")") {
		before := p.i
		p.attributes()
		switch {
		case p.accept("."): // .name(expression)
			name := p.name()
			m.ports = append(m.ports, &decl{name: name, pos: p.prev(), scope: m.scope})
			if p.is("(") {
				p.skipBracket("(", ")")
			}
		case p.is("{"):
			p.skipBracket("{", "}")
			m.ports = append(m.ports, &decl{pos: p.prev(), scope: m.scope})
		default:
			d := last
			dir, ok := p.acceptAny(set("input output inout ref"))
			if ok {
				d = decl{dir: dir}
			}
			bare := !ok && isName(p.peek()) && (p.isAt(1, ",") || p.isAt(1, ")") || p.isAt(1, "="))
			if !bare {
				if !ok {
					d = decl{dir: last.dir}
				}
				p.typeOf(m.scope, &d)
			}
			last = d
			v := d
			v.name, v.pos, v.scope = p.name(), p.prev(), m.scope
			v.array = p.dimensions()
			if p.accept("=") {
				v.init = p.expression()
			}
			pd := &v
			if v.dir == "" { // declared in the body
				m.ports = append(m.ports, pd)
			} else {
				if v.typ.word == "" && v.typ.user == "" || netWords[v.typ.word] {
					v.net = v.dir != "ref" && !(v.typ.word == "" && v.typ.user != "")
				}
				m.ports = append(m.ports, pd)
				p.declare(m.scope, pd)
			}
		}
		p.progress(before)
		if !p.accept(",") {
			break
		}
	}
	p.expect(")")
}

// declare adds a name to a scope. A port that is declared again (as a reg, or with
// its direction in the body) is one thing.
func (p *parser) declare(s *scope, d *decl) *decl {
	if d.name == "" {
		return d
	}
	d.scope = s
	if old := s.names[d.name]; old != nil && old.kind == declVar && d.kind == declVar {
		if old.dir == "" {
			old.dir = d.dir
		}
		if d.typ.word != "" || d.typ.user != "" {
			dims, signed := old.typ.dims, old.typ.signed
			old.typ, old.net = d.typ, d.net
			if len(old.typ.dims) == 0 {
				old.typ.dims = dims
			}
			old.typ.signed = old.typ.signed || signed
		}
		old.typ.signed = old.typ.signed || d.typ.signed
		if len(old.typ.dims) == 0 {
			old.typ.dims = d.typ.dims
		}
		if old.init == nil {
			old.init = d.init
		}
		if len(old.array) == 0 {
			old.array = d.array
		}
		return old
	}
	if _, twice := s.names[d.name]; !twice {
		s.names[d.name] = d
	}
	p.module.decls = append(p.module.decls, d)
	return d
}

// named reports whether another name follows the one here, perhaps behind a range.
func (p *parser) named() bool { return p.peekAt(p.past(p.path())).kind == tokenName }

// isType reports whether the name here is the type of a declaration, and no module or
// gate with a list of connections.
func (p *parser) isType() bool {
	return p.named() && !p.isAt(p.past(p.past(p.path())+1), "(")
}

// path is how many tokens the name here has, with its package.
func (p *parser) path() int {
	if p.isAt(1, "::") {
		return 3
	}
	return 1
}

// past is where the ranges end that begin n tokens from here.
func (p *parser) past(n int) int {
	for p.isAt(n, "[") {
		depth := 0
		for ; p.i+n < len(p.toks)-1; n++ {
			if p.isAt(n, "[") {
				depth++
			} else if p.isAt(n, "]") {
				if depth--; depth == 0 {
					break
				}
			}
		}
		n++
	}
	return n
}

// typeOf parses a type into d.
func (p *parser) typeOf(s *scope, d *decl) {
	t := &d.typ
	for {
		switch w := p.peek().text; {
		case isName(p.peek()) && (t.word == "" || d.net) && t.user == "" && p.named():
			t.user, d.ranged = p.next().text, true
			if p.accept("::") {
				t.user += "::" + p.next().text
			}
			if p.accept(".") { // a modport
				p.next()
			}
			continue
		case p.peek().kind != tokenWord:
		case w == "const" || w == "var" || w == "static" || w == "scalared" || w == "vectored":
			p.i++
			continue
		case w == "automatic":
			d.auto = true
			p.i++
			continue
		case netWords[w]:
			p.i++
			t.word, d.net = w, true
			for p.is("(") { // strengths
				p.skipBracket("(", ")")
			}
			if varWords[p.peek().text] {
				p.i++
			}
			continue
		case varWords[w]:
			p.i++
			t.word, d.ranged = w, true
			t.signed = w == "integer" || w == "int" || w == "byte" || w == "shortint" || w == "longint"
			continue
		case w == "genvar":
			p.i++
			t.word, t.signed, d.kind = "integer", true, declGenvar
		case w == "signed" || w == "unsigned":
			p.i++
			t.signed, t.said = w == "signed", true
			continue
		case w == "enum":
			p.enum(s, d)
		case w == "struct" || w == "union":
			p.structure(s, t)
			d.ranged = true
		case w == "type":
			p.i++
			t.word = "type"
		}
		break
	}
	if dims := p.dimensions(); dims != nil {
		t.dims, d.ranged = dims, true
	}
	if (p.is("signed") || p.is("unsigned")) && !d.ranged {
		t.signed = p.next().text == "signed"
	}
}

func (p *parser) dimensions() (spans []span) {
	for p.is("[") {
		p.i++
		if p.accept("]") {
			spans = append(spans, span{})
			continue
		}
		var r span
		r.left = p.expression()
		if p.accept(":") {
			r.right = p.expression()
		}
		p.expect("]")
		spans = append(spans, r)
	}
	return spans
}

func (p *parser) enum(s *scope, d *decl) {
	p.i++
	base := decl{}
	if !p.is("{") {
		p.typeOf(s, &base)
	} else {
		base.typ = typ{word: "int", signed: true}
	}
	d.typ.isEnum, d.typ.enumBase, d.ranged = true, &base.typ, true
	d.typ.signed = base.typ.signed
	p.expect("{")
	var last *expr
	for !p.end() && !p.is("}") {
		c := &decl{kind: declLocal, typ: base.typ, ranged: true, label: true, pos: p.here()}
		c.name = p.name()
		if p.is("[") {
			p.skipBracket("[", "]")
		}
		switch {
		case p.accept("="):
			c.init = p.expression()
		case last == nil:
			c.init = p.node(exprNumber, "0", p.i)
		default:
			c.init = p.node(exprBinary, "+", p.i, last, p.node(exprNumber, "1", p.i))
		}
		// Folded at once, so that the value of the last of many is not a chain of all.
		if v := p.ty.value(s, c.init); v != nil {
			c.init = p.node(exprNumber, v.String(), p.i)
		}
		last = c.init
		p.declare(s, c)
		if !p.accept(",") {
			break
		}
	}
	p.expect("}")
}

func (p *parser) structure(s *scope, t *typ) {
	if !p.enter() {
		p.skipTo(";")
		return
	}
	defer p.leave()
	t.word = p.peek().text
	t.isUnion = t.word == "union"
	p.i++
	p.accept("packed")
	if p.is("signed") || p.is("unsigned") {
		t.signed = p.next().text == "signed"
	}
	p.expect("{")
	for !p.end() && !p.is("}") {
		before := p.i
		var d decl
		p.attributes()
		p.typeOf(s, &d)
		for {
			m := d
			m.name, m.pos = p.name(), p.prev()
			m.array = p.dimensions()
			if p.accept("=") {
				p.expression()
			}
			t.members = append(t.members, &m)
			if !p.accept(",") {
				break
			}
		}
		p.expect(";")
		p.progress(before)
	}
	p.expect("}")
}

func (p *parser) typedef(s *scope) {
	p.i++
	var d decl
	p.typeOf(s, &d)
	d.kind = declType
	if isName(p.peek()) {
		d.name, d.pos = p.next().text, p.prev()
		d.array = p.dimensions()
		p.declare(s, &d)
	} else if !p.is(";") {
		p.unread()
		p.skipTo(";")
	}
	p.expect(";")
}

// parameters parses what follows the word: in a header other words may follow a comma.
func (p *parser) parameters(s *scope, word string, inBody bool) {
	var d decl
	fresh := true
	for {
		p.attributes()
		if w, ok := p.acceptAny(set("parameter localparam specparam")); ok {
			word, fresh = w, true
		}
		if fresh || !(isName(p.peek()) && p.isAt(1, "=")) {
			d = decl{}
			p.typeOf(s, &d)
			fresh = false
		}
		v := d
		v.kind = declLocal
		if word == "parameter" {
			v.kind = declParam
		}
		v.name, v.pos = p.name(), p.prev()
		v.array = p.dimensions()
		if p.accept("=") {
			if v.typ.word == "type" {
				v.kind = declType
				p.typeOf(s, &decl{})
			} else {
				v.init = p.expression()
			}
		}
		pv := p.declare(s, &v)
		if v.kind == declParam && s == p.module.scope {
			p.module.params = append(p.module.params, pv)
		}
		if !p.accept(",") {
			return
		}
	}
}

// declaration parses variables, nets and ports in a body.
func (p *parser) declaration(s *scope, from *decl) (ds []*decl) {
	var d decl
	if from != nil {
		d = *from
	}
	p.typeOf(s, &d)
	if d.net && p.is("(") {
		p.skipBracket("(", ")")
	}
	delayed := false
	if p.accept("#") {
		p.delayValue()
		delayed = true
	}
	if d.dir != "" && d.typ.word == "" && d.typ.user == "" {
		d.net = true
	}
	for {
		v := d
		v.name, v.pos = p.name(), p.prev()
		v.array = p.dimensions()
		pv := &v
		if p.accept("=") {
			e := p.expression()
			if v.net {
				p.module.assigns = append(p.module.assigns, &assign{
					lhs: p.node(exprName, v.name, e.at), rhs: e, scope: s, pos: v.pos, gen: p.gen, delayed: delayed})
			} else {
				v.init = e
			}
		}
		ds = append(ds, p.declare(s, pv))
		if !p.accept(",") {
			break
		}
	}
	p.expect(";")
	return ds
}

func (p *parser) delayValue() {
	if p.is("(") {
		p.skipBracket("(", ")")
		return
	}
	p.primary()
}

func (p *parser) assigns(s *scope) {
	p.i++
	for p.is("(") { // strengths
		p.skipBracket("(", ")")
	}
	delayed := false
	if p.accept("#") {
		p.delayValue()
		delayed = true
	}
	for {
		at := p.here()
		lhs := p.primary()
		p.expect("=")
		p.module.assigns = append(p.module.assigns, &assign{lhs, p.expression(), s, at, p.gen, delayed})
		if !p.accept(",") {
			break
		}
	}
	p.expect(";")
}

func (p *parser) connections() (cs []connection) {
	p.expect("(")
	for !p.end() && !p.is(")") {
		p.attributes()
		switch {
		case p.is(".*"):
			p.i++
			cs = append(cs, connection{name: "*"})
		case p.is(".") && p.isAt(1, "*"):
			p.i += 2
			cs = append(cs, connection{name: "*"})
		case p.accept("."):
			c := connection{name: p.next().text}
			if p.accept("(") {
				if !p.is(")") {
					c.expr = p.expression()
				}
				p.expect(")")
			} else {
				c.expr = p.node(exprName, c.name, p.i-1)
			}
			cs = append(cs, c)
		case p.is(","):
			cs = append(cs, connection{})
		default:
			cs = append(cs, connection{expr: p.expression()})
		}
		if !p.accept(",") {
			break
		}
	}
	p.expect(")")
	return cs
}

func (p *parser) instances(s *scope) {
	in := instance{module: p.name(), scope: s, pos: p.prev(), chosen: len(p.gen) > 0 || s.gen}
	if p.accept("#") {
		if p.is("(") {
			in.params = p.connections()
		} else {
			p.primary()
		}
	}
	for {
		one := in
		if isName(p.peek()) {
			one.name, one.pos = p.next().text, p.prev()
			p.dimensions()
		}
		if !p.is("(") {
			p.unread()
			p.skipTo(";")
			break
		}
		one.conns = p.connections()
		p.module.insts = append(p.module.insts, &one)
		if !p.accept(",") {
			break
		}
	}
	p.expect(";")
}

func (p *parser) gates(s *scope) {
	in := instance{module: p.peek().text, scope: s, pos: p.here(), gate: true}
	p.i++
	if p.is("(") && p.peekAt(1).kind == tokenWord && (strings.HasPrefix(p.peekAt(1).text, "strong") || strings.HasPrefix(p.peekAt(1).text, "pull") || strings.HasPrefix(p.peekAt(1).text, "weak") || strings.HasPrefix(p.peekAt(1).text, "supply")) {
		p.skipBracket("(", ")")
	}
	if p.accept("#") {
		in.late = true
		p.delayValue()
	}
	for {
		one := in
		if isName(p.peek()) {
			one.name = p.next().text
			p.dimensions()
		}
		one.conns = p.connections()
		p.module.insts = append(p.module.insts, &one)
		if !p.accept(",") {
			break
		}
	}
	p.expect(";")
}

// inBranch parses with one more side of a generate construct around.
func (p *parser) inBranch(construct, side int, f func()) {
	const deep = 1000 // each place keeps all sides that it lies in
	if len(p.gen) > deep {
		p.tooDeep()
		return
	}
	saved := p.gen
	p.gen = append(append([]branch{}, saved...), branch{construct, side})
	f()
	p.gen = saved
}

func (p *parser) genBlock(s *scope) {
	if !p.is("begin") {
		in := newScope(s)
		in.gen = true
		p.item(in)
		return
	}
	p.i++
	p.label()
	in := newScope(s)
	in.gen = true
	for !p.end() && !p.is("end") && !closers[p.peek().text] {
		before := p.i
		p.item(in)
		p.progress(before)
	}
	p.expect("end")
	p.label()
}

func (p *parser) genFor(s *scope) {
	p.i++
	in := newScope(s)
	in.gen = true
	p.expect("(")
	isNew := p.accept("genvar")
	at := p.here()
	name := p.name()
	if isNew || s.lookup(name) == nil {
		p.declare(in, &decl{kind: declGenvar, name: name, typ: typ{word: "integer", signed: true}, pos: at})
	}
	p.expect("=")
	st := &stmt{kind: stmtFor, scope: in, pos: at}
	counter := p.node(exprName, name, p.i)
	st.init = []*stmt{{kind: stmtAssign, op: "=", lhs: counter, rhs: p.expression()}}
	p.expect(";")
	st.cond = p.expression()
	p.expect(";")
	step := &stmt{kind: stmtAssign, lhs: p.expression()}
	if step.lhs.kind == exprAssign && len(step.lhs.args) == 1 {
		step.op, step.lhs, step.rhs = step.lhs.text, step.lhs.args[0], p.node(exprNumber, "1", p.i)
	} else if assignOps[p.peek().text] {
		step.op = p.next().text
		step.rhs = p.expression()
	}
	st.step = []*stmt{step}
	p.module.loops = append(p.module.loops, loop{in, st})
	p.expect(")")
	p.genBlock(in)
}

func (p *parser) genIf(s *scope, _ []attr) {
	at := p.here()
	p.i++
	p.expect("(")
	c := p.expression()
	p.expect(")")
	p.module.gens = append(p.module.gens, &genChoice{selector: c, scope: s, pos: at})
	p.choice++
	n := p.choice
	p.inBranch(n, 0, func() { p.genBlock(s) })
	if p.accept("else") {
		p.inBranch(n, 1, func() { p.genBlock(s) })
	}
}

func (p *parser) genCase(s *scope) {
	g := &genChoice{isCase: true, scope: s, pos: p.here()}
	p.i++
	p.expect("(")
	g.selector = p.expression()
	p.expect(")")
	p.module.gens = append(p.module.gens, g)
	p.choice++
	n := p.choice
	for side := 0; !p.end() && !p.is("endcase") && !closers[p.peek().text]; side++ {
		before := p.i
		if p.accept("default") {
			p.accept(":")
		} else {
			for {
				g.items = append(g.items, p.expression())
				if !p.accept(",") {
					break
				}
			}
			p.expect(":")
		}
		p.inBranch(n, side, func() { p.genBlock(s) })
		p.progress(before)
	}
	p.expect("endcase")
}

func (p *parser) process(s *scope) {
	pr := &process{word: p.peek().text, pos: p.here(), scope: s, gen: p.gen}
	p.i++
	if p.is("@") && pr.word != "initial" {
		p.eventControl(pr)
	}
	pr.body = p.statement(s)
	pr.timed = hasTiming(pr.body)
	p.module.procs = append(p.module.procs, pr)
}

// eventControl parses @*, @(*), @name and @(a or posedge b, c iff d).
func (p *parser) eventControl(pr *process) {
	p.expect("@")
	if p.accept("*") {
		pr.star = true
		return
	}
	if !p.is("(") && !p.is("(*") {
		pr.events = append(pr.events, event{expr: p.primary()})
		return
	}
	if p.is("(*") && p.isAt(1, ")") || p.is("(") && p.isAt(1, "*)") {
		p.i += 2
		pr.star = true
		return
	}
	p.expect("(")
	if p.is("*") && p.isAt(1, ")") {
		p.i += 2
		pr.star = true
		return
	}
	for !p.end() && !p.is(")") {
		before := p.i
		var e event
		e.edge, _ = p.acceptAny(set("posedge negedge edge"))
		e.expr = p.expression()
		if p.accept("iff") {
			p.expression()
		}
		pr.events = append(pr.events, e)
		p.progress(before)
		if !p.accept("or") && !p.accept(",") {
			break
		}
	}
	p.expect(")")
}

func (p *parser) function(s *scope) {
	f := &function{task: p.peek().text == "task", pos: p.here(), scope: newScope(s)}
	f.scope.fn = f
	p.i++
	if p.accept("automatic") {
		f.auto = true
	} else {
		p.accept("static")
	}
	var r decl
	if !f.task {
		if p.accept("void") {
			r.typ.word = "void"
		} else if !(isName(p.peek()) && (p.isAt(1, ";") || p.isAt(1, "("))) {
			p.typeOf(s, &r)
		}
	}
	f.name = p.name()
	f.pos = p.prev()
	if !f.task && r.typ.word != "void" {
		r.name, r.pos = f.name, f.pos
		f.result = &r
		r.scope = f.scope
		f.scope.names[f.name] = f.result
	}
	if s.funcs[f.name] == nil {
		s.funcs[f.name] = f
	}
	p.module.funcs = append(p.module.funcs, f)
	arg := func(d decl) {
		d.name, d.pos = p.name(), p.prev()
		d.array = p.dimensions()
		if p.accept("=") {
			p.expression()
		}
		f.args = append(f.args, p.declare(f.scope, &d))
	}
	if p.accept("(") {
		last := decl{dir: "input"}
		for !p.end() && !p.is(")") {
			before := p.i
			p.attributes()
			p.accept("const")
			d := last
			dir, ok := p.acceptAny(set("input output inout ref"))
			if ok {
				d = decl{dir: dir}
			}
			if !(isName(p.peek()) && (p.isAt(1, ",") || p.isAt(1, ")") || p.isAt(1, "=") || p.isAt(1, "["))) || p.isType() {
				if !ok {
					d = decl{dir: last.dir}
				}
				p.typeOf(f.scope, &d)
			}
			last = d
			arg(d)
			p.progress(before)
			if !p.accept(",") {
				break
			}
		}
		p.expect(")")
	}
	p.expect(";")
	stop := "endfunction"
	if f.task {
		stop = "endtask"
	}
	for !p.end() && !p.is(stop) && !closers[p.peek().text] {
		before := p.i
		p.attributes()
		if dir, ok := p.acceptAny(set("input output inout ref")); ok {
			d := decl{dir: dir}
			p.typeOf(f.scope, &d)
			for {
				arg(d)
				if !p.accept(",") {
					break
				}
			}
			p.expect(";")
		} else if st := p.statement(f.scope); st != nil {
			f.body = append(f.body, st)
		}
		p.progress(before)
	}
	p.expect(stop)
	p.label()
}
