package source

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits on the expansion of macros and includes. They are far above the needs of people,
// and stop an endless expansion.
const (
	maxNesting   = 64      // files within files, and macros within macros
	maxExpansion = 8 << 20 // bytes out of macros and includes, in all
	maxMessages  = 100
)

// Text is the result of preprocessing Sources.
type Text struct {
	Files []Tokens // one for each compiled file, in order
	// Used are the names of the Extra that the files take in, sorted.
	Used []string
}

// Tokens are those of one compiled file. Tokens of included files are among them, at the
// place of the include.
type Tokens struct {
	Name string
	List []Token
}

// Error has all problems of sources before they are parsed.
type Error struct{ Messages []Message }

func (e *Error) Error() string {
	lines := make([]string, len(e.Messages))
	for i, m := range e.Messages {
		lines[i] = m.String()
	}
	return strings.Join(lines, "\n")
}

// Read preprocesses sources by IEEE 1364-2005 (clause 19) and IEEE 1800-2017 (clause
// 22), and cuts them into tokens. Only Defines are defined at the beginning. Only Extra
// can be included, by the name that is written.
//
// Read refuses a text whose meaning the standards leave open, or that readers are known to
// interpret differently: the error is an *Error with every problem.
func Read(s Sources) (*Text, error) {
	r := &reader{extra: map[string]File{}, macros: map[string]*macro{}, used: map[string]bool{}, images: map[string]bool{}, defines: len(s.Defines) > 0}
	r.declare(s)
	if len(r.problems) == 0 {
		for _, f := range s.Files {
			r.compile(f)
		}
	}
	text := &Text{Files: r.files}
	for i := range text.Files {
		text.Files[i].List = join(text.Files[i].List)
	}
	if len(r.problems) == 0 {
		r.systems(text)
	}
	if r.problems != nil {
		return nil, &Error{r.problems}
	}
	for name := range r.used {
		text.Used = append(text.Used, name)
	}
	slices.Sort(text.Used)
	return text, nil
}

// reader is the state of one run over all files.
type reader struct {
	extra    map[string]File
	defines  bool // the user defines macros
	macros   map[string]*macro
	used     map[string]bool
	images   map[string]bool // that were looked at, by task and name
	files    []Tokens
	problems []Message
	expanded int // bytes out of macros and includes

	sv       bool // the language of the compiled file
	versions []bool
	inputs   []*input
	conds    []cond
	none     bool // `default_nettype none holds
	// attribute says that (* is open.
	attribute bool
	tight     bool // nothing was skipped since the last token
	seam      bool // a macro began or ended since then
}

// input is the text that is being read: a file, or the expansion of a macro.
type input struct {
	text  []byte
	at    int
	file  string
	line  int
	begin int // of the line
	// macro is the one that the text comes from, or "". Its tokens then stand at
	// file, line, column.
	macro  string
	column int
	conds  int // that were open before
}

// cond is an open `ifdef.
type cond struct {
	file   string
	line   int
	live   bool // the branch is read
	taken  bool // some branch was
	ended  bool // `else has been
	around bool // what stands around it is read
}

func (r *reader) problem(file string, line int, format string, args ...any) {
	if len(r.problems) < maxMessages {
		r.problems = append(r.problems, Message{file, line, fmt.Sprintf(format, args...)})
	}
}

// bad reports a problem at the current place.
func (r *reader) bad(format string, args ...any) {
	file, line, _ := r.place()
	r.problem(file, line, format, args...)
}

// place is the current place in the user's text.
func (r *reader) place() (file string, line, column int) {
	in := r.inputs[len(r.inputs)-1]
	if in.macro != "" {
		return in.file, in.line, in.column
	}
	return in.file, in.line, in.at - in.begin + 1
}

// declare takes the names of extra files and the macros that the user defines.
func (r *reader) declare(s Sources) {
	for _, f := range s.Extra {
		switch _, twice := r.extra[f.Name]; {
		case !Local(f.Name):
			r.problem(f.Name, 0, "a file that is taken in needs a relative name of letters, digits, _ - . and /, without . or .. as a part: declare it as NAME=PATH and take in NAME")
		case twice:
			r.problem(f.Name, 0, "it is declared twice")
		}
		for other := range r.extra {
			if strings.HasPrefix(f.Name, other+"/") || strings.HasPrefix(other, f.Name+"/") {
				r.problem(f.Name, 0, "%s is declared too, and one of them would have to be a folder", other)
			}
		}
		r.extra[f.Name] = f
	}
	for _, d := range s.Defines {
		m, err := defined(d)
		if _, twice := r.macros[d.Name]; twice && err == nil {
			err = errors.New("it is defined twice")
		}
		if err != nil {
			r.problem("", 0, "macro %s: %v", d.Name, err)
			continue
		}
		r.macros[d.Name] = m
	}
}

// Local reports whether a name of a file may be one of Extra: every tool finds the same
// file of a folder by it.
func Local(name string) bool {
	if name == "" || path.Clean(name) != name || strings.HasPrefix(name, "/") || name[0] == '-' || name[0] == '.' {
		return false
	}
	for i := range len(name) {
		if c := name[i]; !letter(c) && !digit(c) && c != '-' && c != '.' && c != '/' {
			return false
		}
	}
	return true
}

// compile reads one file and everything in it.
func (r *reader) compile(f File) {
	r.sv, r.versions = f.SystemVerilog(), nil
	r.files = append(r.files, Tokens{Name: f.Name})
	r.tight = false
	r.push(f)
	if r.none {
		r.nets(true) // from the file before
	}
	for len(r.inputs) > 0 {
		in := r.inputs[len(r.inputs)-1]
		if in.at >= len(in.text) {
			r.pop()
			continue
		}
		if r.expanded > maxExpansion {
			r.bad("macros and includes grow to more than %d bytes", maxExpansion)
			r.halt()
			continue
		}
		r.step(in)
	}
	if len(r.versions) > 0 {
		r.problem(f.Name, 0, "`begin_keywords without `end_keywords")
	}
}

// push begins to read a file.
func (r *reader) push(f File) {
	r.inputs = append(r.inputs, &input{text: r.clean(f), file: f.Name, line: 1, conds: len(r.conds)})
}

// pop ends an input. It must have closed every condition that it opened.
func (r *reader) pop() {
	in := r.inputs[len(r.inputs)-1]
	for len(r.conds) > in.conds {
		c := r.conds[len(r.conds)-1]
		r.problem(c.file, c.line, "`ifdef without `endif in the same file or macro")
		r.conds = r.conds[:len(r.conds)-1]
	}
	r.inputs = r.inputs[:len(r.inputs)-1]
	if in.macro == "" {
		r.tight = false
	}
	r.seam = true
}

// halt gives the file up.
func (r *reader) halt() { r.inputs, r.conds = nil, nil }

// clean is the text with plain ends of lines. Characters that readers interpret
// differently are problems, wherever they are.
func (r *reader) clean(f File) []byte {
	text := f.Text
	if bytes.HasPrefix(text, []byte("\xef\xbb\xbf")) {
		r.problem(f.Name, 1, "the file begins with a byte order mark, which not every reader skips; save it without one")
	}
	line := 1
	for i, c := range text {
		switch {
		case c == '\n':
			line++
		case c == '\r' && i+1 < len(text) && text[i+1] == '\n':
		case c == '\r':
			r.problem(f.Name, line, "a carriage return within a line: some readers end the line there, others drop it")
		case c < ' ' && c != '\t' || c == 0x7f:
			r.problem(f.Name, line, "control character %#02x: readers skip it or end the text there", c)
		}
	}
	if bytes.IndexByte(text, '\r') >= 0 {
		text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	}
	return text
}

func (r *reader) live() bool { return len(r.conds) == 0 || r.conds[len(r.conds)-1].live }

// skip goes on by n bytes of in, and counts their lines.
func (in *input) skip(n int) {
	if in.macro == "" {
		for i := in.at; i < in.at+n; i++ {
			if in.text[i] == '\n' {
				in.line, in.begin = in.line+1, i+1
			}
		}
	}
	in.at += n
}

func (in *input) rest() []byte { return in.text[in.at:] }

// step reads one thing: white space, a comment, a directive, a macro or a token.
func (r *reader) step(in *input) {
	s := in.rest()
	switch c := s[0]; {
	case space(c):
		n := 1
		for n < len(s) && space(s[n]) {
			n++
		}
		in.skip(n)
		r.tight = false
	case bytes.HasPrefix(s, []byte("//")), bytes.HasPrefix(s, []byte("/*")):
		n, err := comment(s)
		if err != nil {
			r.bad("%v", err)
		} else if r.live() {
			r.pragma(s[:n])
		}
		in.skip(n)
		r.tight = false
	case c == '`':
		r.directive(in)
	case !r.live():
		r.dead(in)
	default:
		r.token(in)
	}
}

// comment is the length of the comment at the beginning of s.
func comment(s []byte) (int, error) {
	if s[1] == '/' {
		if n := bytes.IndexByte(s, '\n'); n >= 0 {
			return n, nil
		}
		return len(s), nil
	}
	if n := bytes.Index(s[2:], []byte("*/")); n >= 0 {
		return n + 4, nil
	}
	return len(s), errors.New("a comment that does not end")
}

// addressed are the first words of comments that are commands to some tool.
var addressed = words(`ambit altera cadence coverage exemplar leda lint_off lint_on pragma quartus rtl_synthesis
spyglass synopsys synplify synthesis translate_off translate_on vcs verific verilator verilint vivado xilinx xst`)

// pragma keeps a comment that is a command.
func (r *reader) pragma(text []byte) {
	words := strings.FieldsFunc(string(text[2:]), func(c rune) bool { return c > 0x7f || !wordByte(byte(c)) })
	if len(words) == 0 {
		return
	}
	// Verilator wants no space behind its name.
	if who := strings.ToLower(words[0]); !addressed[who] && !strings.HasPrefix(who, "verilator") {
		return
	}
	r.emit(Pragma, strings.TrimRight(string(text), " \t"))
}

// dead skips text that a condition excludes. Strings may contain text that looks like a
// comment or a directive. In excluded text an unmatched quote ends with its line.
func (r *reader) dead(in *input) {
	s := in.rest()
	n := 1
	switch {
	case s[0] == '"':
		var err error
		if n, err = quoted(s); err != nil {
			n = 1
			for n < len(s) && s[n] != '\n' {
				n++
			}
		}
		if bytes.IndexByte(s[:n], '`') >= 0 || err != nil && (bytes.Contains(s[:n], []byte("//")) || bytes.Contains(s[:n], []byte("/*"))) {
			r.bad("a string in text that is not read holds what some readers take for a directive or a comment")
		}
	case s[0] == '\\':
		for n < len(s) && s[n] > ' ' {
			n++
		}
	case wordByte(s[0]):
		for n < len(s) && wordByte(s[n]) {
			n++
		}
	}
	in.skip(n)
}

// token reads one token.
func (r *reader) token(in *input) {
	s := in.rest()
	kind, n, err := lex(s, r.sv)
	if err != nil {
		r.bad("%v", err)
		in.skip(n)
		return
	}
	if kind == Operator {
		switch string(s[:n]) {
		case "(*":
			r.attribute = true
		case "*)":
			if !r.attribute {
				n = 1
			}
			r.attribute = false
		}
	}
	text := string(s[:n])
	switch {
	case kind == Number && strings.ContainsAny(text, " \t\n"):
		text = strings.Join(strings.Fields(text), "")
	case kind == Identifier && r.keyword(text):
		kind = Keyword
	case kind == String && !utf8.ValidString(text):
		r.bad("a string that is not UTF-8")
	}
	r.glued(text)
	r.emit(kind, text)
	r.seam = false
	in.skip(n)
	r.tight = true
}

func (r *reader) keyword(text string) bool {
	if r.sv {
		return systemVerilogKeywords[text]
	}
	return verilogKeywords[text]
}

// glued refuses a token that would join with the one before it to a longer one, if one of
// the two comes from a macro: readers that substitute text see one word, readers that
// substitute tokens see two.
func (r *reader) glued(text string) {
	list := r.files[len(r.files)-1].List
	if !r.tight || !r.seam || len(list) == 0 {
		return
	}
	before := list[len(list)-1]
	both := before.Text + text
	if before.Kind == String || before.Kind == Pragma || before.Kind == Directive || before.Kind == Number && bare.MatchString(before.Text) {
		return
	}
	_, n, err := lex([]byte(both), r.sv)
	if err != nil || n != len(before.Text) || strings.HasPrefix(both, "//") || strings.HasPrefix(both, "/*") {
		r.bad("%s and %s stand side by side where a macro begins or ends: readers take them for one word or for two; put a space between them, or `` in the macro", before.Text, text)
	}
}

func (r *reader) emit(kind Kind, text string) {
	file, line, column := r.place()
	f := &r.files[len(r.files)-1]
	f.List = append(f.List, Token{kind, text, file, line, column, r.tight})
}

// What a Directive says.
const (
	noNets   = "`default_nettype none"
	wireNets = "`default_nettype wire"
)

// nets notes the `default_nettype from here on.
func (r *reader) nets(none bool) {
	r.none = none
	text := noNets
	if !none {
		text = wireNets
	}
	r.emit(Directive, text)
}

// include includes one of Extra.
func (r *reader) include(name string) {
	f, ok := r.extra[path.Clean(name)]
	switch {
	case !ok:
		r.bad("%q is taken in and not declared: nothing would vouch for it; declare it with --include", name)
	case len(r.inputs) >= maxNesting:
		r.bad("files and macros nest more than %d deep", maxNesting)
		r.halt()
	default:
		r.used[f.Name] = true
		r.expanded += len(f.Text)
		r.push(f)
	}
	r.tight = false
}

// decimal is n as a number that is not above most.
func decimal(s string, most int) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= 0 && n <= most
}
