package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// lastLayer is channel 0 of layer last of tiny, as somebody writes it, with more
// text behind its ports and before its end.
func lastLayer(first, last string) string {
	return `module last_c0 (input clk, input signed [7:0] x0, input signed [7:0] x1, input signed [7:0] x2, output reg [7:0] y);
  ` + first + `
  wire signed [16:0] acc = x1 - x0 - (x2 <<< 6) - 17'sd359;
  wire signed [12:0] q = acc >>> 4;
  ` + last + `
endmodule
`
}

const everySettledValue = "always @* y = (q < 0 || q > 255) ? 8'd0 : q[7:0];"

// TestWhatReadersPartOn ends with the place: refuted where simulators show it, else
// refused, and never proved.
func TestWhatReadersPartOn(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		code int
		says []string
	}{
		"right": {lastLayer("", everySettledValue), exitProved, []string{"reading 1/1"}},
		"mixed assignments": {
			lastLayer("", "always @* begin y <= 8'd7; y = (q < 0 || q > 255) ? 8'd0 : q[7:0]; end"),
			exitBadInput, []string{"own.v:5: "},
		},
		"a race": {
			lastLayer("reg signed [12:0] p; always @(posedge clk) p = q;", "always @(posedge clk) y = (p < 0 || p > 255) ? 8'd0 : p[7:0];"),
			exitBadInput, []string{"own.v:", "race"},
		},
		"a race that is wrong whoever wins": {
			lastLayer("reg signed [12:0] p; always @(posedge clk) p = q + 1;", "always @(posedge clk) y = (p < 0 || p > 255) ? 8'd0 : p[7:0];"),
			exitRefuted, []string{"refuted: last/golden = rtl/0"},
		},
		"an incomplete list": {
			lastLayer("", "always @(x0 or x1) y = (q < 0 || q > 255) ? 8'd0 : q[7:0];"),
			exitBadInput, []string{"own.v:5: ", "sensitivity"},
		},
		"a signed parameter without a range": {
			lastLayer("localparam signed K = 2'd1;", everySettledValue),
			exitBadInput, []string{"own.v:2: "},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			t.Setenv("TMPDIR", t.TempDir())
			text := c.text
			if !strings.Contains(text, "posedge") {
				text = strings.Replace(text, "input clk, ", "", 1)
			}
			require.NoError(t, os.WriteFile("own.v", []byte(text), 0o644))
			code, out, errs := command("prove", "--network", "tiny", "--layer", "last", "--channel", "0", "--verilog", "own.v")
			require.Equal(t, c.code, code, out+errs)
			for _, s := range c.says {
				require.Contains(t, out+errs, s)
			}
		})
	}
}

// TestWhatOneReaderRefuses is unknown where another accepts it, in the tool's words.
func TestWhatOneReaderRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("TMPDIR", t.TempDir())
	text := "function automatic signed [16:0] k(input signed [16:0] v); return v; endfunction\n"
	text = strings.Replace(lastLayer(text, everySettledValue), "17'sd359", "k(359)", 1)
	require.NoError(t, os.WriteFile("own.sv", []byte(strings.Replace(text, "input clk, ", "", 1)), 0o644))
	code, out, errs := command("prove", "--network", "tiny", "--layer", "last", "--channel", "0", "--verilog", "own.sv")
	require.Equal(t, exitNotProved, code, out+errs)
	require.Contains(t, errs, "own.sv:2: syntax error")
	require.NoError(t, os.WriteFile("own.v", []byte("module last_c0 (;\n"), 0o644))
	code, out, errs = command("prove", "--network", "tiny", "--layer", "last", "--channel", "0", "--verilog", "own.v")
	require.Equal(t, exitBadInput, code, out+errs)
	require.Contains(t, errs, "own.v:1: ")
}
