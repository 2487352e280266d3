package head

import (
	"context"
	"testing"
	"time"

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

// BenchmarkFullHead is the rate at which the full head is checked, with lines
// counted: images between two programs, and with a program for each.
func BenchmarkFullHead(b *testing.B) {
	_, ls := headOf(b, "mobilenet_v2_1.0_224")
	prog, err := npu.Assemble(ls, full)
	require.NoError(b, err)
	sim, err := Build{Params: full, Coverage: CoverLines}.Make(context.Background())
	require.NoError(b, err)
	for _, c := range []struct {
		name      string
		reprogram bool
	}{{"images", false}, {"reprogram", true}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				r, err := RunInferences(context.Background(), sim, Inferences{Program: prog, Time: 10 * time.Second, Seed: 1, Reprogram: c.reprogram,
					Coverage: []string{b.TempDir() + "/coverage.dat"}})
				require.NoError(b, err)
				require.Nil(b, r.Found)
				b.ReportMetric(float64(r.Images)*3600/r.Elapsed.Seconds(), "images/core-hour")
			}
		})
	}
}

// BenchmarkSequences is the rate of random sequences on the small head.
func BenchmarkSequences(b *testing.B) {
	sim, err := Build{Params: small}.Make(context.Background())
	require.NoError(b, err)
	for b.Loop() {
		r, err := Run(context.Background(), sim, Campaign{Seed: 1, Time: 10 * time.Second, Jobs: 2})
		require.NoError(b, err)
		require.Nil(b, r.Found)
		require.Positive(b, r.FewestInferences)
		b.ReportMetric(float64(r.Cases)*60/r.Elapsed.Seconds(), "sequences/min")
		b.ReportMetric(float64(r.Steps)/float64(r.Cases), "commands/sequence")
	}
}
