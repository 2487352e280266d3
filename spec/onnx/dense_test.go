package onnx

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
)

// perceptron is an image of 2×3×4, flattened after the nodes of before, two dense layers.
func perceptron(input []byte, before [][]byte, flat string) *file {
	return &file{opset: 13, input: input, output: "fc2",
		nodes: append(before,
			node("Gemm", "fc1", []string{flat, "w1", "b1"}, intAttr("transB", 1)),
			node("Relu", "act", []string{"fc1"}),
			node("MatMul", "product", []string{"act", "w2"}),
			node("Add", "fc2", []string{"product", "b2"})),
		inits: [][]byte{
			tensor("w1", []int64{3, 24}, wts(72)...), tensor("b1", []int64{3}, 0.5, -0.25, 1),
			tensor("w2", []int64{3, 2}, 0.3, 0.7, -0.2, 0.1, 0.6, -0.9), tensor("b2", []int64{2}, 0.25, -1),
		}}
}

// The first dense layer of a picture is a convolution of one window, those behind it are
// the head, and together they compute what matrices do, in whatever order the picture
// is flattened.
func TestDenseOfAFrame(t *testing.T) {
	plain := info("image", 1, 2, 3, 4)
	chw := func(c, y, x int) int { return (c*3+y)*4 + x }
	hwc := func(c, y, x int) int { return (y*4+x)*2 + c }
	for name, c := range map[string]struct {
		f     *file
		index func(c, y, x int) int
	}{
		"flatten": {perceptron(plain, [][]byte{node("Flatten", "flat", []string{"image"})}, "flat"), chw},
		"reshape": {func() *file {
			f := perceptron(plain, [][]byte{node("Reshape", "flat", []string{"image", "to"})}, "flat")
			f.inits = append(f.inits, ints64("to", 1, -1))
			return f
		}(), chw},
		"flattened twice": {perceptron(plain, [][]byte{node("Flatten", "once", []string{"image"}), node("Dropout", "none", []string{"once"}), node("Flatten", "flat", []string{"none"})}, "flat"), chw},
		"channels last": {perceptron(plain, [][]byte{node("Identity", "same", []string{"image"}), node("Relu", "r", []string{"i"}),
			node("Transpose", "l", []string{"r"}, intsAttr("perm", 0, 2, 3, 1)), node("Flatten", "flat", []string{"l"})}, "flat").identityConv(), hwc},
	} {
		t.Run(name, func(t *testing.T) {
			m := parse(t, c.f)
			n := len(m.layers)
			require.NotNil(t, m.layers[n-2].conv)
			require.Equal(t, [2]int{3, 4}, m.layers[n-2].conv.kernel)
			require.Equal(t, spec.Shape{C: 3, H: 1, W: 1}, m.layers[n-2].shape)
			require.NotNil(t, m.layers[n-1].dense)
			net, rep, err := Import(ctx, m, Options{Quantizer: Quantizer{Bits: 4, Round: true}})
			require.NoError(t, err)
			require.Contains(t, rep.Notes, "Gemm fc1 reads a whole frame, 3×4: it is hardened, as a convolution")
			require.Equal(t, "dense", net.Layers[len(net.Layers)-1].Kind())

			const seed = 13
			t.Logf("seed %d", seed)
			r := rand.New(rand.NewPCG(seed, 0))
			x := floatnet.NewTensor(m.Input)
			for i := range x.Data {
				x.Data[i] = r.Float32()
			}
			outs, err := m.Float().Run(ctx, x)
			require.NoError(t, err)
			w1, w2 := wts(72), []float32{0.3, 0.7, -0.2, 0.1, 0.6, -0.9}
			want := []float32{0.25, -1}
			for o, bias := range []float32{0.5, -0.25, 1} {
				h := bias
				for c2 := range 2 {
					for y := range 3 {
						for x2 := range 4 {
							h += w1[o*24+c.index(c2, y, x2)] * x.Data[chw(c2, y, x2)]
						}
					}
				}
				for k := range want {
					want[k] += max(h, 0) * w2[o*2+k]
				}
			}
			require.InDeltaSlice(t, want, outs[len(outs)-1].Data, 1e-5)
		})
	}
}

// identityConv gives the model a convolution that changes nothing, called i.
func (f *file) identityConv() *file {
	f.inits = append(f.inits, tensor("one", []int64{2, 2, 1, 1}, 1, 0, 0, 1))
	f.nodes[0] = node("Conv", "i", []string{"image", "one"})
	return f
}

// A model of vectors has an image of one pixel.
func TestVectorInput(t *testing.T) {
	f := perceptron(info("image", 1, 24), nil, "image")
	m := parse(t, f)
	require.Equal(t, spec.Shape{C: 24, H: 1, W: 1}, m.Input)
	require.Equal(t, [2]int{1, 1}, m.layers[0].conv.kernel)
	net, _, err := Import(ctx, m, Options{Quantizer: Quantizer{Bits: 4, Round: true}})
	require.NoError(t, err)
	require.Equal(t, []string{"conv", "dense"}, []string{net.Layers[0].Kind(), net.Layers[1].Kind()})
}

// A dense layer that something else reads than the head is hardened, and so is what it
// reads.
func TestDenseBeforeOthersIsHardened(t *testing.T) {
	f := perceptron(info("image", 1, 24), nil, "image")
	f.nodes = append(f.nodes, node("Reshape", "map", []string{"fc2", "to"}), node("Conv", "last", []string{"map", "w3"}))
	f.inits, f.output = append(f.inits, ints64("to", 1, 2, 1, 1), tensor("w3", []int64{2, 1, 1, 1}, 1, 0.5)), "last"
	f.nodes[len(f.nodes)-1] = node("Conv", "last", []string{"map", "w3"}, intAttr("group", 2))
	m := parse(t, f)
	for _, l := range m.layers {
		require.NotNil(t, l.conv, l.name)
	}
}

// What a flattened frame cannot be.
func TestFlatRefused(t *testing.T) {
	flat := node("Flatten", "flat", []string{"image"})
	for want, f := range map[string]*file{
		"weights of dimensions [3 24] do not fit 12 features":  perceptron(info("image", 1, 1, 3, 4), [][]byte{flat}, "flat"),
		"a convolution has at most 256 rows and columns":       perceptron(info("image", 1, 1, 1, 24*16), [][]byte{flat}, "flat").with("w1", tensor("w1", []int64{3, 384}, wts(3*384)...)),
		`input 0, "flat", is a flattened frame, want`:          perceptron(info("image", 1, 2, 3, 4), [][]byte{flat, node("Relu", "r", []string{"flat"})}, "r"),
		`attribute axis: is 2, only 1 is supported`:            perceptron(info("image", 1, 2, 3, 4), [][]byte{node("Flatten", "flat", []string{"image"}, intAttr("axis", 2))}, "flat"),
		`want one image of real numbers, 1×C×H×W or 1×H×W, or`: perceptron(info("image", 1, 1, 2, 1, 12), [][]byte{flat}, "flat"),
	} {
		_, err := Parse(f.bytes())
		require.ErrorContains(t, err, want)
	}
}
