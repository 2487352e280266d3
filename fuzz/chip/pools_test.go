package chip

import (
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
)

// randomPool is a network of one max pool of the given geometry, or of one behind a layer
// that clamps, whose input may be of any width and begin anywhere.
func randomPool(t *testing.T, r *rand.Rand, s shape) *spec.Network {
	t.Helper()
	widths := []int{1, 2, 3, 5, 8, 11, 16, 17, 31}
	f := spec.Format{Signed: r.Intn(2) == 0, Width: widths[r.Intn(len(widths))], Frac: r.Intn(9) - 3}
	if f.Signed && (f.Width == 1 || r.Intn(6) == 0) {
		f.Width = 32
	}
	channels := 1 + r.Intn(3)
	n := &spec.Network{Name: "pool", Input: spec.Input{Shape: spec.Shape{C: channels, H: s.rows, W: s.columns}, Format: f}}
	from := spec.InputName
	if r.Intn(3) > 0 {
		span := f.Max() - f.Min()
		lo := f.Min() + r.Int63n(span+1)
		if r.Intn(2) == 0 {
			lo = f.Min() + min(span, int64(r.Intn(3)))
		}
		hi := lo + r.Int63n(f.Max()-lo+1)
		from = "first"
		n.Layers = append(n.Layers, &spec.Layer{Name: from, Inputs: []string{spec.InputName}, Op: &spec.Split{Count: channels}, Out: spec.Requant{Format: f, Overflow: spec.SAT, Clamp: &spec.Range{Lo: lo, Hi: hi}}})
	}
	n.Layers = append(n.Layers, &spec.Layer{Name: "most", Inputs: []string{from}, Out: spec.Requant{Format: f, Overflow: spec.SAT}, Op: &spec.MaxPool{Window: spec.Window{Kernel: s.kernel, Stride: s.stride, Pad: s.pad}}})
	require.NoError(t, n.Validate(), "%v", s)
	return n
}

// edges are frames of the least value alone, of the greatest, and of both.
func edges(r *rand.Rand, in spec.Input) (frames []golden.Tensor) {
	for k := range 3 {
		f := golden.NewTensor(in.Shape)
		for i := range f.Data {
			f.Data[i] = int32(in.Format.Min())
			if k == 1 || k == 2 && r.Intn(4) == 0 {
				f.Data[i] = int32(in.Format.Max())
			}
		}
		frames = append(frames, f)
	}
	return frames
}

// Max pools of any geometry and any format are golden's, on frames of the least value too,
// with one pixel a beat and with several.
func TestPoolsOfAnyFormatAreGolden(t *testing.T) {
	r := seeded(t)
	for range 6 {
		s := randomShape(r)
		n := randomPool(t, r, s)
		frames := append(randomFrames(r, n.Input, 2), edges(r, n.Input)...)
		pixels := several(n, 1+r.Intn(4))
		t.Logf("%v, %v, %v", s, n.Input.Format, pixels)
		_, err := stream.Generate(n, stream.Options{Pixels: pixels})
		require.NoError(t, err)
		sideBySide(t, n, pixels, frames, 2)
	}
}
