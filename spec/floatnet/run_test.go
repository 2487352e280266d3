package floatnet

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
)

const seed = 20250917

// small yields integers, so that float32 sums are exact in any order.
func small(r *rand.Rand, n int) []float32 {
	xs := make([]float32, n)
	for i := range xs {
		xs[i] = float32(r.IntN(15) - 7)
	}
	return xs
}

// naive is the definition: for each output, a sum over the taps that lie inside.
func naive(c *Conv, in, out Tensor) {
	per := in.Shape.C / c.Groups
	for oc := range c.OutC {
		for y := range out.Shape.H {
			for x := range out.Shape.W {
				sum := c.Bias[oc]
				for ic := range per {
					for ky := range c.Kernel[0] {
						for kx := range c.Kernel[1] {
							iy, ix := y*c.Stride[0]+ky-c.Pad[0], x*c.Stride[1]+kx-c.Pad[1]
							if iy < 0 || ix < 0 || iy >= in.Shape.H || ix >= in.Shape.W {
								continue
							}
							w := c.Weights[((oc*per+ic)*c.Kernel[0]+ky)*c.Kernel[1]+kx]
							g := oc / (c.OutC / c.Groups)
							sum += w * in.Data[((g*per+ic)*in.Shape.H+iy)*in.Shape.W+ix]
						}
					}
				}
				out.Data[(oc*out.Shape.H+y)*out.Shape.W+x] = sum
			}
		}
	}
}

func TestConvAgainstDefinition(t *testing.T) {
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	cases := 0
	for _, groups := range []int{1, 2, 6} {
		for _, kernel := range [][2]int{{1, 1}, {3, 3}, {2, 3}, {5, 1}} {
			for _, stride := range [][2]int{{1, 1}, {2, 2}, {1, 3}} {
				for pad := range 81 {
					p := [4]int{pad % 3, pad / 3 % 3, pad / 9 % 3, pad / 27}
					s := spec.Shape{C: 6, H: 6, W: 5}
					c := &Conv{OutC: 12, Kernel: kernel, Stride: stride, Pad: p, Groups: groups,
						Weights: small(r, 12*(6/groups)*kernel[0]*kernel[1]), Bias: small(r, 12)}
					g := &Graph{Input: s, Nodes: []Node{{Name: "c", Inputs: []int{Image}, Op: c}}}
					in := Tensor{s, small(r, 6*6*5)}
					outs, err := g.Run(context.Background(), in)
					require.NoError(t, err)
					want := NewTensor(outs[0].Shape)
					naive(c, in, want)
					require.Equal(t, want.Data, outs[0].Data, "groups %d kernel %v stride %v pad %v", groups, kernel, stride, p)
					cases++
				}
			}
		}
	}
	require.Equal(t, 3*4*3*81, cases)
}

func TestOperations(t *testing.T) {
	s := spec.Shape{C: 2, H: 1, W: 2}
	g := &Graph{Input: s, Nodes: []Node{
		{Name: "add", Inputs: []int{Image, Image}, Op: Add{}, Bounds: &Bounds{-1, 6}},
		{Name: "pool", Inputs: []int{0}, Op: &Pool{Scale: 0.5}},
		{Name: "dense", Inputs: []int{1}, Op: &Dense{OutN: 2, Weights: []float32{1, 2, -1, 0}, Bias: []float32{0.5, 1}}},
		{Name: "softmax", Inputs: []int{2}, Op: Softmax{}},
	}}
	outs, err := g.Run(context.Background(), Tensor{s, []float32{1, -3, 4, 2}})
	require.NoError(t, err)
	require.Equal(t, []float32{2, -1, 6, 4}, outs[0].Data)
	require.Equal(t, []float32{0.5, 5}, outs[1].Data)
	require.Equal(t, []float32{11, 0.5}, outs[2].Data)
	require.InDelta(t, 1/(1+math.Exp(-10.5)), outs[3].Data[0], 1e-6)
	require.InDelta(t, 1, outs[3].Data[0]+outs[3].Data[1], 1e-6)
}

func TestHookSeesEveryNodeBeforeItsReaders(t *testing.T) {
	s := spec.Shape{C: 1, H: 1, W: 1}
	g := &Graph{Input: s, Nodes: []Node{
		{Name: "a", Inputs: []int{Image, Image}, Op: Add{}},
		{Name: "b", Inputs: []int{0, 0}, Op: Add{}},
	}}
	outs, err := g.RunHook(context.Background(), Tensor{s, []float32{1}}, func(_ int, out Tensor) { out.Data[0]++ })
	require.NoError(t, err)
	require.Equal(t, float32(3), outs[0].Data[0])
	require.Equal(t, float32(7), outs[1].Data[0])
}

func TestGraphsThatDoNotFit(t *testing.T) {
	s := spec.Shape{C: 4, H: 3, W: 3}
	conv := func(change func(*Conv)) *Conv {
		c := &Conv{OutC: 2, Kernel: [2]int{3, 3}, Stride: [2]int{1, 1}, Groups: 1, Weights: make([]float32, 72), Bias: make([]float32, 2)}
		change(c)
		return c
	}
	for i, n := range []Node{
		{Op: conv(func(c *Conv) { c.Groups = 3 }), Inputs: []int{Image}},
		{Op: conv(func(c *Conv) { c.Groups = 0 }), Inputs: []int{Image}},
		{Op: conv(func(c *Conv) { c.Stride[0] = 0 }), Inputs: []int{Image}},
		{Op: conv(func(c *Conv) { c.Weights = c.Weights[1:] }), Inputs: []int{Image}},
		{Op: conv(func(c *Conv) { c.Bias = nil }), Inputs: []int{Image}},
		{Op: conv(func(c *Conv) { c.Kernel = [2]int{4, 3}; c.Weights = make([]float32, 96) }), Inputs: []int{Image}},
		{Op: conv(func(*Conv) {}), Inputs: []int{0}},
		{Op: conv(func(*Conv) {}), Inputs: nil},
		{Op: Add{}, Inputs: []int{Image}},
		{Op: &Pool{}, Inputs: nil},
		{Op: Softmax{}, Inputs: nil},
		{Op: &Dense{OutN: 1, Weights: make([]float32, 35), Bias: make([]float32, 1)}, Inputs: []int{Image}},
	} {
		n.Name = fmt.Sprintf("bad%d", i)
		g := &Graph{Input: s, Nodes: []Node{n}}
		_, err := g.Run(context.Background(), NewTensor(s))
		require.ErrorContains(t, err, "node "+n.Name)
	}
	g := &Graph{Input: s}
	_, err := g.Run(context.Background(), NewTensor(spec.Shape{C: 1, H: 1, W: 1}))
	require.Error(t, err)
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s := spec.Shape{C: 1, H: 1, W: 1}
	g := &Graph{Input: s, Nodes: []Node{{Name: "a", Inputs: []int{Image, Image}, Op: Add{}}}}
	_, err := g.Run(ctx, NewTensor(s))
	require.ErrorIs(t, err, context.Canceled)
}
