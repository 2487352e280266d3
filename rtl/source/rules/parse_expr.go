package rules

import "strings"

// Bounds on how deep expressions and statements nest and how long a chain of operators
// is, so that no text makes the parser, or who walks what it read, use more stack than
// that. They are far above what generators write.
const (
	maxDepth = 10_000
	maxChain = 100_000
)

var binaryLevel = map[string]int{
	"->": 1, "<->": 1,
	"||": 2, "&&": 3, "|": 4, "^": 5, "~^": 5, "^~": 5, "&": 6,
	"==": 7, "!=": 7, "===": 7, "!==": 7, "==?": 7, "!=?": 7,
	"<": 8, "<=": 8, ">": 8, ">=": 8, "inside": 8,
	"<<": 9, ">>": 9, "<<<": 9, ">>>": 9,
	"+": 10, "-": 10, "*": 11, "/": 11, "%": 11, "**": 12,
	"&&&": 2,
}

var unaryOps = map[string]bool{"+": true, "-": true, "!": true, "~": true, "&": true, "~&": true, "|": true, "~|": true, "^": true, "~^": true, "^~": true}

func (p *parser) node(kind exprKind, text string, at int, args ...*expr) *expr {
	t := p.toks[at]
	return &expr{kind: kind, text: text, args: args, pos: pos{t.file, t.line}, at: at}
}

// expression parses an expression with its conditional operators.
func (p *parser) expression() *expr {
	if !p.enter() {
		return p.node(exprUnread, "", p.i)
	}
	defer p.leave()
	at := p.i
	c := p.binary(1)
	if !p.accept("?") {
		return c
	}
	p.attributes()
	a := p.expression()
	p.expect(":")
	b := p.expression()
	return p.node(exprCond, "?", at, c, a, b)
}

// binary parses operators that bind at least as strongly as level.
func (p *parser) binary(level int) *expr {
	at := p.i
	left := p.unary()
	for n := 0; ; n++ {
		if n > maxChain {
			p.tooDeep()
			return left
		}
		op := p.peek().text
		binds := binaryLevel[op]
		if p.peek().kind != tokenSymbol && op != "inside" || binds == 0 || binds < level {
			return left
		}
		p.i++
		if op == "inside" {
			args := []*expr{left}
			p.expect("{")
			for !p.end() && !p.is("}") {
				args = append(args, p.rangeOrExpr())
				if !p.accept(",") {
					break
				}
			}
			p.expect("}")
			left = p.node(exprInside, op, at, args...)
			continue
		}
		p.attributes()
		// All of them associate to the left, ** as well (1364-2005, table 5-4).
		left = p.node(exprBinary, op, at, left, p.binary(binds+1))
	}
}

// rangeOrExpr parses an expression or [a:b].
func (p *parser) rangeOrExpr() *expr {
	at := p.i
	if !p.accept("[") {
		return p.expression()
	}
	l := p.expression()
	p.expect(":")
	r := p.expression()
	p.expect("]")
	return p.node(exprRange, ":", at, p.node(exprDefault, "", at), l, r)
}

func (p *parser) unary() *expr {
	if !p.enter() {
		return p.node(exprUnread, "", p.i)
	}
	defer p.leave()
	at := p.i
	t := p.peek()
	if t.kind == tokenSymbol {
		switch {
		case unaryOps[t.text]:
			p.i++
			p.attributes()
			return p.node(exprUnary, t.text, at, p.unary())
		case t.text == "++" || t.text == "--":
			p.i++
			return p.node(exprAssign, t.text, at, p.unary())
		}
	}
	e := p.primary()
	if p.is("++") || p.is("--") {
		op := p.next().text
		return p.node(exprAssign, op, at, e)
	}
	return e
}

// primary parses one operand with its selects and members.
func (p *parser) primary() *expr {
	at := p.i
	t := p.peek()
	var e *expr
	switch {
	case t.kind == tokenNumber:
		p.i++
		kind := exprNumber
		if !strings.ContainsAny(t.text, "'") && (strings.Contains(t.text, ".") || strings.ContainsAny(t.text, "eEsm")) {
			kind = exprReal
		}
		e = p.node(kind, strings.ToLower(strings.ReplaceAll(t.text, " ", "")), at)
		if p.is("'") && p.isAt(1, "(") {
			break
		}
		return e
	case t.kind == tokenString:
		p.i++
		return p.node(exprString, t.text, at)
	case t.kind == tokenSystem:
		p.i++
		var args []*expr
		if p.is("(") {
			args = p.arguments()
		}
		return p.node(exprSystem, t.text, at, args...)
	case t.kind == tokenName || t.kind == tokenWord && castable[t.text]:
		p.i++
		e = p.node(exprName, t.text, at)
		if p.is("::") {
			p.i++
			e = p.node(exprPath, p.next().text, at, e)
		}
		if castable[t.text] && !p.is("'") && !p.is("'{") {
			if t.text != "this" && t.text != "super" && t.text != "null" {
				// A type as an argument: $bits(logic [3:0]).
				for p.is("[") {
					p.skipBracket("[", "]")
				}
			}
			return p.node(exprDefault, t.text, at)
		}
	case t.text == "(":
		p.i++
		e = p.expression()
		switch {
		case p.is(":"): // min:typ:max
			p.i++
			e = p.expression()
			p.expect(":")
			p.expression()
		case assignOps[p.peek().text]:
			op := p.next().text
			e = p.node(exprAssign, op, at, e, p.expression())
		}
		p.expect(")")
	case t.text == "{":
		e = p.concat()
	case t.text == "'{":
		p.i++
		return p.pattern(at)
	case t.text == "$":
		p.i++
		return p.node(exprDefault, "$", at)
	default:
		p.unread()
		p.skipTo(";", ")", "]", "}", ",")
		return p.node(exprUnread, "", at)
	}
	for n := 0; ; n++ {
		switch {
		case n > maxChain:
			p.tooDeep()
			return e
		case p.is("["):
			e = p.selected(at, e)
		case p.is(".") && p.peekAt(1).kind == tokenName:
			p.i++
			e = p.node(exprPath, p.next().text, at, e)
		case p.is("(") && (e.kind == exprName || e.kind == exprPath):
			args := p.arguments()
			name := e.text
			if e.kind == exprPath {
				name = pathText(e)
			}
			e = p.node(exprCall, name, at, args...)
		case p.is("'") && p.isAt(1, "("):
			p.i += 2
			v := p.expression()
			p.expect(")")
			if e.kind == exprName || e.kind == exprPath {
				e = p.node(exprCast, pathText(e), at, v)
			} else {
				e = p.node(exprCast, "", at, e, v)
			}
		case p.is("'{"):
			p.i++
			name := pathText(e)
			e = p.node(exprCast, name, at, p.pattern(p.i-1))
		default:
			return e
		}
	}
}

// pathText is a path as it is written, without selects.
func pathText(e *expr) string {
	switch e.kind {
	case exprName:
		return e.text
	case exprPath:
		return pathText(e.args[0]) + "." + e.text
	case exprIndex, exprRange:
		return pathText(e.args[0])
	}
	return ""
}

func (p *parser) selected(at int, e *expr) *expr {
	p.expect("[")
	if p.accept("]") {
		return p.node(exprIndex, "", at, e, p.node(exprDefault, "", at))
	}
	a := p.expression()
	for _, mode := range []string{":", "+:", "-:"} {
		if p.accept(mode) {
			b := p.expression()
			p.expect("]")
			return p.node(exprRange, mode, at, e, a, b)
		}
	}
	p.expect("]")
	return p.node(exprIndex, "", at, e, a)
}

// arguments parses (a, , .b(c)).
func (p *parser) arguments() (args []*expr) {
	p.expect("(")
	for !p.end() && !p.is(")") {
		switch {
		case p.is(","):
			args = append(args, p.node(exprDefault, "", p.i))
		case p.is(".") && p.isAt(2, "("):
			p.i += 3
			if !p.is(")") {
				args = append(args, p.expression())
			}
			p.expect(")")
		case p.is("posedge") || p.is("negedge") || p.is("edge"):
			p.i++
			continue
		default:
			args = append(args, p.expression())
			if assignOps[p.peek().text] {
				p.i++
				p.expression()
			}
		}
		if !p.accept(",") {
			break
		}
	}
	p.expect(")")
	return args
}

func (p *parser) concat() *expr {
	at := p.i
	if !p.enter() {
		return p.node(exprUnread, "", at)
	}
	defer p.leave()
	p.expect("{")
	if p.is("<<") || p.is(">>") {
		p.i++
		if !p.is("{") {
			p.unary()
		}
		e := p.concat()
		p.expect("}")
		return p.node(exprStream, "", at, e)
	}
	if p.accept("}") {
		return p.node(exprConcat, "", at)
	}
	first := p.expression()
	if p.is("{") {
		inner := p.concat()
		p.expect("}")
		return p.node(exprRepeat, "", at, append([]*expr{first}, inner.args...)...)
	}
	args := []*expr{first}
	for p.accept(",") {
		args = append(args, p.expression())
	}
	p.expect("}")
	return p.node(exprConcat, "", at, args...)
}

// pattern parses what follows '{.
func (p *parser) pattern(at int) *expr {
	var args []*expr
	for !p.end() && !p.is("}") {
		var e *expr
		if p.is("default") {
			p.i++
		} else {
			e = p.expression()
		}
		switch {
		case p.accept(":"):
			e = p.expression()
		case p.is("{"):
			e = p.concat()
		}
		if e != nil {
			args = append(args, e)
		}
		if !p.accept(",") {
			break
		}
	}
	p.expect("}")
	return p.node(exprPattern, "", at, args...)
}
