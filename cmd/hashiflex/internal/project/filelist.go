package project

import (
	"path/filepath"
	"strings"

	"github.com/hashiflex/hashiflex/rtl/source"
)

// maxNesting is the largest nesting depth of file lists.
const maxNesting = 16

// list adds the files that a file list names. Paths in it are relative to dir.
func (r *resolver) list(name, dir, at string, depth int) {
	if depth > maxNesting {
		r.bad(at, "%s: file lists name each other without an end", name)
		return
	}
	text, err := ReadText(name)
	if err != nil {
		r.bad(at, "%v", err)
		return
	}
	words, err := listed(filepath.ToSlash(name), string(text))
	if err != nil {
		r.errs = append(r.errs, err)
		return
	}
	under := func(path string) string {
		if filepath.IsAbs(path) {
			return filepath.Clean(path)
		}
		return filepath.Join(dir, filepath.FromSlash(path))
	}
	for i := 0; i < len(words); i++ {
		w := words[i]
		at := place(filepath.ToSlash(name), w.line)
		operand := func() (string, bool) {
			if i+1 < len(words) {
				i++
				return words[i].text, true
			}
			r.bad(at, "%s: nothing follows it", w.text)
			return "", false
		}
		switch {
		case strings.Contains(w.text, "$"):
			r.bad(at, "%s: a variable of the environment is another text on every machine", w.text)
		case w.text == "-f":
			if list, ok := operand(); ok {
				r.list(under(list), dir, at, depth+1)
			}
		case w.text == "-F":
			if list, ok := operand(); ok {
				r.list(under(list), filepath.Dir(under(list)), at, depth+1)
			}
		case w.text == "-sv" || w.text == "-sverilog" || w.text == "-g2012":
			if r.language == source.ByName {
				r.language = source.SystemVerilog
				for i := range r.files {
					r.files[i].Language = source.SystemVerilog
				}
			}
		case strings.HasPrefix(w.text, "+incdir+"):
			for _, d := range strings.Split(strings.TrimPrefix(w.text, "+incdir+"), "+") {
				if d != "" {
					r.folder(under(d), at)
				}
			}
		case strings.HasPrefix(w.text, "+define+"):
			for _, d := range strings.Split(strings.TrimPrefix(w.text, "+define+"), "+") {
				if d != "" {
					name, value, _ := strings.Cut(d, "=")
					r.defines = append(r.defines, source.Define{Name: name, Value: value})
				}
			}
		case strings.HasPrefix(w.text, "-") || strings.HasPrefix(w.text, "+"):
			r.bad(at, "%s: of options, file lists may have -f, -F, -sv, +incdir+ and +define+; write the others into the project, or name the files", w.text)
		default:
			before := len(r.errs)
			r.glob(under(w.text), entry{w.text, at})
			if len(r.errs) > before && depth == 0 && dir != filepath.Dir(name) {
				if hint, err := filepath.Glob(filepath.Join(filepath.Dir(name), filepath.FromSlash(w.text))); err == nil && len(hint) > 0 {
					r.bad(at, "%s: it is beside the list: take the list with -F, or write paths from the project's folder", w.text)
				}
			}
		}
	}
}
