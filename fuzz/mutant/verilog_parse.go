package mutant

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hashiflex/hashiflex/netlist"
)

// expr is an expression of Verilog with its place in the text. Only what
// rtl.WriteVerilog prints is understood.
type expr struct {
	kind       exprKind
	start, end int    // of the text
	op         string // of exprUnary, exprBinary
	opAt       int
	name       string // of exprName
	hi, lo     int    // selected bits of exprName
	selected   bool   // by a part or bit select
	value      uint64 // of exprConst
	signed     bool   // exprConst: 'sd
	count      int    // of exprRepeat
	args       []*expr
	width      int // as far as it does not depend on what stands around
}

type exprKind uint8

const (
	exprName exprKind = iota
	exprConst
	exprConcat  // args, the most significant first
	exprRepeat  // count copies of args[0]
	exprSigned  // $signed(args[0])
	exprParen   // (args[0])
	exprUnary   // op args[0]
	exprBinary  // args[0] op args[1]
	exprTernary // args[0] ? args[1] : args[2]
)

// parser reads one expression. Anything unexpected sets bad, and the line that
// the expression stands in is left alone.
type parser struct {
	text   []byte
	at     int
	end    int
	widths map[string]int // of declared signals
	bad    bool
}

// parse reads text[start:end] as one expression, or returns nil.
func parse(text []byte, start, end int, widths map[string]int) *expr {
	p := &parser{text: text, at: start, end: end, widths: widths}
	e := p.expression()
	p.space()
	if p.bad || p.at != p.end {
		return nil
	}
	return e
}

func (p *parser) space() {
	for p.at < p.end && p.text[p.at] == ' ' {
		p.at++
	}
}

func (p *parser) peek() byte {
	p.space()
	if p.at >= p.end {
		return 0
	}
	return p.text[p.at]
}

// take consumes s if it comes next.
func (p *parser) take(s string) bool {
	p.space()
	if strings.HasPrefix(string(p.text[p.at:p.end]), s) {
		p.at += len(s)
		return true
	}
	return false
}

func (p *parser) want(s string) {
	if !p.take(s) {
		p.bad = true
	}
}

// binaryOps has longer operators before those that they begin with.
var binaryOps = []string{">>>", ">>", "<<", "==", "<", "+", "-", "*", "&", "|", "^"}

func (p *parser) expression() *expr {
	a := p.unary()
	if p.bad {
		return a
	}
	if p.peek() == '?' {
		p.take("?")
		b := p.unary()
		p.want(":")
		c := p.unary()
		if p.bad {
			return a
		}
		return &expr{kind: exprTernary, start: a.start, end: c.end, args: []*expr{a, b, c}, width: max(b.width, c.width)}
	}
	for _, op := range binaryOps {
		p.space()
		at := p.at
		if !p.take(op) {
			continue
		}
		b := p.unary()
		if p.bad {
			return a
		}
		e := &expr{kind: exprBinary, start: a.start, end: b.end, op: op, opAt: at, args: []*expr{a, b}, width: max(a.width, b.width)}
		switch op {
		case "==", "<":
			e.width = 1
		case ">>>", ">>", "<<":
			e.width = a.width
		}
		return e
	}
	return a
}

func (p *parser) unary() *expr {
	p.space()
	start := p.at
	for _, op := range []string{"~", "-", "&", "|", "^"} {
		if !p.take(op) {
			continue
		}
		a := p.unary()
		if p.bad {
			return a
		}
		e := &expr{kind: exprUnary, start: start, end: a.end, op: op, opAt: start, args: []*expr{a}, width: 1}
		if op == "~" || op == "-" {
			e.width = a.width
		}
		return e
	}
	return p.primary()
}

func (p *parser) primary() *expr {
	c := p.peek()
	e := &expr{start: p.at}
	switch {
	case c == '(':
		p.take("(")
		e.kind, e.args = exprParen, []*expr{p.expression()}
		p.want(")")
		e.width = e.args[0].width
	case c == '$':
		p.want("$signed(")
		if p.bad {
			return e
		}
		e.kind, e.args = exprSigned, []*expr{p.expression()}
		p.want(")")
		e.width = e.args[0].width
	case c == '{':
		p.braces(e)
	case '0' <= c && c <= '9':
		p.constant(e)
	case isIdent(c):
		p.reference(e)
	default:
		p.bad = true
	}
	e.end = p.at
	return e
}

// braces is a concatenation or a replication.
func (p *parser) braces(e *expr) {
	p.want("{")
	if c := p.peek(); '0' <= c && c <= '9' {
		mark := p.at
		n := p.number()
		if p.peek() == '{' {
			p.want("{")
			e.kind, e.count, e.args = exprRepeat, int(n), []*expr{p.expression()}
			p.want("}")
			p.want("}")
			e.width = e.count * e.args[0].width
			return
		}
		p.at = mark
	}
	e.kind = exprConcat
	for {
		a := p.expression()
		e.args = append(e.args, a)
		e.width += a.width
		if p.bad || !p.take(",") {
			break
		}
	}
	p.want("}")
}

func (p *parser) number() uint64 {
	p.space()
	start := p.at
	for p.at < p.end && '0' <= p.text[p.at] && p.text[p.at] <= '9' {
		p.at++
	}
	n, err := strconv.ParseUint(string(p.text[start:p.at]), 10, 64)
	p.bad = p.bad || err != nil
	return n
}

func (p *parser) constant(e *expr) {
	e.kind, e.width = exprConst, int(p.number())
	switch {
	case p.take("'d"):
	case p.take("'sd"):
		e.signed = true
	default:
		p.bad = true
		return
	}
	e.value = p.number()
	p.bad = p.bad || e.width < 1 || e.width > netlist.MaxWidth
}

func (p *parser) reference(e *expr) {
	start := p.at
	for p.at < p.end && isIdent(p.text[p.at]) {
		p.at++
	}
	e.kind, e.name = exprName, string(p.text[start:p.at])
	w, declared := p.widths[e.name]
	if !declared {
		p.bad = true
		return
	}
	e.hi, e.width = w-1, w
	if p.at < p.end && p.text[p.at] == '[' {
		p.want("[")
		e.selected = true
		e.hi = int(p.number())
		e.lo = e.hi
		if p.take(":") {
			e.lo = int(p.number())
		}
		p.want("]")
		e.width = e.hi - e.lo + 1
	}
}

func isIdent(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || '0' <= c && c <= '9'
}

// zeros reports whether e is a constant 0.
func (e *expr) zeros() bool { return e.kind == exprConst && e.value == 0 }

// topBit is the text of e's most significant bit, if a reference is there.
func (e *expr) topBit(widths map[string]int) (string, bool) { return e.bit(0, widths) }

// bit is the text of e's bit that lies below places under the top.
func (e *expr) bit(below int, widths map[string]int) (string, bool) {
	if e.kind == exprConcat {
		for _, a := range e.args {
			if below < a.width {
				return a.bit(below, widths)
			}
			below -= a.width
		}
		return "", false
	}
	if e.kind != exprName || below >= e.width {
		return "", false
	}
	return selectBits(e.name, e.hi-below, e.hi-below, widths), true
}

// selectBits is the text of bits hi to lo of a signal.
func selectBits(name string, hi, lo int, widths map[string]int) string {
	switch {
	case lo == 0 && hi == widths[name]-1:
		return name
	case hi == lo:
		return fmt.Sprintf("%s[%d]", name, hi)
	}
	return fmt.Sprintf("%s[%d:%d]", name, hi, lo)
}
