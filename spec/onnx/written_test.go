package onnx

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
)

// ints64 is a tensor of integers in int64_data.
func ints64(name string, xs ...int64) []byte {
	var data []byte
	for _, x := range xs {
		data = append(data, num(7, x)...)
	}
	return cat(num(1, int64(len(xs))), num(2, 7), data, str(8, name))
}

// wide is a tensor of doubles, halves one of float16; the numbers are small
// multiples of a power of two.
func wide(name string, ds []int64, xs ...float32) []byte {
	var b []byte
	for _, x := range xs {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(float64(x)))
	}
	return cat(dims(ds), num(2, 11), str(8, name), sub(10, b))
}

func halves(name string, ds []int64, xs ...float32) []byte {
	var b []byte
	for _, x := range xs {
		b = binary.LittleEndian.AppendUint16(b, asHalf(x))
	}
	return cat(dims(ds), num(2, 10), str(8, name), sub(9, b))
}

// asHalf finds a float16 by looking for it.
func asHalf(x float32) uint16 {
	for b := range 1 << 16 {
		if half(uint64(b)) == float64(x) && (b>>15 == 1) == math.Signbit(float64(x)) {
			return uint16(b)
		}
	}
	panic(fmt.Sprintf("%v is no float16", x))
}

// instead puts nodes and tensors in the place of the node of that name.
func (f *file) instead(name string, nodes [][]byte, inits ...[]byte) *file {
	mark := []byte("mark")
	f.with(name, mark)
	i := slices.IndexFunc(f.nodes, func(b []byte) bool { return string(b) == "mark" })
	f.nodes = slices.Concat(f.nodes[:i], nodes, f.nodes[i+1:])
	f.inits = append(f.inits, inits...)
	return f
}

func (f *file) at(opset int64) *file { f.opset = opset; return f }

// everything is the network that comes of a file, as bytes.
func everything(t *testing.T, f *file, q Quantizer) string {
	t.Helper()
	m, err := Parse(f.bytes())
	require.NoError(t, err)
	return encoded(t, m, q)
}

// encoded is a model's network as bytes.
func encoded(t *testing.T, m *Model, q ...Quantizer) string {
	t.Helper()
	net, _, err := Import(ctx, m, Options{Quantizer: append(q, Quantizer{})[0]})
	require.NoError(t, err)
	a, b, err := spec.Encode(net)
	require.NoError(t, err)
	return string(a) + string(b)
}

// frame is sample with a convolution that pads as asked, a kernel of 3 and a
// stride, on an image of 2×5×4.
func frame(stride int64, attrs ...[]byte) *file {
	f := sample().with("c1", node("Conv", "c1", []string{"image", "w1"}, append(attrs, intsAttr("strides", stride, stride))...))
	f.input = info("image", 1, 2, 5, 4)
	return f
}

var w1 = []string{"image", "w1"}

func wts(n int) []float32 {
	xs := make([]float32, n)
	for i := range xs {
		xs[i] = []float32{1, -0.5, 0, 0.25}[i%4]
	}
	return xs
}

// otherwise is a model in its plain form and written in another way, by name.
func otherwise() map[string][2]*file {
	pads := intsAttr("pads", 1, 1, 1, 1)
	fc := []string{"flat", "w3", "b3"}
	mean := func(axes ...int64) []byte { return intsAttr("axes", axes...) }
	cls := func(f *file) *file {
		return f.instead("flat", nil).
			with("fc", node("Conv", "fc", []string{"pool", "w3", "b3"})).
			with("w3", tensor("w3", []int64{3, 2, 1, 1}, 1, -1, 0.5, 0.3, -0.7, 0.1))
	}
	return map[string][2]*file{
		"newest opset":      {sample(), sample().at(newestOpset)},
		"opset 18":          {sample(), sample().at(18)},
		"initializer input": {sample(), func() *file { f := sample(); f.extra = sub(11, info("w2", 2, 2, 1, 1)); return f }()},
		"identity":          {sample(), sample().instead("act", [][]byte{node("Identity", "s", []string{"six"}), node("Clip", "a0", []string{"bn", "zero", "s"}), node("Identity", "act", []string{"a0"})})},
		"dropout":           {sample(), sample().instead("flat", [][]byte{node("Flatten", "f0", []string{"pool"}), node("Dropout", "flat", []string{"f0", "", "off"})}, ints64("off", 0)).with("off", cat(num(2, 9), num(5, 0), str(8, "off")))},
		"dropout 7": {sample().at(7).with("act", node("Relu", "act", []string{"bn"})), sample().at(7).with("act", node("Relu", "act", []string{"bn"})).
			instead("flat", [][]byte{node("Flatten", "f0", []string{"pool"}), node("Dropout", "flat", []string{"f0"}, floatAttr("ratio", 0.3))})},
		"cast":                  {sample(), sample().instead("flat", [][]byte{node("Flatten", "f0", []string{"pool"}), node("Cast", "flat", []string{"f0"}, intAttr("to", 10))})},
		"max min":               {sample(), sample().instead("act", [][]byte{node("Max", "a0", []string{"zero", "bn"}), node("Min", "act", []string{"a0", "six"})})},
		"min max":               {sample(), sample().instead("act", [][]byte{node("Min", "a0", []string{"bn", "six"}), node("Max", "act", []string{"a0", "zero"})})},
		"min relu":              {sample(), sample().instead("act", [][]byte{node("Relu", "a0", []string{"bn"}), node("Min", "act", []string{"a0", "six"})})},
		"clip by attributes":    {sample(), sample().at(10).with("act", node("Clip", "act", []string{"bn"}, floatAttr("min", 0), floatAttr("max", 6)))},
		"value_float":           {sample(), sample().instead("act", [][]byte{node("Constant", "z", nil, floatAttr("value_float", 0)), node("Constant", "s", nil, attr("value_floats", 6, sub(7, little([]float32{6})))), node("Clip", "act", []string{"bn", "z", "s"})})},
		"reduce mean":           {sample(), sample().with("pool", node("ReduceMean", "pool", []string{"sum"}, mean(2, 3)))},
		"reduce mean, negative": {sample(), sample().with("pool", node("ReduceMean", "pool", []string{"sum"}, mean(-1, -2), intAttr("keepdims", 1)))},
		"reduce mean to a vector": {sample(), sample().instead("flat", nil).with("pool", node("ReduceMean", "pool", []string{"sum"}, mean(2, 3), intAttr("keepdims", 0))).
			with("fc", node("Gemm", "fc", []string{"pool", "w3", "b3"}, intAttr("transB", 1)))},
		"reduce mean 18": {sample(), sample().at(18).instead("pool", [][]byte{node("Constant", "ax", nil, attr("value_ints", 7, cat(num(8, -2), num(8, 3)))), node("ReduceMean", "pool", []string{"sum", "ax"})})},
		"average pool":   {sample(), sample().with("pool", node("AveragePool", "pool", []string{"sum"}, intsAttr("kernel_shape", 4, 4), intsAttr("strides", 4, 4), intAttr("count_include_pad", 1)))},
		"reshape":        {sample(), sample().instead("flat", [][]byte{node("Reshape", "flat", []string{"pool", "to"})}, ints64("to", 1, -1))},
		"reshape, batch": {sample(), func() *file {
			f := sample().instead("flat", [][]byte{node("Reshape", "flat", []string{"pool", "to"})}, ints64("to", -1, 2))
			f.input = info("image", -1, 2, 4, 4)
			return f
		}()},
		"reshape to the batch": {sample(), func() *file {
			f := sample().instead("flat", [][]byte{node("Shape", "s", []string{"pool"}), node("Gather", "n", []string{"s", "first"}), node("Unsqueeze", "ns", []string{"n", "ax"}),
				node("Constant", "rest", nil, attr("value_ints", 7, num(8, -1))), node("Concat", "to", []string{"ns", "rest"}, intAttr("axis", 0)), node("Reshape", "flat", []string{"pool", "to"})},
				cat(num(2, 7), num(7, 0), str(8, "first")), ints64("ax", 0))
			f.input = info("image", -1, 2, 4, 4)
			return f
		}()},
		"reshape to part of the shape": {sample(), sample().at(17).instead("flat", [][]byte{node("Shape", "s", []string{"pool"}, intAttr("end", -2)), node("Reshape", "flat", []string{"pool", "s"})})},
		"reshape, 0":                   {sample(), sample().instead("flat", [][]byte{node("Reshape", "flat", []string{"pool", "to"})}, ints64("to", 0, -1))},
		"reshape, allowed":             {sample(), sample().at(18).instead("flat", [][]byte{node("Reshape", "flat", []string{"pool", "to"}, intAttr("allowzero", 1))}, ints64("to", 1, 2))},
		"squeeze":                      {sample(), sample().instead("flat", [][]byte{node("Squeeze", "flat", []string{"pool", "ax"})}, ints64("ax", 2, -1))},
		"squeeze 11":                   {sample(), sample().at(12).instead("flat", [][]byte{node("Squeeze", "flat", []string{"pool"}, intsAttr("axes", 3, 2))})},
		"squeeze twice":                {sample(), sample().instead("flat", [][]byte{node("Squeeze", "f0", []string{"pool", "ax"}), node("Squeeze", "flat", []string{"f0", "ax"})}, ints64("ax", 2))},
		"matmul": {sample(), sample().instead("fc", [][]byte{node("MatMul", "fc", []string{"flat", "w4"}), node("Add", "fcb", []string{"b3", "fc"})}, tensor("w4", []int64{2, 3}, 1, 0.5, -0.7, -1, 0.3, 0.1)).
			with("prob", node("Softmax", "prob", []string{"fcb"}))},
		"matmul, transposed": {sample(), sample().instead("fc", [][]byte{node("Transpose", "w4", []string{"w3"}), node("MatMul", "fc", []string{"flat", "w4"}), node("Add", "fcb", []string{"fc", "b3"})}).
			with("prob", node("Softmax", "prob", []string{"fcb"}))},
		"gemm without bias": {sample(), sample().instead("fc", [][]byte{node("Gemm", "fc", fc[:2], intAttr("transB", 1)), node("Add", "fcb", []string{"fc", "b3"})}).
			with("prob", node("Softmax", "prob", []string{"fcb"}))},
		"classifier":           {sample(), cls(sample()).with("prob", node("Softmax", "prob", []string{"fc"}, intAttr("axis", 1)))},
		"classifier flattened": {sample(), cls(sample()).instead("prob", [][]byte{node("Flatten", "flat", []string{"fc"}), node("Softmax", "prob", []string{"flat"})})},
		"two classifiers": {
			sample().instead("fc", [][]byte{node("Gemm", "h", []string{"flat", "hw", "hb"}, intAttr("transB", 1)), node("Relu", "hr", []string{"h"}), node("Gemm", "fc", []string{"hr", "w3", "b3"}, intAttr("transB", 1))},
				tensor("hw", []int64{2, 2}, 1, 0.3, -0.7, 2), tensor("hb", []int64{2}, 0.1, 0)),
			cls(sample()).with("prob", node("Softmax", "prob", []string{"fc"}, intAttr("axis", 1))).
				instead("fc", [][]byte{node("Conv", "h", []string{"pool", "hw", "hb"}), node("Relu", "hr", []string{"h"}), node("Conv", "fc", []string{"hr", "w3", "b3"})},
					tensor("hw", []int64{2, 2, 1, 1}, 1, 0.3, -0.7, 2), tensor("hb", []int64{2}, 0.1, 0))},
		"named at the end": {sample(), func() *file {
			f := sample()
			f.nodes = append(f.nodes, node("Cast", "wider", []string{"prob"}, intAttr("to", 11)), node("Identity", "last", []string{"wider"}))
			f.output = "last"
			return f
		}()},
		"bias added": {sample(), sample().instead("c2", [][]byte{node("Conv", "c2", []string{"act", "w2"}), node("Add", "c2b", []string{"c2", "b4"})}, tensor("b4", []int64{1, 2, 1, 1}, 0.125, -0.5)).with("sum", node("Add", "sum", []string{"c2b", "act"}))},

		"pad": {sample(), sample().instead("c1", [][]byte{node("Pad", "p", []string{"image", "pd"}), node("Conv", "c1", []string{"p", "w1"})}, ints64("pd", 0, 0, 1, 1, 0, 0, 1, 1))},
		"pad, more": {frame(1, intsAttr("pads", 2, 1, 0, 1)), frame(1, intsAttr("pads", 1, 1, 0, 0)).
			instead("c1", [][]byte{node("Pad", "p", []string{"image", "pd", "", "ax"}), node("Conv", "c1", []string{"p", "w1"}, intsAttr("pads", 1, 1, 0, 0), intsAttr("strides", 1, 1))}, ints64("pd", 1, 0, 0, 1), ints64("ax", -2, 3)).at(18)},
		"pad 10": {sample().at(10).with("act", node("Relu", "act", []string{"bn"})), sample().at(10).with("act", node("Relu", "act", []string{"bn"})).
			instead("c1", [][]byte{node("Pad", "p", []string{"image"}, intsAttr("pads", 0, 0, 1, 1, 0, 0, 1, 1), textAttr("mode", "constant")), node("Conv", "c1", []string{"p", "w1"})})},
		"valid":         {frame(1), frame(1, textAttr("auto_pad", "VALID"))},
		"same upper 1":  {frame(1, pads), frame(1, textAttr("auto_pad", "SAME_UPPER"))},
		"same lower 1":  {frame(1, pads), frame(1, textAttr("auto_pad", "SAME_LOWER"))},
		"same upper 2":  {frame(2, intsAttr("pads", 1, 0, 1, 1)), frame(2, textAttr("auto_pad", "SAME_UPPER"))},
		"same lower 2":  {frame(2, intsAttr("pads", 1, 1, 1, 0)), frame(2, textAttr("auto_pad", "SAME_LOWER"))},
		"dynamic batch": {sample(), func() *file { f := sample(); f.input = info("image", -1, 2, 4, 4); return f }()},
		"channels last": {sample(), func() *file {
			f := sample().instead("c1", [][]byte{node("Transpose", "first", []string{"image"}, intsAttr("perm", 0, 3, 1, 2)), node("Conv", "c1", []string{"first", "w1"}, pads)}).
				instead("sum", [][]byte{node("Transpose", "c2l", []string{"c2"}, intsAttr("perm", 0, 2, 3, 1)), node("Transpose", "al", []string{"act"}, intsAttr("perm", 0, 2, 3, 1)), node("Add", "sum", []string{"c2l", "al"})}).
				with("pool", node("ReduceMean", "pool", []string{"sum"}, mean(1, 2)))
			f.input = info("image", 1, 4, 4, 2)
			return f
		}()},
		"channels last inside": {sample(), sample().instead("act", [][]byte{node("Transpose", "bl", []string{"bn"}, intsAttr("perm", 0, 2, 3, 1)), node("Clip", "al", []string{"bl", "zero", "six"}), node("Transpose", "act", []string{"al"}, intsAttr("perm", 0, 3, 1, 2))})},
		"double":               {sample(), sample().with("w1", wide("w1", []int64{2, 2, 3, 3}, wts(36)...)).with("var", wide("var", []int64{2}, 4, 16))},
		"half":                 {sample(), sample().with("w1", halves("w1", []int64{2, 2, 3, 3}, wts(36)...)).with("six", cat(num(2, 10), num(5, 0x4600), str(8, "six")))},
		"norm of a bias":       {sample(), sample().with("c1", node("Conv", "c1", []string{"image", "w1", "none"}, pads)).instead("prob", [][]byte{node("Softmax", "prob", []string{"fc"})}, tensor("none", []int64{2}, 0, 0))},
		"norm before": {
			sample().with("w2", tensor("w2", []int64{2, 2, 1, 1}, 1, -1, -4, 2)).with("b2", tensor("b2", []int64{2}, 0.125+0.5*0.25-0.5*-2, -0.5-2*0.25+2)).
				with("w3", tensor("w3", []int64{3, 2}, 1, -1, 0.5, 0.3, -0.7, 0.1)).with("sum", node("Add", "sum", []string{"c2", "act"})).
				with("w2", tensor("w2", []int64{2, 2, 1, 1}, 1, 1, -4, -2)).with("b2", tensor("b2", []int64{2}, 0.125+0.5*0.25+1*-2, -0.5-2*0.25-2*-2)),
			sample().with("w2", tensor("w2", []int64{2, 2, 1, 1}, 0.5, 1, -2, -2)).
				instead("c2", [][]byte{node("BatchNormalization", "pre", []string{"act", "s", "b", "m", "v"}, floatAttr("epsilon", 0)), node("Conv", "c2", []string{"pre", "w2", "b2"})},
					tensor("s", []int64{2}, 4, 2), tensor("b", []int64{2}, 0.25, -1), tensor("m", []int64{2}, 0, 1), tensor("v", []int64{2}, 4, 4))},
		"norm before, depthwise": {
			sample().with("c2", node("Conv", "c2", []string{"act", "w2", "b2"}, intAttr("group", 2))).with("w2", tensor("w2", []int64{2, 1, 1, 1}, 1, -2)).with("b2", tensor("b2", []int64{2}, 0.125+0.5*0.25, -0.5-2*-2)),
			sample().with("w2", tensor("w2", []int64{2, 1, 1, 1}, 0.5, -2)).
				instead("c2", [][]byte{node("BatchNormalization", "pre", []string{"act", "s", "b", "m", "v"}, floatAttr("epsilon", 0)), node("Conv", "c2", []string{"pre", "w2", "b2"}, intAttr("group", 2))},
					tensor("s", []int64{2}, 4, 2), tensor("b", []int64{2}, 0.25, -1), tensor("m", []int64{2}, 0, 1), tensor("v", []int64{2}, 4, 4))},
		"norm after, depthwise": {
			sample().with("c2", node("Conv", "c2", []string{"act", "w2", "b2"}, intAttr("group", 2))).with("w2", tensor("w2", []int64{2, 1, 1, 1}, 1, -2)).with("b2", tensor("b2", []int64{2}, 0.5, -3)),
			sample().with("w2", tensor("w2", []int64{2, 1, 1, 1}, 0.5, -2)).with("b2", tensor("b2", []int64{2}, 0.125, -1)).
				instead("c2", [][]byte{node("Conv", "c2", []string{"act", "w2", "b2"}, intAttr("group", 2)), node("BatchNormalization", "post", []string{"c2", "s", "b", "m", "v"}, floatAttr("epsilon", 0))},
					tensor("s", []int64{2}, 4, 2), tensor("b", []int64{2}, 0.25, -1), tensor("m", []int64{2}, 0, 1), tensor("v", []int64{2}, 4, 4)).
				with("sum", node("Add", "sum", []string{"post", "act"}))},
		"norm of the image": {
			sample().instead("c1", [][]byte{node("Mul", "x1", []string{"image", "s"}), node("Add", "x2", []string{"x1", "b"}), node("Conv", "c1", []string{"x2", "w1"}, pads)},
				tensor("s", []int64{1, 2, 1, 1}, 2, 1), tensor("b", []int64{2, 1, 1}, 0.25, -2)),
			sample().instead("c1", [][]byte{node("BatchNormalization", "x", []string{"image", "s", "b", "m", "v"}, floatAttr("epsilon", 0)), node("Conv", "c1", []string{"x", "w1"}, pads)},
				tensor("s", []int64{2}, 4, 2), tensor("b", []int64{2}, 0.25, -1), tensor("m", []int64{2}, 0, 1), tensor("v", []int64{2}, 4, 4))},
	}
}

// A model that is written in another way is the same network.
func TestWrittenOtherwise(t *testing.T) {
	for name, c := range otherwise() {
		for _, q := range []Quantizer{{}, {Bits: 4, Round: true}} {
			require.Equal(t, everything(t, c[0], q), everything(t, c[1], q), name)
		}
	}
}

// Every float16 is what its three parts say, and the smallest and largest are
// those of the format.
func TestHalf(t *testing.T) {
	require.Equal(t, math.Ldexp(1, -24), half(1))
	require.Equal(t, 65504.0, half(0x7bff))
	require.Equal(t, -2.0, half(0xc000))
	require.True(t, math.IsInf(half(0xfc00), -1))
	require.True(t, math.IsNaN(half(0x7c01)))
	last := 0.0
	for b := uint64(1); b < 0x7c00; b++ {
		x := half(b)
		require.Greater(t, x, last)
		require.Equal(t, -x, half(b|1<<15))
		last = x
	}
}

// auto_pad is what the specification says, over inputs, kernels and strides: as
// many outputs as the input has strides, and the odd zero on the named side.
func TestAutoPad(t *testing.T) {
	for in := 1; in <= 9; in++ {
		for kernel := 1; kernel <= 5; kernel++ {
			for stride := 1; stride <= 4; stride++ {
				for _, auto := range []string{"SAME_UPPER", "SAME_LOWER"} {
					f := &file{opset: 13, input: info("image", 1, 1, int64(in), int64(in)), output: "p",
						nodes: [][]byte{node("Conv", "c", []string{"image", "w"}, textAttr("auto_pad", auto), intsAttr("strides", int64(stride), int64(stride))),
							node("GlobalAveragePool", "p", []string{"c"})},
						inits: [][]byte{tensor("w", []int64{1, 1, int64(kernel), int64(kernel)}, make([]float32, kernel*kernel)...)}}
					m := parse(t, f)
					out := (in + stride - 1) / stride
					require.Equal(t, spec.Shape{C: 1, H: out, W: out}, m.layers[0].shape)
					p := m.layers[0].conv.pad
					odd := p[2] - p[0]
					if auto == "SAME_LOWER" {
						odd = -odd
					}
					require.Contains(t, []int{0, 1}, odd)
					require.Equal(t, max((out-1)*stride+kernel-in, 0), p[0]+p[2])
					require.Equal(t, [2]int{p[0], p[2]}, [2]int{p[1], p[3]})
				}
			}
		}
	}
}

// A batch norm before a convolution of groups scales the inputs of each group.
func TestNormBeforeGroups(t *testing.T) {
	f := sample()
	f.input = info("image", 1, 4, 4, 4)
	f.output = "c2"
	f.nodes = [][]byte{
		node("Conv", "c1", []string{"image", "one"}, intAttr("group", 4)),
		node("BatchNormalization", "pre", []string{"c1r", "s", "b", "m", "v"}, floatAttr("epsilon", 0)),
		node("Conv", "c2", []string{"pre", "w"}, intAttr("group", 2)),
	}
	f.nodes = slices.Insert(f.nodes, 1, node("Relu", "c1r", []string{"c1"}))
	f.inits = [][]byte{tensor("one", []int64{4, 1, 1, 1}, 1, 1, 1, 1), tensor("w", []int64{2, 2, 1, 1}, 3, 5, 7, 11),
		tensor("s", []int64{4}, 1, 2, 4, 8), tensor("b", []int64{4}, 1, 2, 3, 4), tensor("m", []int64{4}, 0, 0, 0, 0), tensor("v", []int64{4}, 1, 1, 1, 1)}
	m := parse(t, f)
	require.Equal(t, []float64{3, 10, 28, 88}, m.layers[1].conv.weights)
	require.Equal(t, []float64{3 + 10, 21 + 44}, m.layers[1].conv.bias)
	in := floatnet.NewTensor(m.Input)
	for i := range in.Data {
		in.Data[i] = float32(i) / 8
	}
	outs, err := m.Float().Run(ctx, in)
	require.NoError(t, err)
	for p := range 16 {
		x := func(c int) float64 { return float64(in.Data[c*16+p])*math.Ldexp(1, c) + float64(c+1) }
		require.InDelta(t, 3*x(0)+5*x(1), outs[1].Data[p], 1e-3)
		require.InDelta(t, 7*x(2)+11*x(3), outs[1].Data[16+p], 1e-3)
	}
}

// What cannot be taken in is refused, with the node, the value and what to do.
func TestWrittenOtherwiseRefused(t *testing.T) {
	pads := intsAttr("pads", 1, 1, 1, 1)
	padded := func(fill []byte, conv []byte, pd ...int64) *file {
		return sample().instead("c1", [][]byte{node("Pad", "p", []string{"image", "pd", "fill"}), conv}, ints64("pd", pd...), fill)
	}
	zero, conv := tensor("fill", nil, 0), node("Conv", "c1", []string{"p", "w1"})
	sparse := sub(5, cat(str(1, "sparse_value"), sub(22, nil), num(20, 11)))
	for name, c := range map[string]struct {
		f    *file
		want string
	}{
		"unknown version":    {sample().at(newestOpset + 1), fmt.Sprintf("what operator set %d says of BatchNormalization is unknown, known is version 15 of set %d; export with opset_version=%d", newestOpset+1, newestOpset, newestOpset)},
		"attribute too old":  {sample().at(17).with("pool", node("ReduceMean", "pool", []string{"sum"}, intAttr("noop_with_empty_axes", 1))), "attribute noop_with_empty_axes: is unknown; version 13 of ReduceMean takes axes, keepdims"},
		"attribute too new":  {sample().at(18).with("pool", node("ReduceMean", "pool", []string{"sum"}, intsAttr("axes", 2, 3))), "attribute axes: is unknown; version 18 of ReduceMean"},
		"hardswish":          {sample().with("act", node("HardSwish", "act", []string{"bn"})), "HardSwish is not supported: the hardware would need a multiplier"},
		"sparse constant":    {sample().instead("act", [][]byte{node("Constant", "z", nil, sparse), node("Clip", "act", []string{"bn", "z"})}), `node "z" (Constant): attribute sparse_value: is not supported`},
		"two values":         {sample().instead("act", [][]byte{node("Constant", "z", nil, floatAttr("value_float", 0), intAttr("value_int", 0)), node("Clip", "act", []string{"bn", "z"})}), "has 2 attributes, want one value"},
		"value_float at 11":  {sample().at(11).instead("act", [][]byte{node("Constant", "z", nil, floatAttr("value_float", 0)), node("Clip", "act", []string{"bn", "z"})}), "attribute value_float: is unknown"},
		"integer bound":      {sample().with("six", cat(num(2, 7), num(7, 6), str(8, "six"))), `tensor "six" has element type 7 (INT64), want 1 (FLOAT)`},
		"training":           {sample().instead("flat", [][]byte{node("Flatten", "f0", []string{"pool"}), node("Dropout", "flat", []string{"f0", "", "on"})}, ints64("on", 1)), `training_mode "on" is [1]: the model is in training`},
		"cast to integers":   {sample().instead("flat", [][]byte{node("Flatten", "f0", []string{"pool"}), node("Cast", "flat", []string{"f0"}, intAttr("to", 7))}), "attribute to: 7 (INT64) from real numbers may change values"},
		"cast of a constant": {sample().instead("act", [][]byte{node("Cast", "s", []string{"six"}, intAttr("to", 10)), node("Clip", "act", []string{"bn", "zero", "s"})}), "10 (FLOAT16) from 1 (FLOAT) may change values"},
		"max of maps":        {sample().with("sum", node("Max", "sum", []string{"c2", "act"})), `input 1, "act", is a feature map, want a constant`},
		"max of many":        {sample().instead("act", [][]byte{node("Max", "act", []string{"bn", "s"})}, tensor("s", []int64{2}, 0, 0)), `tensor "s" has 2 values, want one`},
		"max of higher rank": {sample().instead("act", [][]byte{node("Max", "act", []string{"bn", "s"})}, tensor("s", []int64{1, 1, 1, 1, 1}, 0)), "want one value"},
		"max at 7":           {sample().at(7).with("act", node("Max", "act", []string{"bn", "zero"})), "from operator set 8 on"},
		"mean of channels":   {sample().with("pool", node("ReduceMean", "pool", []string{"sum"}, intsAttr("axes", 1, 2))), "axes [1 2] of N×C×H×W: only rows and columns together"},
		"mean of rows":       {sample().with("pool", node("ReduceMean", "pool", []string{"sum"}, intsAttr("axes", 2))), "axes [2] of"},
		"mean of all":        {sample().with("pool", node("ReduceMean", "pool", []string{"sum"})), "axes [] of"},
		"mean axis":          {sample().with("pool", node("ReduceMean", "pool", []string{"sum"}, intsAttr("axes", 2, 4))), "axes [2 4]: 4 is twice or no dimension of 4"},
		"window padded":      {sample().with("pool", node("AveragePool", "pool", []string{"sum"}, intsAttr("kernel_shape", 4, 4), pads)), "attribute count_include_pad: is 0 with padding [1 1 1 1]"},
		"reshape of a frame": {sample().with("flat", node("Reshape", "flat", []string{"sum", "to"})).instead("pool", nil, ints64("to", 1, -1)), "weights of dimensions [3 2] do not fit 32 features"},
		"reshape in halves":  {sample().instead("flat", [][]byte{node("Reshape", "flat", []string{"pool", "to"})}, ints64("to", 2, 1)), `shape "to" is [2 1]`},
		"reshape to nothing": {sample().at(14).instead("flat", [][]byte{node("Reshape", "flat", []string{"pool", "to"}, intAttr("allowzero", 1))}, ints64("to", 0, 2)), "which cannot be the dimensions of a tensor of [1 2 1 1]"},
		"no taps":            {sample().with("w2", tensor("w2", []int64{math.MaxInt32, 1, 0, 0})).with("c2", node("Conv", "c2", []string{"act", "w2"}, intAttr("group", 2))), "weights of dimensions [2147483647 1 0 0] with 2 groups do not fit"},
		"gather beyond":      {sample().instead("flat", [][]byte{node("Shape", "s", []string{"pool"}), node("Gather", "n", []string{"s", "i"}), node("Reshape", "flat", []string{"pool", "n"})}, ints64("i", 4)), "element 4 of axis 0 of a constant of dimensions [4]"},
		"concat of maps":     {sample().with("sum", node("Concat", "sum", []string{"c2", "act"}, intAttr("axis", 0))), "attribute axis: is 0; of N×C×H×W only that of C, 1, is supported"},
		"unsqueeze of a map": {sample().instead("flat", [][]byte{node("Unsqueeze", "flat", []string{"pool", "ax"})}, ints64("ax", 0)), "axes [0] added to N×C×H×W: more dimensions than N×C×H×W"},
		"squeeze of rows":    {sample().instead("flat", [][]byte{node("Squeeze", "flat", []string{"sum", "ax"})}, ints64("ax", 2)), "axis 2 of [1 2 4 4] has 4 elements, want 1"},
		"matmul shape":       {sample().with("fc", node("MatMul", "fc", []string{"flat", "w3"})), "weights of dimensions [3 2] do not fit 2 features"},
		"bias of columns":    {sample().with("sum", node("Add", "sum", []string{"c2", "wide"})).instead("prob", [][]byte{node("Softmax", "prob", []string{"fc"})}, tensor("wide", []int64{4}, 1, 2, 3, 4)), `"wide" of dimensions [4] is not one value`},
		"pad with 1":         {padded(tensor("fill", nil, 1), conv, 0, 0, 1, 1, 0, 0, 1, 1), "pads with 1; a convolution pads with 0"},
		"pad of channels":    {padded(zero, conv, 0, 1, 1, 1, 0, 0, 1, 1), "1 are of C; only rows and columns"},
		"pad cropped":        {padded(zero, conv, 0, 0, -1, 1, 0, 0, 1, 1), "-1 is not in 0..256"},
		"pad too wide":       {padded(zero, conv, 0, 0, 3, 1, 0, 0, 1, 1), "padding 3 at the top, Pad before it included, is not less than the kernel's 3"},
		"pad count":          {padded(zero, conv, 1, 1), "pads [1 1]: want two for each of 4 dimensions"},
		"pad reflects":       {sample().instead("c1", [][]byte{node("Pad", "p", []string{"image", "pd"}, textAttr("mode", "reflect")), conv}, ints64("pd", 0, 0, 1, 1, 0, 0, 1, 1)), `attribute mode: "reflect" is not supported`},
		"pad before pool":    {sample().instead("pool", [][]byte{node("Pad", "p", []string{"sum", "pd"}), node("GlobalAveragePool", "pool", []string{"p"})}, ints64("pd", 0, 0, 1, 1, 0, 0, 1, 1)), "is padded; only a convolution can take Pad in"},
		"auto_pad and pads":  {sample().with("c1", node("Conv", "c1", w1, pads, textAttr("auto_pad", "VALID"))), `attribute auto_pad: is "VALID", and pads are [1 1 1 1]`},
		"transposed conv":    {sample().instead("c2", [][]byte{node("Transpose", "l", []string{"act"}, intsAttr("perm", 0, 2, 3, 1)), node("Conv", "c2", []string{"l", "w2"})}), `input "l" is N×H×W×C, want N×C×H×W`},
		"turned frame":       {sample().instead("c2", [][]byte{node("Transpose", "l", []string{"act"}, intsAttr("perm", 0, 1, 3, 2)), node("Conv", "c2", []string{"l", "w2"})}), `input "l" is N×C×W×H`},
		"perm":               {sample().instead("c2", [][]byte{node("Transpose", "l", []string{"act"}, intsAttr("perm", 0, 1, 3, 3)), node("Conv", "c2", []string{"l", "w2"})}), "attribute perm: [0 1 3 3] does not order 4 dimensions"},
		"transposed output": {func() *file {
			f := sample()
			f.nodes, f.output = append(f.nodes[:5:5], node("Transpose", "l", []string{"sum"}, intsAttr("perm", 0, 2, 3, 1))), "l"
			return f
		}(), `output "l" is N×H×W×C, want N×C×H×W`},
		"big double":     {sample().with("b2", wide("b2", []int64{2}, 1, float32(math.Inf(1)))), `tensor "b2": value 1 is +Inf`},
		"typed as other": {sample().with("b2", cat(num(1, 2), num(2, 1), str(8, "b2"), sub(10, make([]byte, 16)))), `tensor "b2" of element type 1 (FLOAT) has data of another type`},
		"softmax over W": {sample().instead("flat", nil).instead("fc", nil).with("prob", node("Softmax", "prob", []string{"pool"})), "attribute axis: is -1; of N×C×H×W only that of C, 1"},
	} {
		m, err := Parse(c.f.bytes())
		require.ErrorContains(t, err, c.want, name)
		require.Nil(t, m, name)
	}
}

// Rows of the table are in order, and every attribute that a version has is asked
// for by the code that reads it: rest finds no other.
func TestTable(t *testing.T) {
	for name, op := range operations {
		require.True(t, slices.IsSorted(op.versions), name)
		require.LessOrEqual(t, op.versions[len(op.versions)-1], int64(newestOpset), name)
		require.Equal(t, op.versions[0], op.version(oldestOpset), name)
		for _, a := range op.attributes {
			require.True(t, op.takes(a.name, max(a.from, op.versions[0])), "%s %s", name, a.name)
			require.False(t, a.until > 0 && op.takes(a.name, a.until+1), "%s %s", name, a.name)
		}
	}
	_, err := Parse(sample().with("bn", node("BatchNormalization", "bn", []string{"c1", "scale", "shift", "mean", "var"}, intAttr("spatial", 1))).bytes())
	require.True(t, strings.HasSuffix(err.Error(), "attribute spatial: is unknown; version 9 of BatchNormalization takes epsilon, momentum, nothing else"), err)
}

// A convolution after the pool that more than dense layers read stays one.
func TestConvolutionAfterThePool(t *testing.T) {
	f := sample()
	f.nodes = append(f.nodes[:6:6], node("Conv", "h", []string{"pool", "w2"}), node("Add", "hp", []string{"h", "pool"}))
	f.output = "hp"
	m := parse(t, f)
	require.Equal(t, "h", m.layers[4].name)
	require.NotNil(t, m.layers[4].conv)
	require.Nil(t, m.layers[4].dense)
}
