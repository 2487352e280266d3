package source

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPackedArrays(t *testing.T) {
	for text, want := range map[string]string{
		"module m; logic [3:0][7:0] x; assign y = x[2]; assign z = x[2][5:4]; endmodule":                   "module m; logic [32 - 1:0] x; assign y = x[16 +: 8]; assign z = x[20 +: 2]; endmodule",
		"module m; logic [1:0][0:2][3:1] x; assign y = x[1][0][3]; endmodule":                              "module m; logic [18 - 1:0] x; assign y = x[17]; endmodule",
		"module m; logic [3:0][7:0] x; assign y = x[a + 1]; endmodule":                                     "module m; logic [32 - 1:0] x; assign y = x[{32'b0, (a + 1)} * 8 + 0 +: 8]; endmodule",
		"module m; logic [3:0][7:0] x; assign y = x[1][a]; endmodule":                                      "module m; logic [32 - 1:0] x; assign y = x[((({32'b0, (a)} < 8)) ? {32'b0, (a)} * 1 + 8 : 64)]; endmodule",
		"module m; typedef logic [1:0][3:0] t; t x, y[0:3]; assign x = y[k][0]; endmodule":                 "module m; typedef logic [8 - 1:0] t; t x, y[0:3]; assign x = y[k][0 +: 4]; endmodule",
		"typedef logic [3:0] n; module m(input n [1:0] a, b, output c); assign c = a[1] < b[0]; endmodule": "typedef logic [3:0] n; module m(input logic [8 - 1:0] a, b, output c); assign c = a[4 +: 4] < b[0 +: 4]; endmodule",
		"module m; logic [3:0][7:0] x; n u(.x(x[0]), .y(x)); endmodule":                                    "module m; logic [32 - 1:0] x; n u(.x(x[0 +: 8]), .y(x)); endmodule",
	} {
		without := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		require.Equal(t, without("`line 1 \"f0.sv\" 0\n"+want+"\n"), without(plain(t, text)), text)
	}
}

// What is not understood leaves every file as it is.
func TestPackedArraysThatStay(t *testing.T) {
	for _, text := range []string{
		"logic [3:0][7:0] x; assign y = x[4];",                           // beyond
		"logic [A:B][7:0] x; assign y = x[1];",                           // which bound is higher
		"logic [3:0][7:0] x; function f(input x); f = x[0]; endfunction", // two things of one name
		"logic [3:0][7:0] x; integer i, x; assign y = x[0];",             // likewise
		"logic [3:0][7:0] x; enum {A, x} e; assign y = x[0];",            // likewise
		"logic [3:0][7:0] x; assign y = u.x[0];",                         // of another place
		"logic [3:0][7:0] x; assign y = \\x [0];",                        // by its other name
		"logic [3:0][7:0] x; assign y = $size(x);",                       // its shape
		"logic [3:0][7:0] x; assign x = '{default: 1};",                  // likewise
		"logic signed [3:0][7:0] x; assign y = x[0];",                    // elements are unsigned
		"typedef logic signed [7:0] t; t [3:0] x; assign y = x[0];",      // elements are signed
		"logic [3:0][7:0] x; always_comb x[k -: 2] = 1;",                 // a part may be written
		"logic [3:0][7:0] x; always_comb {x[k -: 2], y} = 1;",            // likewise
		"localparam logic [3:0][7:0] x = 0; assign y = x[0];",            // Icarus does not read it
		"typedef logic [1:0][7:0] t [0:3]; t x; assign y = x[0];",        // a type that has more dimensions
		"struct packed { logic [1:0][7:0] x; } s; assign y = s.x[0];",    // a member
		"logic [3:0][7:0] x [0:1][0:1]; assign y = x[0];",                // a part of a memory
	} {
		text = "module m; " + text + " endmodule"
		without := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		require.Equal(t, without("`line 1 \"f0.sv\" 0\n"+text+"\n"), without(plain(t, text)), text)
	}
}
