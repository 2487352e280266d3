package onnx

import (
	"fmt"
	"image"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
)

// behind is an image of 2×7×6, a convolution of 3 channels that is called c, or r behind a
// ReLU, and the nodes given.
func behind(output string, nodes ...[]byte) *file {
	return &file{opset: 13, input: info("image", 1, 2, 7, 6), output: output,
		nodes: append([][]byte{node("Conv", "c", []string{"image", "w"}), node("Relu", "r", []string{"c"})}, nodes...),
		inits: [][]byte{tensor("w", []int64{3, 2, 1, 1}, 1, -0.5, -2, 0.25, 0.5, 1)}}
}

// maps runs a model on noise and gives the map of the layer called r, and the last.
func maps(t *testing.T, m *Model) (r, last floatnet.Tensor) {
	t.Helper()
	const seed = 5
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	x := floatnet.NewTensor(m.Input)
	for i := range x.Data {
		x.Data[i] = random.Float32()
	}
	outs, err := m.Float().Run(ctx, x)
	require.NoError(t, err)
	return outs[0], outs[len(outs)-1]
}

// at is a value of a map, or outside where there is none.
func at(x floatnet.Tensor, c, y, column int, outside float64) float64 {
	if y < 0 || y >= x.Shape.H || column < 0 || column >= x.Shape.W {
		return outside
	}
	return float64(x.Data[(c*x.Shape.H+y)*x.Shape.W+column])
}

// Pools of windows are what ONNX says they are: every case names the first row and column
// of the first window, which exporters say in several ways, and the shape.
func TestPoolsOfWindows(t *testing.T) {
	ones := func(name string, vs ...int64) []byte { return intsAttr(name, vs...) }
	k := func(a, b int64) []byte { return ones("kernel_shape", a, b) }
	s := func(a, b int64) []byte { return ones("strides", a, b) }
	counted := intAttr("count_include_pad", 1)
	for name, c := range map[string]struct {
		op         string
		attributes [][]byte
		padded     []int64 // by a Pad before: top, left, bottom, right
		kernel     [2]int
		stride     [2]int
		first      [2]int
		shape      [2]int
	}{
		"max":                {"MaxPool", [][]byte{k(3, 3), s(2, 2), ones("pads", 1, 1, 1, 1)}, nil, [2]int{3, 3}, [2]int{2, 2}, [2]int{-1, -1}, [2]int{4, 3}},
		"max of a row":       {"MaxPool", [][]byte{k(1, 2)}, nil, [2]int{1, 2}, [2]int{1, 1}, [2]int{}, [2]int{7, 5}},
		"max, ceil":          {"MaxPool", [][]byte{k(2, 3), s(2, 2), intAttr("ceil_mode", 1)}, nil, [2]int{2, 3}, [2]int{2, 2}, [2]int{}, [2]int{4, 3}},
		"max, ceil for less": {"MaxPool", [][]byte{k(2, 2), s(2, 2), ones("pads", 1, 0, 0, 0), intAttr("ceil_mode", 1)}, nil, [2]int{2, 2}, [2]int{2, 2}, [2]int{-1, 0}, [2]int{4, 3}},
		"max, upper":         {"MaxPool", [][]byte{k(2, 2), s(2, 2), textAttr("auto_pad", "SAME_UPPER")}, nil, [2]int{2, 2}, [2]int{2, 2}, [2]int{}, [2]int{4, 3}},
		"max, lower":         {"MaxPool", [][]byte{k(2, 2), s(2, 2), textAttr("auto_pad", "SAME_LOWER")}, nil, [2]int{2, 2}, [2]int{2, 2}, [2]int{-1, 0}, [2]int{4, 3}},
		"max, Pad":           {"MaxPool", [][]byte{k(3, 3), s(2, 2)}, []int64{1, 1, 1, 1}, [2]int{3, 3}, [2]int{2, 2}, [2]int{-1, -1}, [2]int{4, 3}},
		"mean":               {"AveragePool", [][]byte{k(2, 2), s(2, 2)}, nil, [2]int{2, 2}, [2]int{2, 2}, [2]int{}, [2]int{3, 3}},
		"mean, counted":      {"AveragePool", [][]byte{k(3, 2), s(2, 1), ones("pads", 1, 0, 2, 1), counted}, nil, [2]int{3, 2}, [2]int{2, 1}, [2]int{-1, 0}, [2]int{4, 6}},
		"mean, Pad":          {"AveragePool", [][]byte{k(3, 3)}, []int64{1, 2, 0, 1}, [2]int{3, 3}, [2]int{1, 1}, [2]int{-1, -2}, [2]int{6, 7}},
		"mean, upper":        {"AveragePool", [][]byte{k(2, 2), textAttr("auto_pad", "SAME_UPPER"), counted}, nil, [2]int{2, 2}, [2]int{1, 1}, [2]int{}, [2]int{7, 6}},
		"mean, ceil is none": {"AveragePool", [][]byte{k(3, 2), s(2, 2), intAttr("ceil_mode", 1)}, nil, [2]int{3, 2}, [2]int{2, 2}, [2]int{}, [2]int{3, 3}},
	} {
		t.Run(name, func(t *testing.T) {
			f := behind("p", node(c.op, "p", []string{"r"}, c.attributes...))
			if p := c.padded; p != nil {
				f = behind("p", node("Pad", "padded", []string{"r", "pads"}), node(c.op, "p", []string{"padded"}, c.attributes...))
				f.inits = append(f.inits, ints64("pads", 0, 0, p[0], p[1], 0, 0, p[2], p[3]))
			}
			m := parse(t, f)
			r, last := maps(t, m)
			require.Equal(t, spec.Shape{C: 3, H: c.shape[0], W: c.shape[1]}, last.Shape)
			for i, got := range last.Data {
				oc, oy, ox := i/(c.shape[0]*c.shape[1]), i/c.shape[1]%c.shape[0], i%c.shape[1]
				most, sum := math.Inf(-1), 0.0
				for y := range c.kernel[0] {
					for x := range c.kernel[1] {
						row, column := oy*c.stride[0]+c.first[0]+y, ox*c.stride[1]+c.first[1]+x
						most = max(most, at(r, oc, row, column, math.Inf(-1)))
						sum += at(r, oc, row, column, 0)
					}
				}
				want := most
				if c.op == "AveragePool" {
					want = sum / float64(c.kernel[0]*c.kernel[1])
				}
				require.InDelta(t, want, got, 1e-6, "channel %d, %d, %d", oc, oy, ox)
			}
			net, _, err := Import(ctx, m, Options{})
			require.NoError(t, err)
			require.Equal(t, map[string]string{"MaxPool": "maxpool", "AveragePool": "avgpool"}[c.op], net.Layers[1].Kind())
			require.Equal(t, net.Layers[0].Out.Format, net.Layers[1].Out.Format)
		})
	}
}

func TestPoolsOfWindowsRefused(t *testing.T) {
	k := intsAttr("kernel_shape", 2, 2)
	pads := intsAttr("pads", 1, 1, 0, 0)
	pool := func(op, in string, attributes ...[]byte) *file {
		return behind("p", node(op, "p", []string{in}, attributes...))
	}
	below := behind("p", node("Conv", "d", []string{"r", "one"}, intAttr("group", 3)), node("Pad", "padded", []string{"d", "pads"}), node("MaxPool", "p", []string{"padded"}, k))
	below.inits = append(below.inits, tensor("one", []int64{3, 1, 1, 1}, 1, 1, 1), ints64("pads", 0, 0, 1, 0, 0, 0, 0, 0))
	for want, f := range map[string]*file{
		"attribute kernel_shape: is missing":                               pool("MaxPool", "r"),
		"attribute dilations: [2 1] are not supported":                     pool("MaxPool", "r", k, intsAttr("dilations", 2, 1)),
		"attribute storage_order: is 1":                                    pool("MaxPool", "r", k, intAttr("storage_order", 1)),
		`attribute auto_pad: "SAME" is not supported`:                      pool("MaxPool", "r", k, textAttr("auto_pad", "SAME")),
		"and pads are [1 1 0 0]; give one of both":                         pool("MaxPool", "r", k, pads, textAttr("auto_pad", "VALID")),
		"is not less than the kernel's 2":                                  pool("MaxPool", "r", k, intsAttr("pads", 2, 0, 0, 0)),
		"is larger than the padded input":                                  pool("MaxPool", "r", intsAttr("kernel_shape", 9, 2)),
		"layer d may give less, so that the padding would count":           below,
		"windows at the border would be divided by other numbers":          pool("AveragePool", "r", k, pads),
		"the last windows reach 1 rows and 0 columns beyond":               pool("AveragePool", "r", k, intsAttr("strides", 2, 2), intAttr("ceil_mode", 1)),
		`input 0, "image", is the image, want a feature map`:               pool("MaxPool", "image", k),
		"attribute ceil_mode: is unknown; version 8 of MaxPool takes auto": pool("MaxPool", "r", k, intAttr("ceil_mode", 1)).at(9),
	} {
		_, err := Parse(f.bytes())
		require.ErrorContains(t, err, want)
	}
	indices := behind("again")
	indices.nodes = append(indices.nodes, cat(node("MaxPool", "p", []string{"r"}, k), str(2, "indices")), node("Relu", "again", []string{"indices"}))
	_, err := Parse(indices.bytes())
	require.ErrorContains(t, err, `output 1, "indices", is used; only the first is supported`)
}

// Channels are moved by Concat and Split of every way of writing them.
func TestConcatAndSplit(t *testing.T) {
	names := func(vs ...string) []string { return vs }
	outputs := func(n []byte, more ...string) []byte {
		for _, o := range more {
			n = append(n, str(2, o)...)
		}
		return n
	}
	twice := node("Conv", "d", names("r", "half"), intAttr("group", 3))
	for name, c := range map[string]struct {
		opset int64
		nodes [][]byte
		want  []float64 // of each channel of the result: which of r, halves behind the point
	}{
		"concat":      {13, [][]byte{twice, node("Concat", "p", names("r", "d"), intAttr("axis", 1))}, []float64{0, 1, 2, 0.5, 1.5, 2.5}},
		"concat of 3": {13, [][]byte{twice, node("Concat", "p", names("d", "r", "d"), intAttr("axis", -3))}, []float64{0.5, 1.5, 2.5, 0, 1, 2, 0.5, 1.5, 2.5}},
		"concat of 1": {13, [][]byte{twice, node("Add", "sum", names("r", "d")), node("Concat", "one", names("d"), intAttr("axis", 1)), node("Concat", "p", names("sum", "one"), intAttr("axis", 1))}, nil},
		"channels last": {13, [][]byte{twice, node("Transpose", "rl", names("r"), intsAttr("perm", 0, 2, 3, 1)), node("Transpose", "dl", names("d"), intsAttr("perm", 0, 2, 3, 1)),
			node("Concat", "l", names("dl", "rl"), intAttr("axis", -1)), node("Transpose", "p", names("l"), intsAttr("perm", 0, 3, 1, 2))}, []float64{0.5, 1.5, 2.5, 0, 1, 2}},
		"split":        {11, [][]byte{outputs(node("Split", "a", names("r"), intAttr("axis", 1), intsAttr("split", 1, 2)), "b"), node("Concat", "p", names("b", "a"), intAttr("axis", 1))}, []float64{1, 2, 0}},
		"split by 13":  {13, [][]byte{outputs(node("Split", "a", names("r", "parts"), intAttr("axis", 1)), "b"), node("Concat", "p", names("b", "a"), intAttr("axis", 1))}, []float64{2, 0, 1}},
		"equal parts":  {13, [][]byte{outputs(node("Split", "a", names("r"), intAttr("axis", -3)), "b", "e"), node("Concat", "p", names("e", "a", "b"), intAttr("axis", 1))}, []float64{2, 0, 1}},
		"uneven parts": {18, [][]byte{outputs(node("Split", "a", names("r"), intAttr("axis", 1), intAttr("num_outputs", 2)), "b"), node("Concat", "p", names("b", "a"), intAttr("axis", 1))}, []float64{2, 0, 1}},
		"one unread":   {13, [][]byte{outputs(node("Split", "a", names("r"), intAttr("axis", 1)), "b", "e"), node("Concat", "p", names("e", "b"), intAttr("axis", 1))}, []float64{2, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			f := behind("p", c.nodes...)
			f.opset = c.opset
			f.inits = append(f.inits, tensor("half", []int64{3, 1, 1, 1}, 0.5, 0.5, 0.5), ints64("parts", 2, 1))
			m := parse(t, f)
			r, last := maps(t, m)
			if c.want != nil {
				require.Equal(t, len(c.want), last.Shape.C)
			}
			frame := 7 * 6
			for oc, from := range c.want {
				whole, half := math.Modf(from)
				for i := range frame {
					require.InDelta(t, r.Data[int(whole)*frame+i]*float32(1-half), last.Data[oc*frame+i], 1e-6)
				}
			}
			net, _, err := Import(ctx, m, Options{})
			require.NoError(t, err)
			require.Equal(t, "concat", net.Layers[len(net.Layers)-1].Kind())
		})
	}
}

func TestConcatAndSplitRefused(t *testing.T) {
	split := func(attributes ...[]byte) *file {
		return behind("a", cat(node("Split", "a", []string{"r"}, attributes...), str(2, "b")), node("Relu", "x", []string{"b"}))
	}
	for want, f := range map[string]*file{
		"attribute axis: is 2; of N×C×H×W only that of C, 1, is supported": behind("p", node("Concat", "p", []string{"r", "r"}, intAttr("axis", 2))),
		"attribute axis: is 0; of N×C×H×W only that of C, 1, is supported": split(),
		"3 channels in 2 equal parts":                                      split(intAttr("axis", 1)),
		"parts [1 1] of 3 channels for 2 outputs":                          split(intAttr("axis", 1), intsAttr("split", 1, 1)).at(11),
		"parts [3 0] of 3 channels for 2 outputs":                          split(intAttr("axis", 1), intsAttr("split", 3, 0)).at(11),
		"parts [1 1 1] of 3 channels for 2 outputs":                        split(intAttr("axis", 1), intsAttr("split", 1, 1, 1)).at(11),
		"num_outputs: is 3 with 2 outputs":                                 split(intAttr("axis", 1), intAttr("num_outputs", 3)).at(18),
		`input 1, "w", is a constant, want a feature map`:                  behind("p", node("Concat", "p", []string{"r", "w"}, intAttr("axis", 1))),
		"inputs of shapes {3 7 6} and {3 6 5}":                             behind("p", node("MaxPool", "m", []string{"r"}, intsAttr("kernel_shape", 2, 2)), node("Concat", "p", []string{"r", "m"}, intAttr("axis", 1))),
	} {
		_, err := Parse(f.bytes())
		require.ErrorContains(t, err, want)
	}
}

// ReLU behind an addition is the addition's clamp, as in residual networks.
func TestReluBehindAnAddition(t *testing.T) {
	f := behind("out", node("Conv", "d", []string{"r", "negative"}, intAttr("group", 3)), node("Add", "sum", []string{"d", "r"}), node("Relu", "out", []string{"sum"}))
	f.inits = append(f.inits, tensor("negative", []int64{3, 1, 1, 1}, -2, -2, 0.5))
	m := parse(t, f)
	r, last := maps(t, m)
	for i, x := range last.Data {
		factor := float32(-1)
		if i >= 2*7*6 {
			factor = 1.5
		}
		require.InDelta(t, max(0, factor*r.Data[i]), x, 1e-6)
	}
	net, _, err := Import(ctx, m, Options{})
	require.NoError(t, err)
	sum := net.Layers[2]
	require.Equal(t, "add", sum.Kind())
	require.False(t, sum.Out.Format.Signed)
	require.Equal(t, &spec.Range{Lo: 0, Hi: 255}, sum.Out.Clamp)
}

// What has no hardware here is refused by name, with what it would need.
func TestNeededIsSaid(t *testing.T) {
	for op, want := range map[string]string{
		"HardSwish": "a multiplier for each value", "HardSigmoid": "a multiplier for each value", "Attention": "products of activations",
	} {
		_, err := Parse(behind("p", node(op, "p", []string{"r"})).bytes())
		require.ErrorContains(t, err, fmt.Sprintf("%s is not supported: the hardware would need", op))
		require.ErrorContains(t, err, want)
	}
	_, err := Parse(behind("p", node("GlobalAveragePool", "g", []string{"r"}), node("Conv", "e", []string{"g", "w2"}), node("Mul", "p", []string{"r", "e"})).
		instead("r", [][]byte{node("Relu", "r", []string{"c"})}, tensor("w2", []int64{3, 3, 1, 1}, make([]float32, 9)...)).bytes())
	require.ErrorContains(t, err, "(squeeze-and-excite, gates): the hardware would need a multiplier for each value")
	_, err = Parse(behind("p", node("MatMul", "p", []string{"r", "r"})).bytes())
	require.ErrorContains(t, err, "(attention): the hardware would need products of activations")
}

// TestLargestOfAFrame: the largest of a frame, however the model asks for it, is windows
// of at most 9 pixels. Bit for bit they are one window of the whole frame, with formats by
// default or calibrated, and a bound that the ReLU before them has set stays left out.
func TestLargestOfAFrame(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 0))
	for _, frame := range [][2]int64{{1, 1}, {1, 9}, {3, 2}, {4, 5}, {7, 7}, {8, 8}, {13, 6}, {17, 31}, {112, 70}} {
		h, w := frame[0], frame[1]
		dir := t.TempDir()
		img := image.NewNRGBA(image.Rect(0, 0, int(w), int(h)))
		for i := range img.Pix {
			img.Pix[i] = uint8(random.IntN(256)) | uint8(255*(i%4/3))
		}
		out, err := os.Create(filepath.Join(dir, "one.png"))
		require.NoError(t, err)
		require.NoError(t, png.Encode(out, img))
		require.NoError(t, out.Close())
		for name, pool := range map[string][]byte{
			"GlobalMaxPool":      node("GlobalMaxPool", "p", []string{"c"}),
			"ReduceMax":          node("ReduceMax", "p", []string{"c"}, intsAttr("axes", 2, 3)),
			"MaxPool":            node("MaxPool", "p", []string{"c"}, intsAttr("kernel_shape", h, w)),
			"between two ReLUs":  node("GlobalMaxPool", "m", []string{"r"}),
			"less than the ReLU": node("GlobalMaxPool", "m", []string{"c"}),
		} {
			f := &file{opset: 13, input: info("image", 1, 3, h, w), output: "p",
				nodes: [][]byte{node("Conv", "c", []string{"image", "w"}), node("Relu", "r", []string{"c"}), pool, node("Relu", "p", []string{"m"})},
				inits: [][]byte{tensor("w", []int64{3, 3, 1, 1}, 1, -0.5, -2, 0.25, -0.5, -1, 0.5, 1, 0.25)}}
			switch name {
			case "less than the ReLU":
				f.nodes = append(f.nodes[:1], f.nodes[2:]...)
			case "between two ReLUs":
			default:
				f.nodes = [][]byte{f.nodes[0], pool}
			}
			for _, calibrate := range []string{"", dir} {
				net, _, err := Import(ctx, parse(t, f), Options{Calibrate: calibrate})
				require.NoError(t, err)
				last := net.Layers[len(net.Layers)-1]
				require.Equal(t, name == "less than the ReLU", last.Out.Clamp != nil)
				oneWindow(t, net, random)
			}
		}
	}
}

// oneWindow compares the pools behind the first layer with one window.
func oneWindow(t *testing.T, net *spec.Network, random *rand.Rand) {
	t.Helper()
	for i, l := range net.Layers[1:] {
		w, ok := l.Window()
		require.True(t, ok)
		require.LessOrEqual(t, max(w.Kernel[0], w.Kernel[1]), 3)
		if i < len(net.Layers)-2 {
			require.Equal(t, net.Layers[0].Out.Format, l.Out.Format)
			require.Nil(t, l.Out.Clamp)
		}
	}
	chain, err := golden.New(net)
	require.NoError(t, err)
	s, last := net.Layers[0].OutShape(), net.Layers[len(net.Layers)-1]
	first := *net.Layers[0]
	n := &spec.Network{Name: "one", Input: net.Input, Layers: []*spec.Layer{&first, {Name: "most", Inputs: []string{first.Name}, Out: last.Out,
		Op: &spec.MaxPool{Window: spec.Window{Kernel: [2]int{s.H, s.W}, Stride: [2]int{1, 1}}}}}}
	require.NoError(t, n.Validate())
	one, err := golden.New(n)
	require.NoError(t, err)
	in := golden.NewTensor(net.Input.Shape)
	for range 4 {
		for i := range in.Data {
			in.Data[i] = int32(random.IntN(256))
		}
		got, err := chain.Run(ctx, in)
		require.NoError(t, err)
		most := got.Outputs[len(got.Outputs)-1]
		require.Equal(t, spec.Shape{C: s.C, H: 1, W: 1}, most.Shape)
		want, err := one.Run(ctx, in)
		require.NoError(t, err)
		require.Equal(t, want.Outputs[1].Data, most.Data)
	}
}

// TestChannelShuffle: the three operations are refused by name, in the order of either
// layout, and the message's remedy moves the channels so.
func TestChannelShuffle(t *testing.T) {
	shuffle := func(in []int64, perm ...int64) *file {
		f := &file{opset: 13, input: info("image", 1, 3, 4, 4), output: "out",
			nodes: [][]byte{node("Conv", "r", []string{"image", "w"}), node("Reshape", "parts", []string{"r", "in"}),
				node("Transpose", "turned", []string{"parts"}, intsAttr("perm", perm...)), node("Reshape", "out", []string{"turned", "back"})},
			inits: [][]byte{tensor("w", []int64{4, 3, 1, 1}, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), ints64("in", in...), ints64("back", 1, 4, 4, 4)}}
		return f
	}
	_, err := Parse(shuffle([]int64{0, 2, 2, 4, -1}, 0, 2, 1, 3, 4).bytes())
	require.ErrorContains(t, err, `node "parts" (Reshape): shape "in" is [0 2 2 4 -1], the 4 channels as 2 groups, which the Transpose behind it exchanges: a channel shuffle is not supported`)
	last := shuffle([]int64{1, 4, 4, 2, 2}, 0, 1, 2, 4, 3)
	last.nodes = slices.Insert(last.nodes, 1, node("Transpose", "nhwc", []string{"r"}, intsAttr("perm", 0, 2, 3, 1)))
	last.nodes[2] = node("Reshape", "parts", []string{"nhwc", "in"})
	_, err = Parse(last.bytes())
	require.ErrorContains(t, err, "a channel shuffle is not supported")
	// Rows that are halved, and groups that nothing exchanges, are no shuffle.
	_, err = Parse(shuffle([]int64{1, 4, 2, 2, 4}, 0, 1, 3, 2, 4).bytes())
	require.ErrorContains(t, err, "which makes more of [1 4 4 4] than one vector")
	kept := shuffle([]int64{1, 2, 2, 4, 4}, 0, 2, 1, 3, 4)
	kept.nodes = append(kept.nodes[:2], node("Reshape", "out", []string{"parts", "back"}))
	_, err = Parse(kept.bytes())
	require.ErrorContains(t, err, "which makes more of [1 4 4 4] than one vector")

	instead := shuffle([]int64{1})
	instead.nodes = [][]byte{instead.nodes[0], cat(node("Split", "s0", []string{"r"}, intAttr("axis", 1)), str(2, "s1"), str(2, "s2"), str(2, "s3")),
		node("Concat", "out", []string{"s0", "s2", "s1", "s3"}, intAttr("axis", 1))}
	r, out := maps(t, parse(t, instead))
	for to, from := range []int{0, 2, 1, 3} {
		require.Equal(t, r.Data[16*from:16*from+16], out.Data[16*to:16*to+16])
	}
}

// TestLargeMaxPool: windows of more than 9 pixels are several layers, which are one window
// bit for bit, whatever stride and padding.
func TestLargeMaxPool(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 0))
	f := func(w spec.Window, h, width int64) *file {
		return &file{opset: 13, input: info("image", 1, 3, h, width), output: "p",
			nodes: [][]byte{node("Conv", "c", []string{"image", "w"}), node("MaxPool", "p", []string{"c"}, intsAttr("kernel_shape", int64(w.Kernel[0]), int64(w.Kernel[1])),
				intsAttr("strides", int64(w.Stride[0]), int64(w.Stride[1])), intsAttr("pads", int64(w.Pad[0]), int64(w.Pad[1]), int64(w.Pad[2]), int64(w.Pad[3])))},
			inits: [][]byte{tensor("w", []int64{3, 3, 1, 1}, 1, -0.5, -2, 0.25, -0.5, -1, -0.5, -1, -0.25)}}
	}
	for range 200 {
		var w spec.Window
		for d := range w.Kernel {
			w.Kernel[d], w.Stride[d] = 1+random.IntN(8), 1+random.IntN(4)
			w.Pad[d], w.Pad[d+2] = random.IntN(w.Kernel[d]), random.IntN(w.Kernel[d])
		}
		h, width := int64(8+random.IntN(6)), int64(9+random.IntN(6))
		net, _, err := Import(ctx, parse(t, f(w, h, width)), Options{})
		require.NoError(t, err, "%v %d %d", w, h, width)
		first := *net.Layers[0]
		one := &spec.Network{Name: "one", Input: net.Input, Layers: []*spec.Layer{&first, {Name: "most", Inputs: []string{first.Name}, Out: net.Layers[len(net.Layers)-1].Out, Op: &spec.MaxPool{Window: w}}}}
		require.NoError(t, one.Validate())
		in := golden.NewTensor(net.Input.Shape)
		for i := range in.Data {
			in.Data[i] = int32(random.IntN(256))
		}
		var outs []golden.Tensor
		for _, n := range []*spec.Network{net, one} {
			for _, l := range n.Layers[1:] {
				if part, _ := l.Window(); n == net {
					require.LessOrEqual(t, part.Taps(), maxTaps)
				}
			}
			e, err := golden.New(n)
			require.NoError(t, err)
			trace, err := e.Run(ctx, in)
			require.NoError(t, err)
			outs = append(outs, trace.Outputs[len(trace.Outputs)-1])
		}
		require.Equal(t, outs[1], outs[0], "%v %d %d", w, h, width)
	}
}
