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

// A head of the plan for 1.2 million images a second. Claims about its lanes are asked of
// some lanes at a time, and the fault is in one of the last.
func TestHeadOfManyLanes(t *testing.T) {
	many := npu.Params{Lanes: 256, Features: 1280, Rows: 1664, Biases: 389, Layers: 3}
	right, err := npu.Sources(many)
	require.NoError(t, err)
	for _, x := range asked(t, many, right, "memory_held") {
		require.Equal(t, verdict.Proved, x.fact.Verdict, x.fact.Detail)
		require.Greater(t, len(x.fact.Queries), 2*many.Lanes/together)
	}
	wrong, err := head.Fault{File: "npu_head.v", Old: "& write_strobe[l % 4]", New: "& (write_strobe[l % 4] | (l == 213))"}.Plant(many)
	require.NoError(t, err)
	for _, x := range asked(t, many, wrong, "memory_held") {
		require.NotEqual(t, verdict.Proved, x.fact.Verdict)
	}
}

// generated is the size of the head that generate --head writes for MobileNetV2.
var generated = npu.Params{Lanes: 4, Features: 1280, Rows: 90368, Biases: 389, Layers: 3}

// More of them, in the head that is generated: in decoders, counters, the check of a
// program, and in what may happen when.
func TestFaultsOfAGeneratedHeadAreNotProved(t *testing.T) {
	for _, c := range []struct {
		claims []string
		head.Fault
	}{
		{[]string{"answers"}, head.Fault{Name: "a read of weights ignores an address bit beyond the rows", File: "npu_regs.v",
			Old: "wire r_weight = (r_region == `NPU_REGION_WEIGHTS) & ({1'b0, r_row} < ROWS_N);", New: "wire r_weight = (r_region == `NPU_REGION_WEIGHTS) & ({1'b0, r_row & 20'hbffff} < ROWS_N);"}},
		{[]string{"refusals"}, head.Fault{Name: "a write of a descriptor ignores an address bit", File: "npu_regs.v",
			Old: "wire w_descriptor = (w_region == `NPU_REGION_DESCRIPTORS) & (w_index[19:11] == 9'd0)", New: "wire w_descriptor = (w_region == `NPU_REGION_DESCRIPTORS) & (w_index[19:12] == 8'd0)"}},
		{[]string{"last_image"}, head.Fault{Name: "the carry of IMAGES is lost at 2^20", File: "npu_regs.v",
			Old: "images <= images + 32'd1;", New: "images <= {images[31:20], images[19:0] + 20'd1};"}},
		{[]string{"words"}, head.Fault{Name: "the carry of a bias' address is lost at 256", File: "npu_sequencer.v",
			Old: "assign bias_address = layer_bias + result[BIAS_W-1:0];", New: "assign bias_address = {layer_bias[8] ^ result[8], layer_bias[7:0] + result[7:0]};"}},
		{[]string{"pipe"}, head.Fault{Name: "an output's index has 8 bits", File: "npu_sequencer.v",
			Old: "put_index <= take_index;", New: "put_index <= {8'd0, take_index[7:0]};"}},
		{[]string{"result"}, head.Fault{Name: "the last layer's groups are a lane short", File: "npu_sequencer.v",
			Old: "lane == LAST_LANE)", New: "lane == LAST_LANE - {15'd0, layer == 8'd2})"}},
		{[]string{"check_rows", "check_count", "check_below", "check_verdict"}, head.Fault{Name: "rows from 2^20 on fit", File: "npu_program.v",
			Old: "wire fits = next_end <= ROWS_N;", New: "wire fits = {1'b0, next_end[19:0]} <= ROWS_N;"}},
		{[]string{"check_fields"}, head.Fault{Name: "a feature too many fits", File: "npu_program.v",
			Old: "(k_in <= FEATURES_N)", New: "(k_in <= FEATURES_N + 16'd1)"}},
		{[]string{"check_fields"}, head.Fault{Name: "biases that wrap at 65536 fit", File: "npu_program.v",
			Old: "({1'b0, k_bias} + {1'b0, k_out})", New: "{1'b0, k_bias + k_out}"}},
		{[]string{"answers"}, head.Fault{Name: "RELU reads as SIGNED", File: "npu_program.v",
			Old: "read_data[`NPU_TAIL_RELU] = read_tail[19];", New: "read_data[`NPU_TAIL_RELU] = read_tail[18];"}},
		{[]string{"refusals", "program_held"}, head.Fault{Name: "the third descriptor may be written while an image is in flight", File: "npu_regs.v",
			Old: "wire w_busy = busy & ~w_errors;", New: "wire w_busy = busy & ~w_errors & ~(w_descriptor & (w_index[10:3] == 8'd2));"}},
		{[]string{"committed"}, head.Fault{Name: "a new tail of the third layer needs no commit", File: "npu_regs.v",
			Old: "(w_layers | w_descriptor)) ready", New: "(w_layers | (w_descriptor & (w_index[10:0] != 11'd20)))) ready"}},
		{[]string{"noted"}, head.Fault{Name: "a frame of 1280 features may be too long", File: "npu_sequencer.v",
			Old: "assign frame_error = load & (in_last != last_index);", New: "assign frame_error = load & (in_last != last_index) & (index != 16'd1279);"}},
		{[]string{"in_flight", "frame", "index"}, head.Fault{Name: "a frame that ends after 1025 features is an image", File: "npu_sequencer.v",
			Old: "(load & last_index) ? START : IDLE", New: "(load & (last_index | (index == 16'd1024))) ? START : IDLE"}},
	} {
		sources, err := c.Plant(generated)
		require.NoError(t, err, c.Name)
		proved := true
		for _, x := range asked(t, generated, sources, c.claims...) {
			proved = proved && x.fact.Verdict == verdict.Proved
			t.Logf("%s: %s %v: %s", c.Name, x.name, x.fact.Verdict, x.fact.Detail)
		}
		require.False(t, proved, c.Name)
	}
}
