package rtl

import (
	"bytes"
	"slices"
	"strconv"
)

// wholeSig reads the sigspec that ends the current line.
func (p *parser) wholeSig() (span, error) {
	s, err := p.sig()
	if err == nil {
		if b := p.word(); len(b) != 0 {
			err = p.fail("surplus %.40q after a signal", b)
		}
	}
	return s, err
}

// sig reads one sigspec: a constant, a wire with an optional [bit] or [hi:lo], or
// a list of those in braces, the most significant first.
func (p *parser) sig() (span, error) {
	m := p.m
	from := len(m.chunks)
	b := p.word()
	if string(b) != "{" {
		err := p.chunk(b)
		return span{int32(from), int32(len(m.chunks))}, err
	}
	// Braces nest in the grammar, though Yosys writes them flat: a list in a list
	// is the same bits.
	for depth := 1; depth > 0; {
		switch b := p.word(); string(b) {
		case "":
			return span{}, p.fail("a list of signals without its closing brace")
		case "{":
			depth++
		case "}":
			depth--
		default:
			if err := p.chunk(b); err != nil {
				return span{}, err
			}
		}
	}
	slices.Reverse(m.chunks[from:])
	return span{int32(from), int32(len(m.chunks))}, nil
}

// chunk appends the chunk that begins with the token b.
func (p *parser) chunk(b []byte) error {
	switch {
	case len(b) == 0:
		return p.fail("want a signal, have the end of the line")
	case b[0] == '\\' || b[0] == '$':
		return p.wireChunk(b)
	case b[0] == '"':
		// A text constant: only memories and formal cells have them.
		return p.fail("a text where a signal should be")
	}
	if width, digits, ok := bytes.Cut(b, []byte("'")); ok {
		n, err := strconv.Atoi(string(width))
		if err != nil || n < 0 || n > maxBits {
			return p.fail("constant %.40q: its width is no number up to %d", b, maxBits)
		}
		// A constant that is x throughout is written with one digit.
		if string(digits) == "x" {
			digits = bytes.Repeat(digits, n)
		}
		if n != len(digits) {
			return p.fail("constant %.40q: its width and its digits differ", b)
		}
		return p.constant(digits)
	}
	n, err := strconv.ParseInt(string(b), 10, 32)
	if err != nil {
		return p.fail("want a signal, have %.40q", b)
	}
	digits := make([]byte, 32)
	for i := range digits {
		digits[31-i] = '0' + byte(n>>i&1)
	}
	return p.constant(digits)
}

// constant appends digits, given with the most significant first.
func (p *parser) constant(digits []byte) error {
	m := p.m
	if len(m.digits)+len(digits) > maxDigits {
		return p.fail("more than %d digits of constants", maxDigits)
	}
	m.chunks = append(m.chunks, chunk{-1, int32(len(m.digits)), int32(len(digits))})
	for i := len(digits) - 1; i >= 0; i-- {
		switch d := digits[i]; d {
		case '0', '1', 'x', 'z':
			m.digits = append(m.digits, d)
		case '-', 'm':
			m.digits = append(m.digits, 'x')
		default:
			return p.fail("constant: digit %q", d)
		}
	}
	return nil
}

func (p *parser) wireChunk(b []byte) error {
	id, ok := p.m.byName[string(b)]
	if !ok {
		return p.fail("no wire %.80s", b)
	}
	c := chunk{id, 0, p.m.wires[id].width}
	// A part select is a token of its own; a bracket in a name has no blank before it.
	if r := p.rest; len(r) > 1 && r[0] == ' ' && r[1] == '[' {
		sel := p.word()
		if sel[len(sel)-1] != ']' {
			return p.fail("part select %.40q", sel)
		}
		his, los, two := bytes.Cut(sel[1:len(sel)-1], []byte(":"))
		if !two {
			los = his
		}
		hi, err1 := strconv.Atoi(string(his))
		lo, err2 := strconv.Atoi(string(los))
		if err1 != nil || err2 != nil || lo < 0 || hi < lo || hi >= int(c.width) {
			return p.fail("part select %.40q of %.80s with %d bits", sel, b, c.width)
		}
		c.off, c.width = int32(lo), int32(hi-lo+1)
	}
	p.m.chunks = append(p.m.chunks, c)
	return nil
}
