package mutant

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// TextFault is one change to one Verilog file.
type TextFault struct {
	Kind   Kind
	Module string // that it lies in
	Signal string // whose definition it changes; "" for a module as a whole
	Line   int    // from 1
	Words  string // description of the change

	text    []byte
	splices []splice
}

// splice puts with in the place of text[from:to].
type splice struct {
	from, to int
	with     string
}

func (f TextFault) kind() Kind { return f.Kind }

// String is the kind, the line and the words.
func (f TextFault) String() string {
	return fmt.Sprintf("%s in %s, line %d (%s): %s", f.Kind, f.Module, f.Line, f.Signal, f.Words)
}

// Apply returns the mutant: the text with the fault in it. It is legal Verilog.
func (f TextFault) Apply() []byte {
	var b bytes.Buffer
	at := 0
	for _, s := range f.splices {
		b.Write(f.text[at:s.from])
		b.WriteString(s.with)
		at = s.to
	}
	b.Write(f.text[at:])
	return b.Bytes()
}

// TextFaults lists every fault of the catalogue that output of rtl.WriteVerilog can
// have, in the order of the text. Lines of another form have none. The text must not
// change while its faults are in use.
func TextFaults(text []byte) []TextFault {
	s := &textScan{text: text}
	line := 0
	for at := 0; at < len(text); {
		end := bytes.IndexByte(text[at:], '\n')
		if end < 0 {
			end = len(text)
		} else {
			end += at
		}
		line++
		s.line(line, at, end)
		at = end + 1
	}
	s.swappedChannels()
	return s.faults
}

// textScan is one search for faults in a text.
type textScan struct {
	text    []byte
	faults  []TextFault
	headers []header
	module  string
	widths  map[string]int
	inputs  []string
	rows    map[string]bool // signals that are bitwise logic of words
	carries map[string]bool // signals that are one of rows moved up by one bit
	// The statement that is being looked at.
	at   int // its line
	stmt statement
}

// statement is `wire [w-1:0] name = e;` or `assign name = e;`.
type statement struct {
	name   string
	width  int
	wire   bool
	dims   [2]int // where the number stands in a wire's [w-1:0]; equal for one bit
	from   int    // where the statement begins
	end    int    // where it ends, its semicolon included
	define *expr
}

// header is where a module's name stands.
type header struct {
	name     string
	from, to int
	line     int
}

// line looks at one line of the text.
func (s *textScan) line(line, from, to int) {
	s.at = line
	text := string(s.text[from:to])
	trimmed := strings.TrimLeft(text, " ")
	start := from + len(text) - len(trimmed)
	switch {
	case strings.HasPrefix(trimmed, "module "):
		name, _, _ := strings.Cut(trimmed[len("module "):], " ")
		s.module, s.widths, s.inputs, s.carries = name, map[string]int{}, nil, map[string]bool{}
		s.rows = map[string]bool{}
		at := start + len("module ")
		s.headers = append(s.headers, header{name, at, at + len(name), line})
	case strings.HasPrefix(trimmed, "input "), strings.HasPrefix(trimmed, "output "):
		s.port(trimmed)
	case strings.HasPrefix(trimmed, "wire "):
		if !strings.Contains(trimmed, " unused_") {
			s.define(start, to, trimmed, "wire")
		}
	case strings.HasPrefix(trimmed, "assign "):
		s.define(start, to, trimmed, "assign")
	}
}

// port notes a port of the module's header.
func (s *textScan) port(line string) {
	f := strings.Fields(strings.TrimSuffix(line, ","))
	if len(f) < 3 || s.widths == nil {
		return
	}
	name := f[len(f)-1]
	w, ok := dimension(f[2])
	if len(f) == 3 {
		w, ok = 1, true
	}
	if !ok {
		return
	}
	s.widths[name] = w
	if f[0] == "input" {
		s.inputs = append(s.inputs, name)
	}
}

// dimension is the number of bits of "[7:0]".
func dimension(s string) (int, bool) {
	hi, ok := strings.CutSuffix(s, ":0]")
	if !ok || !strings.HasPrefix(hi, "[") {
		return 0, false
	}
	n, err := strconv.Atoi(hi[1:])
	return n + 1, err == nil
}

// define looks at a statement that gives a signal its value.
func (s *textScan) define(from, to int, line, keyword string) {
	left, right, ok := strings.Cut(line, " = ")
	if !ok || !strings.HasSuffix(right, ";") || s.widths == nil {
		return
	}
	f := strings.Fields(left)
	st := statement{name: f[len(f)-1], wire: keyword == "wire", from: from, end: to}
	if st.wire {
		st.width = 1
		if len(f) == 3 {
			w, ok := dimension(f[1])
			if !ok {
				return
			}
			st.width = w
			st.dims[0] = from + len("wire [")
			st.dims[1] = st.dims[0] + len(strconv.Itoa(w-1))
		}
		s.widths[st.name] = st.width
	} else if st.width, ok = s.widths[st.name]; !ok {
		return
	}
	start := from + len(left) + len(" = ")
	if st.define = parse(s.text, start, to-1, s.widths); st.define == nil {
		return
	}
	s.stmt = st
	switch c := st.define; {
	case c.kind == exprBinary && st.width > 1:
		s.rows[st.name] = c.op == "&" || c.op == "|" || c.op == "^"
	case c.kind == exprConcat && len(c.args) == 2 && c.args[1].zeros() && c.args[1].width == 1:
		s.carries[st.name] = c.args[0].kind == exprName && s.rows[c.args[0].name]
	}
	s.statementFaults()
	s.walk(st.define, nil)
}

// walk visits every expression of the statement.
func (s *textScan) walk(e, parent *expr) {
	for _, find := range textFinders {
		find(s, e, parent)
	}
	for _, a := range e.args {
		s.walk(a, e)
	}
}

// textFinders look at one expression, and what it stands in, and add the faults
// that it can have.
var textFinders = []func(s *textScan, e, parent *expr){
	(*textScan).sums,
	(*textScan).constants,
	(*textScan).wiring,
	(*textScan).references,
	(*textScan).bitwise,
	(*textScan).selections,
	(*textScan).comparisons,
}

// put adds the fault of e written differently.
func (s *textScan) put(kind Kind, e *expr, with, words string, args ...any) {
	s.splice(kind, []splice{{e.start, e.end, with}}, words, args...)
}

func (s *textScan) splice(kind Kind, splices []splice, words string, args ...any) {
	// Some changes are none: x - x with its operands exchanged, for instance.
	same := true
	for _, p := range splices {
		same = same && string(s.text[p.from:p.to]) == p.with
	}
	if same {
		return
	}
	s.faults = append(s.faults, TextFault{
		Kind: kind, Module: s.module, Signal: s.stmt.name, Line: s.at,
		Words: fmt.Sprintf(words, args...), text: s.text, splices: splices,
	})
}

func (s *textScan) source(e *expr) string { return string(s.text[e.start:e.end]) }

// statementFaults are those of a declaration.
func (s *textScan) statementFaults() {
	st := s.stmt
	if !st.wire || st.width < 2 {
		return
	}
	s.splice(NarrowDeclaration, []splice{{st.dims[0], st.dims[1], strconv.Itoa(st.width - 2)}},
		"declared with %d bits instead of %d", st.width-1, st.width)
	kind := NarrowAdder
	switch e := st.define; {
	case e.kind == exprBinary && (e.op == "+" || e.op == "-"):
	case e.kind == exprUnary && (e.op == "-" || e.op == "~"):
		kind = NarrowNegation
	default:
		return
	}
	// The operation gets a wire of its own, one bit narrower, and the declared one
	// extends it.
	narrow := st.name + "_narrow"
	for _, signed := range []bool{true, false} {
		fill := "1'd0"
		if signed {
			fill = fmt.Sprintf("%s[%d]", narrow, st.width-2)
			if st.width == 2 {
				fill = narrow
			}
		}
		s.splice(kind, []splice{{st.from, st.end, fmt.Sprintf("wire [%d:0] %s = %s; wire [%d:0] %s = {%s, %s};",
			st.width-2, narrow, s.source(st.define), st.width-1, st.name, fill, narrow)}},
			"%d bits instead of %d, extended by %s", st.width-1, st.width, filler(signed))
	}
}

// swappedChannels gives a module the name of its neighbour and the other way
// round, where the file has several.
func (s *textScan) swappedChannels() {
	for i := 0; i+1 < len(s.headers); i++ {
		a, b := s.headers[i], s.headers[i+1]
		s.module, s.at, s.stmt = a.name, a.line, statement{}
		s.splice(SwappedChannels, []splice{{a.from, a.to, b.name}, {b.from, b.to, a.name}}, "the modules %s and %s have each other's name", a.name, b.name)
	}
}

// neighbour is another input of the same width.
func (s *textScan) neighbour(name string) (string, bool) {
	i := slices.Index(s.inputs, name)
	if i < 0 {
		return "", false
	}
	for step := 1; step < len(s.inputs); step++ {
		if n := s.inputs[(i+step)%len(s.inputs)]; s.widths[n] == s.widths[name] {
			return n, true
		}
	}
	return "", false
}
