package onnx

import (
	"fmt"
	"math"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
)

// network puts the integers together, given powers of two and formats.
func (im *importer) network() (*spec.Network, error) {
	name := im.opt.Name
	if name == "" {
		name = im.m.Name
	}
	net := &spec.Network{
		Name:  name,
		Input: spec.Input{Shape: im.m.Input, Format: im.input, Preprocess: im.m.Preprocess},
	}
	var ps problems
	ranges := make([]spec.Range, len(im.layers))
	for i, l := range im.layers {
		out := &spec.Layer{Name: l.name, Out: spec.Requant{
			Format: im.formats[i], Rounding: spec.RND, Overflow: spec.SAT, Clamp: l.clamp(im.formats[i])}}
		ranges[i] = out.Out.Range()
		inF, inR := im.input, im.input.Range()
		for k, in := range l.inputs {
			if in == floatnet.Image {
				out.Inputs = append(out.Inputs, spec.InputName)
				continue
			}
			out.Inputs = append(out.Inputs, im.layers[in].name)
			if k == 0 {
				inF, inR = im.formats[in], ranges[in]
			}
		}
		rep := LayerReport{Name: l.name, Format: im.formats[i]}
		switch {
		case l.conv != nil:
			out.Op = im.conv(i, inF, inR, &rep, &ps)
		case l.add:
			out.Op = &spec.Add{}
		case l.pool:
			s := im.m.inputShape(l)
			recip, frac := reciprocal(s.H * s.W)
			out.Op = &spec.Pool{Recip: recip, RecipFrac: frac}
		case l.maxPool != nil:
			out.Op = &spec.MaxPool{Window: *l.maxPool}
		case l.avgPool != nil:
			recip, frac := reciprocal(l.avgPool.Taps())
			out.Op = &spec.AvgPool{Window: *l.avgPool, Recip: recip, RecipFrac: frac}
		case l.concat:
			out.Op = &spec.Concat{}
		case l.split != nil:
			split := *l.split
			out.Op = &split
		case l.dense != nil:
			out.Op = im.dense(i, inF, &rep)
		}
		rep.Kind = out.Kind()
		im.rep.Layers = append(im.rep.Layers, rep)
		net.Layers = append(net.Layers, out)
	}
	return net, ps.err()
}

func (im *importer) conv(i int, inF spec.Format, inR spec.Range, rep *LayerReport, ps *problems) *spec.Conv {
	l := im.layers[i]
	c := l.conv
	rep.Bits, rep.Terms, rep.Weights = im.spelled[i].bits, im.spelled[i].terms, len(c.weights)
	out := &spec.Conv{OutC: c.outC, Kernel: c.kernel, Stride: c.stride, Pad: c.pad, Groups: c.groups, Bits: rep.Bits}
	if rep.Terms > 1 {
		out.Terms = rep.Terms
	}
	for oc := range c.outC {
		ch := settle(c.channel(oc), c.bias[oc], inR, inF.Frac, im.formats[i].Frac, rep.Terms)
		if ch.dropped > 0 && !im.opt.Quantizer.Round {
			ps.add(&WeightProblem{Layer: l.name, Channel: oc, Index: -1, Msg: fmt.Sprintf(
				"bias %v does not fit an accumulator as fine as the weights; %d of them would have to be dropped", c.bias[oc], ch.dropped)})
		}
		out.Codes = append(out.Codes, ch.codes...)
		out.Base = append(out.Base, int32(ch.base))
		out.Bias = append(out.Bias, ch.bias)
		nonZero := 0
		trained := im.m.layers[i].conv.channel(oc)
		for t := range trained {
			switch {
			case ch.codes[t*rep.Terms] != 0:
				nonZero++
			case trained[t] != 0:
				rep.Zeroed++
			}
		}
		rep.NonZero += nonZero
		rep.Dropped += ch.dropped
		if nonZero == 0 {
			rep.Constant++
		}
	}
	return out
}

func (im *importer) dense(i int, inF spec.Format, rep *LayerReport) *spec.Dense {
	d, h := im.layers[i].dense, im.heads[i]
	out := &spec.Dense{OutN: d.outN, Weights: h.weights, WeightFrac: h.frac}
	for _, b := range d.bias {
		out.Bias = append(out.Bias, saturate(math.Ldexp(b, inF.Frac+h.frac)))
	}
	rep.Weights = len(h.weights)
	for _, w := range h.weights {
		if w != 0 {
			rep.NonZero++
		}
	}
	return out
}
