package main

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
)

// TestOwnVerilogWithWideWords has words of 6 bits. An output depends on two of them, so
// that its vectors are all 4,096 inputs of its cone. The same with words of 8 bits has
// sixteen times as many, and runs at night.
func TestOwnVerilogWithWideWords(t *testing.T) { testWideWords(t, 6) }

// testWideWords proves buses of 128 inputs and as many outputs, with accumulators of 128
// bits, and with registers as wide as the buses. However a word is taken out of its bus,
// it is that word: the hardware is proved, and refuted where a word is off.
func testWideWords(t *testing.T, width int) {
	t.Setenv("TMPDIR", t.TempDir())
	ports := file(t, "ports.toml", "module = \"bus\"\n[ports]\n\"x*\" = \"x\"\n\"y*\" = \"y\"\n")
	const loop = `module bus (input [N*W-1:0] x, output reg [N*W-1:0] y);
    reg signed [127:0] acc; reg signed [W-1:0] a, b; integer i;
    always @* begin
        y = 0;
        for (i = 0; i < N; i = i + 1) begin
            a = x[W*i +: W]; b = x >> (W * ((i + 1) % N));
            acc = a - (b <<< 1) + 3;
            acc = acc >>> 2;
            if (acc < 0) acc = 0; else if (acc > MOST) acc = MOST;
            y = y | (acc << (W*i));
        end
    end
endmodule
`
	const pipeline = `module bus (input clk, input [N*W-1:0] x, output reg [N*W-1:0] y);
    reg [N*W-1:0] held; wire [N*W-1:0] next; reg [N*W-1:0] turned;
    always @(posedge clk) begin held <= x; turned <= {x[W-1:0], x[N*W-1:W]}; y <= next; end
    genvar i;
    generate for (i = 0; i < N; i = i + 1) begin : lane
        wire signed [99:0] acc = $signed(held[W*i +: W]) - 2 * $signed(turned[W*i + W-1 -: W]) + 3;
        wire signed [97:0] q = acc[99:2];
        assign next[W*i +: W] = q < 0 ? 0 : q > MOST ? MOST : q[W-1:0];
    end endgenerate
endmodule
`
	words := func(n int, text string) string { // n words, of which the largest is MOST
		return strings.NewReplacer("N", strconv.Itoa(n), "W", strconv.Itoa(width), "MOST", strconv.Itoa(1<<width-1)).Replace(text)
	}
	prove := func(net, text string) (int, string) {
		code, out, errs := command("prove", "--network", net, "--layer", "sum", "--channel", "5", "--verilog", file(t, "own.v", text), "--ports", ports)
		return code, out + errs
	}
	wide := busOf(t, 128, width)
	for name, text := range map[string]string{"a loop": loop, "a pipeline": pipeline} {
		code, said := prove(wide, words(128, text))
		require.Zero(t, code, "%s: %s", name, said)
	}
	narrow := busOf(t, 16, width)
	for name, r := range map[string]*strings.Replacer{
		"nothing":        strings.NewReplacer(),
		"another word":   strings.NewReplacer("((i + 1) % N)", "((i + 1) % 6)"),
		"another sign":   strings.NewReplacer("reg signed [W-1:0] a, b", "reg [W-1:0] a, b"),
		"a narrow clamp": strings.NewReplacer("acc > MOST", "acc > MOST/4"),
		"a word or two":  strings.NewReplacer("(acc << (W*i))", "(acc << (W*i - (i == 5)))"),
	} {
		bad := r.Replace(loop)
		code, said := prove(narrow, words(16, bad))
		want := exitRefuted
		if bad == loop {
			require.Equal(t, "nothing", name)
			want = exitProved
		}
		require.Equal(t, want, code, "%s: %s", name, said)
	}
}

// busOf writes a network of one layer with n channels: of n signed words x of so many
// bits, word k of the outputs is floor((x[k] - 2·x[k+1] + 3) / 4), clamped to what an
// unsigned word holds.
func busOf(t *testing.T, n, width int) string {
	conv := &spec.Conv{
		OutC: n, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: 4,
		Codes: make([]spec.Code, n*n), Base: make([]int32, n), Bias: make([]int32, n),
	}
	for k := range n {
		conv.Codes[k*n+k], conv.Codes[k*n+(k+1)%n], conv.Bias[k] = 1, -2, 3
	}
	return networkDir(t, &spec.Network{
		Name: "bus", Input: spec.Input{Shape: spec.Shape{C: n, H: 1, W: 1}, Format: spec.Format{Signed: true, Width: width, Frac: 2}},
		Layers: []*spec.Layer{{
			Name: "sum", Inputs: []string{spec.InputName}, Op: conv,
			Out: spec.Requant{Format: spec.Format{Width: width}, Overflow: spec.SAT, Rounding: spec.TRN},
		}},
	})
}
