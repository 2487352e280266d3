package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
)

// TestClocksThatAreNone: several clocks, both edges, computed and gated clocks are not
// proved, and each register is named with its clock and its line.
func TestClocksThatAreNone(t *testing.T) {
	net := sums(t)
	const head = "module mine (input ck, input ck2, input on, input [3:0] cfg, input signed [3:0] x0, input signed [3:0] x1, output signed [7:0] y);\nreg signed [7:0] a, b;\nassign y = b;\nwire signed [7:0] s = x0 + 2 * x1 + 3;\n"
	for name, c := range map[string]struct {
		body string
		want []string
	}{
		"two clocks":            {"always @(posedge ck) a <= s;\nalways @(posedge ck2) b <= a;", []string{"a second clock", "register hashiflex_core.b at own.v:6.", "is clocked by the rising edge of hashiflex_core.ck2", "register hashiflex_core.a at own.v:5.", "is clocked by the rising edge of hashiflex_core.ck"}},
		"both edges":            {"always @(posedge ck) a <= s;\nalways @(negedge ck) b <= a;", []string{"both edges of the clock", "register hashiflex_core.b at own.v:6.", "the falling edge of hashiflex_core.ck", "register hashiflex_core.a at own.v:5.", "the rising edge of hashiflex_core.ck"}},
		"an inverted clock":     {"wire n = ~ck;\nalways @(posedge ck) a <= s;\nalways @(posedge n) b <= a;", []string{"register hashiflex_core.b at own.v:7.", "the rising edge of hashiflex_core.n, which is computed from input hashiflex_clock", "register hashiflex_core.a at own.v:6."}},
		"a gated clock":         {"wire g = ck & on;\nalways @(posedge g) begin a <= s; b <= a; end", []string{"its clock is no input of one bit: register hashiflex_core.", "at own.v:6.", "the rising edge of hashiflex_core.g"}},
		"a clock without name":  {"always @(posedge (ck ^ ck2)) begin a <= s; b <= a; end", []string{"its clock is no input of one bit: register hashiflex_core.", "the rising edge of what is computed at own.v:5."}},
		"one derived from data": {"wire g = x0[3];\nalways @(posedge ck) a <= s;\nalways @(posedge g) b <= a;", []string{"register hashiflex_core.b at own.v:7.", "the rising edge of hashiflex_core.g, which is bit 3 of input x0", "register hashiflex_core.a at own.v:6."}},
		"one computed of data":  {"wire g = x0 > x1;\nalways @(posedge g) begin a <= s; b <= a; end", []string{"register hashiflex_core.", "at own.v:6.", "which is computed from input x0, input x1"}},
		"a divided clock":       {"reg half;\nalways @(posedge ck) half <= ~half;\nalways @(posedge half) begin a <= s; b <= a; end", []string{"at own.v:7.", "the rising edge of hashiflex_core.half, which is register hashiflex_core.half at own.v:6."}},
		"a bit of a bus":        {"always @(posedge cfg[2]) begin a <= s; b <= a; end", []string{"at own.v:5.", "the rising edge of hashiflex_core.cfg[2]"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			require.NoError(t, os.WriteFile("own.v", []byte(head+c.body+"\nendmodule\n"), 0o644))
			code, out, errs := command("prove", "--network", net, "--layer", "sum", "--channel", "0", "--verilog", "own.v", "--top", "mine")
			require.Equal(t, exitNotProved, code, out+errs)
			for _, w := range c.want {
				require.Contains(t, out, w)
			}
		})
	}
}

// bits is a network of one layer of inputs of one bit, the second of which counts for
// nothing in the first channel.
func bits(t *testing.T) string {
	t.Helper()
	return networkDir(t, &spec.Network{
		Name: "bits", Input: spec.Input{Shape: spec.Shape{C: 2, H: 1, W: 1}, Format: spec.Format{Width: 1}},
		Layers: []*spec.Layer{{
			Name: "pick", Inputs: []string{spec.InputName}, Out: spec.Requant{Format: spec.Format{Width: 2}},
			Op: &spec.Conv{
				OutC: 2, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: 4,
				Codes: []spec.Code{1, 0, 1, 1}, Base: []int32{0, 0}, Bias: []int32{0, 0},
			},
		}},
	})
}

// TestDataIsNoClock: an input of the layer that clocks registers is never proved,
// whether its weight is zero or not, under whatever name; and a clock that is read as
// data neither.
func TestDataIsNoClock(t *testing.T) {
	net := bits(t)
	for name, c := range map[string]struct {
		channel, text, ports string
		want                 []string
	}{
		"of weight zero": {"0", "module pick_c0 (input x0, input x1, output reg [1:0] y);\nalways @(posedge x1) y <= x0;\nendmodule", "",
			[]string{"register y (own.v:2.", "is clocked by input x1 of pick_c0, which is data of the layer and no clock"}},
		"of another weight": {"1", "module pick_c1 (input x0, input x1, output reg [1:0] y);\nalways @(posedge x1) y <= x0 + 1;\nendmodule", "",
			[]string{"register y (own.v:2.", "input x1 of pick_c1, which is data of the layer"}},
		"and read": {"1", "module pick_c1 (input x0, input x1, output reg [1:0] y);\nalways @(posedge x1) y <= x0 + x1;\nendmodule", "",
			[]string{"input x1 of pick_c1, which is data of the layer"}},
		"called a clock": {"0", "module top (input clk, input d, output reg [1:0] y);\nalways @(posedge clk) y <= d;\nendmodule", "module = 'top'\n[ports]\nx0 = 'd'\nx1 = 'clk'\n",
			[]string{"register hashiflex_core.y (own.v:2.", "is clocked by input x1 of pick_c0, which is data of the layer"}},
		"in a bus": {"0", "module top (input [1:0] d, output reg [1:0] y);\nalways @(posedge d[1]) y <= d[0];\nendmodule", "module = 'top'\n[ports]\n'x*' = 'd'\n",
			[]string{"register hashiflex_core.y (own.v:2.", "is clocked by input x1 of pick_c0, which is data of the layer"}},
		"a clock that is read": {"0", "module pick_c0 (input x0, input clk, output [1:0] y);\nreg q;\nalways @(posedge clk) q <= x0;\nassign y = q & clk;\nendmodule", "",
			[]string{"register q (own.v:3.", "is clocked by input clk of pick_c0, which is read as data, too"}},
		"a clock that is kept": {"0", "module pick_c0 (input x0, input clk, output [1:0] y);\nreg q, k;\nalways @(posedge clk) begin q <= x0; k <= clk; end\nassign y = q & k;\nendmodule", "",
			[]string{"is clocked by input clk of pick_c0, which is read as data, too"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			require.NoError(t, os.WriteFile("own.v", []byte(c.text), 0o644))
			args := []string{"prove", "--network", net, "--layer", "pick", "--channel", c.channel, "--verilog", "own.v"}
			if c.ports != "" {
				require.NoError(t, os.WriteFile("ports.toml", []byte(c.ports), 0o644))
				args = append(args, "--ports", "ports.toml")
			}
			code, out, errs := command(args...)
			require.Equal(t, exitNotProved, code, out+errs)
			for _, w := range c.want {
				require.Contains(t, out, w)
			}
		})
	}
	// What reads the clock beside the output does not matter.
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("own.v", []byte("module top (input clk, input x0, output [1:0] y, output tick);\nreg q;\nalways @(posedge clk) q <= x0;\nassign y = q, tick = ~clk;\nendmodule"), 0o644))
	require.NoError(t, os.WriteFile("ports.toml", []byte("module = 'top'\nclock = 'clk'\n"), 0o644))
	code, out, errs := command("prove", "--network", net, "--layer", "pick", "--channel", "0", "--verilog", "own.v", "--ports", "ports.toml")
	require.Zero(t, code, out+errs)
}
