package accuracy

import (
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
	"github.com/hashiflex/hashiflex/spec/onnx"
	"github.com/hashiflex/hashiflex/spec/onnx/zoo"
)

var ctx = context.Background()

// brought is a small network, the model that it was made of, and pictures for it.
func brought(t *testing.T, name string, opt zoo.Options, bits int, method ...onnx.Method) (*spec.Network, *onnx.Model, []string) {
	t.Helper()
	z, err := zoo.Find(name)
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, zoo.Pictures(dir, z.Input(opt), 5, 1))
	m, err := onnx.Parse(z.Build(opt))
	require.NoError(t, err)
	net, _, err := onnx.Import(ctx, m, onnx.Options{Quantizer: onnx.Quantizer{Bits: bits, Round: true, Method: append(method, onnx.MethodBest)[0]}, Calibrate: dir})
	require.NoError(t, err)
	pictures, err := floatnet.Pictures(dir)
	require.NoError(t, err)
	return net, m, pictures
}

var small = zoo.Options{Divide: 16, Rows: 32, Columns: 32}

// The sums are those of one picture after the other, whatever runs at once, and against
// the same weights what golden.SQNR says.
func TestMeasure(t *testing.T) {
	net, m, pictures := brought(t, "mobilenet_v1", small, 4)
	var done []string
	opt := Options{Trained: m.Float(), Rounded: true, Top: 3, Done: func(i Image) { done = append(done, i.Name) }}
	all, err := Measure(ctx, net, pictures, opt)
	require.NoError(t, err)
	require.Len(t, done, len(pictures))
	require.Len(t, all.Layers, len(net.Layers))
	model, err := golden.New(net)
	require.NoError(t, err)
	var sums Result
	for k, p := range pictures {
		one, err := Measure(ctx, net, []string{p}, opt)
		require.NoError(t, err)
		require.Equal(t, all.Images[k], one.Images[0])
		require.Equal(t, filepath.Base(p), one.Images[0].Name)
		sums.Layers = append(sums.Layers, one.Layers...)

		f, err := os.Open(p)
		require.NoError(t, err)
		frame, err := golden.ReadFrame(f, net.Input)
		require.NoError(t, err)
		require.NoError(t, f.Close())
		trace, err := model.Run(ctx, frame)
		require.NoError(t, err)
		ratios, err := golden.SQNR(ctx, trace)
		require.NoError(t, err)
		for i, r := range ratios {
			require.InDelta(t, r.DB, one.Layers[i].Rounded.DB(), 1e-9, r.Layer)
		}
		for i, s := range golden.TopK(trace, 3) {
			require.Equal(t, s.Class, one.Images[0].Top[i])
		}
		bytes, err := floatnet.ReadPicture(p, net.Input.Shape)
		require.NoError(t, err)
		in, err := m.Float().Tensor(bytes)
		require.NoError(t, err)
		floats, err := m.Float().Run(ctx, in)
		require.NoError(t, err)
		require.Equal(t, greatest(floats[len(floats)-1].Data, 3), one.Images[0].TrainedTop)
	}
	for i := range all.Layers {
		var signal, noise float64
		for k := range pictures {
			l := sums.Layers[k*len(net.Layers)+i]
			signal, noise = signal+l.Trained.Signal, noise+l.Trained.Noise
		}
		require.InEpsilon(t, signal, all.Layers[i].Trained.Signal, 1e-12)
		require.InEpsilon(t, noise, all.Layers[i].Trained.Noise, 1e-12)
	}
	before := runtime.GOMAXPROCS(1)
	again, err := Measure(ctx, net, pictures, opt)
	runtime.GOMAXPROCS(before)
	require.NoError(t, err)
	require.Equal(t, all, again)
	f := all.Features()
	require.Equal(t, "pool", f.Kind)
	require.Equal(t, len(all.Images)-len(all.Changed()), all.Agreement())
}

// The trap that this package is there for: at fewer bits the comparison with the same
// rounded weights looks no worse, and the one with the trained network does.
func TestRoundedWeightsHideWhatTheyLost(t *testing.T) {
	at := func(bits int) *Layer {
		net, m, pictures := brought(t, "mobilenet_v1", small, bits, onnx.MethodRound)
		r, err := Measure(ctx, net, pictures, Options{Trained: m.Float(), Rounded: true})
		require.NoError(t, err)
		return r.Features()
	}
	fine, coarse := at(5), at(2)
	require.Greater(t, fine.Trained.DB(), coarse.Trained.DB()+3)
	require.Greater(t, coarse.Rounded.DB(), coarse.Trained.DB()+3)
}

// A grey picture that was saved in colour is grey.
func TestGrey(t *testing.T) {
	net, m, pictures := brought(t, "ds_cnn", zoo.Options{Divide: 8}, 4)
	r, err := Measure(ctx, net, pictures, Options{Trained: m.Float()})
	require.NoError(t, err)
	require.Len(t, r.Images, len(pictures))
}

func TestMeasureRefuses(t *testing.T) {
	net, m, pictures := brought(t, "mobilenet_v1", small, 4)
	bad := filepath.Join(t.TempDir(), "bad.png")
	require.NoError(t, os.WriteFile(bad, []byte("no picture"), 0o644))
	_, err := Measure(ctx, net, []string{bad, pictures[0], "nothing.png"}, Options{})
	require.ErrorContains(t, err, bad)
	require.ErrorContains(t, err, "nothing.png")
	short := m.Float()
	short.Nodes = short.Nodes[:3]
	_, err = Measure(ctx, net, pictures, Options{Trained: short})
	require.ErrorContains(t, err, "the trained network has 3 layers")
	stopped, cancel := context.WithCancel(ctx)
	cancel()
	_, err = Measure(stopped, net, pictures, Options{})
	require.ErrorIs(t, err, context.Canceled)
}

func TestGreatest(t *testing.T) {
	require.Equal(t, []int{2, 0, 3}, greatest([]float32{1, -2, 5, 1}, 3))
	require.Equal(t, []int{0}, greatest([]float32{7}, 5))
}

func TestAtEnd(t *testing.T) {
	s8, u8 := spec.Format{Signed: true, Width: 8}, spec.Format{Width: 8}
	xs := []int32{-128, -127, 0, 126, 127, 255}
	for _, c := range []struct {
		q    spec.Requant
		want int
	}{
		{spec.Requant{Format: s8}, 2},
		{spec.Requant{Format: u8}, 1},
		{spec.Requant{Format: u8, Clamp: &spec.Range{Hi: 192}}, 0},
		{spec.Requant{Format: u8, Clamp: &spec.Range{Hi: 255}}, 1},
		{spec.Requant{Format: s8, Clamp: &spec.Range{Hi: 100}}, 0},
		{spec.Requant{Format: s8, Clamp: &spec.Range{Lo: -128, Hi: 100}}, 1},
	} {
		require.Equal(t, c.want, atEnd(c.q, xs), "%+v", c.q)
	}
}

func TestRatio(t *testing.T) {
	require.Equal(t, "20.0 dB", Ratio{100, 1}.String())
	require.Equal(t, "exact", Ratio{100, 0}.String())
	require.True(t, math.IsInf(Ratio{0, 1}.DB(), -1))
	var b strings.Builder
	require.NoError(t, json.NewEncoder(&b).Encode([]Ratio{{100, 1}, {1, 0}, {0, 1}}))
	require.Equal(t, "[20,null,null]\n", b.String())
	require.Equal(t, Ratio{25, 0.25}, compare([]int32{12, 18}, 2, []float32{3, 4}))
}

// Of a network with a single output, class 1 is where the output is positive, which is
// where a Sigmoid exceeds 0.5. So it is for the trained network.
func TestMeasureOfASingleOutput(t *testing.T) {
	net := &spec.Network{
		Name: "one", Input: spec.Input{Shape: spec.Shape{C: 1, H: 1, W: 1}, Format: spec.Format{Width: 8, Frac: 8}},
		Layers: []*spec.Layer{{
			Name: "logit", Inputs: []string{spec.InputName}, Out: spec.Requant{Format: spec.Format{Signed: true, Width: 10, Frac: 8}},
			Op: &spec.Conv{OutC: 1, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: 4, Codes: []spec.Code{1}, Base: []int32{0}, Bias: []int32{-100}},
		}},
	}
	require.NoError(t, net.Validate())
	dir := t.TempDir()
	var pictures []string
	for _, grey := range []uint8{0, 99, 100, 102, 255} {
		path := filepath.Join(dir, fmt.Sprintf("%d.png", grey))
		f, err := os.Create(path)
		require.NoError(t, err)
		require.NoError(t, png.Encode(f, &image.Gray{Pix: []uint8{grey}, Stride: 1, Rect: image.Rect(0, 0, 1, 1)}))
		require.NoError(t, f.Close())
		pictures = append(pictures, path)
	}
	trained := floatnet.FromNetwork(net)
	trained.Nodes = append(trained.Nodes, floatnet.Node{Name: "p", Inputs: []int{0}, Op: floatnet.Sigmoid{}})
	for top, want := range map[int][2][]int{1: {{0}, {1}}, 5: {{0, 1}, {1, 0}}} {
		r, err := Measure(ctx, net, pictures, Options{Trained: trained, Top: top})
		require.NoError(t, err)
		require.Equal(t, len(pictures), r.Agreement())
		for i, k := range []int{0, 0, 0, 1, 1} {
			require.Equal(t, want[k], r.Images[i].Top, r.Images[i].Name)
			require.Equal(t, want[k], r.Images[i].TrainedTop, r.Images[i].Name)
		}
	}
}
