package source

import (
	"fmt"
	"slices"
)

// Conversion is what a program of the user's made of the first files of a text, such as sv2v
// or a newer Yosys. A front end reads it in their place. Simulators execute the files
// themselves; one that cannot read them executes the conversion.
type Conversion struct {
	By      string // the program's name
	Command string // as the user wrote it
	SHA256  string // of the program
	Of      int    // how many of the files it is of
	Text    []byte // Verilog
	// Lines are the user's lines that those of Text were written from, by line; see Origin.
	Lines []Place `json:",omitempty"`
	// Icarus says that Icarus does not read the files, and so executes Text.
	Icarus bool
}

// ConvertedFile is the name of a converted text beside the user's files.
const ConvertedFile = "converted.v"

// Converted is s with a conversion of all its files, which are original when they are read.
func (s Sources) Converted(c *Conversion, original *Text) Sources {
	c.Of = len(s.Files)
	c.locate(original)
	s.Conversion = c
	return s
}

// Written are the sources as a front end reads them, without a conversion: what was
// converted is in the files' language, of which a converter leaves what it takes for read
// everywhere, and its macros are expanded.
func (s Sources) Written() Sources {
	c := s.Conversion
	if c == nil {
		return s
	}
	language := Verilog
	if s.SystemVerilog() {
		language = SystemVerilog
	}
	s.Conversion, s.Defines = nil, nil
	s.Files = append([]File{{Name: ConvertedFile, Text: c.Text, Language: language}}, s.Files[c.Of:]...)
	return s
}

// archive is all of a conversion as text.
func (c *Conversion) archive() []byte {
	if c == nil {
		return nil
	}
	b := fmt.Appendf(nil, "// converted by %q: %q, %s, of %d files, %d bytes\n", c.By, c.Command, c.SHA256, c.Of, len(c.Text))
	return slices.Concat(b, c.Text, []byte("\n"))
}
