package source

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// macro is a `define.
type macro struct {
	function bool // it has a list of parameters
	params   []param
	body     []byte
}

type param struct {
	name  string
	value []byte // where an argument is left out; nil: it may not be
}

// defined is a macro from --define. Its value is a line of text.
func defined(d Define) (*macro, error) {
	if err := checkName(d.Name); err != nil {
		return nil, err
	}
	for i := range len(d.Value) {
		if c := d.Value[i]; c < ' ' || c > '~' || c == '`' || c == '\\' || c == '"' {
			return nil, fmt.Errorf("its value has the character %q, which readers of a command line take in different ways", c)
		}
	}
	if strings.Contains(d.Value, "//") || strings.Contains(d.Value, "/*") {
		return nil, errors.New("its value holds a comment")
	}
	return &macro{body: []byte(strings.TrimSpace(d.Value))}, nil
}

// define reads a `define of in, whose name ends n bytes behind the grave accent, and
// returns the length of what follows.
func (r *reader) define(in *input, n int) int {
	s := in.text[in.at+1+n:]
	at := nameArg.FindSubmatchIndex(s)
	if at == nil {
		r.bad("`define: the name of a macro is missing behind it")
		return len(restOfLine.Find(s))
	}
	name := string(s[at[2]:at[3]])
	m := new(macro)
	end := at[1]
	err := checkName(name)
	if err == nil && end < len(s) && s[end] == '(' {
		m.function = true
		var k int
		if m.params, k, err = params(s[end:]); err == nil {
			end += k
		}
	}
	if err != nil {
		r.bad("macro %s: %v", name, err)
		return end + len(restOfLine.Find(s[end:]))
	}
	if end < len(s) && !space(s[end]) && !m.function && s[end] != '/' && s[end] != '\\' {
		r.bad("macro %s: a space is missing behind its name", name)
	}
	body, k, pragmas, err := bodyOf(s[end:])
	if err == nil {
		err = m.check(body)
	}
	if err != nil {
		r.bad("macro %s: %v", name, err)
	}
	for _, c := range pragmas {
		r.pragma(c)
	}
	m.body = body
	if old := r.macros[name]; err == nil && old != nil && (old.function != m.function || len(old.params) != len(m.params)) {
		r.bad("macro %s is defined again with other parameters, which not every reader takes in; `undef it before", name)
	}
	r.macros[name] = m
	return end + k
}

// params reads a list of parameters with its parentheses.
func params(s []byte) (ps []param, n int, err error) {
	parts, n, err := arguments(wholeLine.Find(s))
	if err != nil {
		return nil, n, err
	}
	if len(parts) == 1 && len(parts[0]) == 0 {
		return nil, n, nil
	}
	for _, p := range parts {
		name, value, has := bytes.Cut(p, []byte("="))
		q := param{name: string(bytes.TrimSpace(name))}
		if has {
			q.value = append([]byte{}, bytes.TrimSpace(value)...)
		}
		if !plainName.MatchString(q.name) {
			return nil, n, fmt.Errorf("its parameter %q is no identifier", q.name)
		}
		for _, other := range ps {
			if other.name == q.name {
				return nil, n, fmt.Errorf("two parameters are called %s", q.name)
			}
		}
		ps = append(ps, q)
	}
	return ps, n, nil
}

// arguments cuts a list in parentheses at its commas. Those in parentheses, brackets,
// braces and strings belong to an argument.
func arguments(s []byte) (parts [][]byte, n int, err error) {
	var open []byte
	var part []byte
	for n < len(s) {
		c := s[n]
		k := 1
		switch {
		case c == '"':
			if k, err = quoted(s[n:]); err != nil {
				return nil, n, err
			}
		case bytes.HasPrefix(s[n:], []byte("\\\n")):
			part = append(part, ' ')
			n += 2
			continue
		case c == '\\':
			for n+k < len(s) && s[n+k] > ' ' {
				k++
			}
		case bytes.HasPrefix(s[n:], []byte("//")), bytes.HasPrefix(s[n:], []byte("/*")):
			if k, err = comment(s[n:]); err != nil {
				return nil, n, err
			}
			part = append(part, ' ')
			n += k
			continue
		case c == '`' && n+2 < len(s) && s[n+1] == '"':
			return nil, n, errors.New("an argument with `\" in it")
		case strings.IndexByte("([{", c) >= 0:
			open = append(open, c)
			if len(open) == 1 {
				n++
				continue
			}
		case strings.IndexByte(")]}", c) >= 0:
			if want := map[byte]byte{')': '(', ']': '[', '}': '{'}[c]; open[len(open)-1] != want {
				return nil, n, errors.New("parentheses that do not match in its arguments")
			}
			if open = open[:len(open)-1]; len(open) == 0 {
				return append(parts, bytes.TrimSpace(part)), n + 1, nil
			}
		case c == ',' && len(open) == 1:
			parts = append(parts, bytes.TrimSpace(part))
			part = nil
			n++
			continue
		}
		part = append(part, s[n:n+k]...)
		n += k
	}
	return nil, n, errors.New("a list of arguments that does not end")
}

// bodyOf is a macro's text, without comments: to the end of the line, which a backslash
// continues. n is the length of the source text.
func bodyOf(s []byte) (body []byte, n int, pragmas [][]byte, err error) {
	inside := false // of `"
	for n < len(s) && s[n] != '\n' {
		k := 1
		switch c := s[n]; {
		case c == '\\' && n+1 < len(s) && s[n+1] == '\n':
			body = append(body, '\n')
			n += 2
			continue
		case c == '\\' && blank(s[n+1:]):
			return body, n + len(restOfLine.Find(s[n:])), pragmas, errors.New("white space behind the backslash at the end of its line")
		case c == '`' && n+1 < len(s) && s[n+1] == '"':
			inside, k = !inside, 2
		case bytes.HasPrefix(s[n:], []byte("`\\`\"")):
			k = 4
		case c == '"' && !inside:
			if k, err = quoted(s[n:]); err != nil {
				return body, n + len(restOfLine.Find(s[n:])), pragmas, err
			}
		case inside:
		case c == '\\':
			for n+k < len(s) && s[n+k] > ' ' && s[n+k] != '`' {
				k++
			}
		case bytes.HasPrefix(s[n:], []byte("//")), bytes.HasPrefix(s[n:], []byte("/*")):
			if k, err = comment(s[n:]); err != nil {
				return body, len(s), pragmas, err
			}
			c := s[n : n+k]
			if bytes.HasSuffix(c, []byte("\\")) || bytes.IndexByte(c, '\n') >= 0 {
				return body, n + k + len(restOfLine.Find(s[n+k:])), pragmas, errors.New("readers part on where a comment in it ends")
			}
			pragmas = append(pragmas, c)
			body = append(body, ' ')
			n += k
			continue
		}
		body = append(body, s[n:n+k]...)
		n += k
	}
	if inside {
		err = errors.New("`\" without another one")
	}
	return bytes.TrimSpace(body), n, pragmas, err
}

// blank reports whether the rest of a line is white space, and some.
func blank(s []byte) bool {
	line := restOfLine.Find(s)
	return len(line) > 0 && len(bytes.TrimSpace(line)) == 0
}

// check refuses text in which readers would substitute different things.
func (m *macro) check(body []byte) error {
	for _, p := range m.params {
		for i := range body {
			if body[i] == '`' && word(body[i+1:]) == len(p.name) && string(body[i+1:i+1+len(p.name)]) == p.name && (i == 0 || body[i-1] != '`') {
				return fmt.Errorf("its parameter %s stands behind a grave accent", p.name)
			}
		}
	}
	return nil
}

// expand is the macro's text with arguments in place of parameters.
func (m *macro) expand(args map[string][]byte) []byte {
	var out []byte
	s := m.body
	inside := false // of `"
	for n := 0; n < len(s); {
		k := 1
		switch c := s[n]; {
		case bytes.HasPrefix(s[n:], []byte("``")):
			n += 2
			continue
		case bytes.HasPrefix(s[n:], []byte("`\\`\"")):
			out = append(out, '\\', '"')
			n += 4
			continue
		case bytes.HasPrefix(s[n:], []byte("`\"")):
			inside = !inside
			out = append(out, '"')
			n += 2
			continue
		case c == '"' && !inside:
			k, _ = quoted(s[n:])
		case c == '\\' && !inside:
			for n+k < len(s) && s[n+k] > ' ' && s[n+k] != '`' {
				k++
			}
		case c == '`':
			k += word(s[n+1:])
		case letter(c):
			k = word(s[n:])
			if a, ok := args[string(s[n:n+k])]; ok {
				out = append(out, a...)
				n += k
				continue
			}
		case wordByte(c):
			for n+k < len(s) && wordByte(s[n+k]) {
				k++
			}
		}
		out = append(out, s[n:n+k]...)
		n += k
	}
	return out
}

// use puts a macro's text in its place. n is the length of its name.
func (r *reader) use(in *input, name string, n int) {
	file, line, column := r.place()
	m := r.macros[name]
	if m == nil {
		r.undefined(name)
		in.skip(1 + n)
		return
	}
	args := map[string][]byte{}
	if m.function {
		s := in.text[in.at+1+n:]
		k := 0
		for k < len(s) && space(s[k]) {
			k++
		}
		if k == len(s) || s[k] != '(' {
			r.bad("macro `%s: its arguments are missing", name)
			in.skip(1 + n)
			return
		}
		parts, end, err := arguments(s[k:])
		n += k + end
		if err != nil {
			// The end of the list is not known, so neither is the text after it.
			r.bad("macro `%s: %v", name, err)
			r.halt()
			return
		}
		if args, err = m.bind(parts); err != nil {
			r.bad("macro `%s: %v", name, err)
			in.skip(1 + n)
			return
		}
	}
	in.skip(1 + n)
	if len(r.inputs) >= maxNesting {
		r.problem(file, line, "macro `%s: macros nest more than %d deep, or one uses itself", name, maxNesting)
		r.halt()
		return
	}
	text := m.expand(args)
	r.expanded += len(text) + 1
	r.seam = true
	r.inputs = append(r.inputs, &input{text: text, file: file, line: line, column: column, macro: name, conds: len(r.conds)})
}

// bind gives every parameter its argument.
func (m *macro) bind(parts [][]byte) (map[string][]byte, error) {
	if len(m.params) == 0 && len(parts) == 1 && len(parts[0]) == 0 {
		return nil, nil
	}
	if len(parts) > len(m.params) {
		return nil, fmt.Errorf("%d arguments, want at most %d", len(parts), len(m.params))
	}
	args := map[string][]byte{}
	for i, p := range m.params {
		switch {
		case i < len(parts) && len(parts[i]) > 0:
			args[p.name] = parts[i]
		case p.value != nil:
			args[p.name] = p.value
		case i < len(parts):
			args[p.name] = nil
		default:
			return nil, fmt.Errorf("argument %s is missing", p.name)
		}
	}
	return args, nil
}
