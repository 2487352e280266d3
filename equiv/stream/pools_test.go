package stream

import (
	"context"
	"fmt"
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"

	fuzzchip "github.com/hashiflex/hashiflex/fuzz/chip"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Max pools of drawn windows, of fields of any width whose least value is anywhere, are proved,
// and with any one bit of their padding wrong they are refuted.
func TestPaddingOfDrawnPools(t *testing.T) {
	r := rand.New(rand.NewSource(5))
	for _, f := range []spec.Format{{Signed: true, Width: 3}, {Width: 11}, {Signed: true, Width: 32}, {Signed: true, Width: 17, Frac: 4}, {Width: 5}} {
		w := spec.Window{}
		for a := range w.Kernel {
			w.Kernel[a], w.Stride[a] = 2+r.Intn(3), 1+r.Intn(3)
			w.Pad[a], w.Pad[a+2] = r.Intn(w.Kernel[a]), r.Intn(w.Kernel[a])
		}
		w.Pad[r.Intn(2)] = 1 // what lies before the first pixel is always seen
		lo := f.Min()
		if f.Width < 32 && (lo == 0 || r.Intn(2) == 0) {
			lo += 1 + r.Int63n(f.Max()-lo)
		}
		if lo == 0 {
			lo = 1 // padding of zeros needs no parameter
		}
		n := &spec.Network{Name: "n", Input: spec.Input{Shape: spec.Shape{C: 1 + r.Intn(2), H: 2 + r.Intn(4), W: 2 + r.Intn(4)}, Format: f}}
		n.Layers = []*spec.Layer{
			{Name: "first", Inputs: []string{spec.InputName}, Op: &spec.Split{Count: n.Input.Shape.C}, Out: spec.Requant{Format: f, Overflow: spec.SAT, Clamp: &spec.Range{Lo: lo, Hi: f.Max()}}},
			{Name: "most", Inputs: []string{"first"}, Out: spec.Requant{Format: f}, Op: &spec.MaxPool{Window: w}},
		}
		require.NoError(t, n.Validate())
		p := 1 + r.Intn(3)
		d := &design{n, stream.Options{Pixels: map[string]int{spec.InputName: p, "first": p, "most": p}}}
		name := fmt.Sprintf("%v from %d on, %v, %d pixels a beat, %v", f, lo, n.Input.Shape, p, w)
		res, err := Prove(context.Background(), generated(t, n, d.how))
		require.NoError(t, err)
		for _, x := range res.Facts {
			require.Equal(t, verdict.Proved, x.Verdict, "%s: %s: %s", name, x.ID(), x.Detail)
		}
		bit := r.Intn(f.Width)
		fill := fmt.Sprintf(".FIELD(%d), .FILL(", f.Width)
		left := d.judge(t, fuzzchip.Fault{File: "most_layer.v", Old: fmt.Sprintf("%s%d)", fill, lo), New: fmt.Sprintf("%s%d)", fill, int32(lo)^1<<bit)})
		require.Equal(t, verdict.Refuted, left[verdict.StreamBlock.ID("most.window")], "%s, bit %d: %v", name, bit, left)
	}
}
