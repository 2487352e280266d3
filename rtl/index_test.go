package rtl

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
)

// An indexed part of a word is that part wherever it lies inside, whatever the
// undefined word is; where any of it lies outside, it is the undefined word.
func TestIndexBeyondIsUndefinedOnlyThere(t *testing.T) {
	const width = 5
	for _, c := range []struct {
		index string
		first int // bit of a that y's bit 0 is, for the index b
	}{
		{"a[b +: 2]", 0},
		{"a[b - 1 +: 2]", -1},
		{"a[s +: 2]", 0},
	} {
		m := elaborate(t, readText(t, "module top (input [4:0] a, input [3:0] b, output [1:0] y);\n"+
			"wire signed [3:0] s = b;\nassign y = "+c.index+";\nendmodule\n"), "top")
		cuts := values(m.Inputs)
		for v := range m.Cells {
			if m.Cells[v].Op == netlist.OpUndef {
				cuts = append(cuts, netlist.Value(v))
			}
		}
		require.Len(t, cuts, 3, c.index)
		p, err := netlist.Compile(m, cuts, values(m.Outputs))
		require.NoError(t, err)
		for a := range uint64(1 << width) {
			for b := range uint64(1 << 4) {
				for x := range uint64(4) {
					out := [][]uint64{{0}}
					p.Run(1, [][]uint64{{a}, {b}, {x}}, out)
					first := int(b)
					if c.index == "a[s +: 2]" && b >= 8 {
						first -= 16
					}
					first += c.first
					want := x
					if first >= 0 && first+2 <= width {
						want = a >> first & 3
					}
					require.Equal(t, want, out[0][0], "%s: a=%d b=%d x=%d", c.index, a, b, x)
				}
			}
		}
	}
}
