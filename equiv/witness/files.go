package witness

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/hashiflex/hashiflex/reports/seal"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/spec/bounded"
)

// Kept is a file of the design, unchanged in the folder.
type Kept struct {
	Name   string `json:"name"` // the user's, or the one by which another file takes it in
	File   string `json:"file"` // in the folder
	SHA256 string `json:"sha256"`
}

// Define is a macro that is defined before the first file.
type Define struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// reserved are the names of the folder's other files.
var reserved = []string{PrologueFile, File, BenchFile, ScriptFile, TraceFile, DrawFile, WordsFile}

// keepable is a file name that means the same to every shell and file system.
var keepable = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$`)

// keeper finds names in the folder.
type keeper map[string]bool

// name is the last part of a user's name where that can be, with an ending that says
// the language, by which compilers choose it.
func (k keeper) name(user string, f rtl.Source) string {
	const sv = ".sv"
	base := strings.Map(func(r rune) rune {
		if r > '~' || !keepable.MatchString("x"+string(r)) {
			return '_'
		}
		return r
	}, filepath.Base(user))
	if !keepable.MatchString(base) {
		base = DesignFile
	}
	switch is := strings.HasSuffix(base, sv); {
	case f.SystemVerilog() && !is:
		base = strings.TrimSuffix(base, ".v") + sv
	case !f.SystemVerilog() && is && f.Language != source.ByName:
		base = strings.TrimSuffix(base, sv) + ".v"
	}
	name := base
	for n := 2; k[name]; n++ {
		name = strconv.Itoa(n) + "_" + base
	}
	k[name] = true
	return name
}

// keep enters a design's files into the witness, and gives them for the folder.
func (d *Design) keep(s rtl.Sources) (files []Content, err error) {
	names := keeper{}
	for _, r := range reserved {
		names[r] = true
	}
	for _, f := range s.Files {
		k := Kept{f.Name, names.name(f.Name, f), seal.Sum(f.Text)}
		d.Files = append(d.Files, k)
		files = append(files, Content{k.File, f.Text})
	}
	for _, f := range s.Extra {
		if !filepath.IsLocal(f.Name) {
			return nil, fmt.Errorf("%s: a file that is taken in from outside of the design's folder", f.Name)
		}
		k := Kept{f.Name, names.name(f.Name, rtl.Source{Name: f.Name}), seal.Sum(f.Text)}
		d.Extra = append(d.Extra, k)
		files = append(files, Content{k.File, f.Text})
	}
	for _, m := range s.Defines {
		d.Defines = append(d.Defines, Define(m))
	}
	first, texts, err := rtl.Simulated(s)
	if err != nil {
		return nil, err
	}
	files = append(files, Content{PrologueFile, first})
	for i, text := range texts {
		k := Kept{s.Files[i].Name, names.name("simulated_"+d.Files[i].File, s.Files[i]), seal.Sum(text)}
		d.Simulated = append(d.Simulated, k)
		files = append(files, Content{k.File, text})
	}
	return files, nil
}

// load reads a design back from its folder. The error is a *FieldError, without the
// file that it is of, or of the file system.
func (d *Design) load(folder string) (s rtl.Sources, err error) {
	read := func(field string, ks []Kept) (files []rtl.Source, err error) {
		for i, k := range ks {
			field := fmt.Sprintf("design.%s[%d]", field, i)
			if !keepable.MatchString(k.File) {
				return nil, &FieldError{Field: field + ".file", What: fmt.Sprintf("%q is no name of a file in the folder", k.File)}
			}
			at := filepath.Join(folder, k.File)
			text, err := bounded.ReadFile(at, bounded.Record)
			if err != nil {
				return nil, err
			}
			if have := seal.Sum(text); have != k.SHA256 {
				return nil, &FieldError{Field: field + ".sha256", What: fmt.Sprintf("%s has the hash %s, the witness is of %s", at, have, k.SHA256)}
			}
			f := rtl.Source{Name: k.Name, Text: text}
			if is := strings.HasSuffix(k.File, ".sv"); is != f.SystemVerilog() {
				f.Language = source.Verilog
				if is {
					f.Language = source.SystemVerilog
				}
			}
			files = append(files, f)
		}
		return files, nil
	}
	if len(d.Files) == 0 {
		return s, &FieldError{Field: "design.files", What: "there is none"}
	}
	if s.Files, err = read("files", d.Files); err != nil {
		return s, err
	}
	for i, k := range d.Extra {
		if !filepath.IsLocal(k.Name) {
			return s, &FieldError{Field: fmt.Sprintf("design.extra[%d].name", i), What: fmt.Sprintf("%q is outside of the design's folder", k.Name)}
		}
	}
	if s.Extra, err = read("extra", d.Extra); err != nil {
		return s, err
	}
	if _, err = read("simulated", d.Simulated); err != nil {
		return s, err
	}
	for _, m := range d.Defines {
		s.Defines = append(s.Defines, rtl.Define(m))
	}
	return s, nil
}

// names are the files that are compiled, for a reader.
func (d *Design) names() string {
	var names []string
	for _, k := range d.Files {
		names = append(names, k.File)
	}
	return strings.Join(names, ", ")
}
