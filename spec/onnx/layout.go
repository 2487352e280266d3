package onnx

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
)

// Orders of dimensions, one letter each, as in value.axes.
const (
	channelsFirst = "NCHW"
	channelsLast  = "NHWC"
	vectorAxes    = "NC"
	oneChannel    = "NHW"
)

// crossed writes an order of dimensions as a user reads it.
func crossed(axes string) string { return strings.Join(strings.Split(axes, ""), "×") }

// lengths are the dimensions of a tensor of one image with its axes in an order.
func lengths(axes string, s spec.Shape) []int64 {
	var ds []int64
	for _, a := range axes {
		ds = append(ds, map[rune]int64{'N': 1, 'C': int64(s.C), 'H': int64(s.H), 'W': int64(s.W)}[a])
	}
	return ds
}

// ordered reports whether the elements of a tensor are in the order C, H, W.
// Dimensions of one element do not count.
func ordered(axes string, s spec.Shape) bool {
	order := ""
	for i, d := range lengths(axes, s) {
		if d != 1 {
			order += axes[i : i+1]
		}
	}
	return slices.IsSortedFunc([]rune(order), func(a, b rune) int { return strings.IndexRune("CHW", a) - strings.IndexRune("CHW", b) })
}

// imageAxes is the order of the dimensions of the graph's input, which the format does
// not define. It is N×H×W×C if the first operation that reads the input, other than
// arithmetic, is a Transpose to N×C×H×W. If it makes a vector of the input, the few
// channels of a picture tell.
func imageAxes(g *graphProto, input string, dims []int64) string {
	reached := map[string]bool{input: true}
	for _, n := range g.nodes {
		if !slices.ContainsFunc(n.inputs, func(in string) bool { return in != "" && reached[in] }) {
			continue
		}
		switch n.op {
		case "Identity", "Dropout", "Cast", "Add", "Sub", "Mul", "Div", "Pad", "Unsqueeze":
			for _, out := range n.outputs {
				reached[out] = true
			}
		case "Transpose":
			for _, a := range n.attrs {
				if a.name == "perm" && slices.Equal(a.ints, []int64{0, 3, 1, 2}) {
					return channelsLast
				}
			}
			return channelsFirst
		case "Reshape", "Flatten":
			if len(dims) == 4 && (dims[3] == 1 || dims[3] == 3) && dims[1] > 3 && dims[2] > 3 {
				return channelsLast
			}
			return channelsFirst
		default:
			return channelsFirst
		}
	}
	return channelsFirst
}

// again is a value under another name, its dimensions in another order.
func (t *translator) again(v *value, axes string) *value {
	out := *v
	out.axes, out.shared = axes, !v.sole()
	switch {
	case v.kind != isFeatures && v.kind != isVector:
	case axes == vectorAxes:
		out.kind = isVector
	default:
		out.kind = isFeatures
	}
	return &out
}

// sole reports whether one node alone reads the layer's output.
func (v *value) sole() bool { return v.uses == 1 && !v.shared }

// first demands N×C×H×W of an input.
func (t *translator) first(n *nodeProto, v *value) bool {
	if v.axes != channelsFirst {
		t.nodeProblem(n, "input %q is %s, want %s; a Transpose must go before", n.inputs[0], crossed(v.axes), crossed(channelsFirst))
		return false
	}
	return true
}

// small demands a frame of one row and one column, as after a pool.
func (t *translator) small(n *nodeProto, v *value) bool {
	if s := t.shape(v); s.H != 1 || s.W != 1 {
		t.nodeProblem(n, "input %q is not the output of GlobalAveragePool: only a frame of 1×1 can be flattened, and it has %d×%d; pool before", n.inputs[0], s.H, s.W)
		return false
	}
	return true
}

// axis is the index of a dimension that may be counted from the end. ok reports whether
// it is valid.
func axis(a int64, rank int, negative bool) (k int, ok bool) {
	if a < 0 && negative {
		a += int64(rank)
	}
	return int(a), a >= 0 && a < int64(rank)
}

// axisList is the axes of a node. Before version byInput they are an attribute, and
// from it on input 1. given is false if there are none; ok is false after a problem.
func (t *translator) axisList(n *nodeProto, a *attrs, rank int, byInput, negative int64) (list []int, given, ok bool) {
	var raw []int64
	if t.version < byInput {
		if len(n.inputs) > 1 {
			t.nodeProblem(n, "%d inputs; before operator set %d the axes are an attribute", len(n.inputs), byInput)
			return nil, false, false
		}
		p := a.find("axes", attrInts)
		if p == nil {
			return nil, false, true
		}
		raw = p.ints
	} else {
		if t.arg(n, 1) == nil {
			return nil, false, true
		}
		if raw, ok = t.integers(n, 1); !ok {
			return nil, false, false
		}
	}
	for _, x := range raw {
		k, ok := axis(x, rank, t.version >= negative)
		if !ok || slices.Contains(list, k) {
			t.nodeProblem(n, "axes %v: %d is twice or no dimension of %d", raw, x, rank)
			return nil, false, false
		}
		list = append(list, k)
	}
	return list, len(raw) > 0, true
}

// integers is input k as a constant list of integers.
func (t *translator) integers(n *nodeProto, k int) ([]int64, bool) {
	v := t.any(n, k, isConstant)
	if v == nil {
		return nil, false
	}
	xs, err := v.t.integers()
	if err != nil {
		t.tensorProblems(n, err)
		return nil, false
	}
	return xs, true
}

func (t *translator) identity(n *nodeProto, _ *attrs) *value {
	v := t.any(n, 0, isFeatures, isVector, isImage, isFinal, isFlat, isConstant)
	if v == nil {
		return nil
	}
	return t.again(v, v.axes)
}

// dropout does nothing in inference.
func (t *translator) dropout(n *nodeProto, a *attrs) *value {
	a.float("ratio", 0.5)
	a.int("seed", 0)
	if t.version < 12 && len(n.inputs) > 1 {
		t.nodeProblem(n, "%d inputs, takes at most 1 before operator set 12", len(n.inputs))
		return nil
	}
	if t.arg(n, 2) != nil {
		xs, ok := t.integers(n, 2)
		if !ok {
			return nil
		}
		if len(xs) != 1 || xs[0] != 0 {
			t.nodeProblem(n, "training_mode %q is %v: the model is in training; export it for inference", n.inputs[2], xs)
			return nil
		}
	}
	return t.identity(n, a)
}

// cast from real numbers to real numbers changes nothing, since the network has its own
// formats. A constant must be the same afterwards.
func (t *translator) cast(n *nodeProto, a *attrs) *value {
	to := a.int("to", 0)
	a.int("saturate", 1)
	a.text("round_mode", "up")
	v := t.any(n, 0, isFeatures, isVector, isImage, isFinal, isFlat, isConstant)
	if v == nil {
		return nil
	}
	same := isReal(to)
	if v.kind == isConstant {
		same = to == v.t.dataType || to == typeDouble && isReal(v.t.dataType) || to == typeFloat && (v.t.dataType == typeFloat16 || v.t.dataType == typeBfloat16)
	}
	if !same {
		from := "real numbers"
		if v.kind == isConstant {
			from = typeName(v.t.dataType)
		}
		a.problem("to", "%s from %s may change values; store the tensor as what it becomes", typeName(to), from)
		return nil
	}
	return t.again(v, v.axes)
}

func (t *translator) transpose(n *nodeProto, a *attrs) *value {
	p := a.find("perm", attrInts)
	v := t.any(n, 0, isFeatures, isVector, isImage, isFinal, isConstant)
	if v == nil {
		return nil
	}
	rank := len(v.axes)
	if v.kind == isConstant {
		rank = len(v.t.dims)
	}
	perm := make([]int, rank)
	for i := range perm {
		perm[i] = rank - 1 - i
	}
	if p != nil {
		seen := make([]bool, rank)
		for i, x := range p.ints {
			if len(p.ints) != rank || x < 0 || x >= int64(rank) || seen[x] {
				a.problem("perm", "%v does not order %d dimensions", p.ints, rank)
				return nil
			}
			perm[i], seen[x] = int(x), true
		}
		if len(p.ints) != rank {
			a.problem("perm", "%v does not order %d dimensions", p.ints, rank)
			return nil
		}
	}
	if v.kind == isConstant {
		moved, err := v.t.transposed(perm)
		if err != nil {
			t.tensorProblems(n, err)
			return nil
		}
		return &value{kind: isConstant, t: moved}
	}
	axes := ""
	for _, p := range perm {
		axes += v.axes[p : p+1]
	}
	return t.again(v, axes)
}

func (t *translator) flatten(n *nodeProto, a *attrs) *value {
	at := a.int("axis", 1)
	x := t.scalable(n, 0, isFeatures, isVector, isImage, isFinal, isFlat)
	if x == nil {
		return nil
	}
	rank := len(x.axes)
	if x.kind == isFlat {
		rank = len(vectorAxes)
	}
	if k, ok := axis(at, rank, t.version >= 11); !ok || k != 1 {
		a.problem("axis", "is %d, only 1 is supported", at)
		return nil
	}
	if x.kind == isFlat {
		return t.again(x, x.axes)
	}
	if !t.batchFirst(n, x) {
		return nil
	}
	return t.flat(n, x)
}

// flat is a frame, or the image, as a vector. A frame of one pixel becomes its
// features. A dense layer reads any other frame as a convolution over the whole of it.
func (t *translator) flat(n *nodeProto, x *value) *value {
	if s := t.shape(x); x.kind != isImage && s.H == 1 && s.W == 1 {
		return t.again(x, vectorAxes)
	}
	if x.kind == isFinal {
		t.small(n, x)
		return nil
	}
	out := t.again(x, x.axes)
	out.kind = isFlat
	return out
}

// batchFirst demands N as the first dimension of an input.
func (t *translator) batchFirst(n *nodeProto, v *value) bool {
	if !strings.HasPrefix(v.axes, "N") || t.shape(v).C != 1 && !strings.Contains(v.axes, "C") {
		t.nodeProblem(n, "input %q is %s, want %s", n.inputs[0], crossed(v.axes), crossed(vectorAxes))
		return false
	}
	return true
}

// reshape may add and remove dimensions of one element, and make a vector of a frame.
// It makes a picture of an input that is a vector.
func (t *translator) reshape(n *nodeProto, a *attrs) *value {
	allowZero := a.int("allowzero", 0)
	x := t.scalable(n, 0, isFeatures, isVector, isImage, isFinal, isFlat)
	want, ok := t.integers(n, 1)
	if x == nil || !ok {
		return nil
	}
	have := t.dims(x)
	out, ok := shaped(have, want, allowZero != 0)
	if ok && slices.ContainsFunc(out, func(d int64) bool { return d < 1 || d > spec.MaxDim }) {
		ok = false
	}
	if !ok {
		t.nodeProblem(n, "shape %q is %v, which cannot be the dimensions of a tensor of %v", n.inputs[1], want, have)
		return nil
	}
	vector := []int64{1, int64(t.features(x))}
	switch {
	case slices.Equal(out, have):
		return t.again(x, x.axes)
	case x.kind == isFlat && x.layer == floatnet.Image && len(out) == 4 && out[0] == 1:
		return t.picture(n, out)
	case slices.Equal(out, vector) && strings.HasPrefix(x.axes, "N"):
		return t.flat(n, x)
	}
	if axes, ok := renamed(x.axes, have, out); ok && x.kind != isFlat {
		return t.again(x, axes)
	}
	if groups, ok := t.shuffled(n, x, out); ok {
		t.nodeProblem(n, "shape %q is %v, the %d channels as %d groups, which the Transpose behind it exchanges: a channel shuffle is not supported, since no layer moves channels so; a Split into single channels and a Concat of them in the new order say the same", n.inputs[1], want, t.shape(x).C, groups)
		return nil
	}
	t.nodeProblem(n, "shape %q is %v, which makes more of %v than one vector", n.inputs[1], want, have)
	return nil
}

// shuffled reports whether a Reshape to out is the first of the three operations of a
// channel shuffle (Reshape, Transpose, Reshape), and the number of groups.
func (t *translator) shuffled(n *nodeProto, x *value, out []int64) (groups int64, ok bool) {
	at := strings.IndexByte(x.axes, 'C')
	if x.kind == isFlat || at < 0 || len(n.outputs) == 0 || len(out) != len(x.axes)+1 || out[at] < 2 || out[at+1] < 2 {
		return 0, false
	}
	if merged := slices.Concat(out[:at], []int64{out[at] * out[at+1]}, out[at+2:]); !slices.Equal(merged, t.dims(x)) {
		return 0, false
	}
	return out[at], slices.ContainsFunc(t.graph.nodes, func(m *nodeProto) bool {
		return m.op == "Transpose" && slices.Contains(m.inputs, n.outputs[0])
	})
}

// renamed is the order of the dimensions of a tensor that has lost or got some of one
// element.
func renamed(axes string, have, out []int64) (string, bool) {
	var long []byte // dimensions of more than one element, in order
	free := ""      // the others
	for i, d := range have {
		if d != 1 {
			long = append(long, axes[i])
		}
	}
	for _, c := range channelsFirst {
		if !strings.ContainsRune(string(long), c) {
			free += string(c)
		}
	}
	made, k := "", 0
	for _, d := range out {
		switch {
		case d == 1 && free == "":
			return "", false
		case d == 1:
			made, free = made+free[:1], free[1:]
			continue
		case k == len(long) || d != have[strings.IndexByte(axes, long[k])]:
			return "", false
		}
		made += string(long[k])
		k++
	}
	if !strings.HasPrefix(made, "N") || len(made) == len(vectorAxes) && made != vectorAxes {
		return "", false // no batch, or one row or column as a vector of features
	}
	return made, k == len(long)
}

// picture gives the input, a vector so far, the dimensions of a picture.
func (t *translator) picture(n *nodeProto, dims []int64) *value {
	if len(t.m.layers) > 0 || t.arg(n, 0).uses != 1 || len(n.outputs) == 0 {
		t.nodeProblem(n, "of the input %q, which is also read as a vector", n.inputs[0])
		return nil
	}
	axes := imageAxes(t.graph, n.outputs[0], dims)
	size := func(axis string) int { return int(dims[strings.Index(axes, axis)]) }
	t.m.Input = spec.Shape{C: size("C"), H: size("H"), W: size("W")}
	return &value{kind: isImage, layer: floatnet.Image, axes: axes}
}

// unsqueeze adds dimensions of one element.
func (t *translator) unsqueeze(n *nodeProto, a *attrs) *value {
	x := t.scalable(n, 0, isFeatures, isVector, isImage, isFinal)
	if x == nil {
		return nil
	}
	list, ok := t.newAxes(n, a, len(x.axes))
	if !ok {
		return nil
	}
	axes, rest := "", x.axes
	for k := range len(x.axes) + len(list) {
		if !slices.Contains(list, k) {
			axes, rest = axes+rest[:1], rest[1:]
			continue
		}
		free := strings.IndexFunc(channelsFirst, func(c rune) bool { return !strings.ContainsRune(x.axes+axes, c) })
		if free < 0 {
			t.nodeProblem(n, "axes %v added to %s: more dimensions than %s", list, crossed(x.axes), crossed(channelsFirst))
			return nil
		}
		axes += channelsFirst[free : free+1]
	}
	return t.again(x, axes)
}

// squeeze removes dimensions of one element.
func (t *translator) squeeze(n *nodeProto, a *attrs) *value {
	x := t.scalable(n, 0, isFeatures, isVector, isImage, isFinal)
	if x == nil {
		return nil
	}
	have := lengths(x.axes, t.shape(x))
	list, given, ok := t.axisList(n, a, len(have), 13, 11)
	if !ok {
		return nil
	}
	axes := ""
	for k, d := range have {
		drop := slices.Contains(list, k) || !given && d == 1
		if drop && d != 1 {
			t.nodeProblem(n, "axis %d of %v has %d elements, want 1", k, have, d)
			return nil
		}
		if drop && x.axes[k] == 'C' && x.kind != isImage {
			t.nodeProblem(n, "axis %d of %v is that of the features, which must stay", k, have)
			return nil
		}
		if !drop {
			axes += x.axes[k : k+1]
		}
	}
	return t.again(x, axes)
}

// softmax normalizes over all features, which are the only dimension left. So does
// LogSoftmax. Both keep the order of the logits, and are left out.
func (t *translator) softmax(n *nodeProto, a *attrs) *value {
	def := int64(-1)
	if t.version < 13 {
		def = 1
	}
	at := a.int("axis", def)
	x := t.data(n, 0, isVector, isFeatures)
	if x == nil || !t.small(n, x) || !t.batchFirst(n, x) {
		return nil
	}
	// Before version 11 the specification has no negative axes and exporters wrote
	// them; they can mean one thing only.
	k, ok := axis(at, len(x.axes), true)
	over := strings.Index(x.axes, "C")
	if !ok || t.version >= 13 && k != over || t.version < 13 && (k < 1 || k > over) {
		a.problem("axis", "is %d; of %s only that of C, %d, is supported", at, crossed(x.axes), over)
		return nil
	}
	if n.op == "LogSoftmax" {
		return t.final(n, x, floatnet.Softmax{Log: true})
	}
	return t.final(n, x, floatnet.Softmax{})
}

// sigmoid is left out at the end of a model, where it keeps the order of the logits.
func (t *translator) sigmoid(n *nodeProto, _ *attrs) *value {
	if !t.atEnd(n) {
		t.nodeProblem(n, "%s is not supported: %s", n.op, needed[n.op])
		return nil
	}
	x := t.data(n, 0, isVector, isFeatures)
	if x == nil || !t.small(n, x) || !t.batchFirst(n, x) {
		return nil
	}
	return t.final(n, x, floatnet.Sigmoid{})
}

// argMax is the class, which the host finds from the logits.
func (t *translator) argMax(n *nodeProto, a *attrs) *value {
	at := a.int("axis", 0)
	a.exactly("select_last_index", 0, 0)
	a.int("keepdims", 1)
	x := t.data(n, 0, isVector, isFeatures, isFinal)
	if x == nil || !t.small(n, x) || !t.batchFirst(n, x) {
		return nil
	}
	if k, ok := axis(at, len(x.axes), t.version >= 11); !ok || x.axes[k] != 'C' {
		a.problem("axis", "is %d; of %s only that of C, %d, is supported", at, crossed(x.axes), strings.Index(x.axes, "C"))
		return nil
	}
	if x.kind == isFinal {
		t.m.Notes = append(t.m.Notes, fmt.Sprintf("%s %s dropped: the class is that of the largest logit", n.op, t.nodeName))
		return t.again(x, x.axes)
	}
	return t.final(n, x, nil)
}

// atEnd reports whether nothing but operations that move or name values stands between
// a node and the output of the graph.
func (t *translator) atEnd(n *nodeProto) bool {
	for range t.graph.nodes {
		if len(n.outputs) == 0 {
			return false
		}
		if slices.ContainsFunc(t.graph.outputs, func(o *valueInfo) bool { return o.name == n.outputs[0] }) {
			return t.uses[n.outputs[0]] == 1
		}
		var next *nodeProto
		for _, m := range t.graph.nodes {
			if slices.Contains(m.inputs, n.outputs[0]) {
				if next != nil {
					return false
				}
				next = m
			}
		}
		if next == nil || !slices.Contains([]string{"Identity", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "ArgMax"}, next.op) {
			return false
		}
		n = next
	}
	return false
}

// final is the end of a model: what a node makes of the logits is left out of the
// network. op executes it, nil if it gives no values to compare.
func (t *translator) final(n *nodeProto, x *value, op floatnet.Op) *value {
	t.m.Softmax, t.m.last = t.layerName(n), op
	t.m.Notes = append(t.m.Notes, fmt.Sprintf("%s %s dropped: the network's outputs are its logits", n.op, t.nodeName))
	out := t.again(x, x.axes)
	out.kind = isFinal
	return out
}
