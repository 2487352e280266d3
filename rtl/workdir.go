package rtl

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/rtl/tool"
)

// workdir is a private folder that holds sources under fixed names, so that no
// name from outside reaches a command line.
type workdir struct {
	path  string
	files []Source          // what is compiled, in order, under fixed names
	extra []Source          // what those may take in, under the names that stand there
	users map[string]string // the user's name of a fixed one
}

// ours are the names that files of our own have in private folders.
var ours = regexp.MustCompile(`^(f\d+\.sv?|(wrapper|bench|prologue|design)\.\w+|(vectors|results|counts)\b.*|made)(/|$)`)

// prologue is a file before the user's that makes macros the same for every simulator:
// it undefines those of the tools and defines the user's.
func prologue(defines []Define) []byte {
	var b bytes.Buffer
	for _, name := range predefined {
		fmt.Fprintf(&b, "`undef %s\n", name)
	}
	for _, d := range defines {
		fmt.Fprintf(&b, "`define %s %s\n", d.Name, d.Value)
	}
	return b.Bytes()
}

// predefined lists the macros of Icarus 11.0 (those of its driver) and of Verilator
// 5.006 (--dump-defines). Yosys needs none, since it gets preprocessed text.
var predefined = []string{
	"__ICARUS__", "__VAMS_ENABLE__",
	"VERILATOR", "VERILATOR_TIMING", "verilator", "verilator3", "SYSTEMVERILOG", "coverage_block_off",
	"SV_COV_START", "SV_COV_STOP", "SV_COV_RESET", "SV_COV_CHECK", "SV_COV_MODULE", "SV_COV_HIER",
	"SV_COV_ASSERTION", "SV_COV_FSM_STATE", "SV_COV_STATEMENT", "SV_COV_TOGGLE",
	"SV_COV_OVERFLOW", "SV_COV_ERROR", "SV_COV_NOCOV", "SV_COV_OK", "SV_COV_PARTIAL",
}

// read returns the sources after preprocessing, with a *SourceError for ambiguous ones.
// It returns nil if there is nothing to preprocess.
func read(sources Sources) (*source.Text, error) {
	if sources.Generated {
		for _, f := range sources.Files {
			if i := bytes.IndexByte(f.Text, '`'); i >= 0 {
				return nil, &SourceError{"source", []Message{{File: f.Name, Line: 1 + bytes.Count(f.Text[:i], []byte("\n")), Text: "a directive in generated text"}}}
			}
		}
		return nil, nil
	}
	text, err := source.Read(sources)
	return text, refused(err)
}

// refused is what is wrong with sources as an error of this package.
func refused(err error) error {
	var bad *source.Error
	if errors.As(err, &bad) {
		return &SourceError{"source", bad.Messages}
	}
	return err
}

// newWorkdir makes a folder for simulators with the user's unchanged text, after a file
// that makes macros the same for all. Some simulators do not support assertions over
// several clocks. A text with such assertions is replaced by its preprocessed form
// without assertions. The error is a *SourceError for ambiguous sources.
func newWorkdir(sources Sources) (*workdir, error) {
	text, err := read(sources)
	if err != nil {
		return nil, err
	}
	if text == nil {
		return makeWorkdir(sources, nil)
	}
	first := []Source{{Name: "prologue.v", Text: prologue(sources.Defines)}}
	if !text.Asserts() {
		return makeWorkdir(sources, first)
	}
	return preprocessed(sources, first, text.Unasserted)
}

// plainWorkdir is a folder for a front end: with what the text computes, and nothing
// in it that could be taken for an order. It takes a conversion in the place of what that
// is of.
func plainWorkdir(sources Sources) (*workdir, error) {
	sources = sources.Written()
	text, err := read(sources)
	if err != nil {
		return nil, err
	}
	if text == nil {
		// Of a text that it does not preprocess, Yosys takes the first line for line 0.
		sources.Files = slices.Clone(sources.Files)
		for i, f := range sources.Files {
			sources.Files[i].Text = fmt.Appendf(nil, "`line 1 \"%s\" 0\n%s", fixedName(i, f), f.Text)
		}
		return makeWorkdir(sources, nil)
	}
	return preprocessed(sources, nil, text.Plain)
}

// preprocessed is a folder with texts that are written anew.
func preprocessed(sources Sources, first []Source, write func(rename func(string) string) ([][]byte, error)) (*workdir, error) {
	fixed := map[string]string{}
	for i, f := range sources.Files {
		fixed[f.Name] = fixedName(i, f)
	}
	texts, err := write(func(file string) string {
		if name, ok := fixed[file]; ok {
			return name
		}
		return file
	})
	if err != nil {
		return nil, refused(err)
	}
	sources.Files = slices.Clone(sources.Files)
	for i := range texts {
		sources.Files[i].Text = texts[i]
	}
	return makeWorkdir(sources, first)
}

// fixedName is the name of file i in a private folder; the language goes by it.
func fixedName(i int, f Source) string {
	if f.SystemVerilog() {
		return "f" + strconv.Itoa(i) + ".sv"
	}
	return "f" + strconv.Itoa(i) + ".v"
}

// makeWorkdir writes first, and then sources, into a new folder.
func makeWorkdir(sources Sources, first []Source) (*workdir, error) {
	path, err := os.MkdirTemp("", "hashiflex-rtl-")
	if err != nil {
		return nil, &ToolError{Tool: "temporary folder", Err: err}
	}
	d := &workdir{path: path, users: map[string]string{}}
	d.files = append(d.files, first...)
	for i, s := range sources.Files {
		name := fixedName(i, s)
		d.files = append(d.files, Source{Name: name, Text: s.Text})
		d.users[name] = s.Name
	}
	var taken []Message
	for _, s := range sources.Extra {
		if ours.MatchString(s.Name) || !source.Local(s.Name) {
			taken = append(taken, Message{File: s.Name, Text: "a file cannot be taken in under this name, which the suite needs itself; choose another one"})
			continue
		}
		d.extra = append(d.extra, s)
		d.users[s.Name] = s.Name
	}
	if taken != nil {
		d.remove()
		return nil, &SourceError{"source", taken}
	}
	for _, s := range slices.Concat(d.files, d.extra) {
		if err := d.write(s.Name, s.Text); err != nil {
			d.remove()
			return nil, err
		}
	}
	return d, nil
}

// box is all that a tool gets to see of the file system.
func (d *workdir) box() tool.Box { return tool.Box{Write: []string{d.path}} }

// names are the files that are compiled.
func (d *workdir) names() (names []string) {
	for _, f := range d.files {
		names = append(names, f.Name)
	}
	return names
}

func (d *workdir) write(name string, text []byte) error {
	at := filepath.Join(d.path, filepath.FromSlash(name))
	err := os.MkdirAll(filepath.Dir(at), 0o700)
	if err == nil {
		err = os.WriteFile(at, text, 0o600)
	}
	if err != nil {
		return &ToolError{Tool: "temporary folder", Err: err}
	}
	return nil
}

func (d *workdir) remove() { os.RemoveAll(d.path) }

var place = regexp.MustCompile(`\(?([A-Za-z0-9_./-]+):(\d+)(?:[.:]\d+(?:-\d+\.\d+)?)?\)?:?\s*`)

// message reads a line of a tool's log and puts the user's file name in.
func (d *workdir) message(line string) Message {
	m := Message{Text: line}
	for _, at := range place.FindAllStringSubmatchIndex(line, -1) {
		if user, ok := d.users[line[at[2]:at[3]]]; ok {
			m.File = user
			m.Line, _ = strconv.Atoi(line[at[4]:at[5]])
			m.Text = strings.TrimSpace(line[:at[0]] + line[at[1]:])
			break
		}
	}
	return m
}
