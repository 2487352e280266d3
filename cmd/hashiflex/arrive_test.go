package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestRefutationsArrive: wrong hardware in every way to write it is refuted, with a
// folder that holds the user's file as it is, and replays with and without us.
func TestRefutationsArrive(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	net := sums(t)
	const ports = "(input signed [3:0] x0, input signed [3:0] x1, output signed [7:0] y)"
	for _, c := range []struct {
		name, file, text string
		top              bool
	}{
		{"a module on one line", "own.v", "module cc" + ports + "; assign y = x0 + 2 * x1 + 2; endmodule", true},
		{"all on one line", "own.v", "module a" + ports + "; assign y = x0 + 2 * x1; endmodule module cc" + ports + "; wire signed [7:0] s; a u (.x0(x0), .x1(x1), .y(s)); assign y = s + 2; endmodule", true},
		{"a keyword on a line of its own", "own.v", "module\ncc\n" + ports + "; assign y = x0 + 2 * x1 + 2;\nendmodule", true},
		{"a comment before the name", "own.v", "module /* the sum */ cc " + ports + ";\n assign y = x0 + 2 * x1 + 2; // endmodule\nendmodule", true},
		{"an attribute", "own.v", "(* keep *) module cc " + ports + ";\n assign y = x0 + 2 * x1 + 2;\nendmodule", true},
		{"an escaped name", "own.v", "module \\cc " + ports + ";\n assign y = x0 + 2 * x1 + 2;\nendmodule", true},
		{"no newline for Unix", "own.v", "module cc " + ports + ";\r\n assign y = x0 + 2 * x1 + 2;\r\nendmodule\r\n", true},
		{"no implicit nets", "own.v", "`default_nettype none\nmodule cc (input wire signed [3:0] x0, input wire signed [3:0] x1, output wire signed [7:0] y);\nassign y = x0 + 2 * x1 + 2;\nendmodule", true},
		{"our own name", "own.v", "module sum_c0 " + ports + "; assign y = x0 + 2 * x1 + 2; endmodule", false},
		{"SystemVerilog", "own.sv", "module sum_c0 (input logic signed [3:0] x0, x1, output logic signed [7:0] y);\n  always_comb begin y = 2; y += x0; y += x1 <<< 1; end\nendmodule", false},
		{"SystemVerilog with a map", "own.sv", "module cc (input logic signed [3:0] x0, x1, output logic signed [7:0] y);\n  typedef logic signed [7:0] t; t s;\n  assign s = 8'(x0) + 2 * x1;\n  assign y = s + 2;\nendmodule", true},
		{"SystemVerilog behind registers", "own.sv", "module cc (input clk, input logic signed [3:0] x0, x1, output logic signed [7:0] y);\n  always_ff @(posedge clk) y <= x0 + 2 * x1 + 2;\nendmodule", true},
		{"an assertion", "own.sv", "module sum_c0 (input logic signed [3:0] x0, x1, output logic signed [7:0] y);\n  always_comb begin y = x0 + 2 * x1 + 2; assert (y < 100); end\nendmodule", false},
		{"an assertion that fails", "own.sv", "module sum_c0 (input logic signed [3:0] x0, x1, output logic signed [7:0] y);\n  always_comb begin y = x0 + 2 * x1 + 2; assert (y > 100); end\nendmodule", false},
		{"a concurrent assertion", "own.sv", "module sum_c0 (input logic signed [3:0] x0, x1, output logic signed [7:0] y);\n  assign y = x0 + 2 * x1 + 2;\n  a: assert property (y < 100);\nendmodule", false},
		{"an assertion over several clocks", "own.sv", "module cc (input clk, input logic signed [3:0] x0, x1, output logic signed [7:0] y);\n  always_ff @(posedge clk) y <= x0 + 2 * x1 + 2;\n  a: assert property (@(posedge clk) y < 100);\nendmodule", true},
		{"a choice that is said to be unique", "own.sv", "module sum_c0 (input logic signed [3:0] x0, x1, output logic signed [7:0] y);\n  always_comb unique if (x0 < 0) y = x0 + 2 * x1 + 2; else y = x0 + 2 * x1 + 3;\nendmodule", false},
		{"what only a simulator reads", "own.v", "module cc" + ports + "; wire signed [7:0] s = x0 + 2 * x1;\n`ifndef SYNTHESIS\nalways @* if (s > 100) $display(\"too large\");\n`endif\n`ifdef YOSYS\nassign y = s + 3;\n`else\nassign y = s + 2;\n`endif\nendmodule", true},
		{"a text that knows Icarus", "own.v", "module cc" + ports + "; wire signed [7:0] s = x0 + 2 * x1;\n`ifdef __ICARUS__\nassign y = s + 3;\n`else\nassign y = s + 2;\n`endif\nendmodule", true},
		{"a name for a shell to trip over", "my design's.v", "module sum_c0 " + ports + "; assign y = x0 + 2 * x1 + 2; endmodule", false},
		{"the name of a file of ours", "bench.v", "module sum_c0 " + ports + "; assign y = x0 + 2 * x1 + 2; endmodule", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			own := file(t, c.file, c.text)
			args := []string{"prove", "--network", net, "--layer", "sum", "--channel", "0", "--verilog", own}
			// A mended file that suits the witness, whatever is in that.
			right := file(t, "right.v", "module sum_c0 "+ports+"; assign y = x0 + 2 * x1 + 3; endmodule")
			if c.top {
				args = append(args, "--top", "cc")
				right = file(t, "right.v", "module cc "+ports+"; assign y = x0 + 2 * x1 + 3; endmodule")
				if strings.Contains(c.text, "posedge clk") {
					right = file(t, "right.sv", "module cc (input clk, input logic signed [3:0] x0, x1, output logic signed [7:0] y);\n  always_ff @(posedge clk) y <= x0 + 2 * x1 + 3;\nendmodule")
				}
			}
			code, out, errs := command(args...)
			require.Equal(t, exitRefuted, code, out+errs)
			folder := folderIn(t, out)
			shows(t, folder, right)
			whole := false
			files, err := filepath.Glob(filepath.Join(folder, "*v"))
			require.NoError(t, err)
			for _, f := range files {
				text, err := os.ReadFile(f)
				require.NoError(t, err)
				whole = whole || string(text) == c.text
			}
			require.True(t, whole, "the very text is in %v", files)
		})
	}
}
