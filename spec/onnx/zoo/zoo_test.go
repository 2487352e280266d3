package zoo

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
	"github.com/hashiflex/hashiflex/spec/onnx"
)

// Every network imports, with its channels divided and whole, and has the layers that it
// was published with.
func TestNetworksImport(t *testing.T) {
	for name, want := range map[string]map[string]int{
		"mobilenet_v1": {"conv": 27, "pool": 1, "dense": 1},
		"resnet18":     {"conv": 20, "maxpool": 1, "add": 8, "pool": 1, "dense": 1},
		"ds_cnn":       {"conv": 9, "pool": 1, "dense": 1},
		"mlp":          {"conv": 1, "dense": 2},
		"kinds":        {"conv": 3, "maxpool": 2, "avgpool": 2, "split": 2, "concat": 2, "add": 1, "pool": 1, "dense": 1},
	} {
		t.Run(name, func(t *testing.T) {
			n, err := Find(name)
			require.NoError(t, err)
			for _, o := range []Options{{Divide: 16, Seed: 3}, {}} {
				if o.Divide == 0 && testing.Short() {
					continue
				}
				net, err := n.Import(context.Background(), o)
				require.NoError(t, err)
				require.Equal(t, n.Input(o), net.Input.Shape)
				kinds := map[string]int{}
				for _, l := range net.Layers {
					kinds[l.Kind()]++
				}
				require.Equal(t, want, kinds)
			}
			require.Equal(t, n.Build(Options{Divide: 16, Seed: 1}), n.Build(Options{Divide: 16, Seed: 1}))
			require.NotEqual(t, n.Build(Options{Divide: 16, Seed: 1}), n.Build(Options{Divide: 16, Seed: 2}))
		})
	}
	require.Len(t, Networks, 5)
	_, err := Find("vgg")
	require.ErrorContains(t, err, `no network "vgg"`)
}

// The numbers of weights of convolutions and dense layers are those of Keras' MobileNet
// (4,253,864 parameters, 1,000 of them biases and 43,776 of batch norm) and of torchvision's
// ResNet-18 (11,689,512, with 1,000 and 9,600).
func TestWeightsAreAsPublished(t *testing.T) {
	for name, want := range map[string]int{
		"mobilenet_v1": 4_253_864 - 1_000 - 43_776,
		"resnet18":     11_689_512 - 1_000 - 9_600,
	} {
		n, err := Find(name)
		require.NoError(t, err)
		m, err := onnx.Parse(n.Build(Options{}))
		require.NoError(t, err)
		weights := 0
		for _, node := range m.Float().Nodes {
			switch op := node.Op.(type) {
			case *floatnet.Conv:
				weights += len(op.Weights)
			case *floatnet.Dense:
				weights += len(op.Weights)
			}
		}
		require.Equal(t, want, weights, name)
	}
}

// Pictures are of the network's input, and fit what reads pictures.
func TestPictures(t *testing.T) {
	dir := t.TempDir()
	for _, s := range []spec.Shape{{C: 3, H: 5, W: 9}, {C: 1, H: 49, W: 10}} {
		require.NoError(t, Pictures(dir, s, 2, 1))
		_, err := floatnet.ReadPicture(filepath.Join(dir, "picture1.png"), s)
		require.NoError(t, err)
	}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 2)
	require.ErrorContains(t, Pictures(dir, spec.Shape{C: 2, H: 1, W: 1}, 1, 1), "1 or 3 channels, not 2")
}
