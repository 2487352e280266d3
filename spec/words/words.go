// Package words formats values for people: numbers, counts with their nouns, shortened
// texts, and words for a shell.
package words

import (
	"strconv"
	"strings"
)

// Number is n with separators: 17,056.
func Number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Count is "1 layer", "63 layers" or "1,280 layers". The plural of what is what with an s.
func Count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return Number(n) + " " + what
}

// Cut is the first n characters of s, with an ellipsis if s has more.
func Cut(s string, n int) string {
	// Most texts are short, and a byte is at least a part of a character.
	if len(s) <= n {
		return s
	}
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}

// ShellQuote is s as one word of a POSIX shell, which reads it back as s whatever its
// characters. A word of harmless characters has no quotes.
func ShellQuote(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:=,+@%", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
