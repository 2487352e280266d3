package source

import (
	"bytes"
	"fmt"
	"strings"
)

// Plain is the text for a front end that makes a netlist. It computes what a simulator with
// assertions off executes, and has nothing that could be a command to a reader. It has no
// comments, no attributes, and no directives but `line and `default_nettype. It has no
// assertions, messages, unique or priority, no packages (packages.go), no returns
// (returns.go) and no packed arrays of several dimensions (packed.go). Every line has the
// number of the line in the user's file. rename gives the front end's name of a file.
//
// There is one text for each of t.Files. The error is an *Error, for example for an
// assertion whose action does more than print a message: it cannot be left out.
func (t *Text) Plain(rename func(file string) string) ([][]byte, error) {
	return t.write(rename, stripper{everything: true}, true)
}

// Bare is Plain with the user's own constructs: packages, returns and arrays stay as they
// are. It is for a program that converts them.
func (t *Text) Bare(rename func(file string) string) ([][]byte, error) {
	return t.write(rename, stripper{everything: true}, false)
}

// Stripped is the tokens of Bare, for each of t.Files.
func (t *Text) Stripped() (lists [][]Token, err error) {
	var problems []Message
	for _, f := range t.Files {
		s := stripper{everything: true, in: f.List}
		s.strip()
		problems = append(problems, s.problems...)
		lists = append(lists, s.out)
	}
	if problems != nil {
		return nil, &Error{problems}
	}
	return lists, nil
}

// Unasserted is the preprocessed text without assertions and their messages, unique and
// priority. It is for simulators that stop at unknown ones instead of skipping them. Errors
// are those of Plain.
func (t *Text) Unasserted(rename func(file string) string) ([][]byte, error) {
	return t.write(rename, stripper{}, false)
}

// Asserts reports whether the text has assertions over several clocks, declarations
// for such, deferred ones, labels at assertions, messages among a module's items, or
// unique and priority at an if. Icarus 11.0 or Verilator 5.006 stop at these.
func (t *Text) Asserts() bool {
	for _, f := range t.Files {
		for i, x := range f.List {
			if severe[x.Text] {
				return true
			}
			if x.Kind != Keyword {
				continue
			}
			next := Token{}
			if i+1 < len(f.List) {
				next = f.List[i+1]
			}
			switch x.Text {
			case "property", "sequence", "unique0":
				return true
			case "unique", "priority":
				if next.Is("if") {
					return true
				}
			case "assert", "assume", "cover":
				if next.Is("#") || next.Is("final") || i > 0 && f.List[i-1].Is(":") {
					return true
				}
			}
		}
	}
	return false
}

// write writes the text anew. reduced says that constructs which Yosys does not read are
// written as others.
func (t *Text) write(rename func(file string) string, how stripper, reduced bool) ([][]byte, error) {
	var texts [][]byte
	var problems []Message
	var ps packages
	if reduced {
		ps = t.packages()
	}
	lists := make([][]Token, len(t.Files))
	for i, f := range t.Files {
		s := how
		s.in = f.List
		s.strip()
		problems = append(problems, s.problems...)
		if lists[i] = s.out; reduced {
			lists[i] = assignReturns(ps.flatten(s.out))
		}
	}
	if reduced {
		lists = unpack(lists)
	}
	for i, f := range t.Files {
		if reduced {
			lists[i] = castPorts(lists[i])
		}
		texts = append(texts, render(f.Name, lists[i], rename))
	}
	if problems != nil {
		return nil, &Error{problems}
	}
	return texts, nil
}

// packages are the text's packages, where their items may stand outside of them.
func (t *Text) packages() packages {
	var files [][]Token
	for _, f := range t.Files {
		files = append(files, f.List)
	}
	ps := packagesOf(files)
	for _, ts := range files {
		if ps.shadows(ts) {
			return nil
		}
	}
	return ps
}

// render writes tokens at their lines and, where nothing is in the way, at their
// columns.
func render(file string, ts []Token, rename func(string) string) []byte {
	var b bytes.Buffer
	line, column := 1, 1
	at := func(f string, l int) {
		if column > 1 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "`line %d \"%s\" 0\n", l, rename(f))
		file, line, column = f, l, 1
	}
	at(file, 1)
	for i, t := range ts {
		if t.Kind == Directive {
			if column > 1 {
				b.WriteByte('\n')
			}
			b.WriteString(t.Text + "\n")
			column = 1
			at(t.File, t.Line)
			continue
		}
		if t.File != file || t.Line < line {
			at(t.File, t.Line)
		}
		if t.Line > line {
			b.WriteString(strings.Repeat("\n", t.Line-line))
			line, column = t.Line, 1
		}
		switch {
		case t.Column > column:
			b.WriteString(strings.Repeat(" ", t.Column-column))
			column = t.Column
		case column > 1 && (t.Column < column || !t.tight || merges(ts[i-1], t)):
			b.WriteByte(' ')
			column++
		}
		b.WriteString(t.Text)
		column += len(t.Text)
		if n := strings.Count(t.Text, "\n"); n > 0 {
			line += n
		}
	}
	b.WriteByte('\n')
	return b.Bytes()
}

// merges reports whether some front end takes two tokens side by side for one: Yosys
// reads a--b as SystemVerilog does in Verilog, too.
func merges(a, b Token) bool {
	if a.Kind == Escaped {
		return true
	}
	if a.Kind != Operator || b.Kind != Operator {
		return false
	}
	_, n, err := lex([]byte(a.Text+b.Text), true)
	return err != nil || n > len(a.Text)
}

// stripper leaves out what computes nothing.
type stripper struct {
	// everything takes in attributes and messages, and not only assertions, unique and
	// priority.
	everything bool

	in       []Token
	at       int
	out      []Token
	open     []string // case, begin and fork that are not closed
	cut      bool     // something was left out since the last token
	problems []Message
}

// severe are those of them that may also stand among a module's items.
var severe = words("$info $warning $error $fatal")

// said are the tasks that only say something, or end the simulation.
var said = words(`$display $displayb $displayo $displayh $write $writeb $writeo $writeh $strobe $strobeb $strobeo $strobeh
$monitor $monitorb $monitoro $monitorh $monitoron $monitoroff $info $warning $error $fatal $finish $stop $exit
$timeformat $printtimescale $asserton $assertoff $assertkill $assertcontrol $assertpasson $assertpassoff
$assertfailon $assertfailoff $assertnonvacuouson $assertvacuousoff`)

func (s *stripper) done() bool { return s.at >= len(s.in) }

// is reports whether the token n places on is that keyword or operator.
func (s *stripper) is(n int, text string) bool {
	return s.at+n < len(s.in) && s.in[s.at+n].Is(text)
}

func (s *stripper) bad(t Token, format string, args ...any) {
	s.problems = append(s.problems, Message{t.File, t.Line, fmt.Sprintf(format, args...)})
}

func (s *stripper) keep(t Token) {
	t.tight = t.tight && !s.cut
	s.cut = false
	s.out = append(s.out, t)
}

// nothing puts an empty statement in place of t where one has to stand: among a
// module's items not every reader takes one.
func (s *stripper) nothing(t Token) {
	s.cut = true
	if n := len(s.out); n == 0 || s.out[n-1].Is(";") || s.out[n-1].Is("begin") || s.out[n-1].Kind == Identifier ||
		s.out[n-1].Kind == Keyword && strings.HasPrefix(s.out[n-1].Text, "end") {
		return
	}
	t.Kind, t.Text = Operator, ";"
	s.keep(t)
	s.cut = true
}

func (s *stripper) strip() {
	for !s.done() {
		t := s.in[s.at]
		switch {
		case t.Kind == Pragma:
			s.at++
			s.cut = true
		case s.everything && t.Is("(*"):
			s.attribute()
		case t.Kind == System && (said[t.Text] && s.everything || severe[t.Text]) && s.begins():
			s.passTo(";")
			s.nothing(t)
		case t.Kind == Keyword && s.keyword(t):
		default:
			s.at++
			s.keep(t)
		}
	}
}

// attribute leaves out (* … *).
func (s *stripper) attribute() {
	t := s.in[s.at]
	s.cut = true
	for ; !s.done(); s.at++ {
		if s.is(0, "*)") {
			s.at++
			return
		}
	}
	s.bad(t, "an attribute that does not end")
}

// keyword handles t where it begins something that is left out, and follows what
// is opened and closed.
func (s *stripper) keyword(t Token) bool {
	switch t.Text {
	case "unique", "unique0", "priority":
		for _, next := range []string{"if", "case", "casex", "casez"} {
			if s.is(1, next) {
				s.at++
				s.cut = true
				return true
			}
		}
	case "case", "casex", "casez", "randcase", "begin":
		s.open = append(s.open, t.Text)
	case "fork":
		if n := len(s.out); n == 0 || !s.out[n-1].Is("disable") && !s.out[n-1].Is("wait") {
			s.open = append(s.open, t.Text)
		}
	case "end", "endcase", "join", "join_any", "join_none":
		s.open = s.open[:max(len(s.open)-1, 0)]
	case "assert", "assume", "cover", "restrict":
		if s.begins() || s.labelled() {
			s.assertion(t)
			return true
		}
	case "property", "sequence":
		if s.begins() {
			s.passTo("end" + t.Text)
			s.name()
			return true
		}
	case "default":
		switch {
		case s.is(1, "clocking"):
			s.at += 2
			if !s.done() && s.in[s.at].Kind == Identifier && s.is(1, ";") {
				s.at += 2
			} else {
				s.passTo("endclocking")
				s.name()
			}
		case s.is(1, "disable"):
			s.passTo(";")
		default:
			return false
		}
		s.cut = true
		return true
	}
	return false
}

// begins reports whether a statement or an item begins here.
func (s *stripper) begins() bool {
	if len(s.out) == 0 {
		return true
	}
	t := s.out[len(s.out)-1]
	if n := len(s.out); n >= 2 && (s.out[n-2].Is("@") || s.out[n-2].Is("#")) {
		return true // @* @name #1
	}
	if t.Kind == Operator {
		return t.Text == ";" || t.Text == ")" || t.Text == ":"
	}
	if t.Kind == Identifier || t.Kind == Escaped {
		// begin : name, end : name, endmodule : name
		n := len(s.out)
		return n >= 3 && s.out[n-2].Is(":") && s.out[n-3].Kind == Keyword
	}
	return t.Kind == Directive || t.Kind == Keyword && (strings.HasPrefix(t.Text, "end") || strings.HasPrefix(t.Text, "always") || strings.HasPrefix(t.Text, "join") ||
		starters[t.Text])
}

// starters are the words behind which a statement or an item begins, beside those
// that end or begin with the same letters.
var starters = words("begin else fork do forever initial final generate module")

// labelled reports whether "name :" is what was kept last.
func (s *stripper) labelled() bool {
	n := len(s.out)
	return n >= 2 && s.out[n-1].Is(":") && s.out[n-2].Kind == Identifier
}

// name leaves out ": name" behind an end.
func (s *stripper) name() {
	if s.is(0, ":") {
		s.at += 2
	}
	s.cut = true
}

// condition leaves out what is in parentheses here.
func (s *stripper) condition() {
	if s.is(0, "(") {
		s.at++
		s.passTo(")")
	}
}

// passTo leaves out everything up to a keyword or an operator outside of all
// parentheses, and that too.
func (s *stripper) passTo(text string) {
	depth := 0
	t := s.in[s.at-min(s.at, 1)]
	s.cut = true
	for ; !s.done(); s.at++ {
		switch x := s.in[s.at]; {
		case depth == 0 && x.Is(text):
			s.at++
			return
		case x.Is("(") || x.Is("[") || x.Is("{") || x.Is("'{"):
			depth++
		case x.Is(")") || x.Is("]") || x.Is("}"):
			depth--
		}
	}
	s.bad(t, "%s is not followed by %s", t.Text, text)
}

// assertion leaves out an assertion with its label and its action, and puts an empty
// statement there.
func (s *stripper) assertion(t Token) {
	if n := len(s.out); s.labelled() && !(len(s.open) > 0 && strings.Contains(s.open[len(s.open)-1], "case") && (n < 3 || !s.out[n-3].Is(":"))) {
		s.out = s.out[:n-2]
	}
	s.at++
	switch {
	case s.is(0, "property"), s.is(0, "sequence"), s.is(0, "final"):
		s.at++
	case s.is(0, "#"):
		s.at += 2
	}
	if !s.is(0, "(") {
		s.bad(t, "%s: its condition is missing", t.Text)
		return
	}
	s.condition()
	if s.is(0, ";") {
		s.at++
	} else {
		if !s.is(0, "else") {
			s.action(0)
		}
		if s.is(0, "else") {
			s.at++
			s.action(0)
		}
	}
	s.nothing(t)
}

// action leaves out a statement that only says something.
func (s *stripper) action(depth int) {
	if s.done() {
		return
	}
	t := s.in[s.at]
	switch {
	case depth > 100:
		s.bad(t, "statements nest more than 100 deep in an assertion")
		s.at = len(s.in)
	case t.Is(";"):
		s.at++
	case t.Kind == System && said[t.Text]:
		s.passTo(";")
	case t.Is("begin"):
		s.at++
		s.name()
		for !s.done() && !s.is(0, "end") {
			s.action(depth + 1)
		}
		s.at++
		s.name()
	case t.Is("if"):
		s.at++
		s.condition()
		s.action(depth + 1)
		if s.is(0, "else") {
			s.at++
			s.action(depth + 1)
		}
	default:
		s.bad(t, "the action of an assertion does more than say something; simulators that leave assertions out would not do it")
		s.passTo(";")
	}
}

// castPorts writes a cast at a port as an operation: $signed(e) as
// ($signed(e) + $signed(1'b0)), which has the same bits, width and sign at any port.
// Yosys 0.23 stops at an assertion of its own where a net is cast there to another
// sign than its own (frontends/ast/genrtlil.cc, AST_ARGUMENT).
func castPorts(ts []Token) []Token {
	var out []Token
	closing, opening := pairs(ts)
	wrap := map[int][2]string{} // by the first token of a cast: what goes before and behind it
	note := func(from, to int) {
		for to-from > 2 && ts[from].Is("(") && closing[from] == to-1 {
			from, to = from+1, to-1
		}
		open := from + 1
		if open < to && ts[open].Is("'") {
			open++
		}
		if open >= to || !ts[open].Is("(") || closing[open] != to-1 {
			return
		}
		switch ts[from].Text {
		case "$signed", "signed":
			wrap[from] = [2]string{"(", "+ $signed ( 1'b0 ) )"}
		case "$unsigned", "unsigned":
			wrap[from] = [2]string{"(", "+ 1'b0 )"}
		}
	}
	for i, t := range ts {
		if !t.Is("(") || i == 0 || closing[i] == 0 {
			continue
		}
		switch name := ts[i-1]; {
		case name.Kind != Identifier && name.Kind != Escaped && !name.Is("]"):
		case i >= 2 && ts[i-2].Is("."):
			note(i+1, closing[i])
		case instance(ts, opening, i-1):
			from := i + 1
			for j := from; j <= closing[i]; j++ {
				if j == closing[i] || ts[j].Is(",") {
					note(from, j)
					from = j + 1
				} else if closing[j] > j {
					j = closing[j]
				}
			}
		}
	}
	if len(wrap) == 0 {
		return ts
	}
	behind := map[int]string{}
	for i, t := range ts {
		if w, ok := wrap[i]; ok {
			out = append(out, like(t, w[0])...)
			open := i + 1
			if ts[open].Is("'") {
				open++
			}
			behind[closing[open]] = w[1]
		}
		out = append(out, t)
		if w, ok := behind[i]; ok {
			out = append(out, like(t, w)...)
		}
	}
	return out
}

// like is words at the place of t.
func like(t Token, words string) (ts []Token) {
	for _, w := range strings.Fields(words) {
		n := t
		n.Text, n.tight = w, false
		switch {
		case w[0] == '$':
			n.Kind = System
		case digit(w[0]):
			n.Kind = Number
		default:
			n.Kind = Operator
		}
		ts = append(ts, n)
	}
	return ts
}

// pairs are the places of closing parentheses by those of the opening ones, and the
// other way round; 0 is none.
func pairs(ts []Token) (closing, opening []int) {
	closing, opening = make([]int, len(ts)), make([]int, len(ts))
	var open []int
	for i, t := range ts {
		switch {
		case t.Is("(") || t.Is("[") || t.Is("{") || t.Is("'{"):
			open = append(open, i)
		case (t.Is(")") || t.Is("]") || t.Is("}")) && len(open) > 0:
			closing[open[len(open)-1]], opening[i] = i, open[len(open)-1]
			open = open[:len(open)-1]
		}
	}
	return closing, opening
}

// instance reports whether the name that ends at i, perhaps with ranges, is that of
// an instance: behind the name of a module, and perhaps its parameters.
func instance(ts []Token, opening []int, i int) bool {
	name := func() bool {
		return i >= 0 && (ts[i].Kind == Identifier || ts[i].Kind == Escaped)
	}
	for i > 0 && ts[i].Is("]") {
		i = opening[i] - 1
	}
	if !name() {
		return false
	}
	i--
	if i >= 0 && ts[i].Is(")") {
		i = opening[i] - 1
		if i < 0 || !ts[i].Is("#") {
			return false
		}
		i--
	}
	return name()
}
