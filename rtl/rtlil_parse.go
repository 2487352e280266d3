package rtl

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
)

// Limits of the input, so that a broken text cannot exhaust memory.
const (
	maxLine   = 64 << 20 // bytes
	maxBits   = 1 << 24  // of one wire or constant
	maxDigits = 1 << 28  // of all constants of one module
)

// ParseError says that a text is no RTLIL as Yosys writes it.
type ParseError struct {
	Line int // from 1 on
	Msg  string
}

func (e *ParseError) Error() string { return fmt.Sprintf("rtlil: line %d: %s", e.Line, e.Msg) }

// ParseRTLIL reads RTLIL text as written by Yosys' write_rtlil. It reads a stream and
// keeps only what elaboration needs. The error is a *ParseError or r's own.
func ParseRTLIL(r io.Reader) (*Design, error) {
	p := &parser{
		in:     bufio.NewReaderSize(r, 1<<20),
		d:      &Design{index: map[string]*ilModule{}},
		intern: map[string]string{},
	}
	if err := p.design(); err != nil {
		return nil, err
	}
	return p.d, nil
}

type parser struct {
	in     *bufio.Reader
	long   []byte // a line that does not fit into in's buffer
	line   int
	rest   []byte // of the current line
	d      *Design
	m      *ilModule
	intern map[string]string
	src    string // attribute \src that waits for its object
	opaque bool   // attribute \blackbox that waits for its module
}

func (p *parser) fail(format string, args ...any) error {
	return &ParseError{p.line, fmt.Sprintf(format, args...)}
}

// next reads a line into p.rest; io.EOF is the end.
func (p *parser) next() error {
	line, err := p.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		p.long = p.long[:0]
		for errors.Is(err, bufio.ErrBufferFull) {
			if len(p.long) > maxLine {
				return p.fail("a line of more than %d bytes", maxLine)
			}
			p.long = append(p.long, line...)
			line, err = p.in.ReadSlice('\n')
		}
		p.long = append(p.long, line...)
		line = p.long
	}
	if err != nil && (!errors.Is(err, io.EOF) || len(line) == 0) {
		return err
	}
	p.line++
	p.rest = bytes.TrimRight(line, "\r\n")
	return nil
}

// word cuts the next token off the current line; it is empty at the end.
func (p *parser) word() []byte {
	s := p.rest
	i := 0
	for i < len(s) && (s[i] == ' ' || s[i] == '\t') {
		i++
	}
	j := i
	for j < len(s) && s[j] != ' ' && s[j] != '\t' {
		j++
	}
	p.rest = s[j:]
	return s[i:j]
}

// str is b as a string, allocated once per text.
func (p *parser) str(b []byte) string {
	if s, ok := p.intern[string(b)]; ok {
		return s
	}
	s := string(b)
	p.intern[s] = s
	return s
}

// id reads a name, which begins with a backslash or a dollar sign.
func (p *parser) id() (string, error) {
	b := p.word()
	if len(b) < 2 || (b[0] != '\\' && b[0] != '$') {
		return "", p.fail("want a name, have %.40q", b)
	}
	return p.str(b), nil
}

func (p *parser) number(max int64) (int32, error) {
	b := p.word()
	n, err := strconv.ParseInt(string(b), 10, 64)
	if err != nil || n < 0 || n > max {
		return 0, p.fail("want a number up to %d, have %.40q", max, b)
	}
	return int32(n), nil
}

func (p *parser) design() error {
	for {
		if err := p.next(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		switch w := p.word(); {
		case len(w) == 0, w[0] == '#', string(w) == "autoidx":
		case string(w) == "attribute":
			p.attribute()
		case string(w) == "module":
			if err := p.module(); err != nil {
				return err
			}
		default:
			return p.fail("want a module, have %.40q", w)
		}
	}
}

func (p *parser) attribute() {
	switch name := p.word(); string(name) {
	case `\src`:
		s := bytes.TrimSpace(p.rest)
		if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
			p.src = p.str(s[1 : len(s)-1])
		}
	case `\blackbox`, `\whitebox`:
		p.opaque = true
	}
}

// takeSrc is the location that stood before the current object.
func (p *parser) takeSrc() string {
	s := p.src
	p.src = ""
	return s
}

func (p *parser) module() error {
	name, err := p.id()
	if err != nil {
		return err
	}
	if p.d.index[name] != nil {
		return p.fail("a second module %s", name)
	}
	p.m = &ilModule{name: name, src: p.takeSrc(), opaque: p.opaque, byName: map[string]int32{}}
	p.opaque = false
	p.d.modules = append(p.d.modules, p.m)
	p.d.index[name] = p.m
	for {
		if err := p.inside("module " + name); err != nil {
			return err
		}
		var err error
		switch w := p.word(); string(w) {
		case "parameter":
			err = p.value()
		case "", "memory":
			// A memory that is used appears as a cell too.
			p.src = ""
		case "attribute":
			p.attribute()
		case "wire":
			err = p.wire()
		case "cell":
			err = p.cell()
		case "connect":
			err = p.connect()
		case "process":
			err = p.process()
		case "end":
			p.src, p.opaque = "", false
			return nil
		default:
			if w[0] != '#' {
				err = p.fail("want an item of a module, have %.40q", w)
			}
		}
		if err != nil {
			return err
		}
	}
}

// inside reads a line of an item that must not end with the text.
func (p *parser) inside(item string) error {
	err := p.next()
	if errors.Is(err, io.EOF) {
		return p.fail("the text ends inside %.80s", item)
	}
	return err
}

func (p *parser) wire() error {
	w := ilWire{width: 1, src: p.takeSrc()}
	for {
		b := p.word()
		var err error
		switch string(b) {
		case "width":
			w.width, err = p.number(maxBits)
		case "offset":
			// Sigspecs count from 0 whatever the declaration said.
			if b := p.word(); len(b) == 0 {
				err = p.fail("an offset without a number")
			}
		case "upto":
		case "signed":
			w.signed = true
		case "input":
			w.in = true
			w.port, err = p.number(math.MaxInt32)
		case "output":
			w.out = true
			w.port, err = p.number(math.MaxInt32)
		case "inout":
			w.in, w.out = true, true
			w.port, err = p.number(math.MaxInt32)
		default:
			if len(b) < 2 || (b[0] != '\\' && b[0] != '$') {
				return p.fail("wire: unexpected %.40q", b)
			}
			w.name = string(b)
			if _, taken := p.m.byName[w.name]; taken {
				return p.fail("a second wire %s", w.name)
			}
			p.m.byName[w.name] = int32(len(p.m.wires))
			p.m.wires = append(p.m.wires, w)
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (p *parser) cell() error {
	m := p.m
	c := ilCell{src: p.takeSrc()}
	var err error
	if c.typ, err = p.id(); err != nil {
		return err
	}
	b := p.word()
	if len(b) < 2 {
		return p.fail("a cell without a name")
	}
	c.name = string(b)
	c.params.from, c.ports.from = int32(len(m.params)), int32(len(m.ports))
	for {
		if err := p.inside("cell " + c.name); err != nil {
			return err
		}
		switch w := p.word(); string(w) {
		case "", "attribute":
		case "parameter":
			if err := p.parameter(); err != nil {
				return err
			}
		case "connect":
			name, err := p.id()
			if err != nil {
				return err
			}
			sig, err := p.wholeSig()
			if err != nil {
				return err
			}
			m.ports = append(m.ports, ilPort{name, sig})
		case "end":
			c.params.to, c.ports.to = int32(len(m.params)), int32(len(m.ports))
			m.cells = append(m.cells, c)
			return nil
		default:
			return p.fail("want an item of a cell, have %.40q", w)
		}
	}
}

// value reads what a parameter of the module is worth.
func (p *parser) value() error {
	p.src = ""
	m := p.m
	if err := p.parameter(); err != nil {
		return err
	}
	last := m.params[len(m.params)-1]
	m.params = m.params[:len(m.params)-1]
	if !last.wide {
		if m.values == nil {
			m.values = map[string]int64{}
		}
		m.values[public(last.name)] = last.value
	}
	return nil
}

func (p *parser) parameter() error {
	w := p.word()
	if s := string(w); s == "signed" || s == "real" {
		w = p.word()
	}
	if len(w) < 2 {
		return p.fail("a parameter without a name")
	}
	q := ilParam{name: p.str(w)}
	v := bytes.TrimSpace(p.rest)
	if n, err := strconv.ParseInt(string(v), 10, 64); err == nil {
		q.value = n
	} else if _, bits, ok := bytes.Cut(v, []byte("'")); ok && len(bytes.TrimLeft(bits, "0")) < 64 && !bytes.ContainsAny(bits, "xzm-") {
		u, err := strconv.ParseUint("0"+string(bytes.TrimLeft(bits, "0")), 2, 64)
		q.value, q.wide = int64(u), err != nil
	} else {
		q.wide = true
	}
	p.m.params = append(p.m.params, q)
	return nil
}

func (p *parser) connect() error {
	p.src = ""
	lhs, err := p.sig()
	if err != nil {
		return err
	}
	rhs, err := p.wholeSig()
	if err != nil {
		return err
	}
	if a, b := p.m.width(lhs), p.m.width(rhs); a != b {
		return p.fail("connect of %d and %d bits", a, b)
	}
	p.m.conns = append(p.m.conns, ilConn{lhs, rhs})
	return nil
}

// process skips a process; elaboration refuses the module.
func (p *parser) process() error {
	p.m.procs = string(p.word())
	for depth := 1; depth > 0; {
		if err := p.inside("process " + p.m.procs); err != nil {
			return err
		}
		switch w := p.word(); string(w) {
		case "switch":
			depth++
		case "end":
			depth--
		}
	}
	p.src = ""
	return nil
}
