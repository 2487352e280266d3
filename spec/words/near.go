package words

import (
	"fmt"

	"github.com/agnivade/levenshtein"
)

// DidYouMean is a question to append to an error about an unknown word, such as `; did
// you mean "tiny"?`. It is "" if no known word is similar.
func DidYouMean(word string, known []string) string {
	best, least := "", max(1, len(word)/3)+1
	for _, k := range known {
		if d := levenshtein.ComputeDistance(word, k); d < least {
			best, least = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}
