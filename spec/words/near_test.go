package words

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDidYouMean(t *testing.T) {
	known := []string{"stem", "expand", "project", "mobilenet_v2_1.0_224"}
	for word, want := range map[string]string{
		"setm": `; did you mean "stem"?`, "sten": `; did you mean "stem"?`, "Stem": `; did you mean "stem"?`, "expend": `; did you mean "expand"?`,
		"mobilenet_v2_224": `; did you mean "mobilenet_v2_1.0_224"?`, "x": "", "": "", "pool": "", "grouped": "",
	} {
		require.Equal(t, want, DidYouMean(word, known), word)
	}
	require.Empty(t, DidYouMean("stem", nil))
}
