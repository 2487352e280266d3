package liberty

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/rtl/source"
)

// Is reports whether a file is a library, by its name.
func Is(file string) bool { return strings.HasSuffix(file, ".lib") }

// word is a name in Verilog. An escaped one ends at a space.
var word = regexp.MustCompile(`\\[!-~]+|[A-Za-z_][A-Za-z0-9_$]*`)

// defined is the name of a module that a text defines.
var defined = regexp.MustCompile(`\bmodule\s+(\\[!-~]+|[A-Za-z_][A-Za-z0-9_$]*)`)

// Link replaces libraries among files by Verilog of those cells that the other files name and
// do not define. The error has all problems.
func Link(files []source.File) ([]source.File, error) {
	if !slices.ContainsFunc(files, func(f source.File) bool { return Is(f.Name) }) {
		return files, nil
	}
	named, taken := map[string]bool{}, map[string]bool{}
	var errs []error
	for _, f := range files {
		if Is(f.Name) {
			continue
		}
		for _, w := range word.FindAll(f.Text, -1) {
			named[strings.TrimPrefix(string(w), `\`)] = true
		}
		for _, m := range defined.FindAllSubmatch(f.Text, -1) {
			taken[strings.TrimPrefix(string(m[1]), `\`)] = true
		}
	}
	out := slices.Clone(files)
	for i, f := range out {
		if !Is(f.Name) {
			continue
		}
		l, err := Parse(f.Name, f.Text)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		text, err := l.Verilog(func(cell string) bool { return named[cell] && !taken[cell] })
		errs = append(errs, err)
		for _, c := range l.Cells {
			taken[c.Name] = taken[c.Name] || named[c.Name] // by the first library that has it
		}
		out[i].Text, out[i].Language = text, source.Verilog
	}
	return out, errors.Join(errs...)
}
