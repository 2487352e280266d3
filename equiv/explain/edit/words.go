package edit

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// word is a name, a number or a sign of a text.
type word struct {
	text      string
	at        int // byte of the text
	line      int
	statement int
	scope     int // module or function, 0 outside
	header    bool
	width     bool // within the brackets of a header
	loop      bool // within the parentheses of a loop's head
	size      bool // within a parameter, which may be a size
}

var (
	lexemes  = regexp.MustCompile(`\\\S+|[$A-Za-z_][\w$]*|\d*\s*'[sS]?[bodhBODH]\s*[0-9a-fA-F_xXzZ?]+|'[01]|\d[\d_]*|<<<|>>>|===|!==|<<|>>|==|!=|<=|>=|&&|\|\||\+:|-:|\S`)
	comment  = regexp.MustCompile(`(?s)//[^\n]*|/\*.*?\*/|"[^"\n]*"`)
	notSpace = regexp.MustCompile(`[^\s]`)
)

// words are those of a text, without comments.
func split(text string) []word {
	blank := comment.ReplaceAllStringFunc(text, func(s string) string { return notSpace.ReplaceAllString(s, " ") })
	// What is no ASCII would shift the places.
	if len(blank) != len(text) {
		return nil
	}
	var ws []word
	line, done, statement, scope, scopes := 1, 0, 0, 0, 0
	header, brackets, size, head := false, 0, false, -1
	for _, at := range lexemes.FindAllStringIndex(blank, -1) {
		line += strings.Count(text[done:at[0]], "\n")
		done = at[0]
		w := word{text: text[at[0]:at[1]], at: at[0], line: line}
		switch w.text {
		case "module", "function", "task":
			scopes++
			scope, header = scopes, true
		case "[":
			brackets++
		case "]":
			brackets--
		case "for", "while", "repeat":
			head = 0
		case "(":
			if head >= 0 {
				head++
			}
		case ")":
			if head--; head == 0 {
				head = -1
			}
			head = max(head, -1)
		case "parameter", "localparam":
			size = true
		}
		w.loop, w.size = head > 0, size
		w.statement, w.scope, w.header, w.width = statement, scope, header, header && brackets > 0
		ws = append(ws, w)
		switch w.text {
		case "endmodule", "endfunction", "endtask":
			scope = 0
			statement++
		case ";":
			header, brackets, size = false, 0, false
			statement++
		case "begin", "end", "else", "endcase", "generate", "endgenerate":
			statement++
		}
	}
	return ws
}

// isName reports whether a word may name a net.
func isName(s string) bool {
	return s != "" && (s[0] == '_' || s[0] >= 'a' && s[0] <= 'z' || s[0] >= 'A' && s[0] <= 'Z') && !keywords[s]
}

var keywords = map[string]bool{}

func init() {
	for _, k := range strings.Fields("module endmodule function endfunction task endtask signed unsigned automatic if else case casez casex endcase for begin end " +
		"assign always always_comb always_ff initial input output inout wire reg logic integer int bit byte localparam parameter genvar unique priority posedge negedge default " +
		"generate endgenerate or and not xor typedef struct packed enum return package endpackage import while repeat") {
		keywords[k] = true
	}
}

// number is the value of a literal, and how another one is written in its place.
func number(s string) (value int64, write func(int64) (string, bool), ok bool) {
	digits := strings.ReplaceAll(s, "_", "")
	tick := strings.IndexByte(digits, '\'')
	if tick < 0 {
		n, err := strconv.ParseInt(digits, 10, 62)
		return n, func(v int64) (string, bool) { return strconv.FormatInt(v, 10), v >= 0 }, err == nil
	}
	size, rest := digits[:tick+1], strings.TrimSpace(digits[tick+1:])
	for len(rest) > 0 && (rest[0] == 's' || rest[0] == 'S') {
		size, rest = size+rest[:1], rest[1:]
	}
	if rest == "" {
		return 0, nil, false
	}
	base, known := map[byte]int{'b': 2, 'o': 8, 'd': 10, 'h': 16}[rest[0]|0x20]
	if !known {
		return 0, nil, false
	}
	n, fine := new(big.Int).SetString(strings.TrimSpace(rest[1:]), base)
	if !fine || !n.IsInt64() {
		return 0, nil, false
	}
	width, err := strconv.Atoi(strings.TrimSpace(digits[:tick]))
	if err != nil {
		width = 32
	}
	write = func(v int64) (string, bool) {
		if v < 0 && width < 62 {
			v += 1 << width
		}
		if v < 0 || width < 62 && v >= 1<<width {
			return "", false
		}
		out := strconv.FormatInt(v, base)
		if base == 2 {
			out = strings.Repeat("0", max(0, min(width, 62)-len(out))) + out
		}
		return size + rest[:1] + out, true
	}
	return n.Int64(), write, true
}

// family is a name without what tells it from its like, and its number, or -1.
func family(name string) (string, int) {
	short := strings.TrimRight(name, "0123456789")
	n, err := strconv.Atoi(name[len(short):])
	if err != nil {
		return name, -1
	}
	return short, n
}

// closing is the word that closes the bracket at i, or -1.
func closing(ws []word, i int) int {
	depth := 0
	for k := i; k < len(ws); k++ {
		switch ws[k].text {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			if depth--; depth == 0 {
				return k
			}
		case ";":
			return -1
		}
	}
	return -1
}

// operand is the last word of the operand that begins at i, or -1.
func operand(ws []word, i int) int {
	if i >= len(ws) {
		return -1
	}
	end := i
	switch w := ws[i].text; {
	case w == "(" || w == "{":
		if end = closing(ws, i); end < 0 {
			return -1
		}
	case w == "~" || w == "-" || w == "!":
		return operand(ws, i+1)
	case isName(w) || w[0] == '$':
		if i+1 < len(ws) && ws[i+1].text == "(" {
			if end = closing(ws, i+1); end < 0 {
				return -1
			}
		}
	default:
		if _, _, ok := number(w); !ok {
			return -1
		}
	}
	for end+1 < len(ws) && (ws[end+1].text == "[" || ws[end+1].text == ".") {
		if ws[end+1].text == "." {
			end += 2
			continue
		}
		if end = closing(ws, end+1); end < 0 {
			return -1
		}
	}
	if end >= len(ws) {
		return -1
	}
	return end
}
