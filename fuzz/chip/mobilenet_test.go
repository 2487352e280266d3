package chip

import (
	"math/rand"
	"testing"

	"github.com/hashiflex/hashiflex/rtl/stream"
)

// MobileNetV2's blocks 1 (stride 2) and 2 (residual) with their trained weights and all
// their channels, over frames of 12 x 10 positions in the place of 112 x 112.
func TestBlocksOfMobileNetAreGolden(t *testing.T) {
	n := between(t, open(t, "mobilenet_v2_1.0_224"), "expanded_conv_project", "block_2_add", 12, 10)
	b := build(t, n, stream.Options{Pipeline: 3}, randomFrames(rand.New(rand.NewSource(5)), n.Input, 3)...)
	sim := b.verilate(t)
	for seed := range uint32(8) {
		b.play(t, sim, seed)
	}
}
