package onnx

import (
	"fmt"
	"math"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
)

// Model is the user's network in real numbers: batch norm folded, clamps attached to
// the layer that they follow, softmax set aside.
type Model struct {
	Name       string
	File       string // source of the model, "" if it was not read from a file
	SHA256     string // of the file alone, in hex
	Input      spec.Shape
	Preprocess []spec.Preprocess // steps between the graph's input and the first layer
	Softmax    string            // name of the final Softmax, LogSoftmax, Sigmoid or ArgMax, "" when there is none
	Classes    []string          // names of the classes, nil if the model has none
	Notes      []string          // what was dropped or ignored, one line each
	integers   bool              // the model is quantized; see quantized.go
	quantized  *quantization     // of the image
	last       floatnet.Op       // what Softmax does, nil for ArgMax
	layers     []*layer
}

// layer is one operation; exactly one of those up to dense is set.
type layer struct {
	name   string
	inputs []int // earlier layers, or floatnet.Image
	conv   *convolution
	add    bool
	pool   bool
	// maxPool and avgPool are pools of windows; padding of the second counts as 0.
	maxPool, avgPool *spec.Window
	// partial says that the largest of the frame follows. Its values are its input's, so
	// it has the format of these, whatever images say.
	partial bool
	concat  bool        // of two inputs
	split   *spec.Split // some channels
	dense   *dense
	lo, hi  float64 // clamp; infinite when there is none
	clamps  int     // nodes merged into lo and hi
	// quantized is the quantization of the output; nil in a model of real numbers.
	quantized *quantization
	shape     spec.Shape
	// unsettled says that the weights are not final because of
	// problems of the model, such as a batch norm that could not be folded in.
	unsettled bool
}

// convolution has the layout of floatnet.Conv, in float64.
type convolution struct {
	outC           int
	kernel, stride [2]int
	pad            [4]int
	groups         int
	weights, bias  []float64
	// integers says that the model's weights are integers times a power of two, so
	// sums of powers of two represent them exactly.
	integers bool
	// sparse says that weights of 0 stand between the taps and stay 0.
	sparse bool
}

// dense has the layout of floatnet.Dense, in float64.
type dense struct {
	outN          int
	weights, bias []float64
	trained       []float64 // weights before they were rounded, of a model that is quantized
}

func (c *convolution) channel(oc int) []float64 {
	n := len(c.weights) / c.outC
	return c.weights[oc*n : (oc+1)*n]
}

func (l *layer) bounded() bool { return !math.IsInf(l.lo, -1) || !math.IsInf(l.hi, 1) }

// Float is the unquantized model, its final Softmax included: one node per layer. An image byte b
// enters as b/255.
func (m *Model) Float() *floatnet.Graph {
	g := m.graph(m.layers)
	if m.last != nil {
		g.Nodes = append(g.Nodes, floatnet.Node{Name: m.Softmax, Inputs: []int{len(m.layers) - 1}, Op: m.last})
	}
	return g
}

// graph executes layers, which have the model's topology.
func (m *Model) graph(layers []*layer) *floatnet.Graph {
	g := &floatnet.Graph{Input: m.Input, PerByte: 1.0 / 255, Preprocess: m.Preprocess}
	for _, l := range layers {
		n := floatnet.Node{Name: l.name, Inputs: l.inputs}
		switch {
		case l.conv != nil:
			c := l.conv
			n.Op = &floatnet.Conv{OutC: c.outC, Kernel: c.kernel, Stride: c.stride, Pad: c.pad, Groups: c.groups,
				Weights: narrow(c.weights), Bias: narrow(c.bias)}
		case l.add:
			n.Op = floatnet.Add{}
		case l.pool:
			in := m.inputShape(l)
			n.Op = &floatnet.Pool{Scale: float32(1 / float64(in.H*in.W))}
		case l.maxPool != nil:
			n.Op = &floatnet.MaxPool{Window: *l.maxPool}
		case l.avgPool != nil:
			n.Op = &floatnet.AvgPool{Window: *l.avgPool, Scale: float32(1 / float64(l.avgPool.Taps()))}
		case l.concat:
			n.Op = floatnet.Concat{}
		case l.split != nil:
			n.Op = &floatnet.Split{First: l.split.First, Count: l.split.Count}
		case l.dense != nil:
			n.Op = &floatnet.Dense{OutN: l.dense.outN, Weights: narrow(l.dense.weights), Bias: narrow(l.dense.bias)}
		default:
			panic(fmt.Sprintf("onnx: layer %s has no operation", l.name))
		}
		if l.bounded() {
			n.Bounds = &floatnet.Bounds{Lo: float32(l.lo), Hi: float32(l.hi)}
		}
		g.Nodes = append(g.Nodes, n)
	}
	return g
}

// inputShape is the shape of a layer's first input.
func (m *Model) inputShape(l *layer) spec.Shape {
	return m.shapeOf(l.inputs[0])
}

// shapeOf is the shape of a layer's output, or of the image.
func (m *Model) shapeOf(layer int) spec.Shape {
	if layer == floatnet.Image {
		return m.Input
	}
	return m.layers[layer].shape
}

func narrow(xs []float64) []float32 {
	out := make([]float32, len(xs))
	for i, x := range xs {
		out[i] = float32(x)
	}
	return out
}
