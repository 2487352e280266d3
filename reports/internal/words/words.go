// Package words writes numbers and counted things for people.
package words

import "strconv"

// Number is n with separators: 17,056.
func Number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Plural is "1 layer" or "63 layers".
func Plural(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return Number(n) + " " + what
}

// Cut is the first n characters of s, with an ellipsis where more were there.
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
