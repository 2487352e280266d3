package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
)

// sums is a network of one layer with two channels of two inputs each.
func sums(t *testing.T) string {
	t.Helper()
	return networkDir(t, &spec.Network{
		Name: "sums", Input: spec.Input{Shape: spec.Shape{C: 2, H: 1, W: 1}, Format: spec.Format{Signed: true, Width: 4}},
		Layers: []*spec.Layer{{
			Name: "sum", Inputs: []string{spec.InputName}, Out: spec.Requant{Format: spec.Format{Signed: true, Width: 8}},
			Op: &spec.Conv{
				OutC: 2, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: 4,
				Codes: []spec.Code{1, 2, 2, -1}, Base: []int32{0, 0}, Bias: []int32{3, 0},
			},
		}},
	})
}

// TestWhatIsTiedIsNoHardware: enables that are tied on and resets that are tied off,
// as people write them. What is tied the other way, or not at all, is never proved.
func TestWhatIsTiedIsNoHardware(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	net := sums(t)
	const head = `module mine (input clk, input rst, input rst_n, input en, input [1:0] mode,
    input signed [3:0] x0, input signed [3:0] x1, output reg signed [7:0] y);
reg signed [7:0] p;
wire signed [7:0] s = x0 + 2 * x1;
`
	const tied = "module = 'mine'\n[tie]\nrst = 0\nrst_n = 1\nen = 1\nmode = 2\n"
	prove := func(text, ports string) (int, string) {
		code, out, errs := command("prove", "--network", net, "--layer", "sum", "--channel", "0",
			"--verilog", file(t, "own.v", text), "--ports", file(t, "ports.toml", ports))
		return code, out + errs
	}
	right := map[string]string{
		"an enable":                 "always @(posedge clk) if (en) begin p <= s; y <= p + 3; end",
		"a reset that waits":        "always @(posedge clk) if (rst) begin p <= 0; y <= 0; end else begin p <= s; y <= p + 3; end",
		"both":                      "always @(posedge clk) if (!rst_n) begin p <= 0; y <= 0; end else if (en) begin p <= s; y <= p + 3; end",
		"a reset at once":           "always @(posedge clk or negedge rst_n) if (!rst_n) begin p <= 0; y <= 0; end else begin p <= s; y <= p + 3; end",
		"one that logic makes":      "wire r = rst | ~rst_n;\nalways @(posedge clk or posedge r) if (r) begin p <= 0; y <= 0; end else begin p <= s; y <= p + 3; end",
		"a mode":                    "always @(posedge clk) case (mode) 2'd0: p <= p; 2'd1: p <= y; 2'd2: begin p <= s; y <= p + 3; end default: y <= p; endcase",
		"a mask":                    "always @(posedge clk) begin p <= s & {8{en}} | p & {8{~en}}; y <= en ? p + 3 : y; end",
		"a valid bit alongside":     "reg v1, v2;\nalways @(posedge clk) begin v1 <= en; v2 <= v1; if (v1) p <= s; if (v2) y <= p + 3; end",
		"a bypass":                  "reg signed [7:0] q;\nalways @(posedge clk) begin q <= s; p <= mode[0] ? q : s; y <= p + 3; end",
		"a counter that is stopped": "reg [3:0] n;\nalways @(posedge clk) begin n <= rst_n ? 4'd0 : n + 1; p <= n == 0 ? s : p; y <= p + 3; end",
	}
	for name, body := range right {
		t.Run(name, func(t *testing.T) {
			code, out := prove(head+body+"\nendmodule\n", tied)
			require.Zero(t, code, out)
			if name == "a reset that waits" || name == "a mode" || name == "a mask" {
				return // wrong ones of as many kinds are enough
			}
			wrong := strings.Replace(body, "p + 3", "p + 2", 1)
			require.NotEqual(t, body, wrong)
			code, out = prove(head+wrong+"\nendmodule\n", tied)
			require.Equal(t, exitRefuted, code, out)
			require.Contains(t, out, "bias is 2")
			shows(t, folderIn(t, out), file(t, "right.v", head+body+"\nendmodule\n"))
		})
	}
	for name, c := range map[string]struct{ from, to, want string }{
		"an enable":          {"en = 1", "en = 0", "register hashiflex_core."},
		"a reset that waits": {"rst = 0", "rst = 1", ""}, // 0 for ever: refuted
		"a reset at once":    {"rst_n = 1", "rst_n = 0", "a reset that is tied to the level at which it resets, so that it never ends: register"},
		"a mode":             {"mode = 2", "mode = 0", "no single latency"},
		"a bypass":           {"mode = 2", "mode = 3", ""}, // three registers on every path
		"a mask":             {"en = 1\n", "", "no single latency"},
	} {
		t.Run(name+", tied the other way", func(t *testing.T) {
			ports := strings.Replace(tied, c.from, c.to, 1)
			require.NotEqual(t, tied, ports)
			code, out := prove(head+right[name]+"\nendmodule\n", ports)
			switch name {
			case "a bypass":
				require.Zero(t, code, out)
			case "a reset that waits":
				require.Equal(t, exitRefuted, code, out)
			default:
				require.Equal(t, exitNotProved, code, out)
				require.Contains(t, out, c.want)
			}
		})
	}
}
