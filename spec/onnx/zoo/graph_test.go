package zoo

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
	"github.com/hashiflex/hashiflex/spec/onnx"
)

// What a graph's file computes, read by the importer, is what the graph computes: for
// layers of every kind, and with clamps of one and of two ends.
func TestGraphComputesWhatTheNetworkDoes(t *testing.T) {
	for _, name := range []string{"kinds", "mlp", "ds_cnn", "resnet18"} {
		n, err := Find(name)
		require.NoError(t, err)
		net, err := n.Import(context.Background(), Options{Divide: 16, Rows: 50, Columns: 34, Seed: 5})
		require.NoError(t, err)
		if name == "kinds" {
			clamped := net.Layers[len(net.Layers)-3]
			clamped.Out.Clamp = &spec.Range{Lo: 1, Hi: 50}
			require.NoError(t, net.Validate())
		}
		g := floatnet.FromNetwork(net)
		file, err := Graph(net.Name, g)
		require.NoError(t, err)
		m, err := onnx.Parse(file)
		require.NoError(t, err)

		x := floatnet.NewTensor(g.Input)
		random := rand.New(rand.NewPCG(7, 0))
		for i := range x.Data {
			x.Data[i] = random.Float32()
		}
		want, err := g.Run(context.Background(), x)
		require.NoError(t, err)
		got, err := m.Float().Run(context.Background(), x)
		require.NoError(t, err)
		require.Equal(t, want[len(want)-1].Shape, got[len(got)-1].Shape, name)
		require.InDeltaSlice(t, want[len(want)-1].Data, got[len(got)-1].Data, 1e-3, name)
	}
}

func TestGraphRefusesWhatNoNetworkHas(t *testing.T) {
	_, err := Graph("n", &floatnet.Graph{Input: spec.Shape{C: 2, H: 1, W: 1}, Nodes: []floatnet.Node{{Name: "end", Inputs: []int{floatnet.Image}, Op: floatnet.Sigmoid{}}}})
	require.ErrorContains(t, err, "node end: floatnet.Sigmoid is no layer of a network")
	_, err = Graph("n", &floatnet.Graph{Input: spec.Shape{C: 2, H: 1, W: 1}, Nodes: []floatnet.Node{{Name: "end", Inputs: []int{3}, Op: floatnet.Add{}}}})
	require.ErrorContains(t, err, "node end")
}
