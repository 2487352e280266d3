package words

import (
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNumber(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", -999: "-999", -1000: "-1,000", 17056: "17,056", 2189760: "2,189,760"} {
		require.Equal(t, want, Number(n))
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0 layers", 1: "1 layer", 2: "2 layers", 1234: "1,234 layers"} {
		require.Equal(t, want, Count(n, "layer"))
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		s    string
		n    int
		want string
	}{{"", 3, ""}, {"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"äöü", 3, "äöü"}, {"äöüß", 3, "äö…"}} {
		require.Equal(t, c.want, Cut(c.s, c.n))
	}
}

// TestShellQuote: a shell makes of the words what they were.
func TestShellQuote(t *testing.T) {
	for s, want := range map[string]string{
		"": "''", "tiny": "tiny", "a/b-c_d.v": "a/b-c_d.v", "l'1": `'l'\''1'`, "a b": "'a b'", "$x": "'$x'", "ü\n": "'ü\n'", "~": "'~'",
	} {
		require.Equal(t, want, ShellQuote(s))
		out, err := exec.Command("sh", "-c", "printf %s "+ShellQuote(s)).Output()
		require.NoError(t, err)
		require.Equal(t, s, string(out))
	}
}
