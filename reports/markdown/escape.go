package markdown

import (
	"strings"
	"unicode"
)

// special lists the characters with a special meaning in GitHub's Markdown. A backslash
// makes each of them plain text outside code.
const special = "\\`*[]<>|~&#!@$"

// escape makes s plain text in Markdown. s has passed through package visible.
func escape(s string) string {
	var b strings.Builder
	r := []rune(s)
	for i, c := range r {
		switch {
		case strings.ContainsRune(special, c), c == ':' && i+1 < len(r) && r[i+1] == '/':
			b.WriteByte('\\')
		case c == '_' && (i == 0 || i == len(r)-1 || !word(r[i-1]) || !word(r[i+1])):
			// Within a word an underscore has no special meaning.
			b.WriteByte('\\')
		case i == 0 && (c == '-' || c == '+' || c == '='), c == '.' && i > 0 && allDigits(r[:i]), c == '.' && www(r, i):
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// www reports whether position i follows "www", which GitHub turns into a link.
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
