package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
)

// TestOwnVerilogWithWideWords: buses of 128 inputs and as many outputs, accumulators
// of 128 bits, registers as wide as the buses. However a word is taken out of its
// bus, it is that word: the hardware is proved, and refuted where a word is off.
func TestOwnVerilogWithWideWords(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	ports := file(t, "ports.toml", "module = \"bus\"\n[ports]\n\"x*\" = \"x\"\n\"y*\" = \"y\"\n")
	const loop = `module bus (input [1023:0] x, output reg [1023:0] y);
    reg signed [127:0] acc; reg signed [7:0] a, b; integer i;
    always @* begin
        y = 0;
        for (i = 0; i < 128; i = i + 1) begin
            a = x[8*i +: 8]; b = x >> (8 * ((i + 1) % 128));
            acc = a - (b <<< 1) + 3;
            acc = acc >>> 2;
            if (acc < 0) acc = 0; else if (acc > 255) acc = 255;
            y = y | (acc << (8*i));
        end
    end
endmodule
`
	const pipeline = `module bus (input clk, input [1023:0] x, output reg [1023:0] y);
    reg [1023:0] held; wire [1023:0] next; reg [1023:0] turned;
    always @(posedge clk) begin held <= x; turned <= {x[7:0], x[1023:8]}; y <= next; end
    genvar i;
    generate for (i = 0; i < 128; i = i + 1) begin : lane
        wire signed [99:0] acc = $signed(held[8*i +: 8]) - 2 * $signed(turned[8*i + 7 -: 8]) + 3;
        wire signed [97:0] q = acc[99:2];
        assign next[8*i +: 8] = q < 0 ? 8'd0 : |q[97:8] ? 8'hff : q[7:0];
    end endgenerate
endmodule
`
	prove := func(net, text string) (int, string) {
		code, out, errs := command("prove", "--network", net, "--layer", "sum", "--channel", "5", "--verilog", file(t, "own.v", text), "--ports", ports)
		return code, out + errs
	}
	wide := busOf(t, 128)
	for name, text := range map[string]string{"a loop": loop, "a pipeline": pipeline} {
		code, said := prove(wide, text)
		require.Zero(t, code, "%s: %s", name, said)
	}
	short := strings.NewReplacer("[1023:0]", "[127:0]", "< 128", "< 16", "% 128", "% 16", "1023:8", "127:8")
	narrow := busOf(t, 16)
	for name, r := range map[string]*strings.Replacer{
		"nothing":        strings.NewReplacer(),
		"another word":   strings.NewReplacer("((i + 1) % 16)", "((i + 1) % 6)"),
		"another sign":   strings.NewReplacer("reg signed [7:0] a, b", "reg [7:0] a, b"),
		"a narrow clamp": strings.NewReplacer("acc > 255", "acc > 63"),
		"a word or two":  strings.NewReplacer("(acc << (8*i))", "(acc << (8*i - (i == 5)))"),
	} {
		text := short.Replace(loop)
		bad := r.Replace(text)
		code, said := prove(narrow, bad)
		want := exitRefuted
		if bad == text {
			require.Equal(t, "nothing", name)
			want = exitProved
		}
		require.Equal(t, want, code, "%s: %s", name, said)
	}
}

// busOf writes a network of one layer with n channels: of n signed words x, word k of
// the outputs is floor((x[k] - 2·x[k+1] + 3) / 4), clamped to 0..255.
func busOf(t *testing.T, n int) string {
	conv := &spec.Conv{
		OutC: n, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: 4,
		Codes: make([]spec.Code, n*n), Base: make([]int32, n), Bias: make([]int32, n),
	}
	for k := range n {
		conv.Codes[k*n+k], conv.Codes[k*n+(k+1)%n], conv.Bias[k] = 1, -2, 3
	}
	return networkDir(t, &spec.Network{
		Name: "bus", Input: spec.Input{Shape: spec.Shape{C: n, H: 1, W: 1}, Format: spec.Format{Signed: true, Width: 8, Frac: 2}},
		Layers: []*spec.Layer{{
			Name: "sum", Inputs: []string{spec.InputName}, Op: conv,
			Out: spec.Requant{Format: spec.Format{Width: 8}, Overflow: spec.SAT, Rounding: spec.TRN},
		}},
	})
}
