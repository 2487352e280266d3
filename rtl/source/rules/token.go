package rules

import (
	"strings"

	"github.com/hashiflex/hashiflex/rtl/source"
)

// tokenKind is what a token is to the parser.
type tokenKind uint8

const (
	tokenWord tokenKind = iota // a keyword
	tokenName                  // an identifier, an escaped one without its backslash
	tokenNumber
	tokenString // without quotes
	tokenSystem // with its dollar
	tokenSymbol
	tokenPragma
	tokenEnd
)

type token struct {
	kind tokenKind
	text string
	file string
	line int
}

// tokens is those of all compiled files, one after another, as one compilation unit.
func tokens(t *source.Text) (toks []token) {
	kinds := map[source.Kind]tokenKind{
		source.Identifier: tokenName, source.Escaped: tokenName, source.Keyword: tokenWord, source.System: tokenSystem,
		source.Number: tokenNumber, source.String: tokenString, source.Operator: tokenSymbol, source.Pragma: tokenPragma,
	}
	for _, f := range t.Files {
		for _, x := range f.List {
			text := x.Text
			switch x.Kind {
			case source.Directive:
				continue // what it says of nets is source's matter
			case source.Escaped:
				text = strings.TrimPrefix(text, `\`)
			case source.String:
				text = strings.TrimSuffix(strings.TrimPrefix(text, `"`), `"`)
			}
			kind := kinds[x.Kind]
			if kind == tokenWord && !keywords[text] {
				kind = tokenName // of a part of the language that no reader of hardware takes
			}
			toks = append(toks, token{kind, text, x.File, x.Line})
		}
	}
	return toks
}
