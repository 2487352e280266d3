//go:build nightly

package chain

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNightlyEveryModeAndKnob is the whole space: every knob, accumulator,
// rounding and overflow, on every layer of tiny and on a block of MobileNetV2.
func TestNightlyEveryModeAndKnob(t *testing.T) {
	for network, layers := range map[string][]string{
		"tiny":                 {"stem", "depthwise", "grouped", "expand", "project", "residual", "last", "pool"},
		"mobilenet_v2_1.0_224": {"block_3_expand", "block_3_depthwise", "block_3_project"},
	} {
		net := open(t, network)
		for _, layer := range layers {
			proved, confirmed := proveSettings(t, net, layer, 1, 7)
			require.NotZero(t, confirmed)
			t.Logf("%s: %d settings proved, %d confirmed by Z3", layer, proved, confirmed)
		}
	}
}
