package explain

import (
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// document is Verilog as an explanation reads it: statements, the names that they
// assign, and the names that they mention. It is heuristic and no parser. Only line
// numbers rest on it, no statement about the circuit.
type document struct {
	file       string
	statements []statement
	scopes     []scope
	defs       map[string][]int // statements that give a name a value
}

// lexeme is a name, a number or an operator.
type lexeme struct {
	text string
	line int
}

// statement is what stands between two semicolons.
type statement struct {
	words       []lexeme
	first, last int    // lines
	target      string // what it gives a value, or ""
	value       int    // words from here on are the value
	instance    string // of a module, or ""
	module      string // that is instantiated
	header      bool   // declares ports
}

// scope is a module or a function of the text.
type scope struct {
	name        string
	function    bool
	first, last int
}

var lexemes = regexp.MustCompile(`\\\S+|[$A-Za-z_][\w$]*|\d*\s*'[sS]?[bodhBODH]\s*[0-9a-fA-F_xXzZ?]+|'[01]|\d[\d_]*|<<<|>>>|<<|>>|===|!==|==|!=|<=|>=|&&|\|\||\S`)

// directive is a line for the preprocessor, with those that continue it.
var directive = regexp.MustCompile("(?m)^[ \\t]*`(?:define|include|ifn?def|elsif|else|endif|undef|timescale|default_nettype)\\b(?:[^\\n]*\\\\\\n)*[^\\n]*")

var comment = regexp.MustCompile(`(?s)//[^\n]*|/\*.*?\*/|"[^"\n]*"`)

// readText reads the text of a file, whose first line has a number.
func readText(file, text string, first int) *document {
	t := &document{file: file, defs: map[string][]int{}}
	blank := func(s string) string { return strings.Repeat("\n", strings.Count(s, "\n")) + " " }
	text = directive.ReplaceAllStringFunc(comment.ReplaceAllStringFunc(text, blank), blank)
	var words []lexeme
	n := first
	for line := range strings.Lines(text) {
		for _, w := range lexemes.FindAllString(line, -1) {
			words = append(words, lexeme{strings.TrimPrefix(w, `\`), n})
		}
		n++
	}
	depth, from := 0, 0
	var open []scope
	for i, w := range words {
		switch w.text {
		case "(", "{", "[":
			depth++
		case ")", "}", "]":
			depth--
		case "module", "function":
			if i+1 < len(words) {
				open = append(open, scope{"", w.text == "function", w.line, 0})
			}
		case "endmodule", "endfunction":
			if len(open) > 0 {
				s := open[len(open)-1]
				open = open[:len(open)-1]
				s.last = w.line
				t.scopes = append(t.scopes, s)
			}
		}
		split := w.text == ";" && depth <= 0
		switch w.text {
		case "begin", "end", "endcase", "endfunction", "endmodule", "generate", "endgenerate", "else", "always_comb":
			split = true
		}
		if split {
			if i > from {
				if s := t.add(words[from:i]); len(open) > 0 && open[len(open)-1].name == "" && s.header {
					open[len(open)-1].name = s.target
				}
			}
			from, depth = i+1, 0
		}
	}
	return t
}

// add is a statement of some words.
func (t *document) add(words []lexeme) statement {
	s := statement{words: words, first: words[0].line, last: words[len(words)-1].line}
	i := len(t.statements)
	switch words[0].text {
	case "module", "function":
		s.header = true
		// The name stands before the ports, or last.
		for k := 1; k < len(words); k++ {
			if isName(words[k].text) && !reserved[words[k].text] && (k+1 == len(words) || words[k+1].text == "(" || words[k+1].text == "#") {
				s.target = words[k].text
				break
			}
		}
	case "input", "output", "inout":
		s.header = !slices.ContainsFunc(words, func(w lexeme) bool { return w.text == "=" })
	}
	if !s.header {
		s.assigned()
		s.instantiated()
		if s.target != "" {
			t.defs[s.target] = append(t.defs[s.target], i)
		} else if s.instance == "" {
			s.header = slices.Contains([]string{"wire", "reg", "logic", "integer", "genvar"}, words[0].text)
		}
	}
	t.statements = append(t.statements, s)
	return s
}

// assigned finds what a statement gives a value.
func (s *statement) assigned() {
	at, depth := -1, 0
	for _, sign := range []string{"=", "<="} {
		for k, w := range s.words {
			switch w.text {
			case "(", "{", "[":
				depth++
			case ")", "}", "]":
				depth--
			case sign:
				if depth == 0 && at < 0 {
					at = k
				}
			}
		}
		if at >= 0 {
			break
		}
	}
	for k := at - 1; k >= 0; k-- {
		switch w := s.words[k].text; {
		case w == "]":
			for k >= 0 && s.words[k].text != "[" {
				k--
			}
		case isName(w):
			s.target, s.value = w, at+1
			return
		default:
			return
		}
	}
}

// instantiated finds the instance that a statement is.
func (s *statement) instantiated() {
	if s.target != "" || len(s.words) < 4 || !isName(s.words[0].text) || reserved[s.words[0].text] {
		return
	}
	k := 1
	if s.words[1].text == "#" {
		for depth := 0; k+1 < len(s.words); {
			k++
			if s.words[k].text == "(" {
				depth++
			} else if s.words[k].text == ")" {
				if depth--; depth == 0 {
					k++
					break
				}
			}
		}
	}
	if k+1 < len(s.words) && isName(s.words[k].text) && s.words[k+1].text == "(" {
		s.module, s.instance = s.words[0].text, s.words[k].text
	}
}

var reserved = map[string]bool{
	"module": true, "function": true, "signed": true, "automatic": true, "if": true, "case": true, "casez": true, "for": true,
	"assign": true, "always": true, "input": true, "output": true, "wire": true, "reg": true, "logic": true, "integer": true, "int": true,
	"localparam": true, "parameter": true, "genvar": true, "unique": true, "posedge": true, "negedge": true, "default": true,
}

func isName(s string) bool {
	return s != "" && (s[0] == '_' || s[0] >= 'a' && s[0] <= 'z' || s[0] >= 'A' && s[0] <= 'Z')
}

// mentions reports the lines on which a statement's words have a name.
func (s *statement) mentions(name string) (lines []int) {
	for _, w := range s.words {
		if w.text == name {
			lines = append(lines, w.line)
		}
	}
	return lines
}

// reads are the names in a statement, but for the one that it gives a value.
func (s *statement) reads() (names []string) {
	for k, w := range s.words {
		if isName(w.text) && !reserved[w.text] && (s.target == "" || k >= s.value || k < s.value-1 && w.text != s.target) && !slices.Contains(names, w.text) {
			names = append(names, w.text)
		}
	}
	return names
}

// on are the statements that stand on a line, the innermost first.
func (t *document) on(line int) (all []int) {
	for i, s := range t.statements {
		if s.first <= line && line <= s.last {
			all = append(all, i)
		}
	}
	slices.SortStableFunc(all, func(a, b int) int {
		return (t.statements[a].last - t.statements[a].first) - (t.statements[b].last - t.statements[b].first)
	})
	return all
}

// within is the innermost scope of a line.
func (t *document) within(line int) (scope, bool) {
	best, found := scope{}, false
	for _, s := range t.scopes {
		if s.first <= line && line <= s.last && (!found || s.last-s.first < best.last-best.first) {
			best, found = s, true
		}
	}
	return best, found
}

// module is the module that a line stands in.
func (t *document) module(line int) (scope, bool) {
	for _, s := range t.scopes {
		if !s.function && s.first <= line && line <= s.last {
			return s, true
		}
	}
	return scope{}, false
}

// instances is how often a module is instantiated.
func (t *document) instances(module string) (n int) {
	for i := range t.statements {
		if t.statements[i].module == module {
			n++
		}
	}
	return n
}

// only is what stands in one module.
func (t *document) only(in scope) *document {
	d := &document{file: t.file, defs: map[string][]int{}}
	for _, s := range t.scopes {
		if in.first <= s.first && s.last <= in.last {
			d.scopes = append(d.scopes, s)
		}
	}
	for _, s := range t.statements {
		if s.first < in.first || s.first > in.last {
			continue
		}
		if s.target != "" && !s.header {
			d.defs[s.target] = append(d.defs[s.target], len(d.statements))
		}
		d.statements = append(d.statements, s)
	}
	return d
}

// literal is the number that a word stands for.
func literal(word string) (*big.Int, bool) {
	word = strings.ReplaceAll(strings.ReplaceAll(word, "_", ""), " ", "")
	at := strings.IndexByte(word, '\'')
	if at < 0 {
		return new(big.Int).SetString(word, 10)
	}
	digits := strings.TrimLeft(word[at+1:], "sS")
	if digits == "" {
		return nil, false
	}
	base := map[byte]int{'b': 2, 'o': 8, 'd': 10, 'h': 16}[strings.ToLower(digits)[0]]
	if base == 0 {
		return new(big.Int).SetString(digits, 10)
	}
	return new(big.Int).SetString(digits[1:], base)
}

// has is the line of a literal of a value of w bits, or of its negative, in a statement
// within some lines; 0 is none. Of a pattern what is not wild counts.
func (s *statement) has(value int64, w, first, last int) int {
	for _, v := range []int64{value, -value} {
		for _, x := range s.words {
			if x.line < first || x.line > last {
				continue
			}
			if x.text == "'1" && w < 63 && (value == -1 || value == 1<<w-1) || x.text == "'0" && value == 0 {
				return x.line
			}
			digits := strings.ReplaceAll(x.text, "_", "")
			if n, ok := literal(strings.TrimRight(digits, "?")); ok && n.Cmp(big.NewInt(v)) == 0 {
				return x.line
			}
		}
	}
	return 0
}

// valueNames are the names in a statement's value, or in all of an instance and a
// condition.
func (s *statement) valueNames() (names []string) {
	for _, w := range s.words[s.value:] {
		if isName(w.text) && !reserved[w.text] && !slices.Contains(names, w.text) {
			names = append(names, w.text)
		}
	}
	return names
}

// constant reports whether a statement gives a name a value that is made of numbers
// alone, and of names that are.
func (t *document) constant(i, depth int) bool {
	s := &t.statements[i]
	if s.target == "" || s.header || s.instance != "" {
		return false
	}
	numbers := false
	for _, w := range s.words[s.value:] {
		switch {
		case isName(w.text) && !reserved[w.text]:
			d := t.defs[w.text]
			if depth == 0 || len(d) != 1 || !t.constant(d[0], depth-1) {
				return false
			}
			numbers = true
		case w.text == "?":
			return false
		default:
			_, ok := literal(w.text)
			numbers = numbers || ok
		}
	}
	return numbers
}

// call is the line on which a function was called whose result, or some net in it, has a
// name that the front end made: f$func$file.v:28$1.$result.
func call(name, function string) (int, bool) {
	for _, part := range strings.Split(name, ".") {
		_, rest, ok := strings.Cut(part, function+"$func$")
		if !ok {
			continue
		}
		at := strings.LastIndexByte(rest, ':')
		if at < 0 {
			at = strings.Index(name, function+"$func$")
			rest = name[at:]
			at = strings.LastIndexByte(rest, ':')
		}
		if n, err := strconv.Atoi(digits.FindString(rest[at+1:])); err == nil {
			return n, true
		}
	}
	if _, rest, ok := strings.Cut(name, function+"$func$"); ok {
		if at := strings.IndexByte(rest, ':'); at >= 0 {
			if n, err := strconv.Atoi(digits.FindString(rest[at+1:])); err == nil {
				return n, true
			}
		}
	}
	return 0, false
}

var digits = regexp.MustCompile(`^\d+`)
