package rules_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/rtl/source/rules"
)

// TestEndless: every relation, step and way of writing, in processes, functions and generate
// blocks; and loops like them that end, or of which that is not known here.
func TestEndless(t *testing.T) {
	forms := map[string]string{
		"process":  "module m(input [7:0] x, output reg [7:0] y); localparam L = 2;\n integer i; always @* begin y = 0;\n %s y = y + x; end endmodule",
		"function": "module m(input [7:0] x, output [7:0] y); localparam L = 2;\n function [7:0] f(input [7:0] a); integer i; begin f = 0;\n %s f = f + a; end endfunction assign y = f(x); endmodule",
		"generate": "module m(input [7:0] x, output [7:0] y); localparam L = 2;\n genvar i; generate\n %s begin : g assign y[0] = x[0]; end endgenerate endmodule",
	}
	endless := []string{
		"for (i = 0; i < 7; i = i - 1)", "for (i = 0; i <= L; i = i + 0)", "for (i = 9; i > L; i = i + 1)",
		"for (i = 9; i >= 0; i = 2 + i)", "for (i = 0; i != 7; i = i + 2)", "for (i = 0; 7 > i; i = i - L)",
		"for (i = 0; i < 1000000000; i = i + 1)", "for (i = 8; i != 9; i = i - 1)", "for (i = 0; i < 8; i--)",
	}
	ends := []string{
		"for (i = 0; i < 7; i = i + 1)", "for (i = 9; i > L; i = i - 1)", "for (i = 7; i >= 0; i--)",
		"for (i = 0; i != 8; i = i + 2)", "for (i = 0; i < x; i = i - 1)", "for (i = 9; i < 7; i = i - 1)",
		"for (i = 1; i < 1048577; i = i + 1)", "for (i = 1; i < 64; i = i * 2)", "for (i = 0; i < 8 && x[0]; i = i - 1)",
	}
	for form, text := range forms {
		for _, l := range endless {
			got := found(t, fmt.Sprintf(text, l))
			require.Len(t, got, 1, "%s: %s", form, l)
			require.Equal(t, 3, got[0].Line)
			require.Contains(t, got[0].Text, "more than 1048576 times: i begins with ")
		}
		for _, l := range ends {
			require.Empty(t, found(t, fmt.Sprintf(text, l)), "%s: %s", form, l)
		}
	}
	for _, body := range []string{"i = 9;", "begin y = x; disable b; end", "t(i);"} {
		text := "module m(input [7:0] x, output reg [7:0] y); integer i; task t(output integer a); a = 9; endtask\n" +
			" always @* begin : b for (i = 0; i < 7; i = i - 1) " + body + " end endmodule"
		require.Empty(t, found(t, text), body)
	}
}

// A module that contains itself is found, directly or through others; one that a generate
// construct ends is not.
func TestNested(t *testing.T) {
	for text, want := range map[string]string{
		"module a(input x);\n a b(x); endmodule": "a module that contains itself has no end: a contains a",
		"module a(input x);\n b u(x); endmodule module b(input x); c u(x); endmodule module c(input x);\n a u(x); endmodule": "a module that contains itself has no end: a contains b contains c contains a",
		"module top(input x); a u(x); endmodule module a(input x); generate\n a b(x); endgenerate endmodule":                 "a module that contains itself has no end: a contains a",
	} {
		got := found(t, text)
		require.Len(t, got, 1, text)
		require.Equal(t, want, got[0].Text)
		require.Greater(t, got[0].Line, 1)
	}
	for _, text := range []string{
		"module a #(parameter N = 3)(input x); generate if (N > 1) a #(.N(N - 1)) u(x); endgenerate endmodule",
		"module a #(parameter N = 3)(input x); genvar i; generate for (i = 1; i < N; i = i + 1) begin : g a #(.N(N - 1)) u(x); end endgenerate endmodule",
		"module a #(parameter N = 3)(input x); case (N) 0: ; default: begin : g a #(.N(N - 1)) u(x); end endcase endmodule",
		"module a(input x); b u(x); b v(x); endmodule module b(input x); endmodule",
		"module a(input x); missing u(x); endmodule",
	} {
		require.Empty(t, found(t, text), text)
	}
}

func found(t *testing.T, text string) []source.Message {
	read, err := source.Read(source.One("m.sv", []byte(text)))
	require.NoError(t, err)
	return rules.Endless(read)
}
