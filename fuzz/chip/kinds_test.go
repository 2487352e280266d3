package chip

import (
	"context"
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"

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

// Windows pad with 0, which is no padding for a max of values below: such a design is
// refused by the layer's name. It is not where the values begin at 0, or nothing is padded.
func TestMaxPoolThatPadsWithMore(t *testing.T) {
	generate := func(lo int64, pad int) error {
		format := spec.Format{Signed: true, Width: 8}
		n := &spec.Network{Name: "n", Input: spec.Input{Shape: spec.Shape{C: 1, H: 4, W: 4}, Format: spec.Format{Width: 8}}, Layers: []*spec.Layer{
			{Name: "first", Inputs: []string{spec.InputName}, Op: &spec.Split{Count: 1}, Out: spec.Requant{Format: format, Overflow: spec.SAT, Clamp: &spec.Range{Lo: lo, Hi: 127}}},
			{Name: "most", Inputs: []string{"first"}, Out: spec.Requant{Format: format},
				Op: &spec.MaxPool{Window: spec.Window{Kernel: [2]int{3, 3}, Stride: [2]int{1, 1}, Pad: [4]int{pad, pad, pad, pad}}}},
		}}
		require.NoError(t, n.Validate())
		_, err := stream.Generate(n, stream.Options{})
		return err
	}
	require.ErrorContains(t, generate(-5, 1), "stream: layer most: a maxpool of values down to -5 that pads: windows pad with 0")
	require.ErrorContains(t, generate(5, 1), "stream: layer most: a maxpool of values down to 5 that pads")
	require.NoError(t, generate(0, 1))
	require.NoError(t, generate(-5, 0))
}
