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

// An index is known to lie inside by what it is computed from; one that may be one
// more is not.
func TestIndexIsBoundedByWhatComputesIt(t *testing.T) {
	for index, inside := range map[string]bool{
		"(b[0] ? 4'd9 : 4'd3)":             true,
		"(b[0] ? 4'd10 : 4'd3)":            false,
		"(b > 9 ? 4'd9 : b)":               true,
		"(b > 9 ? b : 4'd9)":               false,
		"(b > 10 ? 4'd9 : b)":              false,
		"(b < 10 ? b : 4'd0)":              true,
		"(b <= 10 ? b : 4'd0)":             false,
		"(10 > b ? b : 4'd0)":              true,
		"(b >= 10 ? 4'd9 : b)":             true,
		"(b >= 11 ? 4'd9 : b)":             false,
		"(!(b < 10) ? 4'd2 : b)":           true,
		"(c < 10 ? b : 4'd0)":              false,
		"(b & 4'd7)":                       true,
		"(b | 4'd1)":                       false,
		"(b[2:0] | 3'd1)":                  true,
		"(b >> 1)":                         true,
		"(b[0] ? c[2:0] : {1'b0, b[1:0]})": true,
		"(b[0] ? c : {1'b0, b[1:0]})":      false,
		"{1'b0, b[2:0]} + 4'd2":            true,
		"{1'b0, b[2:0]} + 4'd3":            false,
	} {
		text := "module top (input [9:0] a, input [3:0] b, input [3:0] c, output y);\nassign y = a[" + index + "];\nendmodule\n"
		m := elaborate(t, readText(t, text), "top")
		_, err := netlist.Compile(m, values(m.Inputs), values(m.Outputs))
		if !inside {
			require.ErrorContains(t, err, string(netlist.UndefX), index)
			continue
		}
		require.NoError(t, err, index)
		in := vectors(m.Inputs, 200)
		require.Equal(t, simulate(t, text, "top", m, in), outputs(t, m, in), index)
	}
}
