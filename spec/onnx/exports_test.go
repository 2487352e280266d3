package onnx

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// export is a model as an exporter writes it: nodes in the spelling of PyTorch's two
// exporters, tf2onnx and keras, with random weights.
type export struct {
	*file
	random  *rand.Rand
	dims    []int64 // of the input, the batch included
	kind    int64   // element type of the input
	refused string  // what the importer says, if it does not read it
	result  int64   // element type of the output, if it is another than the input's
}

// exported begins a model with an input called x.
func exported(opset int64, ds ...int64) *export {
	return &export{file: &file{opset: opset, output: "y"}, random: rand.New(rand.NewPCG(17, uint64(opset))), dims: ds, kind: typeFloat}
}

// typed is a value of an element type. The batch has a name and no number, as in models
// with dynamic axes.
func typed(name string, kind int64, ds ...int64) []byte {
	var shape []byte
	for i, d := range ds {
		if i == 0 {
			shape = append(shape, sub(1, str(2, "batch"))...)
			continue
		}
		shape = append(shape, sub(1, num(1, d))...)
	}
	return cat(str(1, name), sub(2, sub(1, cat(num(1, kind), sub(2, shape)))))
}

func (e *export) bytes() []byte {
	g := cat(str(2, "main_graph"), sub(11, typed("x", e.kind, e.dims...)))
	// An output of unknown shape: its type alone.
	kind := e.kind
	if e.result != 0 {
		kind = e.result
	}
	g = append(g, sub(12, cat(str(1, e.output), sub(2, sub(1, num(1, kind)))))...)
	for _, n := range e.nodes {
		g = append(g, sub(1, n)...)
	}
	for _, i := range e.inits {
		g = append(g, sub(5, i)...)
	}
	g = append(g, e.extra...)
	return cat(num(1, 8), sub(8, num(2, e.opset)), sub(7, g), e.top)
}

// op adds a node whose output is out.
func (e *export) op(op, out string, ins []string, attrs ...[]byte) *export {
	e.nodes = append(e.nodes, node(op, out, ins, attrs...))
	return e
}

// init adds a tensor of random values about 0.
func (e *export) weights(name string, ds ...int64) *export {
	return e.values(name, ds, func() float64 { return e.random.NormFloat64() })
}

// positive adds a tensor of values in 0.5..1.5.
func (e *export) positive(name string, ds ...int64) *export {
	return e.values(name, ds, func() float64 { return 0.5 + e.random.Float64() })
}

func (e *export) values(name string, ds []int64, f func() float64) *export {
	n, fan := int64(1), int64(1)
	for i, d := range ds {
		if n *= d; i > 0 {
			fan *= d
		}
	}
	if len(ds) < 2 || fan < 2 {
		fan = 1
	}
	xs := make([]float32, n)
	for i := range xs {
		xs[i] = float32(f() / math.Sqrt(float64(fan)))
	}
	if e.kind == typeFloat16 {
		for i := range xs {
			xs[i] = float32(math.RoundToEven(float64(xs[i])*1024) / 1024)
		}
		e.inits = append(e.inits, halves(name, ds, xs...))
		return e
	}
	e.inits = append(e.inits, tensor(name, ds, xs...))
	return e
}

func (e *export) give(inits ...[]byte) *export {
	e.inits = append(e.inits, inits...)
	return e
}

// conv adds a convolution from in to out, with weights and a bias.
func (e *export) conv(in, out string, outC, inC, k int64, attrs ...[]byte) *export {
	e.weights(out+".weight", outC, inC, k, k).weights(out+".bias", outC)
	return e.op("Conv", out, []string{in, out + ".weight", out + ".bias"}, attrs...)
}

// norm adds a batch norm of c channels.
func (e *export) norm(in, out string, c int64) *export {
	e.positive(out+".weight", c).weights(out+".bias", c).weights(out+".mean", c).positive(out+".var", c)
	return e.op("BatchNormalization", out, []string{in, out + ".weight", out + ".bias", out + ".mean", out + ".var"}, floatAttr("epsilon", 1e-5))
}

// head ends a model: the mean of the frame and a dense layer of 3 outputs.
func (e *export) head(in string, c int64) *export {
	e.op("GlobalAveragePool", "gap", []string{in}).op("Flatten", "flat", []string{"gap"}, intAttr("axis", 1))
	return e.dense("flat", "y", 3, c)
}

// dense adds a Gemm as PyTorch writes it.
func (e *export) dense(in, out string, outN, inN int64) *export {
	e.weights(out+".weight", outN, inN).weights(out+".bias", outN)
	return e.op("Gemm", out, []string{in, out + ".weight", out + ".bias"}, floatAttr("alpha", 1), floatAttr("beta", 1), intAttr("transB", 1))
}

func (e *export) refuse(why string) *export { e.refused = why; return e }

// scalarInt is a 0-dimensional tensor of int64.
func scalarInt(name string, v int64) []byte { return cat(num(2, typeInt64), num(7, v), str(8, name)) }

// constantOf is a Constant node of a tensor.
func constantOf(out string, t []byte) []byte {
	return node("Constant", out, nil, attr("value", 4, sub(5, t)))
}

func pads1() []byte { return intsAttr("pads", 1, 1, 1, 1) }

// exports are models by the habit that each shows.
func exports() map[string]*export {
	strs := func(s ...string) []string { return s }
	all := map[string]*export{}
	add := func(name string, e *export) { all[name] = e }
	x3 := func(opset int64) *export { return exported(opset, 1, 3, 8, 8) }
	relu := func(e *export, in, out string) *export { return e.op("Relu", out, strs(in)) }

	// PyTorch, TorchScript exporter.
	e := x3(9)
	e.conv("x", "c", 4, 3, 3, pads1(), intAttr("group", 1), intsAttr("kernel_shape", 3, 3), intsAttr("dilations", 1, 1))
	relu(e, "c", "r").op("Shape", "shape", strs("r"))
	e.nodes = append(e.nodes, constantOf("zero", scalarInt("", 0)), constantOf("minus", scalarInt("", -1)))
	e.op("Gather", "batch", strs("shape", "zero"), intAttr("axis", 0)).op("Unsqueeze", "b1", strs("batch"), intsAttr("axes", 0)).
		op("Unsqueeze", "m1", strs("minus"), intsAttr("axes", 0)).op("Concat", "to", strs("b1", "m1"), intAttr("axis", 0)).
		op("Reshape", "flat", strs("r", "to")).dense("flat", "y", 3, 256)
	add("view by shape, opset 9", e)

	e = x3(13)
	e.conv("x", "c", 4, 3, 3, pads1())
	relu(e, "c", "r").op("Shape", "shape", strs("r")).give(ints64("s0", 0), ints64("s1", 1), ints64("m", -1)).
		op("Slice", "batch", strs("shape", "s0", "s1", "s0")).op("Concat", "to", strs("batch", "m"), intAttr("axis", 0)).
		op("Reshape", "flat", strs("r", "to")).dense("flat", "y", 3, 256)
	add("view by a slice of the shape", e)

	e = x3(9)
	e.conv("x", "c", 4, 3, 3, pads1())
	relu(e, "c", "r").op("Shape", "shape", strs("r")).op("Slice", "batch", strs("shape"), intsAttr("starts", 0), intsAttr("ends", 1), intsAttr("axes", 0)).
		give(ints64("m", -1)).op("Concat", "to", strs("batch", "m"), intAttr("axis", 0)).
		op("Reshape", "flat", strs("r", "to")).dense("flat", "y", 3, 256)
	add("view by a slice of the shape, opset 9", e)

	e = x3(14)
	e.conv("x", "c", 4, 3, 3, pads1())
	relu(e, "c", "r").op("Shape", "shape", strs("r")).give(ints64("rest", 1, 2, 3)).
		op("Gather", "chw", strs("shape", "rest"), intAttr("axis", 0)).op("ReduceProd", "n", strs("chw"), intAttr("keepdims", 1)).
		give(ints64("m", -1)).op("Concat", "to", strs("m", "n"), intAttr("axis", 0)).
		op("Reshape", "flat", strs("r", "to")).dense("flat", "y", 3, 256)
	add("flattened by the product of the shape", e)

	e = x3(14)
	e.conv("x", "c", 4, 3, 3, pads1())
	relu(e, "c", "r").op("Shape", "shape", strs("r")).give(scalarInt("i1", 1), scalarInt("i2", 2), scalarInt("i3", 3), ints64("ax", 0), ints64("m", -1)).
		op("Gather", "d1", strs("shape", "i1")).op("Gather", "d2", strs("shape", "i2")).op("Gather", "d3", strs("shape", "i3")).
		op("Mul", "d12", strs("d1", "d2")).op("Mul", "d123", strs("d12", "d3")).op("Unsqueeze", "n", strs("d123", "ax")).
		op("Concat", "to", strs("m", "n"), intAttr("axis", 0)).
		op("Reshape", "flat", strs("r", "to")).dense("flat", "y", 3, 256)
	add("flattened by sizes multiplied", e)

	e = x3(17)
	e.conv("x", "c", 4, 3, 3, pads1())
	relu(e, "c", "r").op("Shape", "shape", strs("r")).op("Cast", "s32", strs("shape"), intAttr("to", typeInt32)).
		give(ints64("i0", 0), ints64("i1", 1)).op("Cast", "s64", strs("s32"), intAttr("to", typeInt64)).
		op("Slice", "n", strs("s64", "i0", "i1", "i0", "i1")).op("Squeeze", "n0", strs("n", "i0")).op("Unsqueeze", "n1", strs("n0", "i0")).
		give(ints64("m", -1)).op("Concat", "to", strs("n1", "m"), intAttr("axis", 0)).
		op("Reshape", "flat", strs("r", "to")).dense("flat", "y", 3, 256)
	add("tf's shape in int32", e)

	e = x3(13)
	e.conv("x", "c", 4, 3, 3, pads1()).norm("c", "bn", 4)
	relu(e, "bn", "r").conv("r", "d", 4, 1, 3, pads1(), intAttr("group", 4)).norm("d", "bn2", 4).
		give(tensor("lo", nil, 0), tensor("hi", nil, 6)).op("Clip", "r6", strs("bn2", "lo", "hi")).
		conv("r6", "p", 4, 4, 1).op("Add", "sum", strs("p", "r")).head("sum", 4).op("LogSoftmax", "lsm", strs("y"), intAttr("axis", 1))
	e.output = "lsm"
	add("log_softmax at the end", e)

	e = x3(13)
	e.conv("x", "c", 4, 3, 3, pads1())
	relu(e, "c", "r").head("r", 4).op("Sigmoid", "p", strs("y"))
	e.output = "p"
	add("sigmoid at the end", e)

	e = x3(13)
	e.weights("w", 4, 3, 3, 3).op("Conv", "c", strs("x", "w"), pads1()).
		positive("scale", 1, 4, 1, 1).weights("shift", 1, 4, 1, 1).op("Mul", "m", strs("c", "scale")).op("Add", "a", strs("m", "shift"))
	relu(e, "a", "r").head("r", 4)
	add("batch norm as Mul and Add", e)

	e = x3(13)
	e.weights("w", 4, 3, 3, 3).op("Conv", "c", strs("x", "w"), pads1()).
		weights("mean", 4, 1, 1).positive("var", 4, 1, 1).give(tensor("eps", nil, 1e-5)).positive("scale", 4, 1, 1).weights("shift", 4, 1, 1).
		op("Sub", "s", strs("c", "mean")).op("Add", "ve", strs("var", "eps")).op("Sqrt", "root", strs("ve")).op("Div", "d", strs("s", "root")).
		op("Mul", "m", strs("scale", "d")).op("Add", "a", strs("shift", "m"))
	relu(e, "a", "r").head("r", 4)
	add("batch norm by its definition", e)

	e = x3(13)
	e.conv("x", "c", 4, 3, 3, pads1())
	relu(e, "c", "r").positive("scale", 1, 4, 1, 1).weights("shift", 1, 4, 1, 1).op("Mul", "m", strs("r", "scale")).op("Add", "a", strs("m", "shift")).
		conv("a", "c2", 4, 4, 1)
	relu(e, "c2", "r2").head("r2", 4)
	add("batch norm as Mul and Add before a convolution", e)

	e = x3(13)
	e.conv("x", "c", 4, 3, 3, pads1())
	relu(e, "c", "r").norm("r", "bn", 4).conv("bn", "c2", 4, 4, 3, pads1())
	relu(e, "c2", "r2").head("r2", 4)
	add("batch norm behind a ReLU, before padding", e)

	// ResNet v2: batch norm and ReLU before each convolution.
	e = x3(13)
	e.conv("x", "c", 4, 3, 3, pads1()).norm("c", "bn1", 4)
	relu(e, "bn1", "r1").conv("r1", "c1", 4, 4, 3, pads1()).norm("c1", "bn2", 4)
	relu(e, "bn2", "r2").conv("r2", "c2", 4, 4, 3, pads1()).op("Add", "sum", strs("c", "c2")).norm("sum", "bn3", 4)
	relu(e, "bn3", "r3").head("r3", 4)
	add("pre-activation residuals", e)

	// DenseNet.
	e = x3(13)
	e.conv("x", "c", 4, 3, 3, pads1()).norm("c", "bn1", 4)
	relu(e, "bn1", "r1").conv("r1", "c1", 2, 4, 3, pads1()).op("Concat", "cat", strs("c", "c1"), intAttr("axis", 1)).norm("cat", "bn2", 6)
	relu(e, "bn2", "r2").conv("r2", "c2", 4, 6, 1).op("AveragePool", "ap", strs("c2"), intsAttr("kernel_shape", 2, 2), intsAttr("strides", 2, 2)).norm("ap", "bn3", 4)
	relu(e, "bn3", "r3").head("r3", 4)
	add("dense blocks", e)

	e = x3(13)
	e.conv("x", "c", 4, 3, 3, pads1())
	relu(e, "c", "r").conv("r", "c2", 4, 4, 3, pads1()).op("Add", "sum", strs("r", "c2"))
	relu(e, "sum", "rs").conv("rs", "c3", 4, 4, 1).op("Add", "out", strs("sum", "c3")).head("out", 4)
	add("a sum read before and behind its ReLU", e)

	e = x3(13)
	e.conv("x", "c", 4, 3, 3, pads1())
	relu(e, "c", "r").op("GlobalAveragePool", "gap", strs("r")).op("Flatten", "flat", strs("gap")).norm("flat", "bn", 4).dense("bn", "y", 3, 4)
	add("keras: batch norm between the pool and the dense layer", e)

	e = x3(13)
	e.conv("x", "c", 4, 3, 3, pads1())
	relu(e, "c", "r").op("GlobalAveragePool", "gap", strs("r")).op("Flatten", "flat", strs("gap")).dense("flat", "h", 6, 4).norm("h", "bn", 6)
	relu(e, "bn", "hr").dense("hr", "y", 3, 6)
	add("batch norm behind a dense layer", e)

	e = x3(13)
	e.conv("x", "c", 4, 3, 3, pads1())
	relu(e, "c", "r").op("GlobalAveragePool", "gap", strs("r")).op("Flatten", "flat", strs("gap")).dense("flat", "h", 6, 4)
	relu(e, "h", "hr").norm("hr", "bn", 6).dense("bn", "y", 3, 6)
	add("batch norm between dense layers, behind the ReLU", e)

	e = x3(13)
	e.conv("x", "c", 4, 3, 3, pads1())
	relu(e, "c", "r").op("GlobalAveragePool", "gap", strs("r"))
	relu(e, "gap", "gr").op("Flatten", "flat", strs("gr")).dense("flat", "y", 3, 4)
	add("ReLU behind the pool", e)

	e = x3(13)
	e.conv("x", "c", 4, 3, 3, pads1())
	relu(e, "c", "r").op("GlobalMaxPool", "gmp", strs("r")).op("Flatten", "flat", strs("gmp")).dense("flat", "y", 3, 4)
	add("global max pool", e)

	e = x3(13)
	e.conv("x", "c", 4, 3, 3, pads1())
	relu(e, "c", "r").op("ReduceMax", "gmp", strs("r"), intsAttr("axes", 2, 3), intAttr("keepdims", 0)).dense("gmp", "y", 3, 4)
	add("tf's global max pool", e)

	e = x3(20)
	e.conv("x", "c", 4, 3, 3, pads1())
	relu(e, "c", "r").give(ints64("axes", -2, -1)).op("ReduceMax", "gmp", strs("r", "axes"), intAttr("keepdims", 1)).op("Flatten", "flat", strs("gmp")).dense("flat", "y", 3, 4)
	add("global max pool, axes as input", e)

	e = x3(13)
	e.conv("x", "c", 4, 3, 3, intsAttr("pads", 2, 2, 2, 2), intsAttr("dilations", 2, 2))
	relu(e, "c", "r").conv("r", "d", 4, 1, 3, intsAttr("pads", 2, 1, 2, 1), intsAttr("dilations", 2, 1), intAttr("group", 4), intsAttr("strides", 1, 2))
	relu(e, "d", "r2").head("r2", 4)
	add("dilated convolutions", e)

	e = x3(13)
	e.conv("x", "c", 6, 3, 3, pads1())
	relu(e, "c", "r").give(ints64("s0", 0), ints64("s3", 3), ints64("end", math.MaxInt64), ints64("ax", 1), ints64("step", 1)).
		op("Slice", "a", strs("r", "s0", "s3", "ax", "step")).op("Slice", "b", strs("r", "s3", "end", "ax", "step")).
		conv("a", "c2", 3, 3, 3, pads1()).op("Add", "sum", strs("c2", "b"))
	relu(e, "sum", "r2").head("r2", 3)
	add("chunk as Slice", e)

	e = x3(9)
	e.conv("x", "c", 6, 3, 3, pads1())
	relu(e, "c", "r").op("Slice", "a", strs("r"), intsAttr("axes", 1), intsAttr("starts", 0), intsAttr("ends", 2)).
		op("Slice", "b", strs("r"), intsAttr("axes", 1), intsAttr("starts", -4), intsAttr("ends", math.MaxInt32)).
		conv("a", "c2", 4, 2, 1).op("Add", "sum", strs("c2", "b"))
	relu(e, "sum", "r2").head("r2", 4)
	add("chunk as Slice, opset 9", e)

	// ShuffleNet.
	e = x3(13)
	e.conv("x", "c", 8, 3, 3, pads1())
	relu(e, "c", "r").op("Split", "left", strs("r"), intAttr("axis", 1))
	e.nodes[len(e.nodes)-1] = cat(str(1, "r"), str(2, "left"), str(2, "right"), str(4, "Split"), intAttr("axis", 1))
	e.conv("right", "c2", 4, 4, 1)
	relu(e, "c2", "r2").op("Concat", "cat", strs("left", "r2"), intAttr("axis", 1)).give(ints64("in", 1, 2, 4, 8, 8), ints64("back", 1, 8, 8, 8)).
		op("Reshape", "parts", strs("cat", "in")).op("Transpose", "turned", strs("parts"), intsAttr("perm", 0, 2, 1, 3, 4)).op("Reshape", "shuffled", strs("turned", "back")).
		conv("shuffled", "c3", 4, 8, 1)
	relu(e, "c3", "r3").head("r3", 4).refuse("the 8 channels as 2 groups, which the Transpose behind it exchanges: a channel shuffle is not supported")
	add("channel shuffle", e)

	e = x3(13)
	e.conv("x", "a", 4, 3, 3, pads1()).conv("x", "b", 4, 3, 1)
	e.conv("x", "c", 4, 3, 1).op("Sum", "sum", strs("a", "b", "c"))
	relu(e, "sum", "r").head("r", 4)
	add("Sum of three", e)

	e = x3(13)
	e.conv("x", "c", 4, 3, 3, pads1())
	relu(e, "c", "r").op("MaxPool", "mp", strs("r"), intsAttr("kernel_shape", 2, 2), intsAttr("strides", 2, 2), intAttr("ceil_mode", 0), intsAttr("pads", 0, 0, 0, 0), intsAttr("dilations", 1, 1)).
		op("AveragePool", "ap", strs("mp"), intsAttr("kernel_shape", 1, 1), intsAttr("strides", 1, 1)).op("Flatten", "flat", strs("ap"), intAttr("axis", -3)).dense("flat", "h", 6, 64)
	relu(e, "h", "hr").op("Dropout", "hd", strs("hr")).dense("hd", "y", 3, 6)
	add("VGG: the adaptive pool that does nothing", e)

	// PyTorch, dynamo exporter.
	e = x3(18)
	e.conv("x", "c", 4, 3, 3, pads1(), textAttr("auto_pad", "NOTSET"), intAttr("group", 1), intsAttr("strides", 1, 1), intsAttr("dilations", 1, 1))
	relu(e, "c", "r").give(ints64("axes", -1, -2), ints64("to", -1, 4)).op("ReduceMean", "mean", strs("r", "axes"), intAttr("noop_with_empty_axes", 0), intAttr("keepdims", 1)).
		op("Reshape", "flat", strs("mean", "to"), intAttr("allowzero", 1)).weights("w", 3, 4).weights("b", 3).
		op("Gemm", "y", strs("flat", "w", "b"), floatAttr("beta", 1), intAttr("transB", 1), floatAttr("alpha", 1), intAttr("transA", 0))
	add("dynamo's classifier", e)

	e = x3(18)
	e.conv("x", "c", 4, 3, 3, pads1())
	e.nodes = append(e.nodes, constantOf("six", tensor("", nil, 6)), constantOf("zero", tensor("", nil, 0)))
	e.op("Clip", "r6", strs("c", "zero", "six")).weights("w", 3, 4).weights("b", 3).op("GlobalAveragePool", "gap", strs("r6")).
		give(ints64("to", 1, 4)).op("Reshape", "flat", strs("gap", "to")).op("Transpose", "wt", strs("w"), intsAttr("perm", 1, 0)).
		op("MatMul", "mm", strs("flat", "wt")).op("Add", "y", strs("mm", "b"))
	add("linear as Transpose, MatMul and Add", e)

	e = x3(18)
	e.conv("x", "c", 4, 3, 3, pads1())
	relu(e, "c", "r").head("r", 4).give(scalarInt("k", 1))
	e.nodes = append(e.nodes[:1:1], append([][]byte{node("Identity", "i1", strs("c")), node("Identity", "i2", strs("i1"))}, e.nodes[1:]...)...)
	e.nodes[3] = node("Relu", "r", strs("i2"))
	add("chains of Identity", e)

	e = x3(11)
	e.conv("x", "c", 4, 3, 3, pads1())
	e.nodes = append(e.nodes, constantOf("six", tensor("", nil, 6)))
	relu(e, "c", "r").op("Clip", "r6", strs("r", "", "six")).op("GlobalAveragePool", "gap", strs("r6")).op("Squeeze", "s", strs("gap"), intsAttr("axes", 2, 3)).
		op("Unsqueeze", "u", strs("s"), intsAttr("axes", 2)).op("Squeeze", "s2", strs("u"), intsAttr("axes", 2)).weights("w", 4, 3).op("Gemm", "y", strs("s2", "w"))
	add("squeezed and unsqueezed", e)

	e = x3(13)
	e.conv("x", "c", 4, 3, 3, pads1())
	relu(e, "c", "r").op("GlobalAveragePool", "gap", strs("r")).give(ints64("ax", 2, 3), ints64("ax1", -1)).op("Squeeze", "s", strs("gap", "ax")).
		op("Unsqueeze", "u", strs("s", "ax1")).op("Unsqueeze", "u2", strs("u", "ax1")).conv("u2", "logits", 3, 4, 1).op("Flatten", "y", strs("logits"))
	add("unsqueezed to a map again", e)

	e = x3(13)
	e.conv("x", "c", 4, 3, 3, pads1())
	relu(e, "c", "r").weights("w", 4, 3).weights("b", 1, 3).op("GlobalAveragePool", "gap", strs("r")).op("Flatten", "f", strs("gap")).
		op("Gemm", "y", strs("f", "w", "b"), floatAttr("alpha", 0.5), floatAttr("beta", 2))
	add("Gemm with alpha and beta, not transposed", e)

	e = x3(13)
	e.conv("x", "c", 4, 3, 3, pads1())
	relu(e, "c", "r").head("r", 4)
	e.nodes = append(e.nodes, node("ArgMax", "class", strs("y"), intAttr("axis", 1), intAttr("keepdims", 0)))
	add("with an ArgMax that is not asked for", e)

	// tf2onnx.
	e = exported(13, 1, 8, 8, 3)
	e.op("Transpose", "x1", strs("x"), intsAttr("perm", 0, 3, 1, 2)).give(ints64("pd", 0, 0, 0, 0, 0, 0, 1, 1)).op("Pad", "xp", strs("x1", "pd")).
		conv("xp", "c", 4, 3, 3, intsAttr("strides", 2, 2)).give(tensor("zero", nil, 0), tensor("six", nil, 6)).op("Clip", "r", strs("c", "zero", "six")).
		op("Transpose", "rl", strs("r"), intsAttr("perm", 0, 2, 3, 1)).op("ReduceMean", "m", strs("rl"), intsAttr("axes", 1, 2), intAttr("keepdims", 0)).
		weights("w", 4, 3).weights("b", 3).op("MatMul", "mm", strs("m", "w")).op("Add", "y", strs("mm", "b"))
	add("tf2onnx, NHWC", e)

	e = exported(13, 1, 8, 8, 3)
	e.give(tensor("k127", nil, 127.5), tensor("one", nil, 1), tensor("k255", nil, 255)).op("Mul", "x0", strs("x", "k255")).op("Div", "xd", strs("x0", "k127")).op("Sub", "xs", strs("xd", "one")).
		op("Transpose", "x1", strs("xs"), intsAttr("perm", 0, 3, 1, 2)).conv("x1", "c", 4, 3, 3, textAttr("auto_pad", "SAME_UPPER"), intsAttr("strides", 2, 2))
	relu(e, "c", "r").op("Transpose", "rl", strs("r"), intsAttr("perm", 0, 2, 3, 1)).positive("scale", 4).weights("shift", 4).
		op("Mul", "rm", strs("rl", "scale")).op("Add", "ra", strs("rm", "shift")).op("Transpose", "rc", strs("ra"), intsAttr("perm", 0, 3, 1, 2)).
		conv("rc", "c2", 4, 4, 1)
	relu(e, "c2", "r2").op("Transpose", "rl2", strs("r2"), intsAttr("perm", 0, 2, 3, 1)).give(ints64("to", -1, 64)).op("Reshape", "flat", strs("rl2", "to")).
		weights("w", 64, 3).op("MatMul", "y", strs("flat", "w"))
	add("keras: rescaled, normalized in NHWC, flattened", e)

	e = exported(13, 1, 28, 28)
	e.give(ints64("to", -1, 784)).op("Reshape", "flat", strs("x", "to")).weights("w", 784, 6).weights("b", 6).op("MatMul", "mm", strs("flat", "w")).op("Add", "h", strs("mm", "b"))
	relu(e, "h", "r").weights("w2", 6, 3).op("MatMul", "y", strs("r", "w2"))
	add("keras: the first network for digits", e)

	e = exported(13, 1, 9, 9, 3)
	e.give(ints64("to", -1, 243)).op("Reshape", "flat", strs("x", "to")).weights("w", 243, 6).weights("b", 6).op("MatMul", "mm", strs("flat", "w")).op("Add", "h", strs("mm", "b"))
	relu(e, "h", "r").weights("w2", 6, 3).op("MatMul", "y", strs("r", "w2"))
	add("keras: a picture in colour, flattened", e)

	e = x3(13)
	e.conv("x", "c", 4, 3, 3, pads1())
	relu(e, "c", "r").head("r", 4).op("Softmax", "p", strs("y"), intAttr("axis", -1)).op("ArgMax", "class", strs("p"), intAttr("axis", -1), intAttr("keepdims", 0))
	e.output, e.result = "class", typeInt64
	add("the class alone", e)

	e = exported(13, 1, 28, 28)
	e.give(ints64("ax", -1)).op("Unsqueeze", "x4", strs("x", "ax")).op("Transpose", "x1", strs("x4"), intsAttr("perm", 0, 3, 1, 2)).conv("x1", "c", 4, 1, 3, intsAttr("strides", 2, 2))
	relu(e, "c", "r").head("r", 4)
	add("keras: a channel added", e)

	e = exported(13, 1, 784)
	e.give(ints64("to", -1, 1, 28, 28)).op("Reshape", "x4", strs("x", "to")).conv("x4", "c", 4, 1, 3, intsAttr("strides", 2, 2))
	relu(e, "c", "r").head("r", 4)
	add("a vector that is a picture", e)

	e = exported(13, 1, 3, 8, 8)
	e.kind = typeFloat16
	e.conv("x", "c", 4, 3, 3, pads1()).norm("c", "bn", 4)
	relu(e, "bn", "r").head("r", 4).op("Softmax", "p", strs("y"), intAttr("axis", -1))
	e.output = "p"
	add("float16", e)

	e = x3(13)
	e.conv("x", "c", 4, 3, 3, pads1())
	relu(e, "c", "r").op("GlobalAveragePool", "gap", strs("r")).conv("gap", "logits", 3, 4, 1).op("Softmax", "p", strs("logits"), intAttr("axis", 1)).
		give(ints64("to", 1, 3)).op("Reshape", "y", strs("p", "to"))
	add("convolution as classifier, Softmax, Reshape", e)

	e = x3(13)
	e.conv("x", "c", 4, 3, 3, pads1(), intsAttr("strides", 2, 2)).op("Neg", "n", strs("c"))
	relu(e, "n", "r").head("r", 4)
	add("Neg", e)

	e = x3(13)
	e.conv("x", "c", 4, 3, 3, pads1())
	e.op("Max", "m", strs("c", "z")).give(tensor("z", []int64{1}, 0), tensor("s", []int64{1, 1, 1, 1}, 6)).op("Min", "mm", strs("s", "m")).head("mm", 4)
	add("Max and Min of tensors of one value", e)

	e = x3(7)
	e.conv("x", "c", 4, 3, 3, pads1(), intsAttr("kernel_shape", 3, 3)).norm("c", "bn", 4)
	relu(e, "bn", "r").op("Clip", "r6", strs("r"), floatAttr("max", 6)).op("GlobalAveragePool", "gap", strs("r6")).op("Flatten", "flat", strs("gap")).dense("flat", "y", 3, 4).op("Softmax", "p", strs("y"))
	e.output = "p"
	add("opset 7", e)

	e = x3(21)
	e.conv("x", "c", 4, 3, 3, pads1()).norm("c", "bn", 4)
	relu(e, "bn", "r").head("r", 4)
	add("opset 21", e)

	e = x3(13)
	e.conv("x", "c", 4, 3, 3, pads1()).op("ConstantOfShape", "zeros", strs("one"), attr("value", 4, sub(5, tensor("", []int64{1}, 0)))).give(ints64("one", 1)).
		op("Max", "r", strs("c", "zeros")).head("r", 4)
	add("ConstantOfShape as a bound", e)

	e = x3(13)
	e.give(tensor("wr", []int64{36, 3}, make([]float32, 108)...), ints64("to", 4, 3, 3, 3))
	e.inits[0] = nil
	e.inits = e.inits[1:]
	e.weights("wr", 12, 9).op("Reshape", "w", strs("wr", "to")).op("Conv", "c", strs("x", "w"), pads1())
	relu(e, "c", "r").head("r", 4)
	add("weights that are reshaped", e)

	// What needs other hardware is refused by name, with what would be needed.
	for op, why := range map[string]string{
		"LeakyRelu": "LeakyRelu is not supported", "Elu": "Elu is not supported", "Tanh": "Tanh is not supported", "HardSigmoid": "HardSigmoid is not supported",
		"InstanceNormalization": "InstanceNormalization is not supported", "Abs": "Abs is not supported", "Exp": "Exp is not supported",
	} {
		e = x3(13)
		e.conv("x", "c", 4, 3, 3, pads1())
		ins := strs("c")
		if op == "InstanceNormalization" {
			ins = strs("c", "in.weight", "in.bias")
			e.weights("in.weight", 4).weights("in.bias", 4)
		}
		e.op(op, "r", ins).head("r", 4).refuse(why)
		add("refused: "+op, e)
	}
	e = x3(13)
	e.conv("x", "c", 4, 3, 3, pads1())
	e.op("Sigmoid", "s", strs("c")).op("Mul", "r", strs("c", "s")).head("r", 4).refuse("Sigmoid is not supported")
	add("refused: SiLU", e)

	return all
}

// image is deterministic bytes of an input.
func (e *export) image() []uint8 {
	n := int64(1)
	for _, d := range e.dims {
		n *= d
	}
	r := rand.New(rand.NewPCG(23, uint64(n)))
	out := make([]uint8, n)
	for i := range out {
		out[i] = uint8(r.IntN(256))
	}
	return out
}

// record has outputs of the exports by another runtime, by name.
const record = "testdata/exports.json"

type recorded struct {
	Runtime string               `json:"runtime"`
	Outputs map[string][]float64 `json:"outputs"`
}

func readRecord(t *testing.T) (r recorded) {
	b, err := os.ReadFile(record)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &r))
	return r
}

// ours is what the importer makes of an export, run on its image.
func (e *export) ours(t *testing.T) (*Model, []float32) {
	m, err := Parse(e.bytes())
	require.NoError(t, err)
	in, err := m.Float().Tensor(e.image())
	require.NoError(t, err)
	outs, err := m.Float().Run(ctx, in)
	require.NoError(t, err)
	return m, outs[len(outs)-1].Data
}

// agrees compares the importer's outputs with another runtime's.
func (e *export) agrees(t *testing.T, got []float32, want []float64) {
	t.Helper()
	if e.result == typeInt64 { // the class
		require.Equal(t, []float64{float64(slices.Index(got, slices.Max(got)))}, want)
		return
	}
	deviation := 1e-5
	if e.kind == typeFloat16 {
		deviation = 2e-3 // the runtime rounds every layer to float16
	}
	require.Len(t, want, len(got))
	for i, x := range got {
		require.InDelta(t, want[i], x, deviation)
	}
}

// What exporters write computes what another runtime says, or is refused by name. The
// nightly test makes the record anew.
func TestExports(t *testing.T) {
	r := readRecord(t)
	known := 0
	for name, e := range exports() {
		t.Run(name, func(t *testing.T) {
			if e.refused != "" {
				_, err := Parse(e.bytes())
				require.ErrorContains(t, err, e.refused)
				return
			}
			known++
			m, got := e.ours(t)
			require.Contains(t, r.Outputs, name)
			e.agrees(t, got, r.Outputs[name])
			_, _, err := Import(ctx, m, Options{Quantizer: Quantizer{Bits: 4, Round: true}})
			require.NoError(t, err)
		})
	}
	require.Len(t, r.Outputs, known)
}

// With auto_pad the taps of a dilated kernel count with what is between them.
func TestDilatedSame(t *testing.T) {
	with := func(pad []byte) *file {
		e := exported(13, 1, 3, 8, 8)
		e.conv("x", "c", 4, 3, 3, pad, intsAttr("dilations", 2, 2)).op("Relu", "r", []string{"c"}).head("r", 4)
		e.input = info("x", 1, 3, 8, 8)
		return e.file
	}
	q := Quantizer{Bits: 4, Round: true}
	require.Equal(t, everything(t, with(intsAttr("pads", 2, 2, 2, 2)), q), everything(t, with(textAttr("auto_pad", "SAME_UPPER")), q))
}

// A fit leaves the zeros between the taps of a dilated kernel alone: there is no wire.
func TestDilatedFit(t *testing.T) {
	c := &convolution{outC: 1, kernel: [2]int{2, 2}, groups: 1, weights: []float64{1, 2, 3, 4}, bias: []float64{0}}
	tr := &translator{}
	require.True(t, tr.dilate(nil, c, [2]int{2, 3}))
	require.Equal(t, [2]int{3, 4}, c.kernel)
	require.Equal(t, []float64{1, 0, 0, 2, 0, 0, 0, 0, 3, 0, 0, 4}, c.weights)
	require.True(t, c.sparse)
}
