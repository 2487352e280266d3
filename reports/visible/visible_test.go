package visible

import (
	"encoding/xml"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestLine(t *testing.T) {
	for in, want := range map[string]string{
		"":                      "",
		"Conv_1 <b>|&\"']]>":    "Conv_1 <b>|&\"']]>",
		"größe ≡ 層":             "größe ≡ 層",
		"a\nb\tc\r":             `a\nb\tc\x0d`,
		"\x00\x1b[31m\x7f":      `\x00\x1b[31m\x7f`,
		"\u202eevil\u200b":      `\u{202e}evil\u{200b}`,
		"bad\xff\xc3":           `bad\xff\xc3`,
		"no\u00a0break":         `no\xa0break`,
		"line\u2028separator":   `line\u{2028}separator`,
		"replacement\ufffdhere": `replacement\u{fffd}here`,
	} {
		require.Equal(t, want, Line(in))
	}
}

// Every rune comes out as one line that XML accepts, and stays so.
func TestEveryRune(t *testing.T) {
	for r := rune(0); r <= utf8.MaxRune; r++ {
		got := Line(string(r))
		if !utf8.ValidString(got) || strings.ContainsAny(got, "\n\r\t\x00") || Line(got) != got {
			t.Fatalf("%U gives %q", r, got)
		}
		if r < 0x3000 || r > 0xd000 && r < 0x10100 {
			var b strings.Builder
			require.NoError(t, xml.EscapeText(&b, []byte(got)))
			// What XML 1.0 does not allow comes out of EscapeText as U+FFFD.
			require.NotContains(t, b.String(), "\ufffd", "%U", r)
		}
	}
}

func TestAll(t *testing.T) {
	type inner struct{ Names []string }
	v := struct {
		Name string
		In   *inner
		None *inner
		List []inner
		N    int
	}{"a\n", &inner{[]string{"b\x00"}}, nil, []inner{{[]string{"ok"}}}, 3}
	All(&v)
	require.Equal(t, `a\n`, v.Name)
	require.Equal(t, `b\x00`, v.In.Names[0])
	require.Equal(t, "ok", v.List[0].Names[0])
}
