package smt

import (
	"bytes"
	"fmt"
)

// allowed lists the commands of a query. None of them prints if it succeeds, and a pop
// undoes all of them.
var allowed = set("assert declare-const declare-fun define-fun declare-sort define-sort")

// scan checks that text is a sequence of complete allowed commands. Without it, a
// missing parenthesis would swallow the commands that follow the query, and an echo
// within it could forge a marker. scan refuses all strings, and bytes that solvers read
// differently: queries need neither.
func scan(text []byte) error {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '(':
			if depth == 0 {
				if head := word(text[i+1:]); !allowed[head] {
					return fmt.Errorf("byte %d: a query cannot hold the command %q", i, brief(head))
				}
			}
			depth++
		case c == ')':
			depth--
			if depth < 0 {
				return fmt.Errorf("byte %d: a parenthesis is closed that was not opened", i)
			}
		case c == '|':
			end := i + 1
			for ; end < len(text) && text[end] != '|'; end++ {
				if !printable(text[end]) || text[end] == '\\' {
					return fmt.Errorf("byte %d: no symbol can hold %q", end, text[end])
				}
			}
			if end == len(text) {
				return fmt.Errorf("byte %d: a quoted symbol does not end", i)
			}
			if depth == 0 {
				return fmt.Errorf("byte %d: a symbol outside of a command", i)
			}
			i = end
		case c == ';':
			for i < len(text) && text[i] != '\n' {
				if !printable(text[i]) {
					return fmt.Errorf("byte %d: a comment cannot hold %q", i, text[i])
				}
				i++
			}
		case c == '"':
			return fmt.Errorf("byte %d: a query cannot hold strings", i)
		case c == '\n' || c == ' ':
		case !printable(c):
			return fmt.Errorf("byte %d: a query cannot hold %q", i, c)
		case depth == 0:
			return fmt.Errorf("byte %d: %q outside of a command", i, c)
		}
	}
	if depth > 0 {
		return fmt.Errorf("%d parentheses are not closed", depth)
	}
	return nil
}

func printable(c byte) bool { return ' ' <= c && c <= '~' }

// word returns the start of text up to white space or a parenthesis.
func word(text []byte) string {
	n := bytes.IndexAny(text, " \n()")
	if n < 0 {
		n = len(text)
	}
	return string(text[:n])
}
