package networks

import (
	"io/fs"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
)

// The figures are those of the trained network: a change of the importer or of
// the files that moves them is no accident to be snapshotted away.
func TestMobileNetV2(t *testing.T) {
	n, err := Open("mobilenet_v2_1.0_224")
	require.NoError(t, err)
	require.Equal(t, spec.Shape{C: 3, H: 224, W: 224}, n.Input.Shape)
	require.Equal(t, spec.Format{Width: 8, Frac: 8}, n.Input.Format)
	kinds := map[string]int{}
	var weights, nonZero, channels, constant, widest int
	for _, l := range n.Layers {
		kinds[l.Kind()]++
		c, ok := l.Op.(*spec.Conv)
		if !ok {
			continue
		}
		require.Equal(t, 4, c.Bits, l.Name)
		for oc := range c.OutC {
			channels++
			if l.Constant(oc) {
				constant++
			}
			widest = max(widest, l.Taps())
		}
		for _, code := range c.Codes {
			weights++
			if code != 0 {
				nonZero++
			}
		}
	}
	require.Equal(t, map[string]int{"conv": 52, "add": 10, "pool": 1, "dense": 3}, kinds)
	require.Equal(t, 2189760, weights)
	require.Equal(t, 2121541, nonZero)
	require.Equal(t, 17056, channels)
	require.Equal(t, 11, constant)
	require.Equal(t, 960, widest)
	require.Equal(t, spec.Shape{C: 5, H: 1, W: 1}, n.Layers[len(n.Layers)-1].OutShape())
}

func TestMobileNetV2IsSmall(t *testing.T) {
	var size int64
	entries, err := fs.ReadDir(data, root+"/mobilenet_v2_1.0_224")
	require.NoError(t, err)
	for _, e := range entries {
		info, err := e.Info()
		require.NoError(t, err)
		size += info.Size()
	}
	require.Positive(t, size)
	require.Less(t, size, int64(3<<20))
}
