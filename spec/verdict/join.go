package verdict

import "strings"

// Join lists words of this package in a line, with commas between them.
func Join[W ~string](words []W) string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = string(w)
	}
	return strings.Join(list, ", ")
}
