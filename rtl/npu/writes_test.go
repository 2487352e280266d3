package npu

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What is written to a file of writes is read back, and a line that is none is named.
func TestWritesFile(t *testing.T) {
	p := Params{Lanes: 5, Features: 3, Rows: 3, Biases: 5, Layers: 1}
	prog := &Program{Params: p, Layers: []Layer{{In: 3, Out: 5, Width: 16, Signed: true}}, Rows: [][]int8{{1, -2, 3, -4, 5}, {0, 0, 0, 0, -128}, {7, 7, 7, 7, 7}}, Biases: []int32{1, -1, 1 << 30, -1 << 31, 0}}
	text := FormatWrites(p, prog.Writes())
	require.Contains(t, string(text), "# Writes for npu_head with LANES=5 FEATURES=3 ROWS=3 BIASES=5 LAYERS=1: address, data, strobes.\n")
	require.Contains(t, string(text), "# from bias 0 on\n800000 00000001 f\n800004 ffffffff f\n")
	ws, err := ParseWrites(text)
	require.NoError(t, err)
	require.Equal(t, prog.Writes(), ws)

	for line, want := range map[string]string{
		"800000 1":           "2 fields: want address, data and strobes",
		"800000 1 f f":       "4 fields",
		"1800000 1 f":        `"1800000": want 24 bits in hexadecimal`,
		"800000 100000000 f": `"100000000": want 32 bits`,
		"800000 1 1f":        `"1f": want 4 bits`,
		"800000 0x1 f":       `"0x1": want 32 bits`,
	} {
		_, err := ParseWrites([]byte("# comment\n\n" + line + "\n800000 0 f\n"))
		require.ErrorContains(t, err, "program.txt:3: "+want)
	}
}
