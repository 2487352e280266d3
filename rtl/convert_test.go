package rtl

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl/source"
)

func TestParseConverter(t *testing.T) {
	for line, want := range map[string][]string{
		"sv2v":                       {"sv2v"},
		"  sv2v  -v\t{files} ":       {"sv2v", "-v", "{files}"},
		`y -p 'read {files}; w "a"'`: {"y", "-p", `read {files}; w "a"`},
		`a"b c"d ""`:                 {"ab cd", ""},
	} {
		c, err := ParseConverter(line)
		require.NoError(t, err, line)
		require.Equal(t, want, c.Words, line)
	}
	for _, line := range []string{"", "  ", `""`, "a 'b", `a "b'`} {
		_, err := ParseConverter(line)
		require.Error(t, err, line)
	}
}

func convert(t *testing.T, line, text string) (*source.Conversion, error) {
	t.Helper()
	c, err := ParseConverter(line)
	require.NoError(t, err)
	return c.Convert(context.Background(), source.One("my own.sv", []byte(text)), Limits{})
}

const withInside = "module m (input [7:0] a, output y); // a comment\n  assign y = a inside {[3:9]};\nendmodule\n"

// A converter gets the text behind the preprocessor, and a front end what it makes of it.
func TestConvert(t *testing.T) {
	for _, line := range []string{
		`sed "s/inside {\[3:9\]}/>= 3 \&\& a <= 9/"`,
		`sed "s/inside {\[3:9\]}/>= 3 \&\& a <= 9/w {out}" {files}`,
	} {
		c, err := convert(t, line, withInside)
		if c == nil || line[len(line)-1] == '}' {
			// sed writes only the line that it changed.
			require.ErrorContains(t, err, "no module in what it wrote")
			continue
		}
		require.NoError(t, err)
		require.Equal(t, "sed", c.By)
		require.True(t, c.Icarus, "Icarus 11 does not read inside")
		require.NotContains(t, string(c.Text), "comment")
		s := source.One("my own.sv", []byte(withInside))
		s.Conversion = c
		require.Equal(t, source.ConvertedFile, s.Written().Files[0].Name)
		require.NotEqual(t, s.Archive(), source.One("my own.sv", []byte(withInside)).Archive())
		_, _, err = Yosys{}.Read(context.Background(), s)
		require.NoError(t, err)
		vectors := [][]uint64{{2, 3, 9, 10}}
		out, err := Icarus{}.Run(context.Background(), s, "m", []Signal{{"a", 8}}, []Signal{{"y", 1}}, vectors)
		require.NoError(t, err)
		require.Equal(t, [][]Bits{{{}, {Value: 1}, {Value: 1}, {}}}, out)
		// Files behind the converted ones stay as they are.
		more := s.With(Source{Name: "more.v", Text: []byte("module top (input [7:0] a, output y); m u (.a(a), .y(y)); endmodule\n")})
		require.Len(t, more.Written().Files, 2)
		d, _, err := Yosys{}.Read(context.Background(), more)
		require.NoError(t, err)
		_, err = d.Module("top")
		require.NoError(t, err)
	}
}

// What a converter refuses has the user's file and line, and what it cannot do is no fault
// of the text.
func TestConvertFails(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret.v")
	require.NoError(t, os.WriteFile(secret, []byte("module secret; endmodule\n"), 0o644))
	var bad *SourceError
	_, err := convert(t, `sh -c "echo sh: f0.sv:2:5: no such thing >&2; exit 1"`, withInside)
	require.ErrorAs(t, err, &bad)
	require.Equal(t, []Message{{File: "my own.sv", Line: 2, Text: "no such thing"}}, bad.Messages)
	for line, want := range map[string]string{
		"no-such-converter":          "cannot be started",
		"false":                      "exit status 1",
		"true":                       "no module in what it wrote",
		"echo {out}":                 "it wrote no text",
		"yes module {files}":         "it wrote more than 67108864 bytes", // and never ends
		"cat " + secret + " {files}": "",                                  // outside of its folder
	} {
		_, err := convert(t, line, withInside)
		var failed *ToolError
		require.ErrorAs(t, err, &failed, line)
		require.ErrorContains(t, err, want, line)
	}
	_, err = convert(t, "cat", "`include \"absent.vh\"\n")
	require.ErrorAs(t, err, &bad)
}

// A converter that writes files without end is stopped before the disk is full, whatever the
// files are called.
func TestConvertFillsNoDisk(t *testing.T) {
	for _, line := range []string{
		`sh -c "dd if=/dev/zero of={out} bs=1048576"`,
		`sh -c "while :; do head -c 1000000 /dev/zero >>other; done"`,
	} {
		_, err := convert(t, line, withInside)
		require.ErrorContains(t, err, "it filled its folder with more than 268435456 bytes", line)
	}
}
