package witness

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/equiv/explain"
	"github.com/hashiflex/hashiflex/rtl"
)

// listings returns the modules of user-written files, the case's own first. It finds
// modules by their usual form, which is enough to quote a line. Whole files follow, for
// modules that it does not find.
func (c *Case) listings() (own []*explain.Listing) {
	module := rtl.VerilogName(c.Module.Name)
	var others, whole []*explain.Listing
	for _, f := range c.Sources.Files {
		for _, name := range moduleNames(f.Text) {
			part, at, err := extract(f.Text, name)
			if err != nil {
				continue
			}
			l := &explain.Listing{Module: name, File: f.Name, Line: at, Text: part}
			if name == module {
				own = append(own, l)
			} else {
				others = append(others, l)
			}
		}
	}
	for _, f := range slices.Concat(c.Sources.Files, c.Sources.Extra) {
		whole = append(whole, &explain.Listing{Module: module, File: f.Name, Line: 1, Text: string(f.Text)})
	}
	return slices.Concat(own, others, whole)
}

// moduleNames are the modules of a file, in order, each once.
func moduleNames(text []byte) (names []string) {
	for l := range strings.Lines(string(text)) {
		if f := header(l); len(f) >= 2 && f[0] == "module" {
			if name := strings.TrimPrefix(f[1], `\`); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// header is a line of Verilog as words.
func header(line string) []string {
	return strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" (;#\n\t\r", r) })
}

// ending is the end of a module, on a line of its own or behind other text.
var ending = regexp.MustCompile(`\bendmodule\b`)

// extract returns the text of one module with the comment before it, and its first line
// number. Modules follow each other in the text.
func extract(text []byte, module string) (string, int, error) {
	lines := strings.SplitAfter(string(text), "\n")
	for i, l := range lines {
		f := header(l)
		if len(f) < 2 || f[0] != "module" || strings.TrimPrefix(f[1], `\`) != module {
			continue
		}
		from := i
		for from > 0 && strings.HasPrefix(lines[from-1], "//") {
			from--
		}
		for to := i; to < len(lines); to++ {
			if ending.MatchString(lines[to]) {
				return strings.Join(lines[from:to+1], ""), from + 1, nil
			}
		}
	}
	return "", 0, errors.New("module " + module + " is not there whole")
}
