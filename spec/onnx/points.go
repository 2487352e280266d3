package onnx

import (
	"fmt"
	"slices"
)

// A batch norm, or arithmetic with a constant for each channel, has no hardware of its
// own where a layer takes it in: the convolution or dense layer before it that nothing
// else reads, or those that read it. Elsewhere it is a layer, a depthwise convolution of
// one pixel; as in networks that normalize before they convolve. So is a clamp of a
// value that others read without it. With a factor of 1 such a layer has no adders.

// affine is y = factor · x + shift, channel by channel.
type affine struct {
	factor, shift []float64
	by            *nodeProto
	name          string // of the node
	layer         int    // that it has become, plus 1; 0: none
}

// affine is what a node does to a value, by channel.
func (t *translator) affine(n *nodeProto, v *value, of func(channel int) (factor, shift float64)) *affine {
	f := &affine{by: n, name: t.nodeName}
	for c := range t.shape(v).C {
		factor, shift := of(c)
		f.factor, f.shift = append(f.factor, factor), append(f.shift, shift)
	}
	return f
}

// bare are the weights and biases of the layer that gives v, if an operation on v can be
// folded into them; nil otherwise.
func (t *translator) bare(v *value) (weights, bias []float64) {
	l := t.m.layers[v.layer]
	if v.scale != nil || l.clamps > 0 || l.quantized != nil || !v.sole() {
		return nil, nil
	}
	return l.parameters()
}

// transformed is v after f, folded into the layer that gives v if that can be.
func (t *translator) transformed(v *value, f *affine) *value {
	ws, bias := t.bare(v)
	if ws == nil {
		return t.scaled(v, f)
	}
	each := len(ws) / len(bias)
	for c := range bias {
		for i := range each {
			ws[c*each+i] *= f.factor[c]
		}
		bias[c] = bias[c]*f.factor[c] + f.shift[c]
	}
	return t.again(v, v.axes)
}

// scaled is v that carries f.
func (t *translator) scaled(v *value, f *affine) *value {
	out := t.again(v, v.axes)
	if g := v.scale; g != nil {
		for c := range f.factor {
			f.shift[c] += f.factor[c] * g.shift[c]
			f.factor[c] *= g.factor[c]
		}
	}
	// Who reads what was not scaled does not count.
	out.scale, out.shared = f, false
	return out
}

// settled is v without a scale: a scale that it carries becomes a layer, once.
func (t *translator) settled(n *nodeProto, v *value) *value {
	f := v.scale
	if f == nil {
		return v
	}
	if f.layer == 0 {
		made := t.point(f.by, v, f.factor, f.shift)
		if made == nil {
			return nil
		}
		t.m.Notes = append(t.m.Notes, fmt.Sprintf("%s %s is a layer of its own, a depthwise convolution of 1×1: no convolution can take it in", f.by.op, f.name))
		f.layer = made.layer + 1
	}
	out := *v
	out.layer, out.scale = f.layer-1, nil
	return &out
}

// point is a new layer, a depthwise convolution of one pixel.
func (t *translator) point(n *nodeProto, v *value, factor, shift []float64) *value {
	made := t.made(v.kind, t.layer(n, &layer{inputs: []int{v.layer}, conv: &convolution{
		outC: len(factor), kernel: [2]int{1, 1}, stride: [2]int{1, 1}, groups: len(factor),
		weights: slices.Clone(factor), bias: slices.Clone(shift)}}))
	if made != nil {
		made.axes = v.axes
	}
	return made
}

// copied is a layer of its own with the values of v.
func (t *translator) copied(n *nodeProto, v *value) *value {
	ones := make([]float64, t.shape(v).C)
	for i := range ones {
		ones[i] = 1
	}
	made := t.point(n, v, ones, make([]float64, len(ones)))
	if made != nil {
		t.m.Notes = append(t.m.Notes, fmt.Sprintf("%s %s is a layer of its own, a depthwise convolution of 1×1 with weights of 1: others read what it reads, or it follows a pool", n.op, t.nodeName))
	}
	return made
}
