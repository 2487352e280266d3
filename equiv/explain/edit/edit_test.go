package edit

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestChanges: typical slips are undone by a change of the stock.
func TestChanges(t *testing.T) {
	h := Hints{Numbers: []int64{-359}, Widths: []int{8}}
	for _, c := range []struct{ wrong, right string }{
		{"assign y = a + (b <<< 2);", "assign y = a + (b <<< 3);"},
		{"assign y = a + b;", "assign y = a - b;"},
		{"wire x5 = 1; assign y = x4 + x6;", "wire x5 = 1; assign y = x5 + x6;"},
		{"assign y = acc + 358;", "assign y = acc + 359;"},
		{"assign y = acc + 12;", "assign y = acc + -359;"},
		{"assign y = acc;", "assign y = acc - 359;"},
		{"assign y = {8'd1, a};", "assign y = {a, 8'd1};"},
		{"assign y = {{8{1'b0}}, a};", "assign y = {{8{a[7]}}, a};"},
		{"assign y = a >>> 4;", "assign y = a >> 4;"},
		{"assign y = ones(m) << (k & 6);", "assign y = ones(m) << (k );"},
		{"assign y = a + ~b;", "assign y = a -b;"},
		{"assign y = a / 8;", "assign y = a >>> 3;"},
		{"assign y = a >>> 4;", "assign y = a / 16;"},
		{"assign y = x1[3] - x0;", "assign y = x0 - x1[3];"},
		{"assign y = x[i ^ 1];", "assign y = x[i ];"},
		{"wire signed [7:0] a = x[2:1];", "wire signed [7:0] a = x[1:0];"},
		{"case (n) 0: y = 0; 1: y = 16; 2: y = 0; 3: y = 48; default: y = 64; endcase", "case (n) 0: y = 0; 1: y = 16; 2: y = 32; 3: y = 48; default: y = 64; endcase"},
		{"case (n) 1: y = -16; 2: y = 32; 3: y = -48; endcase", "case (n) 1: y = -16; 2: y = -32; 3: y = -48; endcase"},
		{"always @(posedge clk) if (!en) q <= d;", "always @(posedge clk) if (en) q <= d;"},
		{"assign s = v[0] + v[1];", "assign s = v[0] + v[1] + v[2];"},
	} {
		found := false
		for _, x := range Changes(c.wrong, h) {
			found = found || x.Apply(c.wrong) == c.right
		}
		require.True(t, found, "%s", c.wrong)
	}
}

// TestSigns: of several lines the odd one comes first.
func TestSigns(t *testing.T) {
	text := "wire p2 = 0 + x1 + x4;\nwire m1 = 0 + x3;\nwire m2 = 0 + x11;\nwire h2 = (h3 <<< 1) + p4 - m4; // - right\nwire h1 = (h2 <<< 1) + p2 + m2;\nwire h0 = (h1 <<< 1) + p1 - m1;\n"
	all := Signs(text)
	require.Len(t, all, 10)
	require.Contains(t, all[0].Apply(text), "+ p2 - m2;")
	require.Equal(t, 5, all[0].Line)
	negated := "assign y = part + ~t;"
	require.Len(t, Signs(negated), 2)
	require.Contains(t, Signs(negated)[1].Apply(negated), "part -t;")
	require.Empty(t, Signs("assign y = a & b;"))
}

// TestPlaces: a change is where it says, comments and strings are left alone, and the same
// text has the same changes.
func TestPlaces(t *testing.T) {
	text := "module m (input [7:0] a, output [7:0] y); // add 3\n/* 4\n5 */\n  assign y = a + 7;\nendmodule\n"
	all := Changes(text, Hints{})
	require.NotEmpty(t, all)
	require.Equal(t, all, Changes(text, Hints{}))
	for _, c := range all {
		require.True(t, strings.HasPrefix(text[c.from:], c.Was))
		require.Equal(t, c.Line, 1+strings.Count(text[:c.from], "\n"))
		require.NotContains(t, []int{2, 3}, c.Line)
	}
	// No text makes it fail.
	for _, s := range []string{"", "(", "assign", "x[", "a ? b", "é + 1;", "4'", "{{8{1'b0", "-", "99999999999999999999 + 1;", "\\a+b = 3;"} {
		for _, c := range Changes(s, Hints{Widths: []int{8}}) {
			c.Apply(s)
		}
	}
}

// TestLoopsEnd: a loop's step and its variable are left alone, and what may be a size is
// changed by little: such a text might never be read to its end.
func TestLoopsEnd(t *testing.T) {
	const text = "localparam L = 4;\nfor (i = 0; i < P; i = i + 1) y = y + x[i];\n"
	for _, c := range Changes(text, Hints{Numbers: []int64{100000}}) {
		got := c.Apply(text)
		require.NotContains(t, strings.SplitN(got, "\n", 2)[0], "0")
		require.Regexp(t, `i <=? (P|[A-Zi]); i = i \+ [0-9]\)`, got)
	}
}

// FuzzChanges: no text makes it fail, and every change is within the text.
func FuzzChanges(f *testing.F) {
	f.Add("assign y = {{8{1'b0}}, a[7:0], 4'd0} ? b : -c <<< 2;")
	f.Add("module m #(parameter N = 3) (input a); case (n) 4'h0: y = 1; default: y = -3; endcase endmodule")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 2000 {
			return
		}
		for _, c := range Changes(text, Hints{Numbers: []int64{5}, Widths: []int{8}}) {
			require.NotEqual(t, text, c.Apply(text))
		}
	})
}
