package onnx

import (
	"context"
	"errors"
	"math"

	"github.com/hashiflex/hashiflex/spec/floatnet"
	"github.com/hashiflex/hashiflex/spec/quantize"
)

// fit replaces the weights of convolutions by powers of two, and their biases, layer by
// layer. The result should compute on pictures what the model computes.
func (im *importer) fit(ctx context.Context, method Method, paths []string) error {
	g := im.graph()
	room, err := inMemory(g)
	if err != nil {
		return err
	}
	chosen, each := choose(paths, room)
	if method == MethodMoments {
		// Moments are too few to overfit, and enlarged corners have different ones.
		each = min(each, 2)
	}
	if len(chosen) < len(paths) {
		im.note("weights are fitted to %d of %d pictures: more would take too long, or more memory than there is for it", len(chosen), len(paths))
	}
	var pictures [][]uint8
	for _, p := range chosen {
		b, err := floatnet.ReadPicture(p, im.m.Input)
		if err != nil {
			return err
		}
		pictures = append(pictures, views(b, im.m.Input)[:each]...)
	}
	s, err := newSequence(im.m.graph(im.m.layers), g, pictures)
	if err != nil {
		return err
	}
	total := 0
	for _, l := range im.layers {
		if l.conv != nil {
			total++
		}
	}
	return s.run(ctx, func(node int, c *floatnet.Conv, in, want []floatnet.Tensor) (*floatnet.Conv, error) {
		l := im.layers[node]
		if n := len(c.Weights) / c.OutC; n > maxFitInputs {
			im.note("layer %s: weights are rounded one by one: a fit of %d inputs, more than %d, would take too long", l.name, n, maxFitInputs)
			out := *c
			for oc := range c.OutC {
				im.opt.Quantizer.round(l.conv.channel(oc))
			}
			out.Weights = narrow(l.conv.weights)
			return &out, nil
		}
		errs := make([]error, c.Groups)
		inParallel(c.Groups, func(g int) {
			errs[g] = im.fitGroup(l.conv, g, method, quantize.NewMoments(samples(c, g, in, want)), len(in)*want[0].Shape.H*want[0].Shape.W)
		})
		if err := errors.Join(errs...); err != nil {
			return nil, err
		}
		if im.opt.Progress != nil {
			im.opt.Progress(l.name, total)
		}
		out := *c
		out.Weights, out.Bias = narrow(l.conv.weights), narrow(l.conv.bias)
		return &out, nil
	})
}

// maxFitInputs bounds the inputs of an output that is fitted. Memory grows with their
// square, and time with their cube. A 3×3 window of 512 channels has 4,608.
const maxFitInputs = 6000

// Limits of a fit: the number of pictures, views included, and the bytes in memory at
// once for the outputs of both networks.
const (
	maxPictures = 128
	maxBytes    = 3 << 30
)

// inMemory is the number of pictures, at least 1, on which a graph and another of its
// shape can be executed layer by layer at once.
func inMemory(g *floatnet.Graph) (int, error) {
	shapes, err := g.Shapes()
	if err != nil {
		return 0, err
	}
	last := lastReaders(g)
	size := func(i int) int { return shapes[i].C * shapes[i].H * shapes[i].W }
	most, live := 1, g.Input.C*g.Input.H*g.Input.W
	for i, n := range g.Nodes {
		live += size(i)
		most = max(most, live)
		for _, in := range n.Inputs {
			if in != floatnet.Image && last[in] == i {
				live -= size(in)
			}
		}
	}
	const perValue = 2 * 4 // two networks, float32
	return min(maxPictures, max(1, maxBytes/(perValue*most))), nil
}

// choose picks pictures, spread over all, and the number of views of each that fit.
func choose(paths []string, room int) (chosen []string, each int) {
	n := min(len(paths), room)
	for i := range n {
		chosen = append(chosen, paths[i*len(paths)/n])
	}
	return chosen, min(numViews, max(1, room/n))
}

// damping is the weight of the trained weights against the samples. They count as this
// many positions for each weight of an output. Positions of one picture are not
// independent samples, so it is not less than 1 even for many of them. Without damping a
// fit to eight pictures is 6 dB worse on others.
const damping = 1

// fitGroup fits the outputs of one group of a convolution. positions is the number of
// output positions of a channel, over all pictures.
func (im *importer) fitGroup(c *convolution, group int, method Method, m *quantize.Moments, positions int) error {
	outputs := c.outC / c.groups
	trained := make([][]float64, outputs)
	for k := range trained {
		trained[k] = c.channel(group*outputs + k)
	}
	set := func(k int, w []float64) {
		copy(trained[k], w)
		c.bias[group*outputs+k] = m.Bias(k, w)
	}
	q := im.opt.Quantizer
	if method == MethodMoments {
		inParallel(outputs, func(k int) { set(k, m.MatchDeviation(k, trained[k], q.rounded)) })
		return nil
	}
	r, err := quantize.NewRefit(m, trained, damping*float64(len(m.MeanX))/float64(positions))
	if err != nil {
		return err
	}
	inParallel(outputs, func(k int) {
		var free []bool
		if im.pruned || c.sparse {
			free = make([]bool, len(trained[k]))
			for i, w := range trained[k] {
				free[i] = w != 0
			}
		}
		set(k, r.Best(k, q.grids(r.Optimum(k)), free))
	})
	return nil
}

// rounded is a copy of a channel's weights, rounded by round.
func (q Quantizer) rounded(w []float64) []float64 {
	out := append([]float64(nil), w...)
	q.round(out)
	return out
}

// grids are the grids that may suit a channel of weights w. Their windows begin at the
// power of two above the largest weight, at it, and below it.
func (q Quantizer) grids(w []float64) []quantize.Grid {
	top := 0.0
	for _, v := range w {
		top = max(top, math.Abs(v))
	}
	if top == 0 {
		return []quantize.Grid{{0}}
	}
	k, _ := exponent(top)
	var gs []quantize.Grid
	for d := -1; d <= 1; d++ {
		gs = append(gs, quantize.Sums(k-d, window(q.Bits), q.terms()))
	}
	return gs
}
