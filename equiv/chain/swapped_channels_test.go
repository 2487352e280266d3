package chain

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/fuzz/mutant"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// TestSwappedChannels: the logic of another output channel under this one's name.
func TestSwappedChannels(t *testing.T) {
	tiny, mobile := open(t, "tiny"), open(t, "mobilenet_v2_1.0_224")
	for _, l := range []*spec.Layer{tiny.Layer("stem"), tiny.Layer("expand"), mobile.Layer("block_3_expand"), mobile.Layer("block_3_project"), mobile.Layer("block_3_depthwise")} {
		g, err := shiftadd.New(l, shiftadd.Options{})
		require.NoError(t, err)
		for oc := range 4 {
			// A depthwise channel reads another input map: its ports are given the
			// names that this channel's have.
			ports := map[string]string{}
			for tap := range l.Taps() {
				ports[shiftadd.TapName(l, oc+1, tap)] = shiftadd.TapName(l, oc, tap)
			}
			bad := mutant.Renamed(g.Channel(oc+1), g.Channel(oc).Name, ports)
			m := equiv.ModelOf(l, shiftadd.Unit{Kind: shiftadd.KindChannel, Channel: oc, Name: bad.Name})
			pt := judge(byForms(1), m, bad)
			require.Equal(t, verdict.Refuted, pt.Verdict, "%s: %v %s", bad.Name, pt.Reason, pt.Detail)
			require.True(t, replays(t, m, bad, pt.Witness))
		}
	}
}
