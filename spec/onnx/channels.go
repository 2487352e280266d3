package onnx

import (
	"strings"

	"github.com/hashiflex/hashiflex/spec"
)

// channelAxis demands that attribute axis of an operation on v is the channel axis.
func (t *translator) channelAxis(n *nodeProto, a *attrs, def int64, negative int64, v *value) bool {
	at := a.int("axis", def)
	if k, ok := axis(at, len(v.axes), t.version >= negative); !ok || v.axes[k] != 'C' {
		a.problem("axis", "is %d; of %s only that of C, %d, is supported", at, crossed(v.axes), strings.IndexByte(v.axes, 'C'))
		return false
	}
	return true
}

// concat joins the channels of several feature maps, in order. It makes a chain of
// layers with two inputs each.
func (t *translator) concat(n *nodeProto, a *attrs) *value {
	var xs []*value
	for k := range n.inputs {
		x := t.data(n, k, isFeatures)
		if x == nil {
			return nil
		}
		xs = append(xs, x)
	}
	first := xs[0]
	if !t.channelAxis(n, a, 1, 11, first) {
		return nil
	}
	for _, x := range xs {
		if x.axes != first.axes {
			t.nodeProblem(n, "of %s and %s", crossed(first.axes), crossed(x.axes))
			return nil
		}
	}
	out := first
	for _, x := range xs[1:] {
		next := t.made(isFeatures, t.layer(n, &layer{inputs: []int{out.layer, x.layer}, concat: true}))
		if next == nil {
			return nil
		}
		next.axes = first.axes
		out = next
	}
	if len(xs) == 1 {
		return t.again(first, first.axes)
	}
	return out
}

// slice is a part of the channels. A frame is not cropped.
func (t *translator) slice(n *nodeProto, a *attrs) *value {
	x := t.data(n, 0, isFeatures)
	if x == nil {
		return nil
	}
	dims := t.dims(x)
	cuts, ok := t.cuts(n, a, dims)
	if !ok {
		return nil
	}
	out := x
	for k, c := range cuts {
		switch {
		case c.first == 0 && c.step == 1 && int64(c.count) == dims[k]:
		case x.axes[k] != 'C' || c.step != 1 || c.count < 1:
			t.nodeProblem(n, "of %d elements from %d on in steps of %d of axis %d of %s: only channels that follow each other can be taken; a frame is not cropped", c.count, c.first, c.step, k, crossed(x.axes))
			return nil
		default:
			out = t.made(isFeatures, t.layer(n, &layer{inputs: []int{x.layer}, split: &spec.Split{First: int(c.first), Count: c.count}}))
		}
	}
	if out == nil {
		return nil
	}
	return t.again(out, x.axes)
}

// split makes one layer for each output that a node reads: some of the input's
// channels.
func (t *translator) split(n *nodeProto, a *attrs) *value {
	parts := a.int("num_outputs", 0)
	var sizes []int64
	if p := a.find("split", attrInts); p != nil {
		sizes = p.ints
	}
	x := t.data(n, 0, isFeatures)
	if x == nil || !t.channelAxis(n, a, 0, 11, x) {
		return nil
	}
	if t.arg(n, 1) != nil {
		if t.version < 13 {
			t.nodeProblem(n, "%d inputs; before operator set 13 the parts are an attribute", len(n.inputs))
			return nil
		}
		var ok bool
		if sizes, ok = t.integers(n, 1); !ok {
			return nil
		}
	}
	channels, outs := int64(t.shape(x).C), int64(len(n.outputs))
	if parts != 0 && (parts != outs || sizes != nil) {
		a.problem("num_outputs", "is %d with %d outputs and parts %v", parts, outs, sizes)
		return nil
	}
	if sizes == nil {
		// Up to 17 the parts are equal; from 18 on the last may be smaller.
		each := (channels + outs - 1) / outs
		for left := channels; len(sizes) < int(outs); left -= each {
			sizes = append(sizes, min(each, left))
		}
		if t.version < 18 && each*outs != channels {
			t.nodeProblem(n, "%d channels in %d equal parts", channels, outs)
			return nil
		}
	}
	sum := int64(0)
	for _, s := range sizes {
		if sum += s; s < 1 || sum > channels {
			sum = -1
			break
		}
	}
	if sum != channels || int64(len(sizes)) != outs {
		t.nodeProblem(n, "parts %v of %d channels for %d outputs", sizes, channels, outs)
		return nil
	}
	var all []*value
	at := 0
	for k, s := range sizes {
		var part *value
		if name := n.outputs[k]; name != "" && t.uses[name] > 0 {
			one := *n
			one.name, one.outputs = "", []string{name}
			if part = t.made(isFeatures, t.layer(&one, &layer{inputs: []int{x.layer}, split: &spec.Split{First: at, Count: int(s)}})); part == nil {
				return nil
			}
			part.axes = x.axes
		}
		at += int(s)
		all = append(all, part)
	}
	if all[0] == nil {
		all[0] = &value{kind: isUnknown} // nobody reads it
	}
	t.others = all[1:]
	return all[0]
}
