package source

import "fmt"

// Kind is the kind of a token.
type Kind uint8

const (
	Identifier Kind = iota + 1
	Escaped         // identifier with its backslash and without the white space behind it
	Keyword         // in the language of the file that holds it
	System          // name of a system task or function, with its dollar
	Number          // in one piece, even where white space or macros divide it
	String          // with its quotes, as it is written
	Operator        // also punctuation, (* and *)
	Pragma          // comment or directive that is a command to some tool, whole
	Directive       // `default_nettype, which holds for what follows
)

func (k Kind) String() string {
	switch k {
	case Identifier:
		return "identifier"
	case Escaped:
		return "escaped identifier"
	case Keyword:
		return "keyword"
	case System:
		return "system name"
	case Number:
		return "number"
	case String:
		return "string"
	case Operator:
		return "operator"
	case Pragma:
		return "pragma"
	case Directive:
		return "directive"
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// Token is a word of the preprocessed text.
type Token struct {
	Kind Kind
	Text string
	// File and Line are where it stands in the user's text, Column is its first
	// byte, from 1. What comes out of a macro stands where the macro is used.
	File         string
	Line, Column int

	tight bool // nothing stands between it and the token before
}

// Is reports whether t is a keyword or an operator with that text.
func (t Token) Is(text string) bool {
	return t.Text == text && (t.Kind == Keyword || t.Kind == Operator)
}

// Message is one line about a place in the sources.
type Message struct {
	File string // the user's name; "" is no place
	Line int    // 0 is no line
	Text string
}

func (m Message) String() string {
	switch {
	case m.File == "":
		return m.Text
	case m.Line == 0:
		return m.File + ": " + m.Text
	}
	return fmt.Sprintf("%s:%d: %s", m.File, m.Line, m.Text)
}
