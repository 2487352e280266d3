package liberty

import (
	"fmt"
	"strings"
)

// maxFunction bounds a function, in bytes.
const maxFunction = 1 << 16

// functionParser reads one function and writes it as Verilog with every parenthesis.
type functionParser struct {
	text  string
	at    int
	known map[string]bool
	depth int
}

// parse is a function in Verilog. Names are those of known.
func parse(function string, known map[string]bool) (string, error) {
	if len(function) > maxFunction {
		return "", fmt.Errorf("longer than %d characters", maxFunction)
	}
	p := &functionParser{text: function, known: known}
	e, err := p.or()
	if err == nil && p.peek() != 0 {
		err = fmt.Errorf("%q: want an operator at %q", function, function[p.at:])
	}
	return e, err
}

// peek is the next character that is no space; 0 is the end.
func (p *functionParser) peek() byte {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
	if p.at == len(p.text) {
		return 0
	}
	return p.text[p.at]
}

// binary reads operands of one kind, with the operators between them.
func (p *functionParser) binary(operators, verilog string, operand func() (string, error)) (string, error) {
	e, err := operand()
	for err == nil {
		c := p.peek()
		if c == 0 || strings.IndexByte(operators, c) < 0 {
			return e, nil
		}
		p.at++
		var right string
		if right, err = operand(); err == nil {
			e = "(" + e + " " + verilog + " " + right + ")"
		}
	}
	return "", err
}

func (p *functionParser) or() (string, error) { return p.binary("+|", "|", p.and) }

// and also reads operands that follow each other.
func (p *functionParser) and() (string, error) {
	e, err := p.xor()
	for err == nil {
		switch c := p.peek(); {
		case c == '*' || c == '&':
			p.at++
		case c == '!' || c == '(' || nameByte(c):
		default:
			return e, nil
		}
		var right string
		if right, err = p.xor(); err == nil {
			e = "(" + e + " & " + right + ")"
		}
	}
	return "", err
}

func (p *functionParser) xor() (string, error) { return p.binary("^", "^", p.not) }

func (p *functionParser) not() (string, error) {
	const most = 1000
	if p.depth++; p.depth > most {
		return "", fmt.Errorf("%.40q: deeper than %d", p.text, most)
	}
	defer func() { p.depth-- }()
	if p.peek() == '!' {
		p.at++
		e, err := p.not()
		return "(~" + e + ")", err
	}
	var e string
	switch c := p.peek(); {
	case c == '(':
		p.at++
		var err error
		if e, err = p.or(); err != nil {
			return "", err
		}
		if p.peek() != ')' {
			return "", fmt.Errorf("%q: a parenthesis is not closed", p.text)
		}
		p.at++
	case nameByte(c):
		from := p.at
		for p.at < len(p.text) && nameByte(p.text[p.at]) {
			p.at++
		}
		switch n := p.text[from:p.at]; {
		case p.known[n]:
			e = name(n)
		case n == "0" || n == "1":
			e = "1'b" + n
		default:
			return "", fmt.Errorf("%q: %s is no input", p.text, n)
		}
	default:
		return "", fmt.Errorf("%q: want a name at %q", p.text, p.text[p.at:])
	}
	for p.peek() == '\'' {
		p.at++
		e = "(~" + e + ")"
	}
	return e, nil
}

func nameByte(c byte) bool {
	return c == '_' || c == '$' || c == '[' || c == ']' || c == '.' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
