package explain

import (
	"fmt"
	"regexp"
	"strings"
)

// Listing is the Verilog of one module as it was read.
type Listing struct {
	Module string
	File   string // its name for a reader
	Line   int    // of the text's first line in File
	Text   string

	defs map[string]int // line of File by defined name
	at   map[int]string // and back
}

// definition matches a statement that gives a signal its value.
var definition = regexp.MustCompile(`(?:^|;)\s*(?:wire|reg|output|assign)\b[^=;]*?(\\\S+|[A-Za-z_][\w$]*)\s*=`)

func (l *Listing) index() {
	if l.defs != nil {
		return
	}
	l.defs, l.at = map[string]int{}, map[int]string{}
	n := l.Line
	for text := range strings.Lines(l.Text) {
		for _, m := range definition.FindAllStringSubmatch(text, -1) {
			name := strings.TrimPrefix(m[1], `\`)
			if _, ok := l.defs[name]; !ok {
				l.defs[name] = n
			}
			if _, ok := l.at[n]; !ok {
				l.at[n] = name
			}
		}
		n++
	}
}

// place is where name is defined, as file:line.
func (l *Listing) place(name string) (string, bool) {
	if l == nil {
		return "", false
	}
	l.index()
	n, ok := l.defs[name]
	return fmt.Sprintf("%s:%d", l.File, n), ok
}

// defined is the name that the statement at a location gives a value, if it is
// in this listing. A location is file:line.
func (l *Listing) defined(location string) (string, bool) {
	if l == nil {
		return "", false
	}
	l.index()
	var n int
	rest, ok := strings.CutPrefix(location, l.File+":")
	if !ok {
		return "", false
	}
	if _, err := fmt.Sscanf(rest, "%d", &n); err != nil {
		return "", false
	}
	name, ok := l.at[n]
	return name, ok
}

// Text writes what stands at a location, or "".
func (l *Listing) text(location string) string {
	var n int
	rest, ok := strings.CutPrefix(location, l.File+":")
	if !ok {
		return ""
	}
	if _, err := fmt.Sscanf(rest, "%d", &n); err != nil {
		return ""
	}
	lines := strings.Split(l.Text, "\n")
	if n -= l.Line; n < 0 || n >= len(lines) {
		return ""
	}
	return strings.TrimSpace(lines[n])
}
