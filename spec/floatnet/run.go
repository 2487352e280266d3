package floatnet

import (
	"context"
	"fmt"
	"math"
	"runtime"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/crash"
)

// Run executes the graph on an input of shape g.Input in real units and returns
// the output of every node, bounds applied. It uses one worker per CPU that the
// process may use, and stops between nodes when ctx is done.
func (g *Graph) Run(ctx context.Context, input Tensor) ([]Tensor, error) {
	return g.run(ctx, input, nil)
}

// RunHook is Run with a function that may change each node's output in place
// before others read it, for instance to imitate a number format.
func (g *Graph) RunHook(ctx context.Context, input Tensor, hook func(node int, out Tensor)) ([]Tensor, error) {
	return g.run(ctx, input, hook)
}

func (g *Graph) run(ctx context.Context, input Tensor, hook func(int, Tensor)) ([]Tensor, error) {
	shapes, err := g.Shapes()
	if err != nil {
		return nil, err
	}
	if input.Shape != g.Input || len(input.Data) != g.Input.C*g.Input.H*g.Input.W {
		return nil, fmt.Errorf("input of shape %v with %d values, want %v", input.Shape, len(input.Data), g.Input)
	}
	workers := runtime.GOMAXPROCS(0)
	outs := make([]Tensor, len(g.Nodes))
	for i := range g.Nodes {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("before node %s: %w", g.Nodes[i].Name, err)
		}
		n := &g.Nodes[i]
		in := make([]Tensor, len(n.Inputs))
		for j, id := range n.Inputs {
			in[j] = input
			if id != Image {
				in[j] = outs[id]
			}
		}
		outs[i] = NewTensor(shapes[i])
		n.Op.run(in, outs[i], workers)
		n.Bounds.Apply(outs[i])
		if hook != nil {
			hook(i, outs[i])
		}
	}
	return outs, nil
}

// Run computes the node alone, without its bounds, on one CPU.
func (n *Node) Run(in []Tensor) (Tensor, error) {
	shapes := make([]spec.Shape, len(in))
	for i, t := range in {
		shapes[i] = t.Shape
	}
	s, err := n.Op.shape(shapes)
	if err != nil {
		return Tensor{}, fmt.Errorf("node %s: %w", n.Name, err)
	}
	out := NewTensor(s)
	n.Op.run(in, out, 1)
	return out, nil
}

// Apply clamps a tensor in place. A nil b leaves it as it is.
func (b *Bounds) Apply(t Tensor) {
	if b == nil {
		return
	}
	for i, x := range t.Data {
		t.Data[i] = min(max(x, b.Lo), b.Hi)
	}
}

// parallel calls f for 0..n-1, each once, on up to workers goroutines.
func parallel(n, workers int, f func(i int)) {
	var wg crash.Group
	wg.SetLimit(max(workers, 1))
	for i := range n {
		wg.Go(func() { f(i) })
	}
	wg.Wait()
}

func (Add) run(in []Tensor, out Tensor, _ int) {
	a, b := in[0].Data, in[1].Data
	for i := range out.Data {
		out.Data[i] = a[i] + b[i]
	}
}

func (p *Pool) run(in []Tensor, out Tensor, _ int) {
	frame := in[0].Shape.H * in[0].Shape.W
	for c := range out.Data {
		var sum float64
		for _, x := range in[0].Data[c*frame : (c+1)*frame] {
			sum += float64(x)
		}
		out.Data[c] = float32(sum * float64(p.Scale))
	}
}

func (d *Dense) run(in []Tensor, out Tensor, _ int) {
	x := in[0].Data
	for o := range d.OutN {
		sum := float64(d.Bias[o])
		for i, w := range d.Weights[o*len(x) : (o+1)*len(x)] {
			sum += float64(w) * float64(x[i])
		}
		out.Data[o] = float32(sum)
	}
}

func (s Softmax) run(in []Tensor, out Tensor, _ int) {
	top := math.Inf(-1)
	for _, x := range in[0].Data {
		top = max(top, float64(x))
	}
	var sum float64
	for _, x := range in[0].Data {
		sum += math.Exp(float64(x) - top)
	}
	for i, x := range in[0].Data {
		if s.Log {
			out.Data[i] = float32(float64(x) - top - math.Log(sum))
			continue
		}
		out.Data[i] = float32(math.Exp(float64(x)-top) / sum)
	}
}

func (Sigmoid) run(in []Tensor, out Tensor, _ int) {
	for i, x := range in[0].Data {
		out.Data[i] = float32(1 / (1 + math.Exp(-float64(x))))
	}
}
