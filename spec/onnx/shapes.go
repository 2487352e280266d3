package onnx

import "slices"

// Exporters of a model with a dynamic batch compute the shape of a Reshape from the
// shape of its input. The network takes one image at a time, so all of these shapes are
// constant. The operations below compute constants from constants.

// listed is a constant list of integers, or one integer where scalar is set.
func (t *translator) listed(xs []int64, scalar bool) *value {
	c := &tensorProto{name: t.nodeName, dataType: typeInt64, int64s: xs, dims: []int64{int64(len(xs))}}
	if scalar {
		c.dims = nil
	}
	return &value{kind: isConstant, t: c}
}

// shapeOf is the shape of a value, with a batch of one image.
func (t *translator) shapeOf(n *nodeProto, a *attrs) *value {
	start, end := a.find("start", attrInt), a.find("end", attrInt)
	v := t.data(n, 0, isFeatures, isVector, isImage, isFinal)
	if v == nil {
		return nil
	}
	ds := lengths(v.axes, t.shape(v))
	from, to := 0, len(ds)
	// Both are counted from the end where they are negative, and cut to the rank.
	cut := func(x int64) int {
		if x < 0 {
			x = max(x+int64(len(ds)), 0)
		}
		return int(min(x, int64(len(ds))))
	}
	if start != nil {
		from = cut(start.i)
	}
	if end != nil {
		to = cut(end.i)
	}
	return t.listed(ds[from:max(from, to)], false)
}

// gather takes elements of a constant list.
func (t *translator) gather(n *nodeProto, a *attrs) *value {
	a.exactly("axis", 0, 0)
	xs, ok := t.integers(n, 0)
	if !ok {
		return nil
	}
	which, ok := t.integers(n, 1)
	if !ok {
		return nil
	}
	if len(t.arg(n, 0).t.dims) != 1 {
		t.nodeProblem(n, "of the scalar %q, want a list", n.inputs[0])
		return nil
	}
	var out []int64
	for _, i := range which {
		k, ok := axis(i, len(xs), t.version >= 11)
		if !ok {
			t.nodeProblem(n, "element %d of %v", i, xs)
			return nil
		}
		out = append(out, xs[k])
	}
	return t.listed(out, len(t.arg(n, 1).t.dims) == 0)
}

// unsqueeze makes a list of a constant integer.
func (t *translator) unsqueeze(n *nodeProto, a *attrs) *value {
	xs, ok := t.integers(n, 0)
	if !ok {
		return nil
	}
	list, given, ok := t.axisList(n, a, 1, 13, 11)
	if !ok {
		return nil
	}
	if !given || len(list) != 1 || len(t.arg(n, 0).t.dims) != 0 {
		t.nodeProblem(n, "axes %v of %v: only one integer can become a list", list, xs)
		return nil
	}
	return t.listed(xs, false)
}

// concat joins constant lists.
func (t *translator) concat(n *nodeProto, a *attrs) *value {
	if slices.ContainsFunc(n.inputs, func(in string) bool { return t.values[in] != nil && t.values[in].kind == isFeatures }) {
		return t.concatMaps(n, a)
	}
	if at := a.int("axis", 0); at != 0 && at != -1 {
		a.problem("axis", "is %d, and lists have the axis 0 alone", at)
		return nil
	}
	var out []int64
	for k := range n.inputs {
		xs, ok := t.integers(n, k)
		if !ok {
			return nil
		}
		if len(t.arg(n, k).t.dims) != 1 {
			t.nodeProblem(n, "of the scalar %q, want lists", n.inputs[k])
			return nil
		}
		out = append(out, xs...)
	}
	if len(out) > maxListedDims {
		t.nodeProblem(n, "makes a list of %d integers, more than %d", len(out), maxListedDims)
		return nil
	}
	return t.listed(out, false)
}

// maxListedDims is far more than a shape has, so that a model cannot double a list
// node by node.
const maxListedDims = 64
