package onnx

import (
	"fmt"
	"math"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
)

// shapesOf is the output shape of l, the last layer of m.
func shapesOf(m *Model, l *layer) (spec.Shape, error) {
	one := *l
	g := &floatnet.Graph{Input: m.Input}
	for i, id := range l.inputs {
		// Stand-ins of the right shape: the executor's rules need no more.
		s := m.Input
		if id != floatnet.Image {
			s = m.layers[id].shape
		}
		if i > 0 && s != g.Input {
			return spec.Shape{}, fmt.Errorf("inputs of shapes %v and %v", g.Input, s)
		}
		g.Input = s
	}
	one.inputs = make([]int, len(l.inputs))
	for i := range one.inputs {
		one.inputs[i] = floatnet.Image
	}
	g.Nodes = (&Model{Input: g.Input}).graph([]*layer{&one}).Nodes
	shapes, err := g.Shapes()
	if err != nil {
		return spec.Shape{}, err
	}
	return shapes[0], nil
}

func (t *translator) conv(n *nodeProto, a *attrs) *value {
	x := t.data(n, 0, isFeatures, isImage)
	ws, dims := t.weights(n, 1, 4)
	if pad := a.text("auto_pad", "NOTSET"); pad != "NOTSET" && pad != "VALID" {
		a.problem("auto_pad", "%q is not supported; give pads", pad)
	}
	c := &convolution{groups: int(min(max(a.int("group", 1), 0), spec.MaxDim))}
	stride := a.list("strides", 2, spec.MaxDim, 1)
	pads := a.list("pads", 4, spec.MaxKernel, 0)
	for _, d := range a.list("dilations", 2, spec.MaxDim, 1) {
		if d != 1 {
			a.problem("dilations", "%d is not supported, only 1", d)
		}
	}
	if ws == nil {
		a.find("kernel_shape", attrInts)
		return nil
	}
	kernel := [2]int64{dims[2], dims[3]}
	if p := a.find("kernel_shape", attrInts); p != nil && (len(p.ints) != 2 || [2]int64(p.ints) != kernel) {
		a.problem("kernel_shape", "%v, but the weights have %v", p.ints, kernel)
		return nil
	}
	if x == nil {
		return nil
	}
	c.outC = int(dims[0])
	c.kernel, c.stride, c.pad = [2]int{int(dims[2]), int(dims[3])}, [2]int(stride), [4]int(pads)
	c.weights = widen(ws)
	c.bias = make([]float64, c.outC)
	if t.arg(n, 2) != nil {
		b, _ := t.weights(n, 2, 1)
		if b == nil {
			return nil
		}
		if len(b) != c.outC {
			t.nodeProblem(n, "%d biases for %d channels", len(b), c.outC)
			return nil
		}
		c.bias = widen(b)
	}
	if in := t.shape(x); c.groups < 1 || dims[1]*int64(c.groups) != int64(in.C) || c.outC == 0 {
		t.nodeProblem(n, "weights of dimensions %v with %d groups do not fit %d input channels", dims, c.groups, in.C)
		return nil
	}
	return t.made(isFeatures, t.layer(n, &layer{inputs: []int{x.layer}, conv: c}))
}

// made is the value of a new layer, nil when it could not be made.
func (t *translator) made(kind valueKind, layer int) *value {
	if layer < 0 {
		return nil
	}
	return &value{kind: kind, layer: layer}
}

func (t *translator) shape(v *value) spec.Shape {
	if v.layer == floatnet.Image {
		return t.m.Input
	}
	return t.m.layers[v.layer].shape
}

// absorb is the layer that a node following it is merged into. Its output
// before the node must not be visible to others.
func (t *translator) absorb(n *nodeProto, kinds ...valueKind) (*value, *layer) {
	v := t.data(n, 0, kinds...)
	if v == nil {
		return nil, nil
	}
	l := t.m.layers[v.layer]
	if v.uses != 1 {
		t.nodeProblem(n, "input %q is also read by others, so layer %s cannot take this operation in", n.inputs[0], l.name)
		return nil, nil
	}
	return v, l
}

func (t *translator) clip(n *nodeProto, a *attrs) *value {
	lo, hi := math.Inf(-1), math.Inf(1)
	if t.opset < 11 {
		if len(n.inputs) > 1 {
			t.nodeProblem(n, "%d inputs; before operator set 11 the bounds are attributes", len(n.inputs))
			return nil
		}
		lo = float64(a.float("min", float32(math.Inf(-1))))
		hi = float64(a.float("max", float32(math.Inf(1))))
	} else {
		for k, dst := range []*float64{&lo, &hi} {
			if t.arg(n, k+1) == nil {
				continue
			}
			xs, ok := t.scalar(n, k+1)
			if !ok {
				return nil
			}
			*dst = xs
		}
	}
	return t.bound(n, lo, hi)
}

func (t *translator) relu(n *nodeProto, _ *attrs) *value { return t.bound(n, 0, math.Inf(1)) }

// bound merges a clamp into the layer before it. A clamp after a clamp is the
// first one with its ends clamped.
func (t *translator) bound(n *nodeProto, lo, hi float64) *value {
	// The largest finite float32 is how exporters write "no bound".
	if lo <= -math.MaxFloat32 {
		lo = math.Inf(-1)
	}
	if hi >= math.MaxFloat32 {
		hi = math.Inf(1)
	}
	if !(lo <= hi) {
		t.nodeProblem(n, "bounds %v to %v are empty", lo, hi)
		return nil
	}
	v, l := t.absorb(n, isFeatures, isVector)
	if l == nil {
		return nil
	}
	if l.pool {
		t.nodeProblem(n, "a clamp after the pool, layer %s, is not supported", l.name)
		return nil
	}
	l.lo, l.hi = min(max(l.lo, lo), hi), min(max(l.hi, lo), hi)
	l.clamps++
	return &value{kind: v.kind, layer: v.layer}
}

// scalar is input k as a constant of one value.
func (t *translator) scalar(n *nodeProto, k int) (float64, bool) {
	v := t.data(n, k, isConstant)
	if v == nil {
		return 0, false
	}
	xs, err := v.t.values()
	if err == nil && len(xs) != 1 {
		err = fmt.Errorf("tensor %q has %d values, want one", n.inputs[k], len(xs))
	}
	if err != nil {
		t.tensorProblems(n, err)
		return 0, false
	}
	return float64(xs[0]), true
}

func (t *translator) pool(n *nodeProto, _ *attrs) *value {
	x := t.data(n, 0, isFeatures)
	if x == nil {
		return nil
	}
	return t.made(isFeatures, t.layer(n, &layer{inputs: []int{x.layer}, pool: true}))
}

func (t *translator) flatten(n *nodeProto, a *attrs) *value {
	a.exactly("axis", 1, 1)
	x := t.data(n, 0, isFeatures)
	if x == nil {
		return nil
	}
	if !t.m.layers[x.layer].pool {
		t.nodeProblem(n, "input %q is not the output of GlobalAveragePool", n.inputs[0])
		return nil
	}
	return &value{kind: isVector, layer: x.layer}
}

func (t *translator) gemm(n *nodeProto, a *attrs) *value {
	x := t.data(n, 0, isVector)
	ws, dims := t.weights(n, 1, 2)
	alpha, beta := float64(a.float("alpha", 1)), float64(a.float("beta", 1))
	a.exactly("transA", 0, 0)
	transB := a.int("transB", 0)
	if x == nil || ws == nil {
		return nil
	}
	out, in := int(dims[0]), int(dims[1])
	if transB == 0 {
		out, in = in, out
	}
	if features := t.shape(x).C; in != features || out == 0 {
		t.nodeProblem(n, "weights of dimensions %v do not fit %d features", dims, features)
		return nil
	}
	d := &dense{outN: out, weights: make([]float64, len(ws)), bias: make([]float64, out)}
	for o := range out {
		for i := range in {
			w := ws[o*in+i : o*in+i+1]
			if transB == 0 {
				w = ws[i*out+o : i*out+o+1]
			}
			d.weights[o*in+i] = alpha * float64(w[0])
		}
	}
	if v := t.optional(n, 2); v != nil {
		b, err := v.t.values()
		if err != nil {
			t.tensorProblems(n, err)
			return nil
		}
		if len(b) != out && len(b) != 1 || len(v.t.dims) > 2 || len(v.t.dims) == 2 && v.t.dims[0] != 1 {
			t.nodeProblem(n, "bias %q of dimensions %v for %d outputs", n.inputs[2], v.t.dims, out)
			return nil
		}
		for o := range out {
			d.bias[o] = beta * float64(b[o%len(b)])
		}
	}
	return t.made(isVector, t.layer(n, &layer{inputs: []int{x.layer}, dense: d}))
}

// optional is constant input k, nil when it is absent.
func (t *translator) optional(n *nodeProto, k int) *value {
	if t.arg(n, k) == nil {
		return nil
	}
	return t.data(n, k, isConstant)
}

func (t *translator) softmax(n *nodeProto, a *attrs) *value {
	def := int64(-1)
	if t.opset < 13 {
		def = 1
	}
	if axis := a.int("axis", def); axis != 1 && axis != -1 {
		a.problem("axis", "is %d, only 1 and -1 are supported", axis)
	}
	x := t.data(n, 0, isVector)
	if x == nil {
		return nil
	}
	t.m.Softmax = t.layerName(n)
	t.m.Notes = append(t.m.Notes, fmt.Sprintf("%s %s dropped: the network's outputs are its logits", n.op, t.nodeName))
	return &value{kind: isFinal, layer: x.layer}
}

func (t *translator) constant(n *nodeProto, a *attrs) *value {
	p := a.find("value", attrTensor)
	if p == nil {
		t.nodeProblem(n, "has no attribute value")
		return nil
	}
	if p.t.name == "" {
		p.t.name = t.nodeName
	}
	return &value{kind: isConstant, t: p.t}
}

func widen(xs []float32) []float64 {
	out := make([]float64, len(xs))
	for i, x := range xs {
		out[i] = float64(x)
	}
	return out
}
