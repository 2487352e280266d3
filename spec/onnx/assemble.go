package onnx

import (
	"fmt"
	"math"
	"math/bits"
	"slices"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
)

// network builds the network of integers from the powers of two and the formats.
func (im *importer) network() (*spec.Network, error) {
	name := im.opt.Name
	if name == "" {
		name = im.m.Name
	}
	net := &spec.Network{
		Name:  name,
		Input: spec.Input{Shape: im.m.Input, Format: im.input, Preprocess: im.m.Preprocess},
	}
	if q := im.m.quantized; q != nil && q.format != byteFormat && net.Input.Preprocess == nil {
		// The model quantizes b/255 as it is; without a step a byte would be the integer itself.
		net.Input.Preprocess = []spec.Preprocess{{Op: "mul", Value: []float64{1}}}
	}
	var ps problems
	ranges := make([]spec.Range, len(im.layers))
	for i, l := range im.layers {
		out := &spec.Layer{Name: l.name, Out: spec.Requant{
			Format: im.formats[i], Rounding: spec.RND, Overflow: spec.SAT, Clamp: l.clamp(im.formats[i])}}
		if q := l.quantized; q != nil {
			out.Out.Rounding, out.Out.Overflow = q.rounding, q.overflow
		}
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
			recip, frac := im.reciprocal(i, s.H*s.W, inF, inR, &ps)
			out.Op = &spec.Pool{Recip: recip, RecipFrac: frac}
		case l.maxPool != nil:
			out.Op = &spec.MaxPool{Window: *l.maxPool}
		case l.avgPool != nil:
			recip, frac := im.reciprocal(i, l.avgPool.Taps(), inF, inR, &ps)
			out.Op = &spec.AvgPool{Window: *l.avgPool, Recip: recip, RecipFrac: frac}
		case l.concat:
			out.Op = &spec.Concat{}
		case l.split != nil:
			split := *l.split
			out.Op = &split
		case l.dense != nil:
			d := im.dense(i, inF, &rep)
			if im.m.integers {
				im.exactDense(l, d, inF, inR, out, &ps)
				rep.Format = out.Out.Format
			}
			out.Op = d
		}
		rep.Kind = out.Kind()
		im.rep.Layers = append(im.rep.Layers, rep)
		net.Layers = append(net.Layers, out)
	}
	return net, ps.err()
}

// reciprocal is 1/n, where layer i takes the mean of n values. In a quantized model it
// is exact enough for every mean.
func (im *importer) reciprocal(i, n int, inF spec.Format, inR spec.Range, ps *problems) (recip int64, frac int) {
	l, out := im.layers[i], im.formats[i]
	if l.quantized == nil {
		return reciprocal(n)
	}
	recip, frac, ok := exactReciprocal(n, inR, out.Frac-inF.Frac)
	if !ok {
		ps.add(l.problem("the mean of %d values in %v may lie halfway between two of %v, which no product with a constant tells; quantize it as finely as its input or finer", n, inF, out))
		return reciprocal(n)
	}
	return recip, frac
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
		ch := settle(c.channel(oc), c.bias[oc], inR, inF.Frac, im.formats[i].Frac, rep.Terms, c.integers)
		if c.integers {
			im.exactBias(l, oc, ch, inF.Frac, ps)
			for _, code := range ch.codes {
				for window(rep.Bits) < int(max(code, -code)) {
					rep.Bits++
				}
			}
		}
		if ch.dropped > 0 && !im.opt.Quantizer.Round && !c.integers {
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
	most := maxBits
	if rep.Terms > 1 {
		most = maxSumBits
	}
	if rep.Bits > most {
		ps.add(l.problem("weights and biases of one channel take codes of %d bits, more than %d; quantize biases more coarsely", rep.Bits, most))
		rep.Bits = most
	}
	out.Bits = rep.Bits
	return out
}

// exactBias reports a channel of a quantized model whose bias is not an integer in the
// accumulator's unit, or whose weights fit no accumulator. A channel without weights is
// its bias, rounded as every output is.
func (im *importer) exactBias(l *layer, oc int, ch channel, inFrac int, ps *problems) {
	if ch.dropped > 0 {
		ps.add(l.problem("channel %d: bias %v does not fit an accumulator as fine as the weights; %d of them would lose digits", oc, l.conv.bias[oc], ch.dropped))
		return
	}
	if !slices.ContainsFunc(ch.codes, func(c spec.Code) bool { return c != 0 }) {
		return
	}
	if bias := l.conv.bias[oc]; math.Ldexp(float64(ch.bias), ch.base-inFrac) != bias {
		ps.add(l.problem("channel %d: bias %v is no integer of 32 bits in units of 2^%d; quantize it with the scale of the input times that of the weights", oc, bias, ch.base-inFrac))
	}
}

// exactDense reports the values of a quantized model's dense layer that are not
// integers of the head. If the model leaves the logits real, it gives them as many
// fraction bits as they need, provided that 16 bits hold them.
func (im *importer) exactDense(l *layer, d *spec.Dense, inF spec.Format, inR spec.Range, out *spec.Layer, ps *problems) {
	n := len(d.Weights) / d.OutN
	for i, w := range d.Weights {
		if real := l.dense.trained[i]; math.Ldexp(float64(w), -d.WeightFrac) != real {
			ps.add(l.problem("channel %d: weight %d is %v, no integer in -127..127 in units of 2^%d, the scale of the layer; the head has one scale a layer, and no -128", i/n, i%n, real, -d.WeightFrac))
			return
		}
	}
	for o, b := range d.Bias {
		if real := l.dense.bias[o]; math.Ldexp(float64(b), -inF.Frac-d.WeightFrac) != real {
			ps.add(l.problem("channel %d: bias %v is no integer of 32 bits in units of 2^%d; quantize it with the scale of the input times that of the weights", o, real, -inF.Frac-d.WeightFrac))
			return
		}
	}
	if l.quantized != nil {
		return
	}
	most := int64(1)
	for o, b := range d.Bias {
		sum := max(int64(b), -int64(b))
		for _, w := range d.Weights[o*n : (o+1)*n] {
			sum += max(int64(w), -int64(w)) * max(inR.Hi, -inR.Lo)
		}
		most = max(most, sum)
	}
	frac := inF.Frac + d.WeightFrac
	f := spec.Format{Signed: true, Width: logitWidth, Frac: frac - max(0, bits.Len64(uint64(most))+1-logitWidth)}
	out.Out.Format, out.Out.Clamp = f, l.clamp(f)
	if f.Frac < frac {
		im.note("layer %s: the model leaves the logits real; they are rounded to %v", l.name, f)
	}
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
