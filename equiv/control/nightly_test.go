//go:build nightly

package control

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// What a signoff proves; lanes that are a power of two; a row of two words; and the
// size that the Verilog has by default.
func TestEveryClaimIsProvedOfLargerHeads(t *testing.T) {
	requireProved(t, twoLayers)
	requireProved(t, npu.Params{Lanes: 2, Features: 3, Rows: 4, Biases: 4, Layers: 2})
	requireProved(t, npu.Params{Lanes: 5, Features: 2, Rows: 4, Biases: 6, Layers: 2})
	requireProved(t, npu.Params{Lanes: 4, Features: 16, Rows: 64, Biases: 16, Layers: 3})
}

// The head at the size of MobileNetV2, every claim by two solvers.
func TestEveryClaimIsProvedAtFullSize(t *testing.T) {
	c, err := smt.CVC5()
	require.NoError(t, err)
	facts := requireAll(t, fullSize, Options{Opinions: append(opinions(t), smt.Opinion{Solver: c}), Limits: smt.Limits{Query: 10 * time.Minute}, Jobs: 2, Sizes: []npu.Params{fullSize}})
	for _, f := range facts {
		if len(f.Queries) > 0 {
			require.Equal(t, verdict.TwoSolvers, f.Basis, f.ID())
			require.Equal(t, []string{"z3", "cvc5"}, f.By, f.ID())
		}
	}
}

// Faults that only a head of full size has, and the claim that is not proved with each.
func TestFaultsOfFullSizeAreNotProved(t *testing.T) {
	for _, c := range []struct {
		claim string
		head.Fault
	}{
		{"memory_held", head.Fault{Name: "a row's highest address bit is ignored", File: "npu_regs.v",
			Old: "assign weight_write_row = w_row[ROW_W-1:0];", New: "assign weight_write_row = {1'b0, w_row[ROW_W-2:0]};"}},
		{"memory_held", head.Fault{Name: "a lane's byte strobe is ignored", File: "npu_head.v",
			Old: "& write_strobe[l % 4]", New: "& (write_strobe[l % 4] | (l == 13))"}},
		{"rows", head.Fault{Name: "the carry of the feature's index is lost at 1024", File: "npu_sequencer.v",
			Old: "row <= row + {{ROW_W-1{1'b0}}, 1'b1};\n                    index <= index + 16'd1;",
			New: "row <= row + {{ROW_W-1{1'b0}}, 1'b1};\n                    index <= {index[15:10], index[9:0] + 10'd1};"}},
		{"words", head.Fault{Name: "the carry of the row is lost at 65536", File: "npu_sequencer.v",
			Old: "row <= row + {{ROW_W-1{1'b0}}, 1'b1};", New: "row <= {row[ROW_W-1:16], row[15:0] + 16'd1};"}},
		{"rows", head.Fault{Name: "the last of 1280 features is lost", File: "npu_sequencer.v",
			Old: "wire last_index = index == layer_in - 16'd1;", New: "wire last_index = index == layer_in - 16'd1 - {15'd0, (layer_in == 16'd1280) & computing};"}},
		{"layer", head.Fault{Name: "the banks are not swapped after the second layer", File: "npu_sequencer.v",
			Old: "bank <= last_layer ? 1'b0 : ~bank;", New: "bank <= last_layer ? 1'b0 : ~bank | (layer == 8'd1);"}},
		{"words", head.Fault{Name: "an output from 512 on has another lane's bias", File: "npu_sequencer.v",
			Old: "layer_bias + result[BIAS_W-1:0]", New: "layer_bias + (result[BIAS_W-1:0] ^ {9'd0, result[9]})"}},
		{"check_count", head.Fault{Name: "the carry of the rows that are counted is lost at 65536", File: "npu_program.v",
			Old: "row_end <= next_end;", New: "row_end <= {next_end[20:17], next_end[16] & row_end[16], next_end[15:0]};"}},
		{"check_rows", head.Fault{Name: "outputs left are counted in 9 bits", File: "npu_program.v",
			Old: "left <= left - LANES_N;", New: "left <= {8'd0, left[8:0] - LANES_N[8:0]};"}},
	} {
		sources, err := c.Plant(fullSize)
		require.NoError(t, err, c.Name)
		for _, x := range asked(t, fullSize, sources, c.claim) {
			require.NotEqual(t, verdict.Proved, x.fact.Verdict, c.Name)
			t.Logf("%s: %s %v: %s", c.Name, x.name, x.fact.Verdict, x.fact.Detail)
		}
	}
}
