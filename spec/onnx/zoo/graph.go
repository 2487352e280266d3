package zoo

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
)

// Graph is the ONNX file of a real-valued network, with its weights: an image "image" of
// float32 in NCHW order, after the host's preprocessing, and the last node's output. It
// says what an exporter of a trained network would say, so that another runtime can fuse
// what it fuses elsewhere: a clamp is a Clip or a Relu behind its node, a global pool
// a GlobalAveragePool. Sigmoid and Softmax have no place in a network of silicon, and are
// refused.
func Graph(name string, g *floatnet.Graph) ([]byte, error) {
	shapes, err := g.Shapes()
	if err != nil {
		return nil, err
	}
	b := newBuilder(name, Options{})
	outs := make([]string, len(g.Nodes))
	for i := range g.Nodes {
		n := &g.Nodes[i]
		ins, shape := make([]string, len(n.Inputs)), g.Input
		for k, from := range n.Inputs {
			ins[k] = "image"
			if from != floatnet.Image {
				ins[k], shape = outs[from], shapes[from]
			}
		}
		if outs[i], err = b.operation(n, ins, shape); err != nil {
			return nil, fmt.Errorf("node %s: %w", n.Name, err)
		}
		outs[i] = b.clamp(n, outs[i])
	}
	last := len(g.Nodes) - 1
	out := []int64{1, int64(shapes[last].C), int64(shapes[last].H), int64(shapes[last].W)}
	if _, flat := g.Nodes[last].Op.(*floatnet.Dense); flat {
		out = out[:2]
	}
	return b.file("image", []int64{1, int64(g.Input.C), int64(g.Input.H), int64(g.Input.W)}, outs[last], out...), nil
}

// operation adds the node without its clamp; shape is its last input's.
func (b *builder) operation(n *floatnet.Node, ins []string, shape spec.Shape) (string, error) {
	switch op := n.Op.(type) {
	case *floatnet.Conv:
		w := b.floats(n.Name+".weight", op.Weights, op.OutC, shape.C/op.Groups, op.Kernel[0], op.Kernel[1])
		bias := b.floats(n.Name+".bias", op.Bias, op.OutC)
		return b.node("Conv", n.Name, append(ins, w, bias), append(window(op.Kernel, op.Stride, op.Pad), attribute{"group", int64(op.Groups)})...), nil
	case floatnet.Add:
		return b.node("Add", n.Name, ins), nil
	case *floatnet.Pool:
		return b.times(n, b.node("GlobalAveragePool", n.Name, ins), float64(op.Scale)*float64(shape.H*shape.W)), nil
	case *floatnet.MaxPool:
		return b.node("MaxPool", n.Name, ins, window(op.Kernel, op.Stride, op.Pad)...), nil
	case *floatnet.AvgPool:
		pooled := b.node("AveragePool", n.Name, ins, append(window(op.Kernel, op.Stride, op.Pad), attribute{"count_include_pad", int64(1)})...)
		return b.times(n, pooled, float64(op.Scale)*float64(op.Taps())), nil
	case floatnet.Concat:
		return b.node("Concat", n.Name, ins, attribute{"axis", int64(1)}), nil
	case *floatnet.Split:
		from := b.integers(n.Name+".from", int64(op.First))
		to := b.integers(n.Name+".to", int64(op.First+op.Count))
		return b.node("Slice", n.Name, append(ins, from, to, b.integers(n.Name+".axis", 1))), nil
	case *floatnet.Dense:
		flat := b.node("Flatten", n.Name+"_flat", ins, attribute{"axis", int64(1)})
		w := b.floats(n.Name+".weight", op.Weights, op.OutN, shape.C*shape.H*shape.W)
		return b.node("Gemm", n.Name, []string{flat, w, b.floats(n.Name+".bias", op.Bias, op.OutN)}, attribute{"transB", int64(1)}), nil
	}
	return "", fmt.Errorf("%T is no layer of a network", n.Op)
}

// clamp adds a node's bounds behind its output.
func (b *builder) clamp(n *floatnet.Node, x string) string {
	if n.Bounds == nil {
		return x
	}
	lo, hi := float64(n.Bounds.Lo), float64(n.Bounds.Hi)
	switch {
	case math.IsInf(lo, -1) && math.IsInf(hi, 1):
		return x
	case lo == 0 && math.IsInf(hi, 1):
		return b.node("Relu", n.Name+"_relu", []string{x})
	}
	return b.node("Clip", n.Name+"_clip", []string{x, b.scalar(n.Name+".lo", lo), b.scalar(n.Name+".hi", hi)})
}

// times adds a factor behind a pool: a mean by a rounded reciprocal is not quite a mean.
func (b *builder) times(n *floatnet.Node, x string, factor float64) string {
	if factor == 1 {
		return x
	}
	return b.node("Mul", n.Name+"_scaled", []string{x, b.scalar(n.Name+".scale", factor)})
}

func window(kernel, stride [2]int, pad [4]int) []attribute {
	long := func(xs ...int) (l []int64) {
		for _, x := range xs {
			l = append(l, int64(x))
		}
		return l
	}
	return []attribute{{"kernel_shape", long(kernel[:]...)}, {"strides", long(stride[:]...)}, {"pads", long(pad[:]...)}}
}

func (b *builder) scalar(name string, x float64) string {
	return b.tensor(name, nil, func(int) float64 { return x })
}

func (b *builder) floats(name string, xs []float32, dims ...int) string {
	var long []int64
	for _, d := range dims {
		long = append(long, int64(d))
	}
	return b.tensor(name, long, func(i int) float64 { return float64(xs[i]) })
}

// integers adds a constant vector of int64.
func (b *builder) integers(name string, xs ...int64) string {
	var data []byte
	for _, x := range xs {
		data = binary.LittleEndian.AppendUint64(data, uint64(x))
	}
	b.graph = bytes(b.graph, 5, bytes(text(number(number(nil, 1, int64(len(xs))), 2, 7), 8, name), 9, data))
	return name
}
