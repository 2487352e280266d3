package onnx

import (
	"context"
	"fmt"
	"runtime"

	"gonum.org/v1/gonum/mat"

	"github.com/hashiflex/hashiflex/spec/crash"
	"github.com/hashiflex/hashiflex/spec/floatnet"
)

// sequence executes the model and its network side by side, layer by layer, on the same
// pictures. When the turn of a convolution comes, it is fitted to two things: the
// inputs that the quantized layers before it give, and the outputs that it has in the
// model. So it can compensate for errors of the layers before it.
type sequence struct {
	model, net *floatnet.Graph
	pairs      []pair // one for each picture
	last       []int  // for each node, the last that reads it
}

// pair has the outputs of both networks on one picture. Outputs that no later node
// reads are released.
type pair struct {
	inModel, inNet floatnet.Tensor
	model, net     []floatnet.Tensor
}

func newSequence(model, net *floatnet.Graph, pictures [][]uint8) (*sequence, error) {
	s := &sequence{model: model, net: net, last: lastReaders(net)}
	for _, p := range pictures {
		m, err := model.Tensor(p)
		if err != nil {
			return nil, err
		}
		q, err := net.Tensor(p)
		if err != nil {
			return nil, err
		}
		s.pairs = append(s.pairs, pair{m, q, make([]floatnet.Tensor, len(net.Nodes)), make([]floatnet.Tensor, len(net.Nodes))})
	}
	return s, nil
}

// lastReaders is, for each node, the last node that reads it.
func lastReaders(g *floatnet.Graph) []int {
	last := make([]int, len(g.Nodes))
	for i, n := range g.Nodes {
		for _, in := range n.Inputs {
			if in != floatnet.Image {
				last[in] = i
			}
		}
	}
	return last
}

// run goes through all layers. For each convolution it calls fit with its inputs in the
// network and the outputs that it should have, before their clamp. fit returns the new
// convolution.
func (s *sequence) run(ctx context.Context, fit func(node int, c *floatnet.Conv, in, want []floatnet.Tensor) (*floatnet.Conv, error)) error {
	for i := range s.net.Nodes {
		if err := ctx.Err(); err != nil {
			return err
		}
		want, err := s.step(i, s.model, func(p *pair) (floatnet.Tensor, []floatnet.Tensor) { return p.inModel, p.model })
		if err != nil {
			return err
		}
		if c, ok := s.net.Nodes[i].Op.(*floatnet.Conv); ok {
			in := make([]floatnet.Tensor, len(s.pairs))
			for k := range s.pairs {
				in[k] = read(s.net.Nodes[i].Inputs[0], s.pairs[k].inNet, s.pairs[k].net)
			}
			if c, err = fit(i, c, in, want); err != nil {
				return fmt.Errorf("layer %s: %w", s.net.Nodes[i].Name, err)
			}
			s.net.Nodes[i].Op = c
		}
		got, err := s.step(i, s.net, func(p *pair) (floatnet.Tensor, []floatnet.Tensor) { return p.inNet, p.net })
		if err != nil {
			return err
		}
		for k := range s.pairs {
			s.model.Nodes[i].Bounds.Apply(want[k])
			s.net.Nodes[i].Bounds.Apply(got[k])
			s.pairs[k].model[i], s.pairs[k].net[i] = want[k], got[k]
			for _, in := range s.net.Nodes[i].Inputs {
				if in != floatnet.Image && s.last[in] == i {
					s.pairs[k].model[in], s.pairs[k].net[in] = floatnet.Tensor{}, floatnet.Tensor{}
				}
			}
		}
	}
	return nil
}

func read(in int, image floatnet.Tensor, outs []floatnet.Tensor) floatnet.Tensor {
	if in == floatnet.Image {
		return image
	}
	return outs[in]
}

// step is the output of one node on every picture, before its clamp.
func (s *sequence) step(i int, g *floatnet.Graph, of func(*pair) (floatnet.Tensor, []floatnet.Tensor)) ([]floatnet.Tensor, error) {
	outs := make([]floatnet.Tensor, len(s.pairs))
	errs := make([]error, len(s.pairs))
	inParallel(len(s.pairs), func(k int) {
		image, before := of(&s.pairs[k])
		var in []floatnet.Tensor
		for _, id := range g.Nodes[i].Inputs {
			in = append(in, read(id, image, before))
		}
		outs[k], errs[k] = g.Nodes[i].Run(in)
	})
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return outs, nil
}

// inParallel calls f for 0 to n-1, on all CPUs.
func inParallel(n int, f func(i int)) {
	var wg crash.Group
	wg.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		wg.Go(func() { f(i) })
	}
	wg.Wait()
}

// samplesPerLayer is the approximate number of output positions in a fit, over all
// pictures.
const samplesPerLayer = 20000

// samples are inputs and wanted outputs of one group of a convolution, one row for each
// of some output positions of each picture.
func samples(c *floatnet.Conv, group int, in, want []floatnet.Tensor) (x, y *mat.Dense) {
	shape, to := in[0].Shape, want[0].Shape
	frame := to.H * to.W
	each := min(frame, max(1, samplesPerLayer/len(in)))
	// Positions are spread by a step that has no factor in common with the frame.
	step := spread(frame)
	inC, outC := shape.C/c.Groups, to.C/c.Groups
	kh, kw := c.Kernel[0], c.Kernel[1]
	x = mat.NewDense(len(in)*each, inC*kh*kw, nil)
	y = mat.NewDense(len(in)*each, outC, nil)
	for k := range in {
		for j := range each {
			p := j
			if each < frame {
				p = (k + j*step) % frame
			}
			py, px := p/to.W*c.Stride[0]-c.Pad[0], p%to.W*c.Stride[1]-c.Pad[1]
			row := x.RawRowView(k*each + j)
			t := 0
			for ic := range inC {
				plane := in[k].Data[(group*inC+ic)*shape.H*shape.W:]
				for ky := range kh {
					for kx := range kw {
						if iy, ix := py+ky, px+kx; iy >= 0 && iy < shape.H && ix >= 0 && ix < shape.W {
							row[t] = float64(plane[iy*shape.W+ix])
						}
						t++
					}
				}
			}
			out := y.RawRowView(k*each + j)
			for oc := range outC {
				out[oc] = float64(want[k].Data[(group*outC+oc)*frame+p])
			}
		}
	}
	return x, y
}

// spread is a step near the golden section of n that visits all of 0 to n-1.
func spread(n int) int {
	gcd := func(a, b int) int {
		for b != 0 {
			a, b = b, a%b
		}
		return a
	}
	for s := max(1, n*618/1000); ; s++ {
		if gcd(s, n) == 1 {
			return s
		}
	}
}
