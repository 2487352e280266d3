package onnx

import (
	"math"
	"slices"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
)

// affine is y = factor · x + shift, channel by channel.
type affine struct{ factor, shift []float64 }

// batchNorm is y = (x - mean) / sqrt(var + epsilon) · scale + bias. It is folded into
// the convolution or dense layer before it. After the image it is a step of the host.
// Elsewhere the convolutions that follow absorb it.
//
// The factor is rounded to float32, and so is var + epsilon. That is what float32
// inference multiplies by, and it keeps factors exact that were trained to be powers of
// two. Everything else is float64.
func (t *translator) batchNorm(n *nodeProto, a *attrs) *value {
	eps := float64(a.float("epsilon", 1e-5))
	a.float("momentum", 0.9) // training only
	a.exactly("training_mode", 0, 0)
	a.exactly("spatial", 1, 1)
	v := t.data(n, 0, isFeatures, isVector, isImage)
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
	f := &affine{}
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
	l := t.m.layers[v.layer]
	ws, bias := l.parameters()
	if ws == nil || l.clamps > 0 || l.quantized != nil || !v.sole() {
		if v.kind == isVector {
			t.nodeProblem(n, "follows layer %s, which is no bare convolution or dense layer that it alone reads", l.name)
			return nil
		}
		out := t.again(v, v.axes)
		out.scale = f
		return out
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

// scaleInputs folds a batch norm before a convolution into its weights. A convolution
// that pads does so with 0 after the batch norm, and the shift does not apply there.
// Such a model is refused.
func (t *translator) scaleInputs(n *nodeProto, x *value, c *convolution) bool {
	f := x.scale
	if c.pad != [4]int{} {
		for ic, s := range f.shift {
			if s != 0 {
				t.nodeProblem(n, "input %q is a BatchNormalization that adds %v to channel %d, and the convolution pads, which reads 0 and not that; let BatchNormalization follow a convolution", n.inputs[0], s, ic)
				return false
			}
		}
	}
	taps := c.kernel[0] * c.kernel[1]
	if taps == 0 {
		return true // the layer's shape refuses it
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
	return true
}

// binary is Add of two feature maps, or a constant step between the image and
// the first layer. A constant anywhere else is refused.
func (t *translator) binary(n *nodeProto, _ *attrs) *value {
	x, y := t.arg(n, 0), t.arg(n, 1)
	if x == nil || y == nil {
		t.nodeProblem(n, "takes two inputs")
		return nil
	}
	constant := 1
	if x.kind == isConstant && (n.op == "Add" || n.op == "Mul") {
		x, y, constant = y, x, 0
	}
	switch {
	case n.op == "Add" && x.kind == isFeatures && y.kind == isFeatures:
		if t.data(n, 0, isFeatures) == nil || t.data(n, 1, isFeatures) == nil {
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
	case x.kind == isImage && y.kind == isConstant:
		return t.preprocess(n, x, y, n.inputs[constant])
	case n.op == "Add" && (x.kind == isFeatures || x.kind == isVector) && y.kind == isConstant:
		return t.biased(n, 1-constant, y, n.inputs[constant])
	}
	if n.op == "Mul" && x.kind >= isFeatures && y.kind >= isFeatures {
		t.nodeProblem(n, "of %v and %v (squeeze-and-excite, gates): the hardware would need a multiplier for each value; train without", x.kind, y.kind)
		return nil
	}
	t.nodeProblem(n, "of %v and %v; read are Add of two feature maps, Add of a constant to a convolution or dense layer, and the image with a constant after it", x.kind, y.kind)
	return nil
}

// biased adds a constant to the biases of the layer that made input k.
func (t *translator) biased(n *nodeProto, k int, c *value, name string) *value {
	v, l := t.absorb(n, k, isFeatures, isVector)
	if l == nil {
		return nil
	}
	xs, err := c.t.values()
	if err != nil {
		t.tensorProblems(n, err)
		return nil
	}
	_, bias := l.parameters()
	if bias == nil || l.clamps > 0 || l.quantized != nil {
		t.nodeProblem(n, "of a feature map and a constant: layer %s is no bare convolution or dense layer, and nothing else has a bias", l.name)
		return nil
	}
	if !perChannel(c.t.dims, v.axes, l.shape.C) {
		t.nodeProblem(n, "of a feature map and a constant: %q of dimensions %v is not one value, or one for each of %d channels of %s", name, c.t.dims, l.shape.C, crossed(v.axes))
		return nil
	}
	for i := range bias {
		bias[i] += xs[i%len(xs)]
	}
	return t.again(v, v.axes)
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
