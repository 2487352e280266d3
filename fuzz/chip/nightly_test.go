//go:build nightly

package chip

import (
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
)

// Whole rows a beat, and an entry alone that has several.
func TestMorePixelsABeatAreGolden(t *testing.T) {
	n := open(t, "tiny")
	frames := randomFrames(rand.New(rand.NewSource(8)), n.Input, 4)
	for name, pixels := range map[string]map[string]int{
		"3": several(n, 3), "5": several(n, 5), "row": several(n, 99), "entry": {spec.InputName: 5},
	} {
		t.Run(name, func(t *testing.T) { sideBySide(t, n, pixels, frames, 8) })
	}
}

// Geometries at random, with several pixels and windows a beat.
func TestManyWindowsAreGolden(t *testing.T) {
	r := seeded(t)
	shapes := append([]shape(nil), corners...)
	for range 200 {
		shapes = append(shapes, randomShape(r))
	}
	for _, s := range shapes {
		windowsAreGolden(t, s, map[string]int{spec.InputName: 1 + r.Intn(9), "conv": 1 + r.Intn(9)}, r.Int63())
	}
}

// MobileNetV2's blocks 1 and 2 with several positions a beat, and block 12, whose
// residual is that of another one, by itself.
func TestMoreBlocksOfMobileNetAreGolden(t *testing.T) {
	n := open(t, "mobilenet_v2_1.0_224")
	first := between(t, n, "expanded_conv_project", "block_2_add", 12, 14)
	twelfth := between(t, n, "block_11_add", "block_12_add", 7, 7)
	for name, b := range map[string]*built{
		"1 and 2, 2 pixels": build(t, first, stream.Options{Pipeline: 3, Pixels: several(first, 2)}, randomFrames(rand.New(rand.NewSource(9)), first.Input, 3)...),
		"1 and 2, 7 pixels": build(t, first, stream.Options{Pipeline: 3, Pixels: several(first, 7)}, randomFrames(rand.New(rand.NewSource(9)), first.Input, 3)...),
		"12":                build(t, twelfth, stream.Options{Pipeline: 3}, randomFrames(rand.New(rand.NewSource(9)), twelfth.Input, 3)...),
	} {
		t.Run(name, func(t *testing.T) {
			sim := b.verilate(t)
			for seed := range uint32(8) {
				b.play(t, sim, seed)
			}
		})
	}
}

// The whole of MobileNetV2 with its trained weights and its head, over frames of 32 x 32
// pixels.
func TestMobileNetIsGolden(t *testing.T) {
	n := open(t, "mobilenet_v2_1.0_224").Clone()
	n.Input.Shape.H, n.Input.Shape.W = 32, 32
	for _, l := range n.Layers {
		if p, ok := l.Op.(*spec.Pool); ok {
			p.Recip = 1 << p.RecipFrac // of one position
		}
	}
	require.NoError(t, n.Validate())
	d, err := stream.Generate(n, stream.Options{Lanes: 16})
	require.NoError(t, err)
	b := &built{d: d}
	b.trial, err = Expect(t.Context(), n, d, randomFrames(rand.New(rand.NewSource(12)), n.Input, 3)...)
	require.NoError(t, err)
	b.bench, b.data, err = d.Bench(b.trial)
	require.NoError(t, err)
	sim := b.parts(t, t.TempDir(), PartText)
	for seed := range uint32(2) {
		b.play(t, sim, seed)
	}
}
