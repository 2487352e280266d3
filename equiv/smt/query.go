package smt

import (
	"fmt"

	"github.com/hashiflex/hashiflex/spec/digest"
)

// Query is one self-contained question.
type Query struct {
	Text []byte   // declarations, definitions and assertions; no other commands
	Read []string // variables to read on Sat, by their names without bars
}

// Standalone returns the query as a file for any SMT-LIB 2 solver. logic "" is ALL. The
// file requests no values, since that is an error unless the answer is sat; a comment
// lists them. The text is canonical: equal queries give equal files.
func (q Query) Standalone(logic string) ([]byte, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(q.Text)+200)
	out = append(out, "(set-option :produce-models true)\n(set-logic "...)
	out = append(out, logicName(logic)...)
	out = append(out, ")\n"...)
	out = append(out, q.Text...)
	out = append(out, "\n(check-sat)\n"...)
	if len(q.Read) > 0 {
		out = append(out, "; if sat: "...)
		out = q.appendGetValue(out)
	}
	return out, nil
}

// Hash returns the SHA-256 of Standalone in hex, the name under which a query is listed
// and kept.
func (q Query) Hash(logic string) (string, error) {
	text, err := q.Standalone(logic)
	if err != nil {
		return "", err
	}
	return digest.Bytes(text), nil
}

// Validate returns an error if the text is incomplete or has other commands, or if a
// name to read is no symbol.
func (q Query) Validate() error {
	if err := scan(q.Text); err != nil {
		return err
	}
	for _, name := range q.Read {
		if _, err := AppendSymbol(nil, name); err != nil {
			return fmt.Errorf("a value to read: %w", err)
		}
	}
	return nil
}

// appendGetValue appends the command that reads q's variables; q is valid.
func (q Query) appendGetValue(out []byte) []byte {
	out = append(out, "(get-value ("...)
	for i, name := range q.Read {
		if i > 0 {
			out = append(out, ' ')
		}
		out, _ = AppendSymbol(out, name)
	}
	return append(out, "))\n"...)
}

func logicName(logic string) string {
	if logic == "" {
		return "ALL"
	}
	return logic
}
