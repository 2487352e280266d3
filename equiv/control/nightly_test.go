//go:build nightly

package control

import (
	"testing"

	"github.com/hashiflex/hashiflex/rtl/npu"
)

// What a signoff proves; lanes that are a power of two; a row of two words; and the
// size that the Verilog has by default.
func TestEveryClaimIsProvedOfLargerHeads(t *testing.T) {
	requireProved(t, twoLayers)
	requireProved(t, npu.Params{Lanes: 2, Features: 3, Rows: 4, Biases: 4, Layers: 2})
	requireProved(t, npu.Params{Lanes: 5, Features: 2, Rows: 4, Biases: 6, Layers: 2})
	requireProved(t, npu.Params{Lanes: 4, Features: 16, Rows: 64, Biases: 16, Layers: 3})
}
