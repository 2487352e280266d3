//go:build nightly

package signoff

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// A signoff proves the head of the network's own size: a fault that this one has and small
// ones have not is not proved. The text is the one whose hash is among the inputs.
func TestFaultsOfTheNetworksOwnHead(t *testing.T) {
	net, err := networks.Open("mobilenet_v2_1.0_224")
	require.NoError(t, err)
	own, err := npu.Room(Dense(net), HeadLanes)
	require.NoError(t, err)
	z, err := smt.Z3()
	require.NoError(t, err)
	o := &chain.Options{Opinions: []smt.Opinion{{Solver: z}}, Jobs: 2}
	for i, c := range []struct {
		claim string
		head.Fault
	}{
		{"memory g_lane[0].weight_bank", head.Fault{Name: "an address bit of a write is ignored", File: "npu_memory.v",
			Old: "words[write_address] <=", New: "words[write_address & ~(1 << (ADDR_W - 2))] <="}},
		{"rows", head.Fault{Name: "the carry of the feature's index is lost at 1024", File: "npu_sequencer.v",
			Old: "row <= row + {{ROW_W-1{1'b0}}, 1'b1};\n                    index <= index + 16'd1;",
			New: "row <= row + {{ROW_W-1{1'b0}}, 1'b1};\n                    index <= {index[15:10], index[9:0] + 10'd1};"}},
	} {
		read := false
		sources := func(p npu.Params) ([]rtl.Source, error) {
			if p != own {
				return npu.Sources(p)
			}
			read = true
			return c.Plant(p)
		}
		facts, err := provers(o, own)[i].Prove(t.Context(), ProverRun{Sources: sources, Keep: func(string, []byte) {}, Progress: func(int, int) {}})
		require.NoError(t, err)
		require.True(t, read)
		broken := 0
		for _, f := range facts {
			large := strings.HasPrefix(f.Name, "16-1280-")
			if f.Verdict != verdict.Proved {
				require.True(t, large, "%s: %s %s", c.Name, f.ID(), f.Detail)
				broken++
			}
			if large && strings.HasSuffix(f.Name, "/"+c.claim) {
				require.NotEqual(t, verdict.Proved, f.Verdict, "%s: %s", c.Name, f.ID())
				t.Logf("%s: %s %v: %s", c.Name, f.ID(), f.Verdict, f.Detail)
			}
		}
		require.Positive(t, broken, c.Name)
	}
}
