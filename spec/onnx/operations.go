package onnx

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
)

// shapesOf is the output shape of l, the last layer of m.
func shapesOf(m *Model, l *layer) (spec.Shape, error) {
	if l.concat {
		a, b := m.shapeOf(l.inputs[0]), m.shapeOf(l.inputs[1])
		if a.H != b.H || a.W != b.W {
			return spec.Shape{}, fmt.Errorf("inputs of shapes %v and %v", a, b)
		}
		return spec.Shape{C: a.C + b.C, H: a.H, W: a.W}, nil
	}
	one := *l
	g := &floatnet.Graph{Input: m.Input}
	for i, id := range l.inputs {
		// Stand-ins of the right shape: the executor's rules need no more.
		s := m.shapeOf(id)
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
	x := t.any(n, 0, isFeatures, isImage)
	ws, dims := t.weights(n, 1, 4)
	c := &convolution{groups: int(min(max(a.int("group", 1), 0), spec.MaxDim))}
	auto := a.text("auto_pad", "NOTSET")
	stride := a.list("strides", 2, spec.MaxDim, 1)
	pads := a.list("pads", 4, spec.MaxKernel, 0)
	dilation := a.list("dilations", 2, spec.MaxKernel, 1)
	shape := a.find("kernel_shape", attrInts)
	if !slices.Contains([]string{"NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"}, auto) {
		a.problem("auto_pad", "%q is not supported; give pads", auto)
		return nil
	}
	if auto != "NOTSET" && [4]int(pads) != [4]int{} {
		a.problem("auto_pad", "is %q, and pads are %v; give one of both", auto, pads)
		return nil
	}
	if ws == nil {
		return nil
	}
	kernel := [2]int64{dims[2], dims[3]}
	if shape != nil && (len(shape.ints) != 2 || [2]int64(shape.ints) != kernel) {
		a.problem("kernel_shape", "%v, but the weights have %v", shape.ints, kernel)
		return nil
	}
	if x == nil || !t.first(n, x) {
		return nil
	}
	c.outC = int(dims[0])
	if in := t.shape(x); c.groups < 1 || dims[1]*int64(c.groups) != int64(in.C) || c.outC == 0 || c.outC > len(ws) || c.outC%c.groups != 0 {
		t.nodeProblem(n, "weights of dimensions %v with %d groups do not fit %d input channels", dims, c.groups, in.C)
		return nil
	}
	c.kernel, c.stride, c.pad = [2]int{int(dims[2]), int(dims[3])}, [2]int(stride), [4]int(pads)
	c.weights = ws
	if !t.dilate(a, c, [2]int(dilation)) {
		return nil
	}
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
		c.bias = b
	}
	w := spec.Window{Kernel: c.kernel, Stride: c.stride, Pad: c.pad}
	if !t.surround(n, x, &w, auto) {
		return nil
	}
	c.pad = w.Pad
	if f := x.scale; f != nil {
		// Padding is 0 behind the shift.
		if c.pad != [4]int{} && slices.ContainsFunc(f.shift, func(s float64) bool { return s != 0 }) {
			if x = t.settled(n, x); x == nil {
				return nil
			}
		} else {
			f.scaleInputs(c)
		}
	}
	return t.made(isFeatures, t.layer(n, &layer{inputs: []int{x.layer}, conv: c}))
}

// dilate spreads the taps of a convolution: those between them are 0, which is no
// hardware.
func (t *translator) dilate(a *attrs, c *convolution, by [2]int) bool {
	if by == [2]int{1, 1} {
		return true
	}
	wide := [2]int{}
	for k := range wide {
		if wide[k] = (c.kernel[k]-1)*by[k] + 1; by[k] < 1 || wide[k] > spec.MaxKernel {
			a.problem("dilations", "%v spread a kernel of %v beyond %d rows and columns, or are not positive", by, c.kernel, spec.MaxKernel)
			return false
		}
	}
	taps, all := c.kernel[0]*c.kernel[1], wide[0]*wide[1]
	if taps < 1 || len(c.weights)/taps > maxDilated/all {
		a.problem("dilations", "%v make more than %d weights of a kernel of %v", by, maxDilated, c.kernel)
		return false
	}
	spread := make([]float64, len(c.weights)/taps*all)
	for i, w := range c.weights {
		y, x := i%taps/c.kernel[1], i%c.kernel[1]
		spread[i/taps*all+y*by[0]*wide[1]+x*by[1]] = w
	}
	c.weights, c.kernel, c.sparse = spread, wide, true
	return true
}

// maxDilated bounds the weights of a dilated convolution, zeros included.
const maxDilated = 1 << 26

// surround completes the padding of windows: it resolves auto_pad for their input, and
// adds the zeros of a Pad before.
func (t *translator) surround(n *nodeProto, x *value, w *spec.Window, auto string) bool {
	s := t.shape(x)
	for k, in := range []int{s.H, s.W} {
		if auto == "SAME_UPPER" || auto == "SAME_LOWER" {
			if w.Stride[k] < 1 {
				return true // the layer's shape refuses it
			}
			in += x.pad[k] + x.pad[k+2]
			out := (in + w.Stride[k] - 1) / w.Stride[k]
			total := max((out-1)*w.Stride[k]+w.Kernel[k]-in, 0)
			less, more := total/2, total-total/2
			if auto == "SAME_LOWER" {
				less, more = more, less
			}
			w.Pad[k], w.Pad[k+2] = less, more
		}
		for _, side := range []int{k, k + 2} {
			w.Pad[side] += x.pad[side]
			if w.Pad[side] > 0 && w.Pad[side] >= w.Kernel[k] {
				t.nodeProblem(n, "padding %d at %s, Pad before it included, is not less than the kernel's %d; crop the padding",
					w.Pad[side], []string{"the top", "the left", "the bottom", "the right"}[side], w.Kernel[k])
				return false
			}
		}
	}
	return true
}

// pad is zeros around the frame, which the convolutions that follow absorb.
func (t *translator) pad(n *nodeProto, a *attrs) *value {
	mode := a.text("mode", "constant")
	x := t.any(n, 0, isFeatures, isImage)
	fill := float64(a.float("value", 0))
	var pads []int64
	if t.version < 11 {
		if len(n.inputs) > 1 {
			t.nodeProblem(n, "%d inputs; before operator set 11 pads are an attribute", len(n.inputs))
			return nil
		}
		if p := a.find("pads", attrInts); p != nil {
			pads = p.ints
		}
	} else {
		var ok bool
		if pads, ok = t.integers(n, 1); !ok {
			return nil
		}
		if t.arg(n, 2) != nil {
			if fill, ok = t.scalar(n, 2); !ok {
				return nil
			}
		}
	}
	if x == nil {
		return nil
	}
	axes := x.axes
	if t.arg(n, 3) != nil {
		if t.version < 18 {
			t.nodeProblem(n, "axes are an input from operator set 18 on")
			return nil
		}
		list, ok := t.integers(n, 3)
		if !ok {
			return nil
		}
		axes = ""
		for _, raw := range list {
			k, ok := axis(raw, len(x.axes), true)
			if !ok || strings.Contains(axes, x.axes[k:k+1]) {
				t.nodeProblem(n, "axes %v: %d is twice or no dimension of %d", list, raw, len(x.axes))
				return nil
			}
			axes += x.axes[k : k+1]
		}
	}
	if len(pads) != 2*len(axes) {
		t.nodeProblem(n, "pads %v: want two for each of %d dimensions", pads, len(axes))
		return nil
	}
	if slices.Equal(pads, make([]int64, len(pads))) {
		return t.again(x, x.axes)
	}
	if mode != "constant" {
		a.problem("mode", "%q is not supported, only constant", mode)
		return nil
	}
	if fill != 0 {
		t.nodeProblem(n, "pads with %v; a convolution pads with 0", fill)
		return nil
	}
	out := t.again(x, x.axes)
	for i, p := range pads {
		side := strings.IndexByte("HW", axes[i%len(axes)])
		switch {
		case p == 0:
		case side < 0:
			t.nodeProblem(n, "pads %v: %d are of %c; only rows and columns can be padded", pads, p, axes[i%len(axes)])
			return nil
		case p < 0 || p > spec.MaxKernel:
			t.nodeProblem(n, "pads %v: %d is not in 0..%d", pads, p, spec.MaxKernel)
			return nil
		default:
			if i >= len(axes) {
				side += 2
			}
			out.pad[side] += int(p)
		}
	}
	return out
}

// made is the value of a new layer, nil when it could not be made.
func (t *translator) made(kind valueKind, layer int) *value {
	if layer < 0 {
		return nil
	}
	axes := channelsFirst
	if kind == isVector {
		axes = vectorAxes
	}
	return &value{kind: kind, layer: layer, axes: axes}
}

func (t *translator) shape(v *value) spec.Shape { return t.m.shapeOf(v.layer) }

func (t *translator) clip(n *nodeProto, a *attrs) *value {
	lo, hi := math.Inf(-1), math.Inf(1)
	if t.version < 11 {
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

// bound merges a clamp into the layer before it. A second clamp clamps the ends of the
// first one.
func (t *translator) bound(n *nodeProto, lo, hi float64) *value { return t.boundOf(n, 0, lo, hi) }

// boundOf is bound of input k.
func (t *translator) boundOf(n *nodeProto, k int, lo, hi float64) *value {
	// Exporters write "no bound" as the largest finite float32.
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
	v := t.data(n, k, isFeatures, isVector)
	if v == nil {
		return nil
	}
	l := t.m.layers[v.layer]
	in := l
	if l.pool || l.maxPool != nil {
		in = t.m.layers[l.inputs[0]] // the mean and the largest of values lie between them
		for in.partial {
			in = t.m.layers[in.inputs[0]]
		}
	}
	if lo <= in.lo && hi >= in.hi {
		return t.again(v, v.axes)
	}
	if l.pool || !v.sole() {
		if v = t.copied(n, v); v == nil {
			return nil
		}
		l = t.m.layers[v.layer]
		l.lo, l.hi, l.clamps = lo, hi, 1
		return v
	}
	if q := l.quantized; q != nil && !(q.onGrid(lo) && q.onGrid(hi)) {
		t.nodeProblem(n, "bounds %v to %v are no multiples of the scale 2^%d that layer %s is quantized with before", lo, hi, -q.format.Frac, l.name)
		return nil
	}
	l.lo, l.hi = min(max(l.lo, lo), hi), min(max(l.hi, lo), hi)
	l.clamps++
	return t.again(v, v.axes)
}

// extreme is Max or Min of a value and constants: one bound of a clamp.
func (t *translator) extreme(n *nodeProto, _ *attrs) *value {
	lo, hi := math.Inf(-1), math.Inf(1)
	at := slices.IndexFunc(n.inputs, func(in string) bool { return t.values[in] != nil && t.values[in].kind != isConstant })
	if at < 0 {
		t.nodeProblem(n, "inputs %q: want one that is no constant", n.inputs)
		return nil
	}
	for k := range n.inputs {
		if k == at {
			continue
		}
		x, ok := t.scalar(n, k)
		if !ok {
			return nil
		}
		if c, v := t.arg(n, k), t.arg(n, at); len(c.t.dims) > len(v.axes) || t.version < 8 {
			t.nodeProblem(n, "constant %q of dimensions %v with %s: want one value, from operator set 8 on", n.inputs[k], c.t.dims, crossed(v.axes))
			return nil
		}
		if n.op == "Max" {
			lo = max(lo, x)
		} else {
			hi = min(hi, x)
		}
	}
	return t.boundOf(n, at, lo, hi)
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
	return xs[0], true
}

func (t *translator) globalPool(n *nodeProto, _ *attrs) *value {
	x := t.scalable(n, 0, isFeatures)
	if x == nil || !t.first(n, x) {
		return nil
	}
	return t.mean(n, x, x.axes)
}

// mean is a new layer, the mean of the frame; axes are the result's. A scale goes on
// behind it, since the mean is linear.
func (t *translator) mean(n *nodeProto, x *value, axes string) *value {
	made := t.made(isFeatures, t.layer(n, &layer{inputs: []int{x.layer}, pool: true}))
	if made == nil {
		return nil
	}
	out := &value{kind: made.kind, layer: made.layer, axes: axes}
	if axes == vectorAxes {
		out.kind = isVector
	}
	if x.scale != nil {
		f := *x.scale
		f.layer = 0
		out.scale = &f
	}
	return out
}

// reduceMean is the pool, if its axes are rows and columns.
func (t *translator) reduceMean(n *nodeProto, a *attrs) *value {
	x, axes := t.overFrame(n, a, 18)
	if x == nil || axes == "" {
		return x
	}
	return t.mean(n, x, axes)
}

// reduceMax is a window of the whole frame, if its axes are rows and columns.
func (t *translator) reduceMax(n *nodeProto, a *attrs) *value {
	x, axes := t.overFrame(n, a, 18)
	if x == nil || axes == "" {
		return x
	}
	return t.largest(n, x, axes)
}

func (t *translator) globalMax(n *nodeProto, _ *attrs) *value {
	x := t.data(n, 0, isFeatures)
	if x == nil || !t.first(n, x) {
		return nil
	}
	return t.largest(n, x, x.axes)
}

// largest is new layers, the largest of the frame; axes are the result's. A window of a
// frame is a tree too deep for solvers. So windows of
// at most 3×3 halve the frame until one of them is left. The largest of the largest is the
// largest of all, so overlaps do no harm.
func (t *translator) largest(n *nodeProto, x *value, axes string) *value {
	if x = t.settled(n, x); x == nil {
		return nil
	}
	made := x
	for s := t.shape(x); ; s = t.shape(made) {
		var w spec.Window
		w.Kernel[0], w.Stride[0] = halved(s.H)
		w.Kernel[1], w.Stride[1] = halved(s.W)
		l := &layer{inputs: []int{made.layer}, maxPool: &w, partial: w.Kernel != [2]int{s.H, s.W}}
		if made = t.made(isFeatures, t.layer(n, l)); made == nil {
			return nil
		}
		if !l.partial {
			made = t.again(made, axes)
			made.shared = false // nothing else reads the new layer
			return made
		}
	}
}

// halved is the window and the stride that halve n rows or columns, rounded down. The
// windows leave no row or column out, and up to 3 are one window.
func halved(n int) (kernel, stride int) {
	switch {
	case n <= 3:
		return n, 1
	case n%2 == 0:
		return 2, 2
	}
	return 3, 2
}

// overFrame is the input of a reduction over rows and columns, and the axes of its
// result. These are "" if the reduction does nothing; the value is nil after a problem.
func (t *translator) overFrame(n *nodeProto, a *attrs, byInput int64) (*value, string) {
	keep := a.int("keepdims", 1)
	noop := a.int("noop_with_empty_axes", 0)
	x := t.scalable(n, 0, isFeatures, isVector)
	if x == nil {
		return nil, ""
	}
	list, given, ok := t.axisList(n, a, len(x.axes), byInput, 11)
	if !ok {
		return nil, ""
	}
	if !given && noop != 0 {
		return t.again(x, x.axes), ""
	}
	over, left := "", ""
	for k, c := range x.axes {
		if slices.Contains(list, k) {
			over += string(c)
		} else {
			left += string(c)
		}
	}
	if over != "HW" && over != "WH" {
		t.nodeProblem(n, "axes %v of %s: only rows and columns together are supported", list, crossed(x.axes))
		return nil, ""
	}
	if keep != 0 {
		left = x.axes
	}
	return x, left
}

func (t *translator) gemm(n *nodeProto, a *attrs) *value {
	x := t.scalable(n, 0, isVector, isFlat)
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
	if features := t.features(x); in != features || out == 0 {
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
			d.weights[o*in+i] = alpha * w[0]
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
			d.bias[o] = beta * b[o%len(b)]
		}
	}
	return t.product(n, x, d)
}

// features is the number of features of a vector.
func (t *translator) features(x *value) int {
	s := t.shape(x)
	return s.C * s.H * s.W
}

// product is a new dense layer behind a vector. Behind a flattened frame it is a
// convolution whose one window is the frame: such a layer reads the picture, and is
// hardened.
func (t *translator) product(n *nodeProto, x *value, d *dense) *value {
	if x.kind == isVector {
		if f := x.scale; f != nil {
			each := len(f.factor)
			for i, w := range d.weights {
				d.bias[i/each] += w * f.shift[i%each]
				d.weights[i] = w * f.factor[i%each]
			}
		}
		return t.made(isVector, t.layer(n, &layer{inputs: []int{x.layer}, dense: d}))
	}
	s := t.shape(x)
	if s.H > spec.MaxKernel || s.W > spec.MaxKernel {
		t.nodeProblem(n, "of a flattened frame of %d×%d: a convolution has at most %d rows and columns", s.H, s.W, spec.MaxKernel)
		return nil
	}
	c := &convolution{outC: d.outN, kernel: [2]int{s.H, s.W}, stride: [2]int{1, 1}, groups: 1, weights: d.weights, bias: d.bias}
	if !ordered(x.axes, s) {
		c.weights = make([]float64, len(d.weights))
		steps := map[byte]int{}
		step := 1
		for k := len(x.axes) - 1; k >= 0; k-- {
			steps[x.axes[k]] = step
			step *= int(lengths(x.axes, s)[k])
		}
		for i := range c.weights {
			in := i % t.features(x)
			ic, y, column := in/(s.H*s.W), in/s.W%s.H, in%s.W
			c.weights[i] = d.weights[i-in+ic*steps['C']+y*steps['H']+column*steps['W']]
		}
	}
	if x.scale != nil {
		x.scale.scaleInputs(c)
	}
	made := t.made(isVector, t.layer(n, &layer{inputs: []int{x.layer}, conv: c}))
	if made != nil {
		t.m.Notes = append(t.m.Notes, fmt.Sprintf("%s %s reads a whole frame, %d×%d"+hardened, n.op, t.nodeName, s.H, s.W))
	}
	return made
}

// optional is constant input k, nil when it is absent.
func (t *translator) optional(n *nodeProto, k int) *value {
	if t.arg(n, k) == nil {
		return nil
	}
	return t.data(n, k, isConstant)
}

// matMul is a dense layer without bias; an Add of a constant after it is its bias.
func (t *translator) matMul(n *nodeProto, _ *attrs) *value {
	if x, y := t.arg(n, 0), t.arg(n, 1); x != nil && y != nil && x.kind != isConstant && y.kind != isConstant {
		t.nodeProblem(n, "of %v and %v (attention): %s", x.kind, y.kind, needed["Attention"])
		return nil
	}
	x := t.scalable(n, 0, isVector, isFlat)
	ws, dims := t.weights(n, 1, 2)
	if x == nil || ws == nil {
		return nil
	}
	in, out := int(dims[0]), int(dims[1])
	if features := t.features(x); in != features || out == 0 {
		t.nodeProblem(n, "weights of dimensions %v do not fit %d features", dims, features)
		return nil
	}
	d := &dense{outN: out, weights: make([]float64, len(ws)), bias: make([]float64, out)}
	for i, w := range ws {
		d.weights[i%out*in+i/out] = w
	}
	return t.product(n, x, d)
}

// classifiers turns 1×1 convolutions after the pool into dense layers, if only dense
// layers read them. It turns dense layers that other layers read into convolutions of
// one pixel, which are hardened.
func (t *translator) classifiers() {
	ls := t.m.layers
	inHead := make([]bool, len(ls))
	for i, l := range ls {
		if len(l.inputs) == 0 || l.inputs[0] == floatnet.Image {
			continue
		}
		in := l.inputs[0]
		c := l.conv
		inHead[i] = (ls[in].pool || inHead[in]) && (l.dense != nil || c != nil && c.groups == 1 &&
			c.kernel == [2]int{1, 1} && c.pad == [4]int{})
	}
	for i := len(ls) - 1; i >= 0; i-- {
		for _, in := range ls[i].inputs {
			if in != floatnet.Image && !inHead[i] {
				inHead[in] = false
			}
		}
	}
	for i, l := range ls {
		if c := l.conv; c != nil && inHead[i] {
			l.conv, l.dense = nil, denseOf(c)
		}
	}
	read := make([]int, len(ls))
	for i := len(ls) - 1; i >= 0; i-- {
		l := ls[i]
		if d := l.dense; d != nil && read[i] > 0 {
			l.dense, l.conv = nil, &convolution{outC: d.outN, kernel: [2]int{1, 1}, stride: [2]int{1, 1}, groups: 1, weights: d.weights, bias: d.bias}
		}
		if l.dense != nil {
			continue // only the head reads its output
		}
		for _, in := range l.inputs {
			if in != floatnet.Image {
				read[in]++
			}
		}
	}
}

// constant is a tensor of the attribute that is given, of which there is one.
func (t *translator) constant(n *nodeProto, a *attrs) *value {
	if len(n.attrs) != 1 {
		t.nodeProblem(n, "has %d attributes, want one value", len(n.attrs))
		return nil
	}
	c := &tensorProto{name: t.nodeName, dataType: typeInt64}
	switch name := n.attrs[0].name; name {
	case "value":
		p := a.find(name, attrTensor)
		if p == nil || p.t == nil {
			t.nodeProblem(n, "has no attribute value")
			return nil
		}
		if c = p.t; c.name == "" {
			c.name = t.nodeName
		}
	case "value_float":
		c.dataType, c.floats = typeFloat, []float32{a.float(name, 0)}
	case "value_floats":
		c.dataType = typeFloat
		if p := a.find(name, attrFloats); p != nil {
			c.floats = p.floats
		}
		c.dims = []int64{int64(len(c.floats))}
	case "value_int":
		c.int64s = []int64{a.int(name, 0)}
	case "value_ints":
		if p := a.find(name, attrInts); p != nil {
			c.int64s = p.ints
		}
		c.dims = []int64{int64(len(c.int64s))}
	case "sparse_value", "value_string", "value_strings":
		a.problem(name, "is not supported; store a dense tensor of numbers")
		return nil
	default:
		t.nodeProblem(n, "has no attribute value")
		return nil
	}
	return &value{kind: isConstant, t: c}
}
