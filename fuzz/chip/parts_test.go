package chip

import (
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
)

// A chip that is compiled in parts plays as the whole does, clock by clock, and so does one
// with a fault: the parts are the Verilog's.
func TestPartsAreTheWhole(t *testing.T) {
	n := between(t, open(t, "tiny"), "depthwise", "residual", 5, 7)
	cache := t.TempDir()
	b := build(t, n, stream.Options{Pixels: several(n, 2)}, randomFrames(rand.New(rand.NewSource(11)), n.Input, 3)...)
	whole := b.icarus(t)
	parts := b.parts(t, cache, 30000)
	for seed := range uint32(2) {
		require.Equal(t, b.play(t, whole, seed), b.play(t, parts, seed))
	}

	other := n.Clone()
	codes := other.Layer("expand").Op.(*spec.Conv).Codes
	codes[0]++
	require.NoError(t, other.Validate())
	d, err := stream.Generate(other, stream.Options{Pixels: several(n, 2)})
	require.NoError(t, err)
	b.d = d
	p, err := b.parts(t, cache, 30000).Play(t.Context(), b.data, 0)
	require.NoError(t, err)
	require.False(t, p.Pass)
	require.Contains(t, p.Said, "FAIL: result")
}

func (b *built) parts(t *testing.T, cache string, most int) *Simulation {
	t.Helper()
	s, err := VerilateInParts(t.Context(), b.d, b.bench, cache, most)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}
