package liberty

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// Library is what was read of a file.
type Library struct {
	File  string
	Cells []Cell
}

// Cell is one cell. Problem says why it has no Verilog, or is "".
type Cell struct {
	Name      string
	Line, End int // of the file
	Pins      []Pin
	FF        *FlipFlop
	Problem   string
}

// Pin is an input or an output.
type Pin struct {
	Name     string
	Out      bool
	Function string // of an output
	Line     int    // of the function
}

// FlipFlop is the state of a cell, with expressions over its inputs.
type FlipFlop struct {
	State, Inverse             string // names that functions use
	Clock, Next, Clear, Preset string
	Line                       int
}

// maxDepth bounds groups within groups.
const maxDepth = 64

// token is a word, a quoted text, or a character with a meaning of its own.
type token struct {
	text   string
	quoted bool
	line   int
}

func (t token) is(c string) bool { return !t.quoted && t.text == c }

// lex cuts a text. Ends of lines are tokens, since an attribute may end with one.
func lex(file string, text []byte) ([]token, error) {
	var all []token
	line := 1
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '\n':
			all = append(all, token{"\n", false, line})
			line++
			i++
		case c == ' ' || c == '\t' || c == '\r':
			i++
		case c == '\\' && i+1 < len(text) && (text[i+1] == '\n' || text[i+1] == '\r'):
			for i++; i < len(text) && text[i] != '\n'; i++ {
			}
			i++
			line++
		case bytes.HasPrefix(text[i:], []byte("/*")):
			end := bytes.Index(text[i+2:], []byte("*/"))
			if end < 0 {
				return nil, fmt.Errorf("%s:%d: a comment that does not end", file, line)
			}
			line += bytes.Count(text[i:i+2+end], []byte("\n"))
			i += end + 4
		case bytes.HasPrefix(text[i:], []byte("//")):
			for i < len(text) && text[i] != '\n' {
				i++
			}
		case c == '"':
			end := i + 1
			var s strings.Builder
			for ; end < len(text) && text[end] != '"'; end++ {
				if text[end] == '\\' && end+1 < len(text) {
					if end++; text[end] == '"' || text[end] == '\\' {
						s.WriteByte(text[end])
						continue
					}
				}
				s.WriteByte(text[end])
			}
			if end == len(text) {
				return nil, fmt.Errorf("%s:%d: a text in quotes that does not end", file, line)
			}
			all = append(all, token{s.String(), true, line})
			line += bytes.Count(text[i:end], []byte("\n"))
			i = end + 1
		case strings.IndexByte("(){}:;,", c) >= 0:
			all = append(all, token{string(c), false, line})
			i++
		default:
			end := i
			for end < len(text) && strings.IndexByte(" \t\r\n(){}:;,\"", text[end]) < 0 {
				end++
			}
			all = append(all, token{string(text[i:end]), false, line})
			i = end
		}
	}
	return all, nil
}

// parser reads groups.
type parser struct {
	file string
	ts   []token
	at   int
}

// group is one group with what is in it.
type group struct {
	kind      string
	names     []string
	line, end int
	attrs     []attr
	groups    []*group
}

type attr struct {
	name, value string
	line        int
}

// value is the last attribute of a name.
func (g *group) value(name string) (string, bool) {
	for i := len(g.attrs) - 1; i >= 0; i-- {
		if g.attrs[i].name == name {
			return g.attrs[i].value, true
		}
	}
	return "", false
}

func (g *group) lineOf(name string) int {
	for _, a := range g.attrs {
		if a.name == name {
			return a.line
		}
	}
	return g.line
}

func (p *parser) blank() {
	for p.at < len(p.ts) && p.ts[p.at].is("\n") {
		p.at++
	}
}

func (p *parser) is(c string) bool { return p.at < len(p.ts) && p.ts[p.at].is(c) }

func (p *parser) fail(format string, args ...any) error {
	line := 0
	if n := min(p.at, len(p.ts)-1); n >= 0 {
		line = p.ts[n].line
	}
	return fmt.Errorf("%s:%d: "+format, append([]any{p.file, line}, args...)...)
}

// statement reads an attribute or a group into g.
func (p *parser) statement(g *group, depth int) error {
	word := p.ts[p.at]
	if word.quoted || strings.ContainsAny(word.text, "(){}:;,") {
		return p.fail("want a name, have %q", word.text)
	}
	if word.text == "include_file" {
		return p.fail("include_file: name that file beside this one")
	}
	p.at++
	p.blank()
	switch {
	case p.is(":"):
		p.at++
		a := attr{name: word.text, line: word.line}
		var parts []string
		for p.at < len(p.ts) && !p.is(";") && !p.is("\n") && !p.is("}") {
			parts = append(parts, p.ts[p.at].text)
			p.at++
		}
		if p.is(";") {
			p.at++
		}
		a.value = strings.Join(parts, " ")
		g.attrs = append(g.attrs, a)
		return nil
	case p.is("("):
		p.at++
		var args []string
		for p.at < len(p.ts) && !p.is(")") {
			if t := p.ts[p.at]; !t.is(",") && !t.is("\n") {
				args = append(args, t.text)
			}
			p.at++
		}
		if !p.is(")") {
			return p.fail("%s: its parenthesis is not closed", word.text)
		}
		p.at++
		p.blank()
		if !p.is("{") {
			if p.is(";") {
				p.at++
			}
			return nil // an attribute of several values, none of which is a function
		}
		p.at++
		in := &group{kind: word.text, names: args, line: word.line}
		if err := p.body(in, depth+1); err != nil {
			return err
		}
		g.groups = append(g.groups, in)
		return nil
	}
	return p.fail("%s: want a colon or a parenthesis behind it", word.text)
}

// body reads statements up to the closing brace.
func (p *parser) body(g *group, depth int) error {
	if depth > maxDepth {
		return p.fail("groups are more than %d deep", maxDepth)
	}
	for {
		p.blank()
		switch {
		case p.at == len(p.ts):
			return p.fail("%s: its brace is not closed", g.kind)
		case p.is("}"):
			g.end = p.ts[p.at].line
			p.at++
			return nil
		case p.is(";"):
			p.at++
			continue
		}
		if err := p.statement(g, depth); err != nil {
			return err
		}
	}
}

// Parse reads a library. Cells with constructs that have no Verilog are in it, with the
// problem.
func Parse(file string, text []byte) (*Library, error) {
	ts, err := lex(file, text)
	if err != nil {
		return nil, err
	}
	p := &parser{file: file, ts: ts}
	var top group
	for p.blank(); p.at < len(p.ts); p.blank() {
		if err := p.statement(&top, 0); err != nil {
			return nil, err
		}
	}
	if len(top.groups) != 1 || top.groups[0].kind != "library" {
		return nil, fmt.Errorf("%s:1: want one library (…) { … }", file)
	}
	l := &Library{File: file}
	seen := map[string]int{}
	var errs []error
	for _, g := range top.groups[0].groups {
		if g.kind != "cell" {
			continue
		}
		if len(g.names) != 1 || g.names[0] == "" {
			errs = append(errs, fmt.Errorf("%s:%d: a cell has one name", file, g.line))
			continue
		}
		c := cell(g)
		if first, ok := seen[c.Name]; ok {
			errs = append(errs, fmt.Errorf("%s:%d: cell %s is on line %d already", file, g.line, c.Name, first))
		}
		seen[c.Name] = g.line
		l.Cells = append(l.Cells, c)
	}
	return l, errors.Join(errs...)
}

// cell is what a group says of its function.
func cell(g *group) Cell {
	c := Cell{Name: g.names[0], Line: g.line, End: g.end}
	problem := func(format string, args ...any) {
		if c.Problem == "" {
			c.Problem = fmt.Sprintf(format, args...)
		}
	}
	for _, in := range g.groups {
		switch in.kind {
		case "pin":
			direction, _ := in.value("direction")
			function, has := in.value("function")
			for _, name := range in.names {
				pin := Pin{Name: name, Out: direction == "output", Function: function, Line: in.lineOf("function")}
				switch direction {
				case "input", "output":
				case "internal":
					continue
				default:
					problem("pin %s has the direction %q", name, direction)
				}
				if pin.Out && !has {
					problem("output %s has no function", name)
				}
				if _, z := in.value("three_state"); z {
					problem("output %s may be in high impedance", name)
				}
				c.Pins = append(c.Pins, pin)
			}
		case "ff":
			if c.FF != nil || len(in.names) != 2 {
				problem("a flip-flop has two names, and a cell has one of it")
				continue
			}
			f := &FlipFlop{State: in.names[0], Inverse: in.names[1], Line: in.line}
			f.Clock, _ = in.value("clocked_on")
			f.Next, _ = in.value("next_state")
			f.Clear, _ = in.value("clear")
			f.Preset, _ = in.value("preset")
			if _, also := in.value("clocked_on_also"); also {
				problem("a flip-flop with two clocks")
			}
			if f.Clock == "" || f.Next == "" {
				problem("a flip-flop without clocked_on or next_state")
			}
			if f.Clear != "" && f.Preset != "" {
				problem("a flip-flop with a clear and a preset")
			}
			c.FF = f
		case "latch", "latch_bank", "ff_bank", "statetable", "bus", "bundle":
			problem("a %s", in.kind)
		}
	}
	return c
}
