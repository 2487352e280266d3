package floatnet

import (
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
)

// every is a network with one layer of each operation and a channel of zeros.
func every(t *testing.T) *spec.Network {
	t.Helper()
	u8 := func(frac int) spec.Format { return spec.Format{Width: 8, Frac: frac} }
	net := &spec.Network{
		Name:  "every",
		Input: spec.Input{Shape: spec.Shape{C: 1, H: 2, W: 2}, Format: u8(8)},
		Layers: []*spec.Layer{
			{Name: "conv", Inputs: []string{"input"}, Op: &spec.Conv{
				OutC: 2, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: 4,
				Codes: []spec.Code{-3, 0}, Base: []int32{-1, 0}, Bias: []int32{1024, 16}},
				Out: spec.Requant{Format: u8(5), Overflow: spec.SAT, Clamp: &spec.Range{Lo: 0, Hi: 192}}},
			{Name: "add", Inputs: []string{"conv", "conv"}, Op: &spec.Add{},
				Out: spec.Requant{Format: u8(5), Overflow: spec.SAT, Clamp: &spec.Range{Lo: 0, Hi: 255}}},
			{Name: "pool", Inputs: []string{"add"}, Op: &spec.Pool{Recip: 1, RecipFrac: 2},
				Out: spec.Requant{Format: u8(5), Overflow: spec.SAT}},
			{Name: "dense", Inputs: []string{"pool"}, Op: &spec.Dense{OutN: 1, Weights: []int8{3, -8}, WeightFrac: 2, Bias: []int32{64}},
				Out: spec.Requant{Format: spec.Format{Signed: true, Width: 16, Frac: 8}, Overflow: spec.SAT}},
		},
	}
	require.NoError(t, net.Validate())
	return net
}

func TestFromNetwork(t *testing.T) {
	g := FromNetwork(every(t))
	require.Equal(t, 1.0/256, g.PerByte)
	in, err := g.Tensor([]uint8{0, 64, 128, 255})
	require.NoError(t, err)
	require.Equal(t, []float32{0, 0.25, 0.5, 255.0 / 256}, in.Data)
	outs, err := g.Run(context.Background(), in)
	require.NoError(t, err)
	for i, name := range []string{"conv", "add", "pool", "dense"} {
		require.Equal(t, name, g.Nodes[i].Name)
	}
	// Weight -3 above base -1 is -2; bias 1024·2^-9 is 2; the constant channel
	// is 16·2^-5.
	require.Equal(t, []float32{2, 1.5, 1, 2 - 2*255.0/256, 0.5, 0.5, 0.5, 0.5}, outs[0].Data)
	require.Equal(t, []float32{4, 3, 2, 4 - 4*255.0/256, 1, 1, 1, 1}, outs[1].Data)
	pooled := float32(9+4-4*255.0/256) / 4
	require.Equal(t, []float32{pooled, 1}, outs[2].Data)
	require.Equal(t, []float32{0.75*pooled - 2 + 0.5}, outs[3].Data)
}

func TestBoundsAreTheNetworksOnly(t *testing.T) {
	g := FromNetwork(every(t))
	inf := float32(math.Inf(1))
	require.Equal(t, &Bounds{0, 6}, g.Nodes[0].Bounds)
	require.Equal(t, &Bounds{0, inf}, g.Nodes[1].Bounds) // 255 is where u8 ends
	require.Nil(t, g.Nodes[2].Bounds)
	s8 := spec.Requant{Format: spec.Format{Signed: true, Width: 8}, Clamp: &spec.Range{Lo: -128, Hi: 127}}
	require.Equal(t, &Bounds{-inf, inf}, realBounds(s8))
	s8.Clamp.Lo = -127
	require.Equal(t, &Bounds{-127, inf}, realBounds(s8))
}

func TestHostSteps(t *testing.T) {
	net := every(t)
	net.Input.Preprocess = []spec.Preprocess{{Op: "mul", Value: []float64{2}}, {Op: "sub", Value: []float64{1}}, {Op: "div", Value: []float64{0.5}}, {Op: "add", Value: []float64{3}}}
	g := FromNetwork(net)
	in, err := g.Tensor([]uint8{0, 51, 102, 255})
	require.NoError(t, err)
	for i, want := range []float32{1, 1.8, 2.6, 5} {
		require.InDelta(t, want, in.Data[i], 1e-6)
	}
	_, err = g.Tensor([]uint8{1})
	require.ErrorContains(t, err, "1 bytes, want 4")
	for _, bad := range []spec.Preprocess{{Op: "pow", Value: []float64{1}}, {Op: "mul"}, {Op: "div", Value: []float64{0}}} {
		g.Preprocess = []spec.Preprocess{bad}
		_, err = g.Tensor(make([]uint8, 4))
		require.ErrorContains(t, err, "preprocess")
	}
	g.Input.C = 3
	g.Preprocess = []spec.Preprocess{{Op: "add", Value: []float64{1, 2}}}
	_, err = g.Tensor(make([]uint8, 12))
	require.ErrorContains(t, err, "none for channel 2")
}

func TestReadPicture(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 2, 1))
	img.Set(0, 0, color.NRGBA{1, 2, 3, 255})
	img.Set(1, 0, color.NRGBA{4, 5, 6, 255})
	path := filepath.Join(t.TempDir(), "a b;'.png")
	f, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, png.Encode(f, img))
	require.NoError(t, f.Close())
	b, err := ReadPicture(path, spec.Shape{C: 3, H: 1, W: 2})
	require.NoError(t, err)
	require.Equal(t, []uint8{1, 4, 2, 5, 3, 6}, b)
	for want, s := range map[string]spec.Shape{
		"2×1 pixels, want 2×2": {C: 3, H: 2, W: 2},
		"2 channels":           {C: 2, H: 1, W: 2},
		"has a colour":         {C: 1, H: 1, W: 2},
	} {
		_, err = ReadPicture(path, s)
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, path)
	}
	// Files of other kinds, and folders, are no pictures.
	dir := filepath.Dir(path)
	require.NoError(t, os.Mkdir(filepath.Join(dir, "d.png"), 0o755))
	_, err = Pictures(filepath.Join(dir, "d.png"))
	require.ErrorContains(t, err, "no PNG or JPEG files")
	jpg := filepath.Join(dir, "Z.JPG")
	f, err = os.Create(jpg)
	require.NoError(t, err)
	require.NoError(t, jpeg.Encode(f, image.NewGray(image.Rect(0, 0, 2, 1)), nil))
	require.NoError(t, f.Close())
	require.NoError(t, os.WriteFile(filepath.Join(dir, "notes.txt"), nil, 0o644))
	paths, err := Pictures(dir)
	require.NoError(t, err)
	require.Equal(t, []string{jpg, path}, paths)
	b, err = ReadPicture(jpg, spec.Shape{C: 1, H: 1, W: 2})
	require.NoError(t, err)
	require.Equal(t, []uint8{0, 0}, b)
	img.Set(1, 0, color.NRGBA{4, 5, 6, 254})
	_, err = Bytes(img, spec.Shape{C: 3, H: 1, W: 2})
	require.ErrorContains(t, err, "not opaque")
	_, err = ReadPicture(path+"x", spec.Shape{})
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, os.WriteFile(path, []byte("x"), 0o644))
	_, err = ReadPicture(path, spec.Shape{})
	require.ErrorContains(t, err, path)
}
