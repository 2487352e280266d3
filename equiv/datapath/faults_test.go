package datapath_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/datapath"
	"github.com/hashiflex/hashiflex/equiv/smt"
	fuzz "github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// refutes names for each fault a fact that it refutes. The other faults cannot be
// seen in the data of legal programs and well-timed masters: what is accepted,
// what is answered, and when. They are for the proofs of control and the fuzzer.
var refutes = map[string]string{
	"weight read as unsigned":                  "head lane/product",
	"feature's sign bit lost":                  "head lane/product",
	"product extended with zeros":              "head lane/step",
	"accumulator not cleared between groups":   "head lane/step",
	"first product lost":                       "head lane/step",
	"results leave the lanes in reverse":       "head network/03",
	"bias added twice":                         "head result/total",
	"bias extended with zeros":                 "head result/total",
	"bias of the neighbour":                    "head network/01",
	"overflow of a sum not noticed from below": "head result/total",
	"overflow kept from the image before":      "head result/total",
	"negative ties rounded up":                 "head requantizer/scale RND_INF",
	"negative ties rounded away":               "head requantizer/scale RND_ZERO",
	"ties to odd":                              "head requantizer/scale RND_CONV",
	"toward zero becomes floor":                "head requantizer/scale TRN_ZERO",
	"rounding constant one bit too low":        "head requantizer/scale RND",
	"logical for arithmetic shift":             "head requantizer/scale TRN",
	"saturation one too low":                   "head requantizer/fit SAT",
	"least value saturates to its neighbour":   "head requantizer/fit SAT",
	"symmetric saturation forgotten":           "head requantizer/fit SAT_SYM",
	"wrapped value keeps no sign":              "head requantizer/fit WRAP",
	"ReLU by the wrong bit":                    "head requantizer/fit SAT",
	"left shift ignored":                       "head requantizer/scale TRN",
	"ReLU on the layer before":                 "head network/10",
	"last feature not counted in":              "head network/01",
	"one group too few lanes drained":          "head network/01",
	"banks not swapped between layers":         "head network/10",
	"bank not returned after an image":         "head network/00",
	"row pointer not reloaded":                 "head network/11",
	"index survives a dropped frame":           "head network/00",
	"index survives a reset":                   "head network/00",
	"layer survives a reset":                   "head network/00",
	"result in the pipe survives a reset":      "head network/00",
	"too long a frame is computed":             "head network/00",
	"frame error not reported":                 "head network/00",
	"logit lost under a stall":                 "head network/01",
	"valid dropped under a stall":              "head network/01",
	"memory output lost under a stall":         "head network/08",
	"lanes run on under a stall":               "head network/08",
	"last marks the wrong logit":               "head network/00",
	"last of every layer ends the image":       "head network/10",
	"features taken as signed":                 "head network/01",
	"greatest of equals is the last":           "head result/maximum",
	"greatest compared without sign":           "head result/maximum",
	"greatest of the image before":             "head network/00",
	"results published too early":              "head network/01",
	"stale weight after reprogramming":         "head network/01",
	"byte strobes ignored":                     "head network/01",
	"rows counted one too many":                "head network/01",
	"response dropped when the master waits":   "head network/01",
	"address taken twice":                      "head network/00",
	"response kept through a reset":            "head network/00",
}

// sizes are faults that a head as small as the fuzzer's does not have, and a fact
// that each of them refutes.
var sizes = map[string]fuzz.Fault{
	"head network/30": {
		Name: "weight rows read back their first word", File: "npu_head.v",
		Old: "& weights[w*32 +: 32]", New: "& weights[31:0]",
	},
	"head network/32": {
		Name: "words of a weight row alias", File: "npu_head.v",
		Old: "(weight_write_word == WORD)", New: "(weight_write_word[0] == WORD[0])",
	},
	"head result/maximum": {
		Name: "class index cut to 8 bits", File: "npu_argmax.v",
		Old: "best_index <= index;", New: "best_index <= {8'd0, index[7:0]};",
	},
	"head lane/step": {
		Name: "sums of 24 bits", File: "npu_lane.v",
		Old: "acc <= kept + addend;", New: "acc <= $signed((kept + addend) << 8) >>> 8;",
	},
}

// Every fault of large heads is refuted on a small one or on a module alone.
func TestFaultsOfLargeHeadsAreRefuted(t *testing.T) {
	for id, fault := range sizes {
		f, err := datapath.ProveOne(context.Background(), datapath.Options{Jobs: 1, Sources: fault.Plant}, id)
		require.NoError(t, err, fault.Name)
		require.Equal(t, verdict.Refuted, f.Verdict, "%s: %s: %s %s", fault.Name, f.ID(), f.Reason, f.Detail)
	}
}

// Every fault of the data is refuted, with a trace that names the data and at least
// one output that differs.
func TestFaultsAreRefuted(t *testing.T) {
	found := 0
	for i, fault := range fuzz.Faults() {
		id, ok := refutes[fault.Name]
		if !ok {
			continue
		}
		if found++; i%sample != 0 {
			continue
		}
		o := datapath.Options{Jobs: 1, Limits: smt.Limits{Query: 20 * time.Second}, Sources: fault.Plant}
		f, err := datapath.ProveOne(context.Background(), o, id)
		require.NoError(t, err, fault.Name)
		require.Equal(t, verdict.Refuted, f.Verdict, "%s: %s: %s %s", fault.Name, f.ID(), f.Reason, f.Detail)
		require.Contains(t, f.Trace, "\n≠ ", fault.Name)
		require.Contains(t, f.Trace, "data (", fault.Name)
		t.Logf("%s: %s\n%s", fault.Name, f.ID(), f.Trace)
	}
	require.Len(t, refutes, found, "a fault of this table is no longer planted")
}

// A value that changes while it waits is no longer what was claimed of it.
func TestAValueThatChangesInAStallIsRefuted(t *testing.T) {
	sources := func(p npu.Params) ([]rtl.Source, error) {
		sources, err := npu.Sources(p)
		for i, s := range sources {
			text := strings.Replace(string(s.Text), ".acc(total)", ".acc(waited ? ~total : total)", 1)
			text = strings.Replace(text, "    reg overflowed;\n", "    reg overflowed;\n    reg waited;\n    always @(posedge clk) waited <= ~step;\n", 1)
			if s.Name == "npu_head.v" {
				sources[i].Text = []byte(text)
			}
		}
		return sources, err
	}
	f, err := datapath.ProveOne(context.Background(), datapath.Options{Jobs: 1, Sources: sources}, "head network/01")
	require.NoError(t, err)
	require.Equal(t, verdict.Refuted, f.Verdict, "%s %s", f.Reason, f.Detail)
}

// Hardware that computes what it should, by an index into rows of any width, is proved.
func TestAnIndexIntoWideRowsIsProved(t *testing.T) {
	sources := func(p npu.Params) ([]rtl.Source, error) {
		return fuzz.Fault{
			Name: "an index", File: "npu_head.v",
			Old: "weight_read = weight_read | ({32{weight_read_word == w[19:0]}} & weights[w*32 +: 32]);",
			New: "if (w == 0) weight_read = (weight_read_word < ROW_WORDS[19:0]) ? weights[weight_read_word*32 +: 32] : 32'd0;",
		}.Plant(p)
	}
	o := datapath.Options{Jobs: 1, Sources: sources}
	f, err := datapath.ProveOne(context.Background(), o, "head network/32") // rows of 96 bits
	require.NoError(t, err)
	require.Equal(t, verdict.Proved, f.Verdict, "%s %s\n%s", f.Reason, f.Detail, f.Trace)
	f, err = datapath.ProveOne(context.Background(), o, "head network/31") // of 64
	require.NoError(t, err)
	require.Equal(t, verdict.Proved, f.Verdict, "%s %s\n%s", f.Reason, f.Detail, f.Trace)
}
