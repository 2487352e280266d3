package words

import (
	"fmt"
	"slices"

	"github.com/agnivade/levenshtein"
)

// DidYouMean is a question to append to an error about an unknown word, such as `; did
// you mean "tiny"?`. It is "" if no known word is similar.
func DidYouMean(word string, known []string) string {
	best, least := "", max(1, len(word)/3)+1
	for _, k := range known {
		d := levenshtein.ComputeDistance(word, k)
		if d == 2 && sameLetters(word, k) {
			d = 1 // two letters that changed places
		}
		if d < least {
			best, least = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

func sameLetters(a, b string) bool {
	x, y := []byte(a), []byte(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}
