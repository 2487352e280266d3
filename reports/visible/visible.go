// Package visible makes text safe to show. Names of layers, ports and files come from
// users. They may contain characters that control a terminal, a browser or an editor.
//
// Characters that cannot be seen are written as escapes: line ends, tabs and other
// control characters, marks that change the direction of text, invisible spaces, and
// bytes that are no UTF-8. The result is one line of valid UTF-8 that is legal in XML
// 1.0. It is not escaped for any format; renderers do that.
package visible

import (
	"fmt"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line is s as one line without invisible characters.
func Line(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case !hidden(r):
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u{%x}`, r)
		}
		i += n
	}
	return b.String()
}

func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// hidden reports whether r is invisible. The plain space is not hidden. Other spaces
// are, since two names may differ only in them.
func hidden(r rune) bool {
	return r != ' ' && !unicode.IsGraphic(r) || r != ' ' && unicode.IsSpace(r) || r == utf8.RuneError || r == 0xFFFE || r == 0xFFFF
}

// All replaces every string reachable from v, a pointer, by its Line.
func All(v any) { all(reflect.ValueOf(v)) }

func all(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			all(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			all(v.Field(i))
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			all(v.Index(i))
		}
	case reflect.String:
		if s := v.String(); !plain(s) {
			v.SetString(Line(s))
		}
	}
}
