package source

import (
	"fmt"
	"slices"
	"strings"
)

// File is one text. Name is the user's and may hold anything.
type File struct {
	Name string
	Text []byte
	// Language of a compiled file.
	Language Language `json:",omitempty"`
}

// Language is the language of a file.
type Language string

// ByName is SystemVerilog for a file whose name ends in .sv, and Verilog for others.
const (
	ByName        Language = ""
	Verilog       Language = "verilog"
	SystemVerilog Language = "systemverilog"
)

// SystemVerilog reports whether the file is SystemVerilog.
func (f File) SystemVerilog() bool {
	return f.Language == SystemVerilog || f.Language == ByName && strings.HasSuffix(f.Name, ".sv")
}

// Define is a macro that the user defines for every reader alike.
type Define struct{ Name, Value string }

// Sources is all text that a reader of Verilog may see. Files are compiled in this order,
// as one compilation unit. Extra are the files that they may read by `include, $readmemh
// or $readmemb, each under the name that is written there. Defines hold from the beginning
// of the first file on.
type Sources struct {
	Files   []File
	Extra   []File
	Defines []Define
	// Generated says that this program wrote the files. They have no directives and no
	// commands in comments, so there is nothing to preprocess.
	Generated bool
	// Conversion is what a program of the user's made of the files; nil: none was asked.
	Conversion *Conversion `json:",omitempty"`
}

// Of is files that include no others.
func Of(files ...File) Sources { return Sources{Files: files} }

// One is a single file that includes no others.
func One(name string, text []byte) Sources { return Of(File{Name: name, Text: text}) }

// With is s with files compiled after its own.
func (s Sources) With(files ...File) Sources {
	s.Files = append(slices.Clone(s.Files), files...)
	return s
}

// SystemVerilog reports whether a file of s is SystemVerilog. Compilers that know one
// language for all files read all of them as that.
func (s Sources) SystemVerilog() bool {
	return slices.ContainsFunc(s.Files, File.SystemVerilog)
}

// Archive is one text that differs for different s. For a single file it is the file's
// text. Otherwise it has every define and every file after its name and length, and after
// its language if that does not follow from the name. A conversion is the last part.
func (s Sources) Archive() []byte {
	if len(s.Files) == 1 && len(s.Extra) == 0 && len(s.Defines) == 0 && s.Files[0].Language == ByName && s.Conversion == nil {
		return s.Files[0].Text
	}
	var b []byte
	for _, d := range s.Defines {
		b = fmt.Appendf(b, "// define %q %q\n", d.Name, d.Value)
	}
	for _, part := range []struct {
		kind  string
		files []File
	}{{"file", s.Files}, {"extra", s.Extra}} {
		for _, f := range part.files {
			language := ""
			if f.Language != ByName {
				language = ", " + string(f.Language)
			}
			b = fmt.Appendf(b, "// %s %q, %d bytes%s\n", part.kind, f.Name, len(f.Text), language)
			b = append(append(b, f.Text...), '\n')
		}
	}
	return append(b, s.Conversion.archive()...)
}
