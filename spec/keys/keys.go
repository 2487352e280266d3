package keys

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

// Places has the line of every key of a text.
type Places struct {
	file  string
	lines map[string]int // by path
}

// Decode reads a text. Its tables have the decoder's untyped values: string, int64,
// float64, bool, time.Time, []any, map[string]any, and []map[string]any for arrays of
// tables. If the text is not TOML, the error has the line.
func Decode(file string, text []byte) (map[string]any, *Places, error) {
	var table map[string]any
	if err := toml.Unmarshal(text, &table); err != nil {
		var bad toml.ParseError
		if errors.As(err, &bad) {
			return nil, nil, fmt.Errorf("%s:%d: %s", file, max(bad.Position.Line, 1), bad.Message)
		}
		return nil, nil, fmt.Errorf("%s: %w", file, err)
	}
	s := &scanner{text: text, line: 1, lines: map[string]int{}, listed: map[string]int{}}
	s.scan()
	return table, &Places{file, s.lines}, nil
}

// At is "file:line" of the key with the given path. If the text has no such key, it is
// the line of the nearest enclosing key that the text has, or the file alone if there
// is none.
func (p *Places) At(path ...string) string {
	for n := len(path); n > 0; n-- {
		if line, ok := p.lines[joined(path[:n])]; ok {
			return p.file + ":" + strconv.Itoa(line)
		}
	}
	return p.file
}

// joined is a text that no other path has.
func joined(path []string) string {
	var b strings.Builder
	for _, k := range path {
		fmt.Fprintf(&b, "%d:%s", len(k), k)
	}
	return b.String()
}

// scanner walks through a text that is known to be TOML. It reads a value only as far
// as it needs to find its end.
type scanner struct {
	text   []byte
	at     int
	line   int
	lines  map[string]int
	listed map[string]int // tables in a list so far, by path
}

func (s *scanner) more() bool { return s.at < len(s.text) }

func (s *scanner) peek() byte {
	if s.more() {
		return s.text[s.at]
	}
	return 0
}

// next steps over n bytes.
func (s *scanner) next(n int) {
	n = min(n, len(s.text)-s.at)
	s.line += bytes.Count(s.text[s.at:s.at+n], []byte("\n"))
	s.at += n
}

// blank steps over spaces, line ends and comments.
func (s *scanner) blank() {
	for s.more() {
		switch s.peek() {
		case ' ', '\t', '\r', '\n':
			s.next(1)
		case '#':
			end := bytes.IndexByte(s.text[s.at:], '\n')
			if end < 0 {
				end = len(s.text) - s.at
			}
			s.next(end)
		default:
			return
		}
	}
}

// note enters a path and its enclosing paths, except those that it has seen before.
func (s *scanner) note(path []string) {
	for n := len(path); n > 0; n-- {
		k := joined(path[:n])
		if s.lines[k] != 0 {
			return
		}
		s.lines[k] = s.line
	}
}

func (s *scanner) scan() {
	for _, mark := range []string{"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"} { // of byte order, as the decoder skips them
		if bytes.HasPrefix(s.text, []byte(mark)) {
			s.next(len(mark))
			break
		}
	}
	var table []string
	for s.blank(); s.more(); s.blank() {
		if s.peek() != '[' {
			s.pair(table)
			continue
		}
		list := s.at+1 < len(s.text) && s.text[s.at+1] == '['
		s.next(1)
		if list {
			s.next(1)
		}
		table = s.within(s.key(), list)
		s.note(table)
		for s.more() && s.peek() == ']' {
			s.next(1)
		}
	}
}

// within is the path of a table's header. Where it leads through an array of tables, it
// means the last of them.
func (s *scanner) within(header []string, list bool) (path []string) {
	for i, k := range header {
		path = append(path, k)
		at := joined(path)
		if list && i == len(header)-1 {
			s.note(path)
			s.listed[at]++
		}
		if n := s.listed[at]; n > 0 {
			path = append(path, strconv.Itoa(n-1))
		}
	}
	return path
}

// pair is a key and its value.
func (s *scanner) pair(table []string) {
	from := s.at
	path := append(append([]string(nil), table...), s.key()...)
	s.note(path)
	s.blank()
	if s.peek() == '=' {
		s.next(1)
	}
	s.blank()
	s.value(path)
	if s.at == from {
		s.next(1) // of what no decoder would have taken
	}
}

// key reads a key with its dots and stops behind it.
func (s *scanner) key() (path []string) {
	for s.more() {
		for s.peek() == ' ' || s.peek() == '\t' {
			s.next(1)
		}
		switch c := s.peek(); {
		case c == '"' || c == '\'':
			from := s.at
			s.quoted()
			path = append(path, unquoted(s.text[from:s.at]))
		default:
			from := s.at
			for s.more() && !bytes.ContainsRune([]byte(" \t\r\n.=]"), rune(s.peek())) {
				s.next(1)
			}
			path = append(path, string(s.text[from:s.at]))
		}
		for s.peek() == ' ' || s.peek() == '\t' {
			s.next(1)
		}
		if s.peek() != '.' {
			break
		}
		s.next(1)
	}
	return path
}

// unquoted is the value of a quoted key.
func unquoted(text []byte) string {
	var x struct{ K string }
	if toml.Unmarshal(append([]byte("K = "), text...), &x) != nil {
		return string(text)
	}
	return x.K
}

// quoted steps over a string of any kind.
func (s *scanner) quoted() {
	q := s.peek()
	three := bytes.Repeat([]byte{q}, 3)
	end := []byte{q}
	if bytes.HasPrefix(s.text[s.at:], three) {
		end = three
	}
	s.next(len(end))
	for s.more() {
		switch {
		case q == '"' && s.peek() == '\\':
			s.next(2)
		case bytes.HasPrefix(s.text[s.at:], end):
			s.next(len(end))
			for extra := 0; len(end) == 3 && extra < 2 && s.peek() == q; extra++ {
				s.next(1)
			}
			return
		default:
			s.next(1)
		}
	}
}

// value steps over a value and enters what is in it.
func (s *scanner) value(path []string) {
	switch s.peek() {
	case '"', '\'':
		s.quoted()
	case '[':
		s.next(1)
		for i := 0; ; {
			s.blank()
			switch {
			case !s.more():
				return
			case s.peek() == ']':
				s.next(1)
				return
			case s.peek() == ',':
				s.next(1)
				i++
			default:
				from := s.at
				element := append(append([]string(nil), path...), strconv.Itoa(i))
				s.note(element)
				s.value(element)
				if s.at == from {
					s.next(1)
				}
			}
		}
	case '{':
		s.next(1)
		for {
			s.blank()
			switch {
			case !s.more():
				return
			case s.peek() == '}':
				s.next(1)
				return
			case s.peek() == ',':
				s.next(1)
			default:
				s.pair(path)
			}
		}
	default:
		for s.more() && !bytes.ContainsRune([]byte(",]}#\n"), rune(s.peek())) {
			s.next(1)
		}
	}
}
