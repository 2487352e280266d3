package mutant

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashiflex/hashiflex/rtl/source"
)

// AnyFaults lists faults of the catalogue in Verilog of any form, in the order of the
// text. It sees tokens alone: an operator, a number and what stands around it. So a mutant
// may be no Verilog, or compute what the original computes. What comes out of a macro has no
// faults. The sources must not change while the faults are in use.
//
// Apply gives the text of File alone.
func AnyFaults(s source.Sources) ([]AnyFault, error) {
	read, err := source.Read(s)
	if err != nil {
		return nil, err
	}
	var all []AnyFault
	for i, f := range s.Files {
		scan := &tokenScan{file: i, text: f.Text, lines: []int{0}}
		for at, c := range f.Text {
			if c == '\n' {
				scan.lines = append(scan.lines, at+1)
			}
		}
		for _, t := range read.Files[i].List {
			scan.put(t, f.Name)
		}
		all = append(all, scan.find()...)
	}
	return all, nil
}

// AnyFault is a fault in one file of Verilog.
type AnyFault struct {
	TextFault
	File int // of the sources
}

// word is a token, and where it stands in the file; from is -1 if it stands in no file or
// came out of a macro.
type word struct {
	source.Token
	from, to int
}

type tokenScan struct {
	file   int
	text   []byte
	lines  []int // where they begin
	words  []word
	module string
	inputs []string
	faults []AnyFault
}

func (s *tokenScan) put(t source.Token, file string) {
	w := word{Token: t, from: -1}
	if t.File == file && t.Line >= 1 && t.Line <= len(s.lines) {
		if at := s.lines[t.Line-1] + t.Column - 1; bytes.HasPrefix(s.text[min(at, len(s.text)):], []byte(t.Text)) {
			w.from, w.to = at, at+len(t.Text)
		}
	}
	s.words = append(s.words, w)
}

// at is a word; beyond the ends it is none.
func (s *tokenScan) at(i int) word {
	if i < 0 || i >= len(s.words) {
		return word{from: -1}
	}
	return s.words[i]
}

// operand reports whether an operand may end with word i.
func (s *tokenScan) operand(i int) bool {
	w := s.at(i)
	switch w.Kind {
	case source.Identifier, source.Escaped, source.Number:
		return true
	case source.Operator:
		return w.Text == ")" || w.Text == "]" || w.Text == "}"
	}
	return false
}

func (s *tokenScan) add(kind Kind, i int, splices []splice, format string, args ...any) {
	same := true
	for _, p := range splices {
		if p.from < 0 || p.to < p.from {
			return
		}
		same = same && string(s.text[p.from:p.to]) == p.with
	}
	if same {
		return
	}
	s.faults = append(s.faults, AnyFault{TextFault{
		Kind: kind, Module: s.module, Signal: s.at(i).Text, Line: s.at(i).Line, Words: fmt.Sprintf(format, args...), text: s.text, splices: splices,
	}, s.file})
}

// instead writes with in the place of word i.
func (s *tokenScan) instead(kind Kind, i int, with string) {
	w := s.at(i)
	s.add(kind, i, []splice{{w.from, w.to, with}}, "%q for %q", with, w.Text)
}

// The words that stand for others.
var (
	strictness = map[string]string{"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
	direction  = map[string]string{"<": ">", "<=": ">=", ">": "<", ">=": "<="}
	gates      = map[string]string{"&": "|", "|": "^", "^": "&", "&&": "||", "||": "&&"}
	shifts     = map[string]bool{"<<": true, "<<<": true, ">>": true, ">>>": true}
	objects    = map[string]bool{"input": true, "output": true, "wire": true, "reg": true, "logic": true, "signed": true, "bit": true}
)

func (s *tokenScan) find() []AnyFault {
	depth := 0     // of parentheses
	value := false // behind the sign that gives a signal its value
	for i, w := range s.words {
		switch {
		case w.Is("module"):
			s.module, s.inputs = s.at(i+1).Text, nil
		case w.Is("(") || w.Is("{") || w.Is("["):
			depth++
		case w.Is(")") || w.Is("}") || w.Is("]"):
			depth--
		case w.Is(";"):
			depth, value = 0, false
		case w.Is("="):
			value = true
		case w.Is("input"):
			s.declared(i)
		}
		if w.from < 0 {
			continue
		}
		s.word(i, depth > 0 || value)
		if w.Is("<=") && depth == 0 {
			value = true
		}
	}
	return s.faults
}

// declared notes the names that a declaration of inputs gives.
func (s *tokenScan) declared(i int) {
	for depth := 0; i < len(s.words); i++ {
		switch w := s.words[i]; {
		case w.Is("[") || w.Is("("):
			depth++
		case w.Is("]"):
			depth--
		case w.Is(")") || w.Is(";") || w.Is("output") || w.Is("inout"):
			return
		case depth == 0 && w.Kind == source.Identifier:
			s.inputs = append(s.inputs, w.Text)
			if !s.at(i+1).Is(",") || s.at(i+2).Kind != source.Identifier {
				return
			}
		}
	}
}

// word adds the faults of one word. expression says that it stands in one.
func (s *tokenScan) word(i int, expression bool) {
	w, binary := s.words[i], s.operand(i-1)
	switch {
	case w.Kind == source.Number:
		s.number(i)
	case w.Kind == source.System && w.Text == "$signed":
		s.instead(LostSign, i, "$unsigned")
	case w.Kind == source.System && w.Text == "$unsigned":
		s.instead(InventedSign, i, "$signed")
	case w.Is("signed"):
		s.instead(LostSign, i, " ")
	case w.Kind == source.Identifier && expression:
		s.input(i)
	case w.Kind != source.Operator || !expression:
	case w.Text == ">>>":
		s.instead(LostSign, i, ">>")
	case (w.Text == "+" || w.Text == "-") && binary:
		s.instead(Sign, i, map[string]string{"+": "-", "-": "+"}[w.Text])
		s.operands(i)
	case w.Text == "-" || w.Text == "~" || w.Text == "!" && !binary:
		s.instead(Complement, i, " ")
	case gates[w.Text] != "" && binary:
		s.instead(CarryLogic, i, gates[w.Text])
	case strictness[w.Text] != "" && binary:
		s.instead(CompareStrict, i, strictness[w.Text])
		s.instead(CompareOperands, i, direction[w.Text])
	case w.Text == "?":
		s.arms(i)
	}
}

// number has the faults of a number: by its neighbours it is a distance, a bit, a width, a
// bound or a constant.
func (s *tokenScan) number(i int) {
	w := s.words[i]
	digits, head, base := w.Text, "", 10
	if at := strings.IndexByte(w.Text, '\''); at >= 0 {
		from := at + 1
		if from < len(w.Text) && (w.Text[from] == 's' || w.Text[from] == 'S') {
			from++
		}
		if from >= len(w.Text) {
			return
		}
		base = map[byte]int{'d': 10, 'D': 10, 'h': 16, 'H': 16, 'b': 2, 'B': 2, 'o': 8, 'O': 8}[w.Text[from]]
		head, digits = w.Text[:from+1], w.Text[from+1:]
	}
	n, err := strconv.ParseUint(strings.ReplaceAll(strings.TrimSpace(digits), "_", ""), max(base, 2), 62)
	if base == 0 || err != nil {
		return
	}
	before, after := s.at(i-1), s.at(i+1)
	kind := Bias
	switch {
	case shifts[before.Text]:
		kind = Shift
	case before.Is("[") && after.Is(":") && (objects[s.at(i-2).Text]):
		kind = NarrowDeclaration
	case before.Is("[") || before.Is(":") && after.Is("]"):
		kind = SliceOffset
	case direction[before.Text] != "" || direction[after.Text] != "" || before.Is("?"):
		kind = ClampBound
	}
	if kind != NarrowDeclaration {
		s.instead(kind, i, head+strconv.FormatUint(n+1, base))
	}
	if n > 0 {
		s.instead(kind, i, head+strconv.FormatUint(n-1, base))
	}
}

// input reads another input.
func (s *tokenScan) input(i int) {
	at := slices.Index(s.inputs, s.words[i].Text)
	if at < 0 || len(s.inputs) < 2 || s.at(i-1).Is(".") {
		return
	}
	s.instead(WrongInput, i, s.inputs[(at+1)%len(s.inputs)])
}

// operands has the faults of a sum of two words: one is missing, is there twice, or stands
// in the other's place.
func (s *tokenScan) operands(i int) {
	op, b := s.words[i], s.at(i+1)
	if !s.operand(i+1) || b.Kind == source.Operator || s.at(i+2).Is("[") || s.at(i+2).Is("(") || s.at(i+2).Is("'") {
		return
	}
	s.add(Dropped, i, []splice{{op.from, b.to, " "}}, "without %s %s", op.Text, b.Text)
	s.add(Extra, i, []splice{{b.to, b.to, " " + op.Text + " " + b.Text}}, "%s %s twice", op.Text, b.Text)
	a := s.at(i - 1)
	if op.Text == "-" && a.Kind != source.Operator && a.Text != b.Text {
		s.add(SwappedOperands, i, []splice{{a.from, a.to, b.Text}, {b.from, b.to, a.Text}}, "%s - %s for %s - %s", b.Text, a.Text, a.Text, b.Text)
	}
}

// arms exchanges the arms of the selection at word i.
func (s *tokenScan) arms(i int) {
	colon := s.end(i + 1)
	if !s.at(colon).Is(":") {
		return
	}
	end := s.end(colon + 1)
	a, b, first, last := s.at(i+1), s.at(colon+1), s.at(colon-1), s.at(end-1)
	if a.from < 0 || b.from < 0 || first.to < a.from || last.to < b.from {
		return
	}
	s.add(MuxArms, i, []splice{{a.from, first.to, string(s.text[b.from:last.to])}, {b.from, last.to, string(s.text[a.from:first.to])}}, "the arms are exchanged")
}

// end is the first word from i on that ends an expression.
func (s *tokenScan) end(i int) int {
	depth, questions := 0, 0
	for ; i < len(s.words); i++ {
		switch w := s.words[i]; {
		case w.Is("(") || w.Is("[") || w.Is("{"):
			depth++
		case depth > 0 && (w.Is(")") || w.Is("]") || w.Is("}")):
			depth--
		case w.Is("?") && depth == 0:
			questions++
		case w.Is(":") && depth == 0 && questions > 0:
			questions--
		case w.Is(";"), depth == 0 && (w.Is(":") || w.Is(",") || w.Is(")") || w.Is("]") || w.Is("}")):
			return i
		}
	}
	return i
}
