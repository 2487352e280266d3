package spec

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Output sizes against counting the positions at which a window fits, with
// every parameter different by axis and side; the same after a trip to disk.
func TestOutputSizesAndTheirFiles(t *testing.T) {
	positions := func(size, before, after, kernel, stride int) (n int) {
		for at := -before; at+kernel <= size+after; at += stride {
			n++
		}
		return n
	}
	fitted, refused := 0, 0
	for i := range 3 * 3 * 3 * 3 * 3 * 3 {
		d := func(place int) int { return i / place % 3 }
		h, w := 2, 3
		kernel := [2]int{1 + d(1), 3}
		stride := [2]int{1 + d(3), 1 + d(9)}
		pad := [4]int{min(d(27), kernel[0]-1), d(81), 0, d(243)}
		n := &Network{Input: Input{Shape: Shape{1, h, w}, Format: Format{false, 8, 8}}, Layers: []*Layer{{
			Name: "c", Inputs: []string{InputName}, Out: Requant{Format: Format{true, 8, 8}},
			Op: &Conv{OutC: 1, Kernel: kernel, Stride: stride, Pad: pad, Groups: 1, Bits: 2,
				Codes: make([]Code, kernel[0]*3), Base: []int32{0}, Bias: []int32{0}},
		}}}
		want := Shape{1, positions(h, pad[0], pad[2], kernel[0], stride[0]), positions(w, pad[1], pad[3], kernel[1], stride[1])}
		if want.H == 0 || want.W == 0 {
			refused++
			require.ErrorContains(t, n.Validate(), "does not fit a padded input")
			continue
		}
		fitted++
		require.NoError(t, n.Validate())
		require.Equal(t, want, n.Layers[0].OutShape(), "%+v", n.Layers[0].Op)
		topology, weights, err := Encode(n)
		require.NoError(t, err)
		back, err := Decode(topology, weights)
		require.NoError(t, err)
		require.Equal(t, n, back)
	}
	require.NotZero(t, fitted)
	require.NotZero(t, refused)
}
