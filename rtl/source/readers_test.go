package source

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// corpus is texts whose macros every reader has to take alike.
var corpus = []string{
	"module a; `define W 8\nwire [`W-1:0] x; endmodule",
	"`define A(a,b) ((a)+(b))\nassign y = `A(x, `A(1,2));",
	"`define A(a,b) ((a)+(b))\nassign y = `A (f(x,y), {p,q}) ;",
	"`define A(a,b) a b\n`A(m[1:0], \"x,y\")",
	"`define A \\\n  one \\\n  two\nbefore `A after",
	"`define A one // comment\n`A two",
	"`define A one /* comment */ more\n`A two",
	"`ifdef A\na\n`else\nb\n`endif\nc",
	"`define A\n`ifdef A\n`ifdef B\nab\n`else\na\n`endif\n`else\nb\n`endif\nc",
	"`ifndef A\na\n`elsif B\nb\n`else\nc\n`endif",
	"`define B\n`ifdef A\na\n`elsif B\nb\n`elsif B\nc\n`else\nd\n`endif",
	"`define A\n`undef A\n`ifdef A\na\n`endif\nb",
	"`define A 1\n`define A 2\nx = `A;",
	"`define A `B\n`define B 2\nx = `A;\n`undef B\n`define B 3\nx = `A;",
	"`define W 8\nx = `W'hff + `W 'd3;",
	"`define V ff\nx = 8'h`V;",
	"`define B 8'h\nx = `B 1f;",
	"x = 8'h 1_f + 'o17 + 4'b1?_z? + 4'sd3;",
	"x = 1.5e-3 + 12_000 + 1e9;",
	"always @(*) x = y; always @( * ) x = (a)*(b);",
	"(* full_case *) (* a = \"b\" *) case",
	"wire \\a+b , \\c[0] ; assign \\a+b =c;",
	"x = \"a \\\" b \\\\\"; // \"not a string\n y = 1;",
	"x = \"/* no comment */ // none\"; /* \"comment\" // */ y",
	"/* `include \"nothing\" */ x // `define A\n`ifdef A a `endif",
	"`timescale 1ns / 10ps\n`default_nettype none\nx\n`resetall\n`celldefine\ny\n`endcelldefine\n",
	"`define P(x) p_``x``_q\n`P(one) `P(two)",
	"`define S(x) `\"<x>`\"\n$display(`S(one two));",
	"`define D(a,b=7) a b\n`D(1) `D(1,2)",
	"`define E\n`E x `E\n`E",
	"`define N(x) `ifdef x yes `else no `endif\n`N(A)",
	"a<<<b>>>c===d!==e**f~^g^~h&&i||j~&k~|l<=m>=n==o!=p<<q>>r->s+:t-:u",
	"#1 x; #(1:2:3) y; @(posedge c or negedge d) z <= #`T 1;",
	"`include \"in.vh\"\nx = `IN;",
	"`define F \"in.vh\"\n`include `F\nx = `IN;",
	"`line 100 \"other.v\" 0\nx\n",
	"a\r\n`define A 1\r\nx = `A;\r\n`ifdef A\r\nb\r\n`endif\r\n",
	"`define A(x) x\n`A(\n  one,\n)",
	"`define A(x) x\n`A(\n  (one,\n two)\n)",
	"`define U(x) x x\n`U(`U(a))",
	"`define M(f) f(1)\n`define G(x) [x]\n`M(`G)",
}

// TestOtherPreprocessorsGiveTheSameTokens compares with those of Icarus and
// Verilator, on the texts that are accepted. Their output is text of the same kind,
// with directives about places.
func TestOtherPreprocessorsGiveTheSameTokens(t *testing.T) {
	accepted := 0
	for _, text := range corpus {
		sources := Sources{
			Files: []File{{Name: "a.sv", Text: []byte(text)}}, Defines: []Define{{"T", "3"}},
			Extra: []File{{Name: "in.vh", Text: []byte("`define IN 5\ninside\n")}},
		}
		want, err := Read(sources)
		if err != nil {
			t.Logf("refused: %v", err)
			continue
		}
		accepted++
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "a.sv"), []byte(text), 0o644))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "in.vh"), sources.Extra[0].Text, 0o644))
		for _, tool := range [][]string{
			{"iverilog", "-g2012", "-E", "-DT=3", "-o", "out", "a.sv"},
			{"verilator", "-E", "-Wno-fatal", "-DT=3", "a.sv"},
		} {
			cmd := exec.CommandContext(context.Background(), tool[0], tool[1:]...)
			cmd.Dir = dir
			out, err := cmd.Output()
			require.NoError(t, err, "%s: %q", tool[0], text)
			if tool[0] == "iverilog" {
				out, err = os.ReadFile(filepath.Join(dir, "out"))
				require.NoError(t, err)
			}
			got, err := Read(One("out.sv", out))
			if assert.NoError(t, err, "%s: %q gives %q", tool[0], text, out) {
				assert.Equal(t, flat(want), flat(got), "%s: %q gives %q", tool[0], text, out)
			}
		}
	}
	require.Greater(t, accepted, len(corpus)-5)
}
