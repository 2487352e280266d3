package onnx

import (
	"slices"

	"github.com/hashiflex/hashiflex/spec"
)

// windows reads the attributes that pools of windows share. It is nil after a problem.
// It does not include the padding of a Pad before the pool.
func (t *translator) windows(a *attrs) (w *spec.Window, auto string, ceil bool) {
	auto = a.text("auto_pad", "NOTSET")
	ceil = a.int("ceil_mode", 0) != 0
	given := a.find("kernel_shape", attrInts)
	kernel := a.list("kernel_shape", 2, spec.MaxDim, 0)
	stride, pads := a.list("strides", 2, spec.MaxDim, 1), a.list("pads", 4, spec.MaxDim, 0)
	dilations := a.list("dilations", 2, spec.MaxDim, 1)
	switch {
	case given == nil:
		a.problem("kernel_shape", "is missing")
	case [2]int(dilations) != [2]int{1, 1}:
		a.problem("dilations", "%v are not supported, only 1", dilations)
	case !slices.Contains([]string{"NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"}, auto):
		a.problem("auto_pad", "%q is not supported; give pads", auto)
	case auto != "NOTSET" && [4]int(pads) != [4]int{}:
		a.problem("auto_pad", "is %q, and pads are %v; give one of both", auto, pads)
	default:
		return &spec.Window{Kernel: [2]int(kernel), Stride: [2]int(stride), Pad: [4]int(pads)}, auto, ceil
	}
	return nil, "", false
}

// more is the extent of windows beyond the padding behind the frame, for rows and for
// columns. It counts windows that begin in the frame or in the padding before it, as
// ceil_mode adds them.
func more(w *spec.Window, s spec.Shape) (beyond [2]int) {
	for k, in := range []int{s.H, s.W} {
		left := in + w.Pad[k] + w.Pad[k+2] - w.Kernel[k]
		if w.Stride[k] < 1 || left < 0 {
			continue // the layer's shape refuses it
		}
		if out := (left + w.Stride[k] - 1) / w.Stride[k]; out*w.Stride[k] < in+w.Pad[k] {
			beyond[k] = out*w.Stride[k] - left
		}
	}
	return beyond
}

// maxPool is a layer of largest values. It ignores its padding, and the extent that
// ceil_mode adds. A Pad before it is zeros, which can be ignored only if no value is
// negative.
func (t *translator) maxPool(n *nodeProto, a *attrs) *value {
	a.exactly("storage_order", 0, 0)
	w, auto, ceil := t.windows(a)
	x := t.any(n, 0, isFeatures)
	if x == nil || w == nil || !t.first(n, x) {
		return nil
	}
	if x = t.settled(n, x); x == nil {
		return nil
	}
	if l := t.m.layers[x.layer]; x.pad != [4]int{} && l.lo < 0 {
		t.nodeProblem(n, "input %q is padded with 0, and layer %s may give less, so that the padding would count; let Relu go before Pad, or give pads to MaxPool", n.inputs[0], l.name)
		return nil
	}
	if !t.surround(n, x, w, auto) {
		return nil
	}
	if ceil {
		beyond := more(w, t.shape(x))
		w.Pad[2], w.Pad[3] = w.Pad[2]+beyond[0], w.Pad[3]+beyond[1]
	}
	if s := t.shape(x); w.Kernel == [2]int{s.H, s.W} && w.Pad == [4]int{} {
		return t.largest(n, x, x.axes)
	}
	for w.Taps() > maxTaps {
		part := smaller(w)
		if x = t.made(isFeatures, t.layer(n, &layer{inputs: []int{x.layer}, maxPool: &part, partial: true})); x == nil {
			return nil
		}
	}
	return t.made(isFeatures, t.layer(n, &layer{inputs: []int{x.layer}, maxPool: w}))
}

// maxTaps is the largest number of pixels of a max that is one layer: solvers prove a
// window of 3×3 in a second, and one of 5×5 not in a minute.
const maxTaps = 9

// smaller takes windows of at most 3 rows and columns out of larger ones: a max of w is
// the max of what is left of w over the max of the part. Padding is ignored by both. What
// the part leaves of it is less than the kernel that is left, so every window meets a
// value, and this covers all that the window has of the frame.
func smaller(w *spec.Window) spec.Window {
	part := spec.Window{Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}}
	for d := range w.Kernel {
		if w.Kernel[d] <= 3 {
			continue
		}
		part.Kernel[d] = 3
		w.Kernel[d] -= 2
		for _, side := range []int{d, d + 2} {
			part.Pad[side] = min(w.Pad[side], 2)
			w.Pad[side] -= part.Pad[side]
		}
	}
	return part
}

// averagePool is a layer of means: over the frame if that is the only window, and else
// over windows. All windows are divided by the same number, so padding has to count.
func (t *translator) averagePool(n *nodeProto, a *attrs) *value {
	counts := a.int("count_include_pad", 0) != 0
	w, auto, ceil := t.windows(a)
	x := t.any(n, 0, isFeatures)
	if x == nil || w == nil || !t.first(n, x) {
		return nil
	}
	if x = t.settled(n, x); x == nil {
		return nil
	}
	s := t.shape(x)
	if w.Kernel == [2]int{s.H, s.W} && w.Pad == [4]int{} && x.pad == [4]int{} && auto != "SAME_UPPER" && auto != "SAME_LOWER" {
		return t.mean(n, x, x.axes)
	}
	own := *w
	if !t.surround(n, &value{layer: x.layer}, &own, auto) || !t.surround(n, x, w, auto) {
		return nil
	}
	if own.Pad != [4]int{} && !counts {
		a.problem("count_include_pad", "is 0 with padding %v: windows at the border would be divided by other numbers than those inside, which needs hardware of its own for each; export with count_include_pad=1, or pad nothing", own.Pad)
		return nil
	}
	if beyond := more(w, s); ceil && beyond != [2]int{} {
		a.problem("ceil_mode", "is 1, and the last windows reach %d rows and %d columns beyond the frame: they would be divided by other numbers; export with ceil_mode=0", beyond[0], beyond[1])
		return nil
	}
	return t.made(isFeatures, t.layer(n, &layer{inputs: []int{x.layer}, avgPool: w}))
}
