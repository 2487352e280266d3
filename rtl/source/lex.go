package source

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// operators of more than one character, the longest first. Those of SystemVerilog
// alone are two operators in Verilog: a--b subtracts a negation there.
var (
	verilogOperators = []string{
		"<<<", ">>>", "===", "!==", "&&&",
		"**", "==", "!=", "<=", ">=", "<<", ">>", "&&", "||", "~&", "~|", "~^", "^~",
		"->", "=>", "*>", "+:", "-:",
	}
	systemVerilogOperators = []string{
		"<<<=", ">>>=",
		"<<<", ">>>", "===", "!==", "==?", "!=?", "<<=", ">>=", "->>", "<->", "|->", "|=>", "#-#", "#=#", "&&&",
		"**", "==", "!=", "<=", ">=", "<<", ">>", "&&", "||", "~&", "~|", "~^", "^~",
		"->", "=>", "*>", "+:", "-:", "::", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", ".*", "'{", "##", "@@",
	}
)

const punctuation = "!#$%&'()*+,-./:;<=>?@[]^{|}~"

func letter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func wordByte(c byte) bool { return letter(c) || digit(c) || c == '$' }

func space(c byte) bool { return c == ' ' || c == '\t' || c == '\n' }

// word is the length of the identifier at the beginning of s; 0 is none.
func word(s []byte) int {
	if len(s) == 0 || !letter(s[0]) {
		return 0
	}
	n := 1
	for n < len(s) && wordByte(s[n]) {
		n++
	}
	return n
}

// lex cuts one token off s. s begins with a token, and not with white space, a comment or a
// directive. Number means a part of a number here, "8" or "'hff".
func lex(s []byte, sv bool) (Kind, int, error) {
	c := s[0]
	switch {
	case letter(c):
		return Identifier, word(s), nil
	case digit(c):
		return Number, unbased(s, sv), nil
	case c == '"':
		n, err := quoted(s)
		return String, n, err
	case c == '\\':
		n := 1
		for n < len(s) && s[n] > ' ' && s[n] <= '~' {
			n++
		}
		name := s[1:n]
		switch {
		case n == 1:
			return 0, n, errors.New("a backslash and no name")
		case bytes.ContainsAny(name, "`\"") || bytes.Contains(name, []byte("//")) || bytes.Contains(name, []byte("/*")):
			return 0, n, fmt.Errorf("name %s: readers cut names with ` \" // /* in different ways", s[:n])
		}
		return Escaped, n, nil
	case c == '$':
		n := 1
		for n < len(s) && wordByte(s[n]) {
			n++
		}
		if n == 1 {
			return Operator, 1, nil
		}
		return System, n, nil
	case c == '\'':
		if n := based(s); n > 0 {
			return Number, n, nil
		}
		if sv && len(s) > 1 && strings.IndexByte("01xXzZ", s[1]) >= 0 && (len(s) == 2 || !wordByte(s[2])) {
			return Number, 2, nil
		}
	case c == '(' && len(s) > 1 && s[1] == '*':
		// @(*) and @( * ) hold no attribute.
		for _, after := range s[2:] {
			if after == ')' {
				return Operator, 1, nil
			}
			if !space(after) {
				break
			}
		}
		return Operator, 2, nil
	case c == '*' && len(s) > 1 && s[1] == ')':
		return Operator, 2, nil
	}
	ops := verilogOperators
	if sv {
		ops = systemVerilogOperators
	}
	for _, op := range ops {
		if len(op) <= len(s) && string(s[:len(op)]) == op {
			return Operator, len(op), nil
		}
	}
	if strings.IndexByte(punctuation, c) >= 0 {
		return Operator, 1, nil
	}
	if c >= 0x80 {
		return 0, 1, fmt.Errorf("byte %#x outside of comments and strings", c)
	}
	return 0, 1, fmt.Errorf("character %q has no meaning here", c)
}

// unbased is the length of a number that begins with a digit: whole, real, or in
// SystemVerilog a time.
func unbased(s []byte, sv bool) int {
	run := func(n int) int {
		for n < len(s) && (digit(s[n]) || s[n] == '_') {
			n++
		}
		return n
	}
	n := run(1)
	if n+1 < len(s) && s[n] == '.' && digit(s[n+1]) {
		n = run(n + 1)
	}
	if n < len(s) && (s[n] == 'e' || s[n] == 'E') {
		m := n + 1
		if m < len(s) && (s[m] == '+' || s[m] == '-') {
			m++
		}
		if m < len(s) && digit(s[m]) {
			n = run(m)
		}
	}
	if w := word(s[n:]); sv && w > 0 {
		switch string(s[n : n+w]) {
		case "s", "ms", "us", "ns", "ps", "fs", "step":
			n += w
		}
	}
	return n
}

// based is the length of a base with the digits behind it, if there are any; 0 is
// no base.
func based(s []byte) int {
	n := 1
	if n < len(s) && (s[n] == 's' || s[n] == 'S') {
		n++
	}
	if n >= len(s) || strings.IndexByte("dDbBoOhH", s[n]) < 0 {
		return 0
	}
	base := s[n]
	n++
	at := n
	for at < len(s) && space(s[at]) {
		at++
	}
	digits := at
	for at < len(s) && digitOf(base, s[at]) {
		at++
	}
	if at == digits || s[digits] == '_' {
		return n
	}
	return at
}

// digitOf reports whether c may stand in a number of that base.
func digitOf(base, c byte) bool {
	switch {
	case c == '_' || strings.IndexByte("xXzZ?", c) >= 0:
		return true
	case base == 'b' || base == 'B':
		return c == '0' || c == '1'
	case base == 'o' || base == 'O':
		return c >= '0' && c <= '7'
	case base == 'd' || base == 'D':
		return digit(c)
	}
	return digit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// quoted is the length of a string literal. One that goes over several lines needs
// a backslash at the end of each.
func quoted(s []byte) (int, error) {
	for n := 1; n < len(s); n++ {
		switch s[n] {
		case '"':
			return n + 1, nil
		case '\n':
			return n, errors.New("a string that does not end on its line")
		case '\\':
			n++
		}
	}
	return len(s), errors.New("a string that does not end")
}

// bare is a base without its digits yet.
var bare = regexp.MustCompile("^'[sS]?[dDbBoOhH]$")

// whole reports whether t is a decimal number that may be the size of another one.
func whole(t Token) bool {
	return t.Kind == Number && strings.Trim(t.Text, "0123456789_") == ""
}

// join makes every number one token: its size, its base and its digits may be separated, and
// may come from different macros.
func join(ts []Token) []Token {
	out := ts[:0]
	for i := 0; i < len(ts); i++ {
		t := ts[i]
		if t.Kind == Number && bare.MatchString(t.Text) {
			base := t.Text[len(t.Text)-1]
			for first := true; i+1 < len(ts) && (first || ts[i+1].tight) && digits(base, ts[i+1]); first = false {
				i++
				t.Text += ts[i].Text
			}
		}
		if n := len(out); n > 0 && t.Kind == Number && t.Text[0] == '\'' && based([]byte(t.Text)) > 0 && whole(out[n-1]) {
			out[n-1].Text += t.Text
			continue
		}
		out = append(out, t)
	}
	return out
}

func digits(base byte, t Token) bool {
	if t.Kind != Number && t.Kind != Identifier && t.Kind != Keyword && t.Text != "?" {
		return false
	}
	for i := range len(t.Text) {
		if !digitOf(base, t.Text[i]) {
			return false
		}
	}
	return true
}
