package markdown

import (
	"strings"
	"unicode"
)

// special are the characters that mean something somewhere in GitHub's Markdown.
// An escaped one is itself, everywhere outside code.
const special = "\\`*[]<>|~&#!@$"

// escape makes s text that Markdown leaves alone. s has passed package visible.
func escape(s string) string {
	var b strings.Builder
	r := []rune(s)
	for i, c := range r {
		switch {
		case strings.ContainsRune(special, c), c == ':' && i+1 < len(r) && r[i+1] == '/':
			b.WriteByte('\\')
		case c == '_' && (i == 0 || i == len(r)-1 || !word(r[i-1]) || !word(r[i+1])):
			// Within a word an underscore is only that.
			b.WriteByte('\\')
		case i == 0 && (c == '-' || c == '+' || c == '='), c == '.' && i > 0 && allDigits(r[:i]), c == '.' && www(r, i):
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// www finds what GitHub makes a link of without being asked.
func www(r []rune, i int) bool { return i >= 3 && strings.EqualFold(string(r[i-3:i]), "www") }

func word(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func allDigits(r []rune) bool {
	for _, c := range r {
		if !unicode.IsDigit(c) {
			return false
		}
	}
	return true
}
