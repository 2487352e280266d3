package chip

import (
	"context"
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/onnx/zoo"
)

// A network with a layer of every kind gives golden's features, one pixel a beat and
// several, with registers among the adders and without.
func TestEveryKindIsGolden(t *testing.T) {
	z, err := zoo.Find("kinds")
	require.NoError(t, err)
	n, err := z.Import(context.Background(), zoo.Options{})
	require.NoError(t, err)
	frames := randomFrames(rand.New(rand.NewSource(13)), n.Input, 3)
	b := build(t, n, stream.Options{Pipeline: 2}, frames...)
	sim := b.verilate(t)
	for seed := range uint32(4) {
		b.play(t, sim, seed)
	}
	for _, p := range []int{1, 2} {
		sideBySide(t, n, several(n, p), frames, 2)
	}
}

// A max pool whose input goes below 0, or never down to it, pads with the least value that
// may come, so that padding is never the largest; also with several pixels a beat.
func TestMaxPoolThatPads(t *testing.T) {
	for _, lo := range []int64{-128, -5, 0, 5} {
		n := padsMax(lo)
		require.NoError(t, n.Validate())
		frames := randomFrames(rand.New(rand.NewSource(lo)), n.Input, 3)
		// A frame of nothing but the least value shows a padding that is greater.
		frames = append(frames, golden.NewTensor(n.Input.Shape))
		for _, p := range []int{1, 2} {
			sideBySide(t, n, several(n, p), frames, 2)
		}
	}
}

// padsMax is a network with a max pool of values from lo on that pads on each side.
func padsMax(lo int64) *spec.Network {
	format := spec.Format{Signed: true, Width: 8}
	return &spec.Network{Name: "n", Input: spec.Input{Shape: spec.Shape{C: 2, H: 5, W: 4}, Format: format}, Layers: []*spec.Layer{
		{Name: "first", Inputs: []string{spec.InputName}, Op: &spec.Split{Count: 2}, Out: spec.Requant{Format: format, Overflow: spec.SAT, Clamp: &spec.Range{Lo: lo, Hi: 127}}},
		{Name: "most", Inputs: []string{"first"}, Out: spec.Requant{Format: format},
			Op: &spec.MaxPool{Window: spec.Window{Kernel: [2]int{3, 3}, Stride: [2]int{2, 1}, Pad: [4]int{1, 2, 1, 1}}}},
	}}
}
