package datapath

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// fullSize has the room that the classifier of MobileNetV2 at 1.0 needs, 1280 features and
// 1000 outputs, for up to three layers.
var fullSize = npu.Params{Lanes: 16, Features: 1280, Rows: 80640, Biases: 1000, Layers: 3}

// steps are the facts about a head of a size, of which only is part of the name.
func steps(t *testing.T, o Options, size npu.Params, only string) (facts []equiv.Fact) {
	t.Helper()
	p, err := newProver(context.Background(), o)
	require.NoError(t, err)
	defer p.panel.Close()
	for _, j := range sizedJobs(size) {
		if strings.Contains(j.fact.Name, only) {
			f := j.fact
			p.settled(context.Background(), j, &f)
			facts = append(facts, f)
		}
	}
	require.NotEmpty(t, facts)
	return facts
}

// Each step that is asked of solvers is confirmed by a second one.
func TestStepsOfAnySizeAreProved(t *testing.T) {
	z, err := smt.Z3()
	require.NoError(t, err)
	c, err := smt.CVC5()
	require.NoError(t, err)
	for _, size := range []npu.Params{
		fullSize,
		{Lanes: 3, Features: 5, Rows: 20, Biases: 6, Layers: 4}, // the tails of layers lie in two words
		{Lanes: 1, Features: 1, Rows: 3, Biases: 2, Layers: 1},
	} {
		for _, f := range steps(t, Options{Opinions: []smt.Opinion{{Solver: z}, {Solver: c}}}, size, "") {
			require.Equal(t, verdict.Proved, f.Verdict, "%s: %s", f.Name, f.Detail)
			want := verdict.Computed
			if len(f.Queries) > 0 {
				want = verdict.TwoSolvers
			}
			require.Equal(t, want, f.Basis, f.Name)
		}
	}
}

// sizedFaults are faults that only a head of full size has, and the step that is not
// proved with each.
var sizedFaults = []struct {
	step string
	head.Fault
}{
	{"lanes", head.Fault{Name: "a lane has its neighbour's weight", File: "npu_head.v",
		Old: ".weight(weights[l*8 +: 8]),", New: ".weight(weights[((l == 13) ? 12 : l)*8 +: 8]),"}},
	{"lanes", head.Fault{Name: "the last lane but one leaves before its turn", File: "npu_head.v",
		Old: ".neighbour(sums[(l+1)*32 +: 32])", New: ".neighbour(sums[((l == 13) ? 15 : l+1)*32 +: 32])"}},
	{"lanes", head.Fault{Name: "one lane runs on under a stall", File: "npu_head.v",
		Old: ".enable(mac & computing & step)", New: ".enable(mac & computing & (step | (l == 14)))"}},
	{"results", head.Fault{Name: "the last layer has the rounding of the one before", File: "npu_program.v",
		Old: "assign layer_rounding = tail[9:7];", New: "assign layer_rounding = (layer == 8'd2) ? tails[27 +: 3] : tail[9:7];"}},
	{"results", head.Fault{Name: "outputs are stored in the bank that is read", File: "npu_head.v",
		Old: "{~bank, put_index[FEATURE_W-1:0]}", New: "{bank ^ (put_index[10:0] != 11'd999), put_index[FEATURE_W-1:0]}"}},
	{"results", head.Fault{Name: "the carry of a feature's address is lost at 1024", File: "npu_head.v",
		Old: "load ? {1'b0, load_address}", New: "load ? {2'b0, load_address[FEATURE_W-2:0]}"}},
	{"results", head.Fault{Name: "output 512 is not compared", File: "npu_head.v",
		Old: ".put(emit & step)", New: ".put(emit & step & (put_index != 16'd512))"}},
	{"memory features", head.Fault{Name: "one bank of features", File: "npu_head.v",
		Old: ".DEPTH(2 << FEATURE_W)", New: ".DEPTH(1 << FEATURE_W)"}},
	{"memory g_lane[15]", head.Fault{Name: "a row too few in the last lane", File: "npu_head.v",
		Old: ".WIDTH(8), .DEPTH(ROWS)", New: ".WIDTH(8), .DEPTH(ROWS - (l == 15))"}},
	{"memory g_lane[0]", head.Fault{Name: "an address bit of a write is ignored", File: "npu_memory.v",
		Old: "words[write_address] <=", New: "words[write_address & ~(1 << (ADDR_W - 2))] <="}},
	{"memory biases", head.Fault{Name: "the highest address bit of a read is ignored", File: "npu_memory.v",
		Old: "read_data <= words[read_address]", New: "read_data <= words[read_address & ~(1 << (ADDR_W - 1))]"}},
}

// generated is the size of the head that generate --head writes for MobileNetV2.
var generated = npu.Params{Lanes: 4, Features: 1280, Rows: 90368, Biases: 389, Layers: 3}

// generatedFaults are faults of it, as sizedFaults.
var generatedFaults = []struct {
	step string
	head.Fault
}{
	{"lanes", head.Fault{Name: "the fourth lane adds to what it was, at one row", File: "npu_head.v",
		Old: ".first(mac_first),", New: ".first(mac_first & ~((l == 3) & (row == 17'd66000))),"}},
	{"lanes", head.Fault{Name: "output 300 overflows unseen", File: "npu_head.v",
		Old: "if (sum[32] != sum[31]) overflowed", New: "if ((sum[32] != sum[31]) & (put_index != 16'd300)) overflowed"}},
	{"results", head.Fault{Name: "the index of the greatest has 8 bits", File: "npu_head.v",
		Old: ".index(put_index), .value(result)", New: ".index({8'd0, put_index[7:0]}), .value(result)"}},
	{"results", head.Fault{Name: "outputs below 256 are stored without their sign", File: "npu_head.v",
		Old: ": result[8:0]),", New: ": {result[8] & (put_index[15:8] != 8'd0), result[7:0]}),"}},
	{"results", head.Fault{Name: "the third layer's shift is another", File: "npu_program.v",
		Old: "assign layer_shift = tail[6:0];", New: "assign layer_shift = tail[6:0] ^ {6'd0, layer[1]};"}},
	{"results", head.Fault{Name: "the second layer's outputs from 1024 on are stored below", File: "npu_head.v",
		Old: "{~bank, put_index[FEATURE_W-1:0]}", New: "{~bank, put_index[FEATURE_W-1:0] & ~({layer == 8'd1, {FEATURE_W-1{1'b0}}})}"}},
	{"memory ", head.Fault{Name: "the last word loses a bit", File: "npu_memory.v",
		Old: "words[write_address] <= write_data", New: "words[write_address] <= (write_address == DEPTH - 1) ? {1'b0, write_data[WIDTH-2:0]} : write_data"}},
	{"memory ", head.Fault{Name: "the last word but one reads as the last", File: "npu_memory.v",
		Old: "words[read_address]", New: "words[(read_address == DEPTH - 2) ? read_address + 1'b1 : read_address]"}},
}

func TestFaultsOfFullSizeAreNotProved(t *testing.T) {
	requireNotProved(t, fullSize, sizedFaults)
	requireNotProved(t, generated, generatedFaults)
}

func requireNotProved(t *testing.T, size npu.Params, faults []struct {
	step string
	head.Fault
}) {
	t.Helper()
	for _, c := range faults {
		o := Options{Sources: func(p npu.Params) ([]rtl.Source, error) { return c.Plant(p) }}
		for _, f := range steps(t, o, size, c.step) {
			require.NotEqual(t, verdict.Proved, f.Verdict, "%s: %s", c.Name, f.Name)
			require.NotEqual(t, verdict.NotRead, f.Reason, "%s: %s: %s", c.Name, f.Name, f.Detail)
			t.Logf("%s: %s %v: %s", c.Name, f.Name, f.Verdict, f.Detail)
		}
	}
}
