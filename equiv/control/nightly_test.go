//go:build nightly

package control

import (
	"testing"

	"github.com/hashiflex/hashiflex/rtl/npu"
)

// Two layers in two groups; and the size that the Verilog has by default.
func TestEveryClaimIsProvedOfLargerHeads(t *testing.T) {
	requireProved(t, twoLayers)
	requireProved(t, npu.Params{Lanes: 4, Features: 16, Rows: 64, Biases: 16, Layers: 3})
}
