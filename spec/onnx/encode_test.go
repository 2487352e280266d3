package onnx

import (
	"encoding/binary"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// A writer of the few messages that the tests need, field numbers as in
// onnx.proto and independent of the reader's code.

func sub(num protowire.Number, body []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, num, protowire.BytesType), body)
}

func str(num protowire.Number, s string) []byte { return sub(num, []byte(s)) }

func num(n protowire.Number, v int64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, n, protowire.VarintType), uint64(v))
}

func cat(parts ...[]byte) []byte {
	var b []byte
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

func little(xs []float32) []byte {
	var b []byte
	for _, x := range xs {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}

func attr(name string, kind int64, body []byte) []byte {
	return sub(5, cat(str(1, name), body, num(20, kind)))
}

func intAttr(name string, v int64) []byte { return attr(name, 2, num(3, v)) }

func floatAttr(name string, v float32) []byte {
	return attr(name, 1, protowire.AppendFixed32(protowire.AppendTag(nil, 2, protowire.Fixed32Type), math.Float32bits(v)))
}

func textAttr(name, v string) []byte { return attr(name, 3, str(4, v)) }

func intsAttr(name string, vs ...int64) []byte {
	var b []byte
	for _, v := range vs {
		b = append(b, num(8, v)...)
	}
	return attr(name, 7, b)
}

// node is a node of which out is also the name.
func node(op, out string, ins []string, attrs ...[]byte) []byte {
	var b []byte
	for _, in := range ins {
		b = append(b, str(1, in)...)
	}
	return cat(b, str(2, out), str(3, out), str(4, op), cat(attrs...))
}

func dims(ds []int64) []byte {
	var b []byte
	for _, d := range ds {
		b = append(b, num(1, d)...)
	}
	return b
}

// tensor has raw_data.
func tensor(name string, ds []int64, xs ...float32) []byte {
	return cat(dims(ds), num(2, 1), str(8, name), sub(9, little(xs)))
}

// packed has float_data and packed dimensions.
func packed(name string, ds []int64, xs ...float32) []byte {
	var d []byte
	for _, v := range ds {
		d = protowire.AppendVarint(d, uint64(v))
	}
	return cat(sub(1, d), num(2, 1), sub(4, little(xs)), str(8, name))
}

func info(name string, ds ...int64) []byte {
	var shape []byte
	for _, d := range ds {
		shape = append(shape, sub(1, num(1, d))...)
	}
	return cat(str(1, name), sub(2, sub(1, cat(num(1, 1), sub(2, shape)))))
}

// file is a model to be.
type file struct {
	opset  int64
	input  []byte
	output string
	nodes  [][]byte
	inits  [][]byte
	extra  []byte // of the graph
	top    []byte // of the model
}

func (f *file) bytes() []byte {
	g := cat(str(2, "net"), sub(11, f.input), sub(12, info(f.output)), f.extra)
	for _, n := range f.nodes {
		g = append(g, sub(1, n)...)
	}
	for _, i := range f.inits {
		g = append(g, sub(5, i)...)
	}
	return cat(num(1, 7), sub(8, num(2, f.opset)), sub(7, g), f.top)
}

// sample has every operation: 2×4×4 image; 3×3 convolution with batch norm and
// ReLU6; 1×1 convolution, residual; pool; dense; softmax. All weights are powers
// of two.
func sample() *file {
	ones := make([]float32, 2*2*9)
	for i := range ones {
		ones[i] = []float32{1, -0.5, 0, 0.25}[i%4]
	}
	return &file{
		opset: 13, input: info("image", 1, 2, 4, 4), output: "prob",
		nodes: [][]byte{
			node("Conv", "c1", []string{"image", "w1"}, intsAttr("pads", 1, 1, 1, 1), intsAttr("kernel_shape", 3, 3), intAttr("group", 1)),
			node("BatchNormalization", "bn", []string{"c1", "scale", "shift", "mean", "var"}, floatAttr("epsilon", 0)),
			node("Clip", "act", []string{"bn", "zero", "six"}),
			node("Conv", "c2", []string{"act", "w2", "b2"}),
			node("Add", "sum", []string{"c2", "act"}),
			node("GlobalAveragePool", "pool", []string{"sum"}),
			node("Flatten", "flat", []string{"pool"}, intAttr("axis", 1)),
			node("Gemm", "fc", []string{"flat", "w3", "b3"}, intAttr("transB", 1)),
			node("Softmax", "prob", []string{"fc"}, intAttr("axis", -1)),
		},
		inits: [][]byte{
			tensor("w1", []int64{2, 2, 3, 3}, ones...),
			tensor("scale", []int64{2}, 1, -4),
			tensor("shift", []int64{2}, 0.5, 3),
			tensor("mean", []int64{2}, 0.25, -1),
			tensor("var", []int64{2}, 4, 16),
			tensor("zero", nil, 0),
			packed("six", nil, 6),
			tensor("w2", []int64{2, 2, 1, 1}, 0.5, float32(math.Copysign(0, -1)), -2, 1),
			packed("b2", []int64{2}, 0.125, -0.5),
			tensor("w3", []int64{3, 2}, 1, -1, 0.5, 0.3, -0.7, 0.1),
			tensor("b3", []int64{3}, 0.1, 0, -0.1),
		},
	}
}

// with replaces a node or initializer of that name.
func (f *file) with(name string, body []byte) *file {
	match := func(list [][]byte, nameField protowire.Number) bool {
		for i, b := range list {
			found := false
			_ = fields("test", b, func(v field) error {
				found = found || v.num == nameField && string(v.b) == name
				return nil
			})
			if found {
				list[i] = body
				return true
			}
		}
		return false
	}
	if !match(f.nodes, 3) && !match(f.inits, 8) {
		panic("no " + name)
	}
	return f
}
