package portmap

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSuggest: names and widths of ports suggest a map, and what was only guessed, or not
// placed, is said.
func TestSuggest(t *testing.T) {
	for _, c := range []struct {
		design string
		keys   []string
		left   []string
	}{
		{"module helper (input [3:0] a, output [5:0] b); assign b = a; endmodule\nmodule m (input clk, input rst_n, input en, input [7:0] px, output reg [17:0] res, output busy); assign busy = en; always @(posedge clk) if (!rst_n) res <= 0; else if (en) res <= px; endmodule",
			[]string{`module = "m"`, `latency = "auto"`, `ports = { "x*" = "px", "y*" = "res" }`, `tie = { en = 1, rst_n = 1 }`},
			[]string{"res holds 3 values: the first of them is taken for the lowest", "px holds 2 values", "input rst_n is tied to 1, by its name alone", "input en is tied to 1", "output busy of 1 bit is not placed"}},
		{"module m (input [3:0] x0, input [3:0] x1, output [5:0] o2, output [5:0] o1, output [5:0] o0); assign o0 = x0, o1 = x1, o2 = x0; endmodule",
			[]string{`module = "m"`, `latency = "auto"`, `ports = { "y*" = "o{n}" }`}, nil},
		{"module m (input [3:0] left, input [3:0] right, input mode, output [5:0] a, output [5:0] b, output [5:0] c); assign a = left, b = right, c = mode; endmodule",
			[]string{`module = "m"`, `latency = "auto"`, `ports = { "x*" = ["left", "right"], "y*" = ["a", "b", "c"] }`},
			[]string{"a, b, c: their order is that of the module's header", "left, right: their order", "input mode of 1 bit is not placed"}},
		{"module ch0 (input [7:0] x, output [5:0] q); assign q = x; endmodule\nmodule ch1 (input [7:0] x, output [5:0] q); assign q = x; endmodule\nmodule ch2 (input [7:0] x, output [5:0] q); assign q = x; endmodule",
			[]string{`module = "ch{channel}"`, `latency = "auto"`, `ports = { "x*" = "x", y = "q" }`}, []string{"x holds 2 values"}},
	} {
		s := Suggest(read(t, c.design), three(), "m")
		require.NotNil(t, s, c.design)
		require.Equal(t, c.keys, s.Keys)
		require.Len(t, s.Left, len(c.left), "%v", s.Left)
		for i := range c.left {
			require.Contains(t, s.Left[i], c.left[i])
		}
		m, err := Parse("m.toml", []byte(strings.Join(s.Keys, "\n")))
		require.NoError(t, err)
		_, err = m.Adapt(read(t, c.design), three())
		require.NoError(t, err)
	}
	require.Nil(t, Suggest(read(t, "module m (input [3:0] a, output [3:0] b); assign b = a; endmodule"), three(), "m"))
}
