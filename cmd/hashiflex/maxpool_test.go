package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
)

// TestOwnVerilogOfAMaxPool: hardware of a max is proved however it is written, as a chain,
// bit by bit from the top, or as a pipeline. A pixel that is left out, the other signedness,
// the least in the place of the greatest and a max that begins at 0 are refuted, with a
// folder that shows it.
func TestOwnVerilogOfAMaxPool(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s8 := spec.Format{Signed: true, Width: 8}
	net := networkDir(t, &spec.Network{
		Name: "pooled", Input: spec.Input{Shape: spec.Shape{C: 2, H: 4, W: 4}, Format: s8},
		Layers: []*spec.Layer{{
			Name: "most", Inputs: []string{spec.InputName}, Out: spec.Requant{Format: s8},
			Op: &spec.MaxPool{Window: spec.Window{Kernel: [2]int{2, 3}, Stride: [2]int{2, 1}, Pad: [4]int{1, 1, 1, 1}}},
		}},
	})
	const ports = `input signed [7:0] x_0_0, input signed [7:0] x_0_1, input signed [7:0] x_0_2,
    input signed [7:0] x_1_0, input signed [7:0] x_1_1, input signed [7:0] x_1_2, output reg signed [7:0] y);
    reg [47:0] all;
    integer i, b;
`
	const chain = "module most_max (" + ports + `
    always @* begin
        all = {x_1_2, x_1_1, x_1_0, x_0_2, x_0_1, x_0_0};
        y = -128;
        for (i = 0; i < 6; i = i + 1)
            if ($signed(all[i*8 +: 8]) > y) y = all[i*8 +: 8];
    end
endmodule
`
	const bits = "module most_max (" + ports + `
    reg [5:0] alive, has;
    always @* begin
        all = {x_1_2, x_1_1, x_1_0, x_0_2, x_0_1, x_0_0} ^ {6{8'h80}};
        alive = 6'h3f;
        for (b = 7; b >= 0; b = b - 1) begin
            for (i = 0; i < 6; i = i + 1) has[i] = alive[i] & all[i*8 + b];
            y[b] = |has;
            if (|has) alive = has;
        end
        y[7] = ~y[7];
    end
endmodule
`
	const pipeline = `module most_max (input clk, ` + ports + `
    reg signed [7:0] p, q;
    always @(posedge clk) begin
        p <= x_0_0 > x_0_1 ? (x_0_0 > x_0_2 ? x_0_0 : x_0_2) : (x_0_1 > x_0_2 ? x_0_1 : x_0_2);
        q <= x_1_0 > x_1_1 ? (x_1_0 > x_1_2 ? x_1_0 : x_1_2) : (x_1_1 > x_1_2 ? x_1_1 : x_1_2);
        y <= p > q ? p : q;
    end
endmodule
`
	prove := func(text string) (int, string, string) {
		return command("prove", "--network", net, "--layer", "most", "--verilog", file(t, "own.v", text))
	}
	for name, text := range map[string]string{"chain": chain, "bits": bits, "pipeline": strings.Replace(pipeline, "    reg [47:0] all;\n    integer i, b;\n", "", 1)} {
		code, out, errs := prove(text)
		require.Zero(t, code, "%s: %s%s", name, out, errs)
		require.Contains(t, out, "bit-vectors 1", name)
	}
	right := file(t, "right.v", chain)
	for name, r := range map[string]*strings.Replacer{
		"a pixel short":    strings.NewReplacer("i < 6", "i < 5"),
		"other signedness": strings.NewReplacer("$signed(all[i*8 +: 8]) > y", "all[i*8 +: 8] > $unsigned(y)"),
		"the least":        strings.NewReplacer("> y", "< y", "-128", "127"),
		"it begins at 0":   strings.NewReplacer("-128", "0"),
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errs := prove(r.Replace(chain))
			require.Equal(t, exitRefuted, code, out+errs)
			shows(t, folderIn(t, out), right)
		})
	}
}
