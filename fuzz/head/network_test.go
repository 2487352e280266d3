package head

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
)

// full is a head that the embedded MobileNetV2 fits exactly.
var full = npu.Params{Lanes: 16, Features: 1280, Rows: 22656, Biases: 389, Layers: 3}

// headOf is the dense layers of an embedded network, with the network.
func headOf(t testing.TB, name string) (*spec.Network, []*spec.Layer) {
	t.Helper()
	n, err := networks.Open(name)
	require.NoError(t, err)
	var ls []*spec.Layer
	for _, l := range n.Layers {
		if l.Kind() == "dense" {
			ls = append(ls, l)
		}
	}
	return n, ls
}

// features runs the network on frames that a formula draws, and returns what its
// pool gives and its logits are.
func features(t testing.TB, n *spec.Network, frames int) (in [][]uint8, want [][]int32) {
	t.Helper()
	e, err := golden.New(n)
	require.NoError(t, err)
	for f := range frames {
		frame := golden.NewTensor(n.Input.Shape)
		for i := range frame.Data {
			frame.Data[i] = int32((i*i*(f+3) + 7*i*f) % 256)
		}
		tr, err := e.Run(context.Background(), frame)
		require.NoError(t, err)
		pool, ok := tr.Output("average_pooling2d_1")
		require.True(t, ok)
		x := make([]uint8, len(pool.Data))
		for i, v := range pool.Data {
			x[i] = uint8(v)
		}
		in = append(in, x)
		want = append(want, tr.Outputs[len(tr.Outputs)-1].Data)
	}
	return in, want
}

// The embedded network's head on hardware of full size gives golden's logits, in
// exactly the cycles that the formula says.
func TestFullHead(t *testing.T) {
	n, ls := headOf(t, "mobilenet_v2_1.0_224")
	prog, err := npu.Assemble(ls, full)
	require.NoError(t, err)
	sim, err := Build{Params: full}.Make(context.Background())
	require.NoError(t, err)
	in, want := features(t, n, 2)
	r, err := RunInferences(context.Background(), sim, Inferences{Program: prog, Images: in, Want: want, Count: 6, Seed: 1, Jobs: 2})
	require.NoError(t, err)
	require.Nil(t, r.Found)
	require.EqualValues(t, 6, r.Images)
	require.Equal(t, 6*npu.Cycles(prog.Layers, full.Lanes), r.Cycles)
	t.Logf("%d images of %d cycles, %d programs", r.Images, r.Cycles/r.Images, r.Programs)

	// A comparison that cannot fail is none.
	want[0][3]++
	r, err = RunInferences(context.Background(), sim, Inferences{Program: prog, Images: in, Want: want, Count: 1})
	require.NoError(t, err)
	require.ErrorContains(t, r.Found, "logit 3")
}
