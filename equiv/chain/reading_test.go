package chain

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// pair is a network whose layers are functions of two inputs of four bits: id is x0,
// sum is x0 + x1.
func pair(t testing.TB) *spec.Network {
	t.Helper()
	format := func(s string) spec.Format {
		f, err := spec.ParseFormat(s)
		require.NoError(t, err)
		return f
	}
	n := &spec.Network{Name: "pair", Input: spec.Input{Shape: spec.Shape{C: 2, H: 3, W: 3}, Format: format("s4.0")}}
	for name, codes := range map[string][]spec.Code{"id": {1, 0}, "sum": {1, 1}} {
		n.Layers = append(n.Layers, &spec.Layer{
			Name: name, Inputs: []string{spec.InputName}, Out: spec.Requant{Format: format("s8.0")},
			Op: &spec.Conv{OutC: 1, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: 4, Codes: codes, Base: []int32{0}, Bias: []int32{0}},
		})
	}
	require.NoError(t, n.Validate())
	return n
}

// proveOwn proves a layer of pair against somebody's Verilog.
func proveOwn(t testing.TB, layer, name, text string) (Point, *Result) {
	t.Helper()
	return proveLayer(t, pair(t), layer, nil, name, text)
}

// proveLayer proves one channel of a layer against somebody's Verilog.
func proveLayer(t testing.TB, net *spec.Network, layer string, channels []int, name, text string) (Point, *Result) {
	t.Helper()
	z3, err := smt.Z3()
	require.NoError(t, err)
	limits := rtl.Limits{Time: 20 * time.Second, Memory: 4 << 30}
	res, err := Run(context.Background(), net, Options{
		Layers: []string{layer}, Channels: channels, Edges: []verdict.Edge{verdict.GoldenRTL}, Jobs: 1, Seed: 1, Opinions: []smt.Opinion{{Solver: z3}}, Yosys: limits, Icarus: limits,
		Limits:  smt.Limits{Query: 10 * time.Second},
		Foreign: map[string]*Foreign{layer: {Sources: source.One(name, []byte(text))}},
	})
	require.NoError(t, err)
	require.Len(t, res.Records, 1)
	require.Len(t, res.Records[0].Points, 1)
	return res.Records[0].Points[0], res
}

// misread are designs of the function x0 that Yosys reads as that, or as something
// else, and both simulators otherwise.
var misread = map[string]string{
	"an inout argument of a task": `module id_c0 (input signed [3:0] x0, input signed [3:0] x1, output reg signed [7:0] y);
  task twice (inout signed [7:0] v); v = v + v; endtask
  always @* begin y = x0; twice(y); end
endmodule`,
	"a signed parameter without a range": `module id_c0 (input signed [3:0] x0, input signed [3:0] x1, output signed [7:0] y);
  localparam signed K = 2'd3;
  assign y = K > 0 ? x0 : -x0;
endmodule`,
	"a function of constants that selects a part": `module id_c0 (input signed [3:0] x0, input signed [3:0] x1, output signed [7:0] y);
  function integer low (input integer v); low = v[3:0]; endfunction
  localparam K = low(12);
  assign y = K < 0 ? x0 : -x0;
endmodule`,
	"an argument of a function of constants, at its own width": `module id_c0 (input signed [3:0] x0, input signed [3:0] x1, output signed [7:0] y);
  localparam [1:0] P = 3;
  function integer up (input [3:0] v); up = v; endfunction
  localparam K = up(P + 1'b1);
  assign y = K == 0 ? x0 : -x0;
endmodule`,
	"a signed constant as selector": `module id_c0 (input signed [3:0] x0, input signed [3:0] x1, output reg signed [7:0] y);
  localparam signed [2:0] P = -1;
  always @* case (P) -1: y = -x0; default: y = x0; endcase
endmodule`,
	"overlapping arms": `module id_c0 (input signed [3:0] x0, input signed [3:0] x1, output logic signed [7:0] y);
  always_comb unique casez (x0[3:2]) 2'b1?: y = -x0; 2'b?1: y = x0; default: y = -x0; endcase
endmodule`,
	"a variable that is set once": `module id_c0 (input signed [3:0] x0, input signed [3:0] x1, output signed [7:0] y);
  logic signed [7:0] once = x0;
  assign y = once;
endmodule`,
	"signed values into a part that varies": `module id_c0 (input signed [3:0] x0, input signed [3:0] x1, output signed [7:0] y);
  reg [31:0] t;
  always @* begin t = 0; t[x1[1:0] +: 8] = x0; end
  assign y = (t >> x1[1:0]) & 15;
endmodule`,
}

// TestMisreadDesignsAreNotProved: whatever the front end makes of them, somebody who
// executes them sees another function.
func TestMisreadDesignsAreNotProved(t *testing.T) {
	for kind, text := range misread {
		t.Run(kind, func(t *testing.T) {
			name := "own.v"
			if strings.Contains(text, "logic") {
				name = "own.sv"
			}
			pt, res := proveOwn(t, "id", name, text)
			require.NotEqual(t, verdict.Proved, worstOf(pt, res), "%+v %+v", pt, res.Records[0].Reading)
			if pt.Verdict == verdict.Refuted {
				require.NotEqual(t, pt.Witness.Gold, pt.Witness.Simulated)
			}
		})
	}
}

// worstOf is the point's verdict, or that of the reading that it rests on.
func worstOf(pt Point, res *Result) verdict.Verdict {
	for _, f := range res.Records[0].Reading {
		if pt.Verdict == verdict.Proved && f.Verdict != verdict.Proved {
			return f.Verdict
		}
	}
	return pt.Verdict
}

// TestReadingsAgree: designs that every reader reads alike are proved, and the fact
// says on what they were executed.
func TestReadingsAgree(t *testing.T) {
	for what, text := range map[string]string{
		"plain":    "module sum_c0 (input signed [3:0] x0, input signed [3:0] x1, output signed [7:0] y);\n assign y = x0 + x1;\nendmodule",
		"one line": "module sum_c0 (input signed [3:0] x0, input signed [3:0] x1, output signed [7:0] y); assign y = x0 + x1; endmodule",
		"clocked":  "module sum_c0 (input clk, input signed [3:0] x0, input signed [3:0] x1, output reg signed [7:0] y);\n reg signed [7:0] a;\n always @(posedge clk) begin a <= #1 x0 + x1; y <= a; end\nendmodule",
		"latched by nobody": `module sum_c0 (input signed [3:0] x0, input signed [3:0] x1, output reg signed [7:0] y);
  always @(x0 or x1) begin y = x0; y = y + x1; end
endmodule`,
	} {
		pt, res := proveOwn(t, "sum", "own.v", text)
		require.Equal(t, verdict.Proved, pt.Verdict, "%s: %+v", what, pt)
		require.Len(t, res.Records[0].Reading, 1)
		f := res.Records[0].Reading[0]
		require.Equal(t, verdict.Proved, f.Verdict, "%s: %+v", what, f)
		require.Contains(t, f.Claim, "on all ", what)
		require.Equal(t, "executed in iverilog and verilator", f.Method)
	}
}

// TestWhatSimulatorsCannotRunIsUnknown: a simulation without an end is stopped at its
// limit, in the tool's own words.
func TestWhatSimulatorsCannotRunIsUnknown(t *testing.T) {
	pt, res := proveOwn(t, "sum", "own.v", `module sum_c0 (input signed [3:0] x0, input signed [3:0] x1, output signed [7:0] y);
  assign y = x0 + x1;
  reg a;
  wire b = a;
  initial a = 0;
  always @(b) a <= ~b;
endmodule`)
	require.Equal(t, verdict.Proved, pt.Verdict, "%+v", pt)
	f := res.Records[0].Reading[0]
	require.Equal(t, verdict.Unknown, f.Verdict, "%+v", f)
	require.Equal(t, verdict.NotSimulated, f.Reason)
	require.Contains(t, f.Detail, "vvp: stopped after 20s")
	require.Contains(t, f.Detail, "converge")
}

// TestLinesThatNobodyEnters are listed by file and line, unless everything was tried.
func TestLinesThatNobodyEnters(t *testing.T) {
	const body = `  always @* begin
    y = x0 + x1;
    if (x0 > 7)
      y = 0;
  end
endmodule`
	_, res := proveOwn(t, "sum", "own.v", "module sum_c0 (input clk, input signed [3:0] x0, input signed [3:0] x1, output reg signed [7:0] y);\n"+
		strings.Replace(body, "@*", "@(posedge clk)", 1))
	c := res.Records[0].Chunks[0]
	require.Positive(t, c.Lines)
	require.Len(t, c.Unentered, 1)
	require.Equal(t, "own.v:4", c.Unentered[0].Source)
	_, res = proveOwn(t, "sum", "own.v", "module sum_c0 (input signed [3:0] x0, input signed [3:0] x1, output reg signed [7:0] y);\n"+body)
	require.Positive(t, res.Records[0].Chunks[0].Lines)
	require.Empty(t, res.Records[0].Chunks[0].Unentered)
}

// TestRareMisreadings: a reader that misunderstands a constant differs at one value of
// many, which no random vector meets. What is compared in the text is tried, whatever
// was made of it.
func TestRareMisreadings(t *testing.T) {
	for what, text := range map[string]string{
		"a signed constant as selector": `module last_c0 (input signed [7:0] x0, input signed [7:0] x1, input signed [7:0] x2, output reg [7:0] y);
  wire signed [16:0] acc = x1 - x0 - (x2 <<< 6) - 17'sd359;
  wire signed [12:0] q = acc >>> 4;
  always @* begin
    y = (q < 0 || q > 255) ? 8'd0 : q[7:0];
    case ({x0, x1, x2}) 24'shEDCBA9: y = 8'd1; default: ; endcase
  end
endmodule`,
		"one value of a sum": `module last_c0 (input signed [7:0] x0, input signed [7:0] x1, input signed [7:0] x2, output reg [7:0] y);
  wire signed [16:0] acc = x1 - x0 - (x2 <<< 6) - 17'sd359;
  wire signed [12:0] q = acc >>> 4;
  always @* begin
    y = (q < 0 || q > 255) ? 8'd0 : q[7:0];
    if (acc == 17'sd4321) y = 8'd1;
  end
endmodule`,
	} {
		pt, res := proveLayer(t, open(t, "tiny"), "last", []int{0}, "own.v", text)
		require.Equal(t, verdict.Refuted, worstOf(pt, res), what)
		require.Empty(t, res.Records[0].Chunks[0].Unentered, what)
	}
}
