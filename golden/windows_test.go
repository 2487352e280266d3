package golden

import (
	"context"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
)

// Pools of windows and layers that move channels follow the oracle: the window is
// looked up pixel by pixel in a frame that is padded explicitly, with nothing for a max.
func TestWindowsAndMovesFollowTheOracle(t *testing.T) {
	r := seeded(t)
	kinds := map[string]int{}
	for range 400 {
		in := spec.Input{Shape: spec.Shape{C: 1 + r.IntN(3), H: 1 + r.IntN(6), W: 1 + r.IntN(6)}, Format: randomFormat(r, 8)}
		w := spec.Window{}
		for k, size := range []int{in.Shape.H, in.Shape.W} {
			w.Kernel[k] = 1 + r.IntN(4)
			w.Stride[k] = 1 + r.IntN(3)
			w.Pad[k], w.Pad[k+2] = r.IntN(w.Kernel[k]), r.IntN(w.Kernel[k])
			w.Kernel[k] = min(w.Kernel[k], size+w.Pad[k]+w.Pad[k+2])
			w.Pad[k], w.Pad[k+2] = min(w.Pad[k], w.Kernel[k]-1), min(w.Pad[k+2], w.Kernel[k]-1)
			w.Kernel[k] = min(w.Kernel[k], size+w.Pad[k]+w.Pad[k+2])
			w.Pad[k], w.Pad[k+2] = min(w.Pad[k], w.Kernel[k]-1), min(w.Pad[k+2], w.Kernel[k]-1)
		}
		out := randomRequant(r, 8)
		l := &spec.Layer{Name: "l", Inputs: []string{spec.InputName}, Out: out}
		other := in.Format
		switch r.IntN(4) {
		case 0:
			l.Op = &spec.MaxPool{Window: w}
		case 1:
			l.Op = &spec.AvgPool{Window: w, Recip: 1 + r.Int64N(1<<10), RecipFrac: r.IntN(12)}
		case 2:
			l.Op = &spec.Concat{}
			l.Inputs = append(l.Inputs, "pre")
		default:
			first := r.IntN(in.Shape.C)
			l.Op = &spec.Split{First: first, Count: 1 + r.IntN(in.Shape.C-first)}
		}
		n := &spec.Network{Name: "n", Input: in}
		if l.Kind() == "concat" {
			pre := &spec.Layer{Name: "pre", Inputs: []string{spec.InputName}, Op: &spec.Split{Count: 1}, Out: randomRequant(r, 8)}
			other = pre.Out.Format
			n.Layers = append(n.Layers, pre)
		}
		n.Layers = append(n.Layers, l)
		if err := n.Validate(); err != nil {
			continue // too far a shift
		}
		kinds[l.Kind()]++
		e, err := New(n)
		require.NoError(t, err)
		frame := randomFrame(r, in)
		trace, err := e.Run(context.Background(), frame)
		require.NoError(t, err)
		got := trace.Outputs[len(trace.Outputs)-1]
		at := func(x Tensor, c, row, column int) int64 { return int64(x.Data[(c*x.Shape.H+row)*x.Shape.W+column]) }
		for i, y := range got.Data {
			s := got.Shape
			c, oy, ox := i/(s.H*s.W), i/s.W%s.H, i%s.W
			acc, frac := new(big.Int), in.Format.Frac
			switch op := l.Op.(type) {
			case *spec.MaxPool, *spec.AvgPool:
				var seen []int64
				for ky := range w.Kernel[0] {
					for kx := range w.Kernel[1] {
						row, column := oy*w.Stride[0]+ky-w.Pad[0], ox*w.Stride[1]+kx-w.Pad[1]
						if row >= 0 && row < in.Shape.H && column >= 0 && column < in.Shape.W {
							seen = append(seen, at(frame, c, row, column))
						}
					}
				}
				require.NotEmpty(t, seen)
				if p, ok := op.(*spec.AvgPool); ok {
					for _, x := range seen {
						acc.Add(acc, big.NewInt(x*p.Recip))
					}
					frac += p.RecipFrac
					break
				}
				acc.SetInt64(seen[0])
				for _, x := range seen {
					if x > acc.Int64() {
						acc.SetInt64(x)
					}
				}
			case *spec.Concat:
				if c < in.Shape.C {
					acc.SetInt64(at(frame, c, oy, ox))
				} else {
					acc.SetInt64(at(trace.Outputs[0], c-in.Shape.C, oy, ox))
					frac = other.Frac
				}
			case *spec.Split:
				acc.SetInt64(at(frame, op.First+c, oy, ox))
			}
			require.Equal(t, oracleRequantize(out, frac-out.Format.Frac, acc), int64(y), "%s %v of %v at %d, %d, %d", l.Kind(), w, in, c, oy, ox)
		}
	}
	for _, k := range []string{"maxpool", "avgpool", "concat", "split"} {
		require.Greater(t, kinds[k], 20, k)
	}
}

// A window of values below zero at the border is not greater for its padding.
func TestPaddingOfAMaxPoolCountsForNothing(t *testing.T) {
	n := &spec.Network{Name: "n", Input: spec.Input{Shape: spec.Shape{C: 1, H: 1, W: 2}, Format: spec.Format{Signed: true, Width: 8}},
		Layers: []*spec.Layer{{Name: "l", Inputs: []string{spec.InputName},
			Op:  &spec.MaxPool{Window: spec.Window{Kernel: [2]int{3, 3}, Stride: [2]int{1, 1}, Pad: [4]int{1, 1, 1, 1}}},
			Out: spec.Requant{Format: spec.Format{Signed: true, Width: 8}}}}}
	require.NoError(t, n.Validate())
	e, err := New(n)
	require.NoError(t, err)
	trace, err := e.Run(context.Background(), Tensor{n.Input.Shape, []int32{-128, -7}})
	require.NoError(t, err)
	require.Equal(t, []int32{-7, -7}, trace.Outputs[0].Data)
}
