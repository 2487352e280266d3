package onnx

import (
	"math"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
)

// batchNorm folds y = (x - mean) / sqrt(var + epsilon) · scale + bias into the
// convolution before it.
//
// The factor is rounded to float32, and so is var + epsilon: that is what
// float32 inference multiplies by, and it keeps a factor that was trained to be
// a power of two one. Everything else is float64.
func (t *translator) batchNorm(n *nodeProto, a *attrs) *value {
	eps := a.float("epsilon", 1e-5)
	a.float("momentum", 0.9) // training only
	a.exactly("training_mode", 0, 0)
	if t.opset < 9 {
		a.exactly("spatial", 1, 1)
	}
	v, l := t.absorb(n, isFeatures)
	before := t.count()
	var params [4][]float32 // scale, bias, mean, var
	ok := l != nil
	for k := range params {
		xs, _ := t.weights(n, k+1, 1)
		if ok && xs != nil && len(xs) != l.shape.C {
			t.nodeProblem(n, "%q has %d values for %d channels", n.inputs[k+1], len(xs), l.shape.C)
			ok = false
		}
		ok = ok && xs != nil
		params[k] = xs
	}
	if !ok {
		return nil
	}
	if l.conv == nil || l.clamps > 0 {
		t.nodeProblem(n, "follows layer %s, which is no bare convolution; it can be folded into nothing else", l.name)
		return nil
	}
	if t.count() > before {
		// The layer is there for those that follow, but folding would only repeat
		// what is wrong.
		return &value{kind: v.kind, layer: v.layer}
	}
	for oc := range l.conv.outC {
		root := math.Sqrt(float64(params[3][oc] + eps))
		factor := float64(float32(float64(params[0][oc]) / root))
		if math.IsNaN(factor) || math.IsInf(factor, 0) {
			t.nodeProblem(n, "channel %d: scale %v over the root of variance %v + epsilon %v is %v", oc, params[0][oc], params[3][oc], eps, factor)
			ok = false
			continue
		}
		for i := range l.conv.channel(oc) {
			l.conv.channel(oc)[i] *= factor
		}
		l.conv.bias[oc] = (l.conv.bias[oc]-float64(params[2][oc]))*factor + float64(params[1][oc])
	}
	if !ok {
		return nil
	}
	return &value{kind: v.kind, layer: v.layer}
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
		return t.made(isFeatures, t.layer(n, &layer{inputs: []int{x.layer, y.layer}, add: true}))
	case x.kind == isImage && y.kind == isConstant:
		return t.preprocess(n, x, y, n.inputs[constant])
	}
	t.nodeProblem(n, "of %v and %v; read are Add of two feature maps, and the image with a constant after it", x.kind, y.kind)
	return nil
}

// preprocess records a constant step on the image. Folding it into the first
// convolution would be wrong wherever that pads: padding is 0 after the step.
func (t *translator) preprocess(n *nodeProto, x, c *value, name string) *value {
	xs, err := c.t.values()
	if err != nil {
		t.tensorProblems(n, err)
		return nil
	}
	if x.uses != 1 || len(t.m.layers) > 0 {
		t.nodeProblem(n, "the image before this step is also read by others")
		return nil
	}
	if !perChannel(c.t.dims, t.m.Input.C) {
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
	t.m.Preprocess = append(t.m.Preprocess, spec.Preprocess{Op: step, Value: widen(xs)})
	return &value{kind: isImage, layer: floatnet.Image}
}

// perChannel reports whether dimensions broadcast to 1×C×H×W as one value or
// one per channel.
func perChannel(dims []int64, c int) bool {
	product := int64(1)
	for i, d := range dims {
		if d != 1 && (d != int64(c) || len(dims)-i != 3) {
			return false
		}
		product *= d
	}
	return len(dims) <= 4 && (product == 1 || product == int64(c))
}
