package floatnet

import (
	"fmt"

	"github.com/hashiflex/hashiflex/spec"
)

// Tensor is a feature map in CHW order. A vector of n features has the shape
// n×1×1.
type Tensor struct {
	Shape spec.Shape
	Data  []float32
}

// NewTensor is a tensor of zeros.
func NewTensor(s spec.Shape) Tensor {
	return Tensor{s, make([]float32, s.C*s.H*s.W)}
}

// Image is the index by which a node refers to the graph's input.
const Image = -1

// Graph is a network in execution order.
type Graph struct {
	Input spec.Shape
	// PerByte is the real value of an image byte of 1: 1/255 or 1/256.
	PerByte float64
	// Preprocess is applied to an image after PerByte, in order.
	Preprocess []spec.Preprocess
	Nodes      []Node
}

// Node is one operation.
type Node struct {
	Name   string
	Inputs []int // nodes before this one, or Image
	Op     Op
	Bounds *Bounds // nil: none
}

// Bounds clamp a node's output; ReLU6 is {0, 6}. Infinities are allowed.
type Bounds struct{ Lo, Hi float32 }

// Op is what a node computes: *Conv, Add, *Pool, *MaxPool, *AvgPool, Concat, *Split, *Dense
// or Softmax.
type Op interface {
	// shape is the output's, or an error when the inputs do not fit.
	shape(in []spec.Shape) (spec.Shape, error)
	run(in []Tensor, out Tensor, workers int)
}

// Conv is a grouped convolution; padding reads 0.
type Conv struct {
	OutC    int
	Kernel  [2]int    // rows, columns
	Stride  [2]int    // rows, columns
	Pad     [4]int    // top, left, bottom, right
	Groups  int       // at least 1
	Weights []float32 // [OutC][InC/Groups][rows][columns]
	Bias    []float32 // [OutC]
}

// Add is the sum of two tensors of one shape.
type Add struct{}

// Pool is, for each channel, the sum over the frame, times Scale.
type Pool struct{ Scale float32 }

// Dense is a matrix times the input flattened in CHW order, plus a bias.
type Dense struct {
	OutN    int
	Weights []float32 // [OutN][InN]
	Bias    []float32 // [OutN]
}

// Softmax normalizes exponentials over all elements. With Log it gives their logarithms.
type Softmax struct{ Log bool }

// Sigmoid is 1/(1+e^-x) of each element.
type Sigmoid struct{}

func (c *Conv) shape(in []spec.Shape) (spec.Shape, error) {
	if len(in) != 1 {
		return spec.Shape{}, fmt.Errorf("convolution of %d inputs", len(in))
	}
	s := in[0]
	if c.Groups < 1 || s.C%c.Groups != 0 || c.OutC%c.Groups != 0 {
		return spec.Shape{}, fmt.Errorf("%d groups do not divide %d input and %d output channels", c.Groups, s.C, c.OutC)
	}
	if c.Kernel[0] < 1 || c.Kernel[1] < 1 || c.Stride[0] < 1 || c.Stride[1] < 1 {
		return spec.Shape{}, fmt.Errorf("kernel %v with stride %v", c.Kernel, c.Stride)
	}
	if want := c.OutC * (s.C / c.Groups) * c.Kernel[0] * c.Kernel[1]; len(c.Weights) != want {
		return spec.Shape{}, fmt.Errorf("%d weights, want %d", len(c.Weights), want)
	}
	if len(c.Bias) != c.OutC {
		return spec.Shape{}, fmt.Errorf("%d biases, want %d", len(c.Bias), c.OutC)
	}
	h := s.H + c.Pad[0] + c.Pad[2] - c.Kernel[0]
	w := s.W + c.Pad[1] + c.Pad[3] - c.Kernel[1]
	if h < 0 || w < 0 {
		return spec.Shape{}, fmt.Errorf("kernel %v is larger than the padded input %v", c.Kernel, s)
	}
	return spec.Shape{C: c.OutC, H: h/c.Stride[0] + 1, W: w/c.Stride[1] + 1}, nil
}

func (Add) shape(in []spec.Shape) (spec.Shape, error) {
	if len(in) != 2 || in[0] != in[1] {
		return spec.Shape{}, fmt.Errorf("addition of shapes %v", in)
	}
	return in[0], nil
}

func (*Pool) shape(in []spec.Shape) (spec.Shape, error) {
	if len(in) != 1 {
		return spec.Shape{}, fmt.Errorf("pool of %d inputs", len(in))
	}
	return spec.Shape{C: in[0].C, H: 1, W: 1}, nil
}

func (d *Dense) shape(in []spec.Shape) (spec.Shape, error) {
	if len(in) != 1 {
		return spec.Shape{}, fmt.Errorf("dense layer of %d inputs", len(in))
	}
	if n := in[0].C * in[0].H * in[0].W; len(d.Weights) != n*d.OutN || len(d.Bias) != d.OutN {
		return spec.Shape{}, fmt.Errorf("%d weights and %d biases for %d inputs and %d outputs", len(d.Weights), len(d.Bias), n, d.OutN)
	}
	return spec.Shape{C: d.OutN, H: 1, W: 1}, nil
}

func (Sigmoid) shape(in []spec.Shape) (spec.Shape, error) { return Softmax{}.shape(in) }

func (Softmax) shape(in []spec.Shape) (spec.Shape, error) {
	if len(in) != 1 {
		return spec.Shape{}, fmt.Errorf("softmax of %d inputs", len(in))
	}
	return in[0], nil
}

// Shapes are the output shapes of all nodes. An error names the node.
func (g *Graph) Shapes() ([]spec.Shape, error) {
	shapes := make([]spec.Shape, len(g.Nodes))
	for i := range g.Nodes {
		n := &g.Nodes[i]
		in := make([]spec.Shape, len(n.Inputs))
		for j, id := range n.Inputs {
			switch {
			case id == Image:
				in[j] = g.Input
			case id >= 0 && id < i:
				in[j] = shapes[id]
			default:
				return nil, fmt.Errorf("node %s: input %d is not an earlier node", n.Name, id)
			}
		}
		s, err := n.Op.shape(in)
		if err != nil {
			return nil, fmt.Errorf("node %s: %w", n.Name, err)
		}
		shapes[i] = s
	}
	return shapes, nil
}
