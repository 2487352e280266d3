package onnx

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/spec"
)

// Orders of dimensions, one letter each, as in value.axes.
const (
	channelsFirst = "NCHW"
	channelsLast  = "NHWC"
	vectorAxes    = "NC"
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
// arithmetic, is a Transpose to N×C×H×W.
func imageAxes(g *graphProto, input string) string {
	reached := map[string]bool{input: true}
	for _, n := range g.nodes {
		if !slices.ContainsFunc(n.inputs, func(in string) bool { return in != "" && reached[in] }) {
			continue
		}
		switch n.op {
		case "Identity", "Dropout", "Cast", "Add", "Sub", "Mul", "Div", "Pad":
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
	x := t.data(n, 0, isFeatures, isVector, isImage, isFinal, isFlat)
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
	if !strings.HasPrefix(v.axes, "N") || !strings.Contains(v.axes, "C") {
		t.nodeProblem(n, "input %q is %s, want %s", n.inputs[0], crossed(v.axes), crossed(vectorAxes))
		return false
	}
	return true
}

// reshape may add and remove dimensions of one element.
func (t *translator) reshape(n *nodeProto, a *attrs) *value {
	allowZero := a.int("allowzero", 0)
	x := t.data(n, 0, isFeatures, isVector, isImage, isFinal, isFlat)
	want, ok := t.integers(n, 1)
	if x == nil || !ok {
		return nil
	}
	s := t.shape(x)
	have := lengths(x.axes, s)
	vector := []int64{1, int64(s.C) * int64(s.H) * int64(s.W)}
	if x.kind == isFlat {
		have = vector
	}
	total, known, free := int64(1), int64(1), -1
	for _, d := range have {
		total *= d
	}
	out := slices.Clone(want)
	for i, d := range out {
		switch {
		case d == 0 && allowZero == 0 && i < len(have):
			out[i] = have[i]
		case d == -1 && free < 0:
			free = i
			continue
		case d < 1 || d > spec.MaxDim:
			t.nodeProblem(n, "shape %q is %v: %d cannot be a dimension of a tensor of %v", n.inputs[1], want, d, have)
			return nil
		}
		if known *= out[i]; known > total {
			break
		}
	}
	if free >= 0 && known > 0 && total%known == 0 {
		out[free] = total / known
		known = total
	}
	if known == total {
		switch {
		case slices.Equal(out, have):
			return t.again(x, x.axes)
		case slices.Equal(out, vector) && strings.HasPrefix(x.axes, "N"):
			return t.flat(n, x)
		}
		for _, axes := range []string{vectorAxes, channelsFirst, channelsLast} {
			if s.H == 1 && s.W == 1 && slices.Equal(out, lengths(axes, s)) {
				return t.again(x, axes)
			}
		}
	}
	t.nodeProblem(n, "shape %q is %v, which makes more of %v than one vector", n.inputs[1], want, have)
	return nil
}

// squeeze removes dimensions of one element.
func (t *translator) squeeze(n *nodeProto, a *attrs) *value {
	x := t.data(n, 0, isFeatures, isVector, isFinal)
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
		if drop && x.axes[k] == 'C' {
			t.nodeProblem(n, "axis %d of %v is that of the features, which must stay", k, have)
			return nil
		}
		if !drop {
			axes += x.axes[k : k+1]
		}
	}
	return t.again(x, axes)
}

// softmax normalizes over all features, which are the only dimension left.
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
	t.m.Softmax = t.layerName(n)
	t.m.Notes = append(t.m.Notes, fmt.Sprintf("%s %s dropped: the network's outputs are its logits", n.op, t.nodeName))
	out := t.again(x, x.axes)
	out.kind = isFinal
	return out
}
