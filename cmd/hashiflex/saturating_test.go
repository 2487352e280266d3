package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
)

// networkDir writes a network whose layers are checked.
func networkDir(t *testing.T, n *spec.Network) string {
	t.Helper()
	require.NoError(t, n.Validate())
	topology, weights, err := spec.Encode(n)
	require.NoError(t, err)
	dir := filepath.Join(t.TempDir(), "net")
	require.NoError(t, os.Mkdir(dir, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, spec.TopologyFile), topology, 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, spec.WeightsFile), weights, 0o644))
	return dir
}

// TestOwnVerilogOfASaturatingLayer: the order of the terms is the model's and no
// knob of a generator that generates nothing. Hardware in that order is proved
// however it is written; another order, another bound and a clamp that is missing
// are refuted.
func TestOwnVerilogOfASaturatingLayer(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s4 := spec.Format{Signed: true, Width: 4}
	net := networkDir(t, &spec.Network{
		Name: "saturating", Input: spec.Input{Shape: spec.Shape{C: 3, H: 1, W: 1}, Format: s4},
		Layers: []*spec.Layer{{
			Name: "sum", Inputs: []string{spec.InputName}, Out: spec.Requant{Format: spec.Format{Signed: true, Width: 5}},
			Op: &spec.Conv{
				OutC: 1, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: 4,
				Codes: []spec.Code{1, -2, 2}, Base: []int32{0}, Bias: []int32{3},
				Acc: spec.Accumulator{Mode: spec.AccSaturate, Width: 5},
			},
		}},
	})
	const chained = `module sum_c0 (input signed [3:0] x0, input signed [3:0] x1, input signed [3:0] x2, output signed [4:0] y);
    function signed [4:0] sat(input signed [7:0] v);
        sat = v > 15 ? 5'sd15 : v < -16 ? -5'sd16 : v[4:0];
    endfunction
    wire signed [4:0] a = sat(3 + x0);
    wire signed [4:0] b = sat(a - (x1 <<< 1));
    assign y = sat(b + (x2 <<< 1));
endmodule
`
	const steps = `module sum_c0 (input signed [3:0] x0, input signed [3:0] x1, input signed [3:0] x2, output reg signed [4:0] y);
    reg signed [7:0] acc;
    always @* begin
        acc = 8'sd3 + x0;
        acc = acc - 2 * x1;
        if (acc > 15) acc = 15; else if (acc < -16) acc = -16;
        acc = acc + 2 * x2;
        if (acc > 15) acc = 15; else if (acc < -16) acc = -16;
        y = acc[4:0];
    end
endmodule
`
	right := file(t, "own.v", chained)
	for _, text := range []string{chained, steps, // the first clamp cannot act
		"`default_nettype none\n" + chained} {
		code, out, errs := command("prove", "--network", net, "--layer", "sum", "--verilog", file(t, "own.v", text))
		require.Zero(t, code, out+errs)
	}
	for name, r := range map[string]*strings.Replacer{
		"another order":    strings.NewReplacer("a - (x1 <<< 1)", "a + (x2 <<< 1)", "b + (x2 <<< 1)", "b - (x1 <<< 1)"),
		"the bias last":    strings.NewReplacer("sat(3 + x0)", "x0", "sat(b + (x2 <<< 1))", "sat(sat(b + (x2 <<< 1)) + 3)"),
		"a bound":          strings.NewReplacer("v > 15 ? 5'sd15", "v > 14 ? 5'sd14"),
		"the lower bound":  strings.NewReplacer("v < -16 ? -5'sd16", "v < -15 ? -5'sd15"),
		"a clamp less":     strings.NewReplacer("wire signed [4:0] b = sat(a - (x1 <<< 1))", "wire signed [7:0] b = a - (x1 <<< 1)"),
		"a wrap":           strings.NewReplacer("b = sat(a - (x1 <<< 1))", "b = a - (x1 <<< 1)"),
		"a weight's sign":  strings.NewReplacer("a - (x1 <<< 1)", "a + (x1 <<< 1)"),
		"a weight's place": strings.NewReplacer("(x2 <<< 1)", "(x2 <<< 2)"),
	} {
		t.Run(name, func(t *testing.T) {
			wrong := r.Replace(chained)
			require.NotEqual(t, chained, wrong)
			code, out, errs := command("prove", "--network", net, "--layer", "sum", "--verilog", file(t, "bad.v", wrong))
			require.Equal(t, exitRefuted, code, out+errs)
			shows(t, folderIn(t, out), right)
		})
	}
	for _, knob := range []string{"balanced", "linear"} {
		code, _, errs := command("prove", "--network", net, "--layer", "sum", "--verilog", right, "--tree", knob)
		require.Equal(t, exitBadInput, code)
		require.Contains(t, errs, "--tree: it is about generated hardware")
		require.NotContains(t, errs, "not associative")
	}
}
