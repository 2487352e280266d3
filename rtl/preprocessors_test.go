package rtl

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl/source"
)

func parted(t *testing.T, s Sources) []Message {
	t.Helper()
	ms, err := Preprocessors(context.Background(), s, Limits{})
	require.NoError(t, err)
	return ms
}

// Text that one simulator alone sees is found at its place, however rarely it matters.
func TestPreprocessorsPart(t *testing.T) {
	head := "module m (input [31:0] a, output [31:0] y);\n"
	for name, c := range map[string]struct {
		text string
		line int
	}{
		"an order with text behind it":   {head + "wire [31:0] q /*verilator public_flat_rw = a ^ (a == 32'd77); wire [31:0] p*/ = a;\nassign y = q;\nendmodule\n", 2},
		"to the end of the line":         {head + "wire [31:0] q // verilator public_flat_rw = ~a; wire [31:0] p\n = a;\nassign y = q;\nendmodule\n", 3},
		"words that run into each other": {head + "assign y = a /*verilatorpublic_flat_rw + 1*/ ;\nendmodule\n", 2},
		"capitals":                       {head + "assign y = a /*Verilator public_flat_rw + 1*/ ;\nendmodule\n", 2},
		"the end of everything":          {head + "assign y = a;\nendmodule /*verilator public_flat_rw module other; endmodule*/\n", 3},
		"a pragma that opens a comment":  {head + "`pragma once /*\nassign y = a; // */\nassign y = ~a;\nendmodule\n", 3},
	} {
		t.Run(name, func(t *testing.T) {
			ms := parted(t, source.One("my own.v", []byte(c.text)))
			require.NotEmpty(t, ms)
			require.Equal(t, "my own.v", ms[0].File)
			require.Equal(t, c.line, ms[0].Line, ms[0].Text)
			require.Contains(t, ms[len(ms)-1].Text, "verilator")
		})
	}
}

// What people write is the same to all.
func TestPreprocessorsAgree(t *testing.T) {
	body := "`timescale 1ns / 1ps\n`default_nettype none\n// verilator lint_off WIDTH\n" +
		"`define W 8\n`define MAX(a, b) \\\n  ((a) > (b) ? (a) : (b)) // the larger one\n" +
		"module m (input wire [`W-1:0] a, output wire [`W-1:0] y);\n" +
		"  (* keep = \"true\" *) wire [`W-1:0] q /* verilator public_flat_rd */;\n" +
		"`ifdef DEBUG\n  initial $display(\"%d // none\", `W);\n`elsif OTHER\n`else\n  `include \"part.vh\"\n`endif\n" +
		"  assign q = `MAX(a, `TOP'd3);\n  assign y = q; /* synthesis keep */\nendmodule\n`default_nettype wire\n`resetall\n"
	for name, text := range map[string]string{"lines": body, "carriage returns": crlf(body)} {
		for _, file := range []string{"own.v", "own.sv"} {
			t.Run(name+" "+file, func(t *testing.T) {
				require.Empty(t, parted(t, Sources{
					Files:   []Source{{Name: file, Text: []byte(text)}},
					Extra:   []Source{{Name: "part.vh", Text: []byte("`define P 1 /* one */\nwire p = `P;\n")}},
					Defines: []Define{{Name: "TOP", Value: "8"}},
				}))
			})
		}
	}
	files := source.Of(Source{Name: "a.v", Text: []byte("`default_nettype none\n`define A 1\nmodule a; endmodule\n")}, Source{Name: "b.v", Text: []byte("module b; wire [`A:0] w; endmodule\n")})
	require.Empty(t, parted(t, files), "what holds from one file to the next")
	image := "module m (input [3:0] a, output [3:0] y);\n  reg [3:0] r [0:15];\n  initial $readmemh(\"rom.hex\", r);\n  assign y = r[a];\nendmodule\n"
	require.Empty(t, parted(t, Sources{Files: []Source{{Name: "own.v", Text: []byte(image)}}, Extra: []Source{{Name: "rom.hex", Text: []byte("0 1 2\n")}}}), "memory images")
	asserts := "module m (input clk, input a, output y);\n  assign y = a;\n  assert property (@(posedge clk) a |-> y) else $error(\"no\");\nendmodule\n"
	require.Empty(t, parted(t, source.One("own.sv", []byte(asserts))), "what stands in the place of assertions")
}

// What a preprocessor does not take has not been compared, and that is said.
func TestPreprocessorsRefuse(t *testing.T) {
	ms := parted(t, source.One("own.v", []byte("module m;\nendmodule /*verilator_public*/\n")))
	require.Len(t, ms, 1)
	require.Equal(t, "own.v", ms[0].File)
	require.Equal(t, 2, ms[0].Line)
	require.Contains(t, ms[0].Text, "underscore")
	ms = parted(t, source.One("own.v", []byte("module m; endmodule //"+strings.Repeat("x", 1<<20)+"\n")))
	require.Len(t, ms, 1)
	require.Contains(t, ms[0].Text, "iverilog's preprocessor does not take this text")
}

func crlf(text string) string {
	var out []byte
	for i := range len(text) {
		if text[i] == '\n' {
			out = append(out, '\r')
		}
		out = append(out, text[i])
	}
	return string(out)
}
