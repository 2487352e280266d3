package source

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzRead: no text makes the reader panic or go on for ever; what it accepts are
// tokens, each of which stands alone and where the user's text has such a line.
func FuzzRead(f *testing.F) {
	for _, text := range corpus {
		f.Add([]byte(text), true)
		f.Add([]byte(text), false)
	}
	f.Add([]byte("`define A(x,y=1) x``y `\"x`\" \\\n `ifdef x `A `endif\n`A(`A(1,2),\"\\\"\")"), true)
	f.Fuzz(func(t *testing.T, text []byte, sv bool) {
		name := "a.v"
		if sv {
			name = "a.sv"
		}
		got, err := Read(Sources{Files: []File{{Name: name, Text: text}}, Extra: []File{{Name: "in.vh", Text: []byte("`define X 1\n`ifdef Y\n")}}})
		if err != nil {
			require.NotEmpty(t, err.(*Error).Messages)
			return
		}
		for _, write := range []func(func(string) string) ([][]byte, error){got.Plain, got.Unasserted} {
			texts, err := write(func(string) string { return name })
			if err != nil {
				require.NotEmpty(t, err.(*Error).Messages)
				continue
			}
			// What is left has the tokens that it is written from, and no macros.
			_, err = Read(One(name, texts[0]))
			require.NoError(t, err, "%q gives %q", text, texts[0])
		}
		lines := bytes.Count(text, []byte("\n")) + 1
		for _, x := range got.Files[0].List {
			require.NotEmpty(t, x.Text)
			require.LessOrEqual(t, x.Line, lines)
			require.Positive(t, x.Line)
			if x.Kind == Pragma || x.Kind == Directive || x.Kind == Number {
				continue
			}
			_, n, err := lex([]byte(x.Text), true)
			if x.Text != "(*" && x.Text != "*)" && sv {
				require.NoError(t, err)
				require.Len(t, x.Text, n)
			}
		}
	})
}
