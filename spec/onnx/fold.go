package onnx

import (
	"math"
	"slices"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
)

// batchNorm is y = (x - mean) / sqrt(var + epsilon) · scale + bias. It is folded into
// the convolution or dense layer before it. After the image it is a step of the host.
// Elsewhere the layers that follow absorb it, or it becomes a layer; see points.go.
//
// The factor is rounded to float32, and so is var + epsilon. That is what float32
// inference multiplies by, and it keeps factors exact that were trained to be powers of
// two. Everything else is float64.
func (t *translator) batchNorm(n *nodeProto, a *attrs) *value {
	eps := float64(a.float("epsilon", 1e-5))
	a.float("momentum", 0.9) // training only
	a.exactly("training_mode", 0, 0)
	a.exactly("spatial", 1, 1)
	v := t.scalable(n, 0, isFeatures, isVector, isImage)
	before := t.count()
	ok := v != nil && (v.axes == vectorAxes || t.first(n, v))
	var params [4][]float64 // scale, bias, mean, var
	for k := range params {
		xs, _ := t.weights(n, k+1, 1)
		if ok && xs != nil && len(xs) != t.shape(v).C {
			t.nodeProblem(n, "%q has %d values for %d channels", n.inputs[k+1], len(xs), t.shape(v).C)
			ok = false
		}
		ok = ok && xs != nil
		params[k] = xs
	}
	if !ok {
		return nil
	}
	if t.count() > before {
		// The layer is there for those that follow, but folding would only repeat
		// what is wrong.
		return t.again(v, v.axes)
	}
	f := &affine{by: n, name: t.nodeName}
	for c := range params[0] {
		root := math.Sqrt(float64(float32(params[3][c] + eps)))
		factor := float64(float32(params[0][c] / root))
		if math.IsNaN(factor) || math.IsInf(factor, 0) || math.IsInf(root, 0) {
			t.nodeProblem(n, "channel %d: scale %v over the root of variance %v + epsilon %v is %v", c, params[0][c], params[3][c], float32(eps), factor)
			ok = false
		}
		f.factor = append(f.factor, factor)
		f.shift = append(f.shift, params[1][c]-params[2][c]*factor)
	}
	if !ok {
		return nil
	}
	if v.kind == isImage {
		if !t.step(n, v, "mul", f.factor) || !t.step(n, v, "add", f.shift) {
			return nil
		}
		return &value{kind: isImage, layer: floatnet.Image, axes: v.axes}
	}
	ws, bias := t.bare(v)
	if ws == nil {
		return t.scaled(v, f)
	}
	for c := range bias {
		each := len(ws) / len(bias)
		for i := range each {
			ws[c*each+i] *= f.factor[c]
		}
		bias[c] = (bias[c]-params[2][c])*f.factor[c] + params[1][c]
	}
	return t.again(v, v.axes)
}

// parameters are the weights and biases of a layer, nil when it has none. Outputs
// have equal parts of the weights, in order.
func (l *layer) parameters() (weights, bias []float64) {
	switch {
	case l.conv != nil:
		return l.conv.weights, l.conv.bias
	case l.dense != nil:
		return l.dense.weights, l.dense.bias
	}
	return nil, nil
}

// scaleInputs folds a scale before a convolution into its weights.
func (f *affine) scaleInputs(c *convolution) {
	taps := c.kernel[0] * c.kernel[1]
	if taps == 0 {
		return // the layer's shape refuses it
	}
	perGroup := len(f.factor) / c.groups
	for oc := range c.outC {
		first := oc / (c.outC / c.groups) * perGroup
		for i, w := range c.channel(oc) {
			ic := first + i/taps
			c.channel(oc)[i] = w * f.factor[ic]
			c.bias[oc] += w * f.shift[ic]
		}
	}
}

// binary is Add of two feature maps, a constant step between the image and the first
// layer, or arithmetic of a value and a constant for each channel, as in a batch norm.
func (t *translator) binary(n *nodeProto, _ *attrs) *value {
	x, y := t.arg(n, 0), t.arg(n, 1)
	if x == nil || y == nil {
		t.nodeProblem(n, "takes two inputs")
		return nil
	}
	constant := 1
	if x.kind == isConstant && n.op != "Div" && (n.op != "Sub" || y.kind != isImage) {
		x, y, constant = y, x, 0
	}
	switch {
	case n.op == "Add" && x.kind == isFeatures && y.kind == isFeatures:
		return t.added(n, 0, t.data(n, 0, isFeatures))
	case x.kind == isImage && y.kind == isConstant:
		return t.preprocess(n, x, y, n.inputs[constant])
	case (x.kind == isFeatures || x.kind == isVector) && y.kind == isConstant:
		return t.byConstant(n, 1-constant, y, n.inputs[constant])
	}
	if n.op == "Mul" && x.kind >= isFeatures && y.kind >= isFeatures {
		t.nodeProblem(n, "of %v and %v (squeeze-and-excite, gates): the hardware would need a multiplier for each value; train without", x.kind, y.kind)
		return nil
	}
	t.nodeProblem(n, "of %v and %v; read are Add of two feature maps, and a constant after the image, a feature map or a vector", x.kind, y.kind)
	return nil
}

// added is the sum of a feature map and input k+1.
func (t *translator) added(n *nodeProto, k int, x *value) *value {
	y := t.data(n, k+1, isFeatures)
	if x == nil || y == nil {
		return nil
	}
	if x.axes != y.axes {
		t.nodeProblem(n, "of %s and %s", crossed(x.axes), crossed(y.axes))
		return nil
	}
	sum := t.made(isFeatures, t.layer(n, &layer{inputs: []int{x.layer, y.layer}, add: true}))
	if sum != nil {
		sum.axes = x.axes
	}
	return sum
}

// sum is a chain of sums of two feature maps.
func (t *translator) sum(n *nodeProto, a *attrs) *value {
	if len(n.inputs) == 2 {
		return t.binary(&nodeProto{name: n.name, op: "Add", inputs: n.inputs, outputs: n.outputs}, a)
	}
	x := t.data(n, 0, isFeatures)
	if len(n.inputs) == 1 && x != nil {
		return t.again(x, x.axes)
	}
	for k := range n.inputs[1:] {
		if x = t.added(n, k, x); x == nil {
			return nil
		}
	}
	return x
}

// negated is the value times -1.
func (t *translator) negated(n *nodeProto, _ *attrs) *value {
	v := t.scalable(n, 0, isFeatures, isVector)
	if v == nil {
		return nil
	}
	return t.transformed(v, t.affine(n, v, func(int) (float64, float64) { return -1, 0 }))
}

// byConstant is input k with a constant added, subtracted, multiplied or divided by.
func (t *translator) byConstant(n *nodeProto, k int, c *value, name string) *value {
	v := t.scalable(n, k, isFeatures, isVector)
	if v == nil {
		return nil
	}
	xs, err := c.t.values()
	if err != nil {
		t.tensorProblems(n, err)
		return nil
	}
	if channels := t.shape(v).C; !perChannel(c.t.dims, v.axes, channels) {
		t.nodeProblem(n, "of %v and a constant: %q of dimensions %v is not one value, or one for each of %d channels of %s", v.kind, name, c.t.dims, channels, crossed(v.axes))
		return nil
	}
	for i, x := range xs {
		if x == 0 && n.op == "Div" {
			t.nodeProblem(n, "constant %q: value %d divides by zero", name, i)
			return nil
		}
	}
	return t.transformed(v, t.affine(n, v, func(i int) (factor, shift float64) {
		x := xs[i%len(xs)]
		switch {
		case n.op == "Mul":
			return x, 0
		case n.op == "Div":
			return 1 / x, 0
		case n.op == "Sub" && k == 0:
			return 1, -x
		case n.op == "Sub":
			return -1, x
		}
		return 1, x
	}))
}

// preprocess records a constant step on the image. It does not fold it into the first
// convolution, which would be wrong if that pads: padding is 0 after the step.
func (t *translator) preprocess(n *nodeProto, x, c *value, name string) *value {
	xs, err := c.t.values()
	if err != nil {
		t.tensorProblems(n, err)
		return nil
	}
	if x.pad != [4]int{} {
		t.nodeProblem(n, "the image before this step is padded; Pad must follow it")
		return nil
	}
	if !perChannel(c.t.dims, x.axes, t.m.Input.C) {
		t.nodeProblem(n, "constant %q of dimensions %v: want one value, or one per channel", name, c.t.dims)
		return nil
	}
	step := map[string]string{"Add": "add", "Sub": "sub", "Mul": "mul", "Div": "div"}[n.op]
	for i, v := range xs {
		if v == 0 && step == "div" {
			t.nodeProblem(n, "constant %q: value %d divides by zero", name, i)
			return nil
		}
	}
	if !t.step(n, x, step, xs) {
		return nil
	}
	return &value{kind: isImage, layer: floatnet.Image, axes: x.axes}
}

// step appends a step of the host.
func (t *translator) step(n *nodeProto, x *value, op string, xs []float64) bool {
	if !x.sole() || len(t.m.layers) > 0 {
		t.nodeProblem(n, "the image before this step is also read by others")
		return false
	}
	t.m.Preprocess = append(t.m.Preprocess, spec.Preprocess{Op: op, Value: slices.Clone(xs)})
	return true
}

// perChannel reports whether a constant's dimensions broadcast to axes as one
// value or one for each of c channels.
func perChannel(dims []int64, axes string, c int) bool {
	skip := len(axes) - len(dims)
	if skip < 0 {
		return false
	}
	for i, d := range dims {
		if d != 1 && (d != int64(c) || axes[skip+i] != 'C') {
			return false
		}
	}
	return true
}
