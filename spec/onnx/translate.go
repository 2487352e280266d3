package onnx

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
)

// value is what a name in the graph stands for.
type value struct {
	kind  valueKind
	layer int          // of a feature map or vector; floatnet.Image for the input
	t     *tensorProto // of a constant
	uses  int          // nodes and graph outputs that read it
	// shared says that this value is another form of one that other nodes also read.
	shared bool
	// axes is the order of the layer's dimensions in the tensor: NCHW, NHWC,
	// NC. Dimensions without a letter have one element.
	axes string
	// pad are the zeros around the frame that a later convolution absorbs:
	// top, left, bottom, right.
	pad [4]int
	// scale is a batch norm that a later convolution or dense layer absorbs, or that
	// becomes a layer of its own; see points.go.
	scale *affine
	// steps says that the value is the integers of a QuantizeLinear.
	steps bool
}

type valueKind uint8

const (
	isUnknown  valueKind = iota // the producer has a problem that was reported
	isConstant                  // a tensor of the file
	isImage                     // the input, host steps applied
	isFeatures                  // a feature map; value.axes is the order of its dimensions
	isVector                    // N×features: axes are NC
	isFinal                     // the output of softmax
	isFlat                      // a frame as a vector: axes say in which order its dimensions were
)

func (k valueKind) String() string {
	return []string{"unknown", "a constant", "the image", "a feature map", "a vector", "the output of Softmax", "a flattened frame"}[k]
}

type translator struct {
	problems
	m        *Model
	opset    int64
	version  int64 // of the operation of the node at work
	values   map[string]*value
	uses     map[string]int // how often each name is read
	others   []*value       // outputs of the node at work behind the first, where it has them
	nodeName string         // of the node at work
	names    map[string]bool
	tooNew   map[string]bool // operations refused for the operator set
	grown    int             // elements that folding added to constants
	graph    *graphProto
}

// translate makes a model of the part of a file's graph that the named output needs, or
// of all of it if output is "".
func translate(p *modelProto, output string) (*Model, error) {
	t := &translator{
		m:      &Model{Name: p.graph.name},
		opset:  p.opsets[""],
		graph:  p.graph,
		values: map[string]*value{},
		names:  map[string]bool{spec.InputName: true},
		tooNew: map[string]bool{},
	}
	if t.opset < oldestOpset {
		t.add(&Problem{Msg: fmt.Sprintf("operator set %d is older than %d; export with a newer one", t.opset, oldestOpset)})
	}
	switch {
	case output != "":
		t.only(p.graph, output)
	case len(p.graph.outputs) == 1:
		t.only(p.graph, p.graph.outputs[0].name)
	}
	for _, i := range p.graph.initializers {
		t.define(i.name, &value{kind: isConstant, t: i})
	}
	uses := map[string]int{}
	for _, n := range p.graph.nodes {
		for _, in := range n.inputs {
			uses[in]++
		}
	}
	for _, o := range p.graph.outputs {
		uses[o.name]++
	}
	t.uses = uses
	t.input(p.graph, uses)
	for i, n := range p.graph.nodes {
		t.node(i, n, uses)
	}
	t.output(p.graph)
	t.classifiers()
	t.whole()
	return t.m, t.err()
}

// only reduces a graph to the nodes that one tensor needs, and makes it the output.
func (t *translator) only(g *graphProto, output string) {
	need := map[string]bool{output: true}
	var kept []*nodeProto
	for i := len(g.nodes) - 1; i >= 0; i-- {
		n := g.nodes[i]
		if !slices.ContainsFunc(n.outputs, func(o string) bool { return o != "" && need[o] }) {
			continue
		}
		kept = append(kept, n)
		for _, in := range n.inputs {
			need[in] = true
		}
	}
	if len(kept) == 0 {
		t.add(&Problem{Msg: fmt.Sprintf("output %q is not computed; the model has the outputs %q", output, outputNames(g))})
		return
	}
	slices.Reverse(kept)
	if left := len(g.nodes) - len(kept); left > 0 {
		t.m.Notes = append(t.m.Notes, fmt.Sprintf("output %s: %d of %d nodes left out, which it does not need", output, left, len(g.nodes)))
	}
	g.nodes, g.outputs = kept, []*valueInfo{{name: output}}
}

func outputNames(g *graphProto) []string {
	var names []string
	for _, o := range g.outputs {
		names = append(names, o.name)
	}
	return names
}

// define gives a name its value; a name has one producer.
func (t *translator) define(name string, v *value) {
	if _, dup := t.values[name]; dup {
		t.add(&Problem{Msg: fmt.Sprintf("%q is defined twice", name)})
		return
	}
	t.values[name] = v
}

// input finds the one graph input that is no initializer.
func (t *translator) input(g *graphProto, uses map[string]int) {
	var found []string
	for _, i := range g.inputs {
		if v := t.values[i.name]; v != nil && v.kind == isConstant {
			continue // before IR version 4 initializers were listed as inputs too
		}
		found = append(found, i.name)
		if len(found) > 1 {
			continue
		}
		axes := imageAxes(g, i.name, i.dims)
		t.define(i.name, &value{kind: isImage, layer: floatnet.Image, uses: uses[i.name], axes: axes})
		if i.isTensor && isReal(i.elemType) && len(i.dims) == 3 && i.dims[0] <= 1 && i.dims[1] >= 1 && i.dims[2] >= 1 && max(i.dims[1], i.dims[2]) <= spec.MaxDim {
			t.values[i.name].axes = oneChannel
			t.m.Input = spec.Shape{C: 1, H: int(i.dims[1]), W: int(i.dims[2])}
			continue
		}
		if i.isTensor && isReal(i.elemType) && len(i.dims) == 2 && i.dims[0] <= 1 && i.dims[1] >= 1 && i.dims[1] <= spec.MaxDim {
			v := t.values[i.name]
			v.kind, v.axes = isFlat, vectorAxes
			t.m.Input = spec.Shape{C: int(i.dims[1]), H: 1, W: 1}
			continue
		}
		if !i.isTensor || !isReal(i.elemType) || len(i.dims) != 4 || i.dims[0] > 1 {
			t.add(&Problem{Msg: fmt.Sprintf("input %q of element type %s and dimensions %v: want one image of real numbers, 1×C×H×W or 1×H×W, or one vector, 1×features", i.name, typeName(i.elemType), i.dims)})
			continue
		}
		for _, d := range i.dims[1:] {
			if d < 1 || d > spec.MaxDim {
				t.add(&Problem{Msg: fmt.Sprintf("input %q has dimensions %v: channels, rows and columns must be fixed, in 1..%d", i.name, i.dims, spec.MaxDim)})
				break
			}
		}
		size := func(axis string) int { return int(i.dims[strings.Index(axes, axis)]) }
		t.m.Input = spec.Shape{C: size("C"), H: size("H"), W: size("W")}
		if axes != channelsFirst {
			t.m.Notes = append(t.m.Notes, fmt.Sprintf("input %q is %s in the model and C×H×W in the network", i.name, crossed(axes)))
		}
	}
	if len(found) != 1 {
		t.add(&Problem{Msg: fmt.Sprintf("inputs %q: want exactly one", found)})
	}
}

func (t *translator) node(i int, n *nodeProto, uses map[string]int) {
	t.nodeName, t.others = n.name, nil
	if n.name == "" {
		t.nodeName = fmt.Sprintf("#%d", i)
	}
	var out *value
	before := t.count()
	op := operations[n.op]
	switch {
	case op.read == nil || !inDomain(n.op, n.domain):
		if why := needed[n.op]; why != "" {
			t.nodeProblem(n, "%s is not supported: %s", n.op, why)
			break
		}
		t.nodeProblem(n, "unknown operation %q of domain %q; known are %s", n.op, n.domain, operationNames())
	case op.versions[0] > max(t.opset, oldestOpset) && inDomain(n.op, ""):
		t.nodeProblem(n, "is an operation of operator set %d on, and the model has %d; export with a newer one", op.versions[0], t.opset)
	case len(n.inputs) > op.inputs:
		t.nodeProblem(n, "%d inputs, takes at most %d", len(n.inputs), op.inputs)
	case !t.defined(n):
		t.constants(n)
	default:
		t.version = op.version(t.opset)
		read := op.read
		if folded[n.op] != nil && t.onlyConstants(n) {
			read = (*translator).fold
		}
		if t.opset > newestOpset && !t.tooNew[n.op] {
			t.tooNew[n.op] = true
			t.nodeProblem(n, "what operator set %d says of %s is unknown, known is version %d of set %d; export with opset_version=%d",
				t.opset, n.op, t.version, newestOpset, newestOpset)
		}
		a := &attrs{t: t, n: n, op: op}
		out = read(t, n, a)
		a.rest(out != nil)
	}
	if n.op == "BatchNormalization" && (out == nil || t.count() > before) {
		t.unsettle(n)
	}
	if out == nil {
		out = &value{kind: isUnknown}
	}
	for k, name := range n.outputs {
		if name == "" {
			continue
		}
		v := &value{kind: isUnknown}
		if k == 0 {
			v = out
		} else if k <= len(t.others) && out != nil {
			if o := t.others[k-1]; o != nil {
				v = o
			}
		} else if uses[name] > 0 && out.kind != isUnknown {
			t.nodeProblem(n, "output %d, %q, is used; only the first is supported", k, name)
		}
		v.uses = uses[name]
		t.define(name, v)
	}
}

// unsettle marks the layer that a node would have been merged into.
func (t *translator) unsettle(n *nodeProto) {
	if v := t.arg(n, 0); v != nil && v.kind == isFeatures {
		t.m.layers[v.layer].unsettled = true
	}
}

// defined checks that every input has a producer; it is false when one is
// missing or has a problem of its own.
func (t *translator) defined(n *nodeProto) bool {
	ok := true
	for k, name := range n.inputs {
		if name == "" {
			continue
		}
		v := t.values[name]
		if v == nil {
			t.nodeProblem(n, "input %d, %q, is not the output of an earlier node, an initializer or the graph's input", k, name)
			ok = false
		} else if v.kind == isUnknown {
			ok = false
		}
	}
	return ok
}

// constants reads the tensors of a node that is refused for another reason, so that the
// same run reports the problems of these tensors.
func (t *translator) constants(n *nodeProto) {
	for _, name := range n.inputs {
		if v := t.values[name]; v != nil && v.kind == isConstant {
			var err error
			if isReal(v.t.dataType) {
				_, err = v.t.values()
			} else {
				_, err = v.t.whole()
			}
			if err != nil {
				t.tensorProblems(n, err)
			}
		}
	}
}

func (t *translator) nodeProblem(n *nodeProto, format string, args ...any) {
	t.add(&Problem{Node: t.nodeName, Op: n.op, Msg: fmt.Sprintf(format, args...)})
}

// tensorProblems reports what tensorProto.values found, one problem for each.
func (t *translator) tensorProblems(n *nodeProto, err error) {
	list := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		list = joined.Unwrap()
	}
	for _, e := range list {
		t.nodeProblem(n, "%v", e)
	}
}

// arg is input k of a node, nil when it is absent.
func (t *translator) arg(n *nodeProto, k int) *value {
	if k >= len(n.inputs) || n.inputs[k] == "" {
		return nil
	}
	return t.values[n.inputs[k]]
}

// data is input k as a feature map, vector or image of one of the kinds. It reports an
// input of another kind. A scale that it carries becomes a layer.
func (t *translator) data(n *nodeProto, k int, kinds ...valueKind) *value {
	v := t.scalable(n, k, kinds...)
	if v == nil {
		return nil
	}
	return t.settled(n, v)
}

// scalable is data that may carry a scale for a later layer to absorb.
func (t *translator) scalable(n *nodeProto, k int, kinds ...valueKind) *value {
	v := t.any(n, k, kinds...)
	if v != nil && v.pad != [4]int{} {
		t.nodeProblem(n, "input %d, %q, is padded; only a convolution can take Pad in", k, n.inputs[k])
		return nil
	}
	return v
}

// any is data that may carry a pad or a scale for a later convolution to absorb.
func (t *translator) any(n *nodeProto, k int, kinds ...valueKind) *value {
	v := t.arg(n, k)
	if v == nil {
		t.nodeProblem(n, "input %d is missing", k)
		return nil
	}
	if v.steps {
		t.nodeProblem(n, "input %d, %q, is the integers of QuantizeLinear; DequantizeLinear must go before", k, n.inputs[k])
		return nil
	}
	if !slices.Contains(kinds, v.kind) {
		t.nodeProblem(n, "input %d, %q, is %v, want %v", k, n.inputs[k], v.kind, kinds[0])
		return nil
	}
	return v
}

// weights is input k as a constant of the given number of dimensions. It reports values
// that are not finite, and replaces them by 0.
func (t *translator) weights(n *nodeProto, k, dims int) ([]float64, []int64) {
	v := t.data(n, k, isConstant)
	if v == nil {
		return nil, nil
	}
	xs, err := v.t.values()
	if err != nil {
		t.tensorProblems(n, err)
	}
	if xs == nil {
		return nil, nil
	}
	if len(v.t.dims) != dims {
		t.nodeProblem(n, "tensor %q has dimensions %v, want %d of them", n.inputs[k], v.t.dims, dims)
		return nil, nil
	}
	return xs, v.t.dims
}

// layer appends a layer that the current node creates, with its shape from the
// float executor's rules, and returns its index, or -1 after a problem.
func (t *translator) layer(n *nodeProto, l *layer) int {
	l.name = t.layerName(n)
	l.lo, l.hi = math.Inf(-1), math.Inf(1)
	t.m.layers = append(t.m.layers, l)
	shapes, err := shapesOf(t.m, l)
	if err != nil {
		t.m.layers = t.m.layers[:len(t.m.layers)-1]
		t.nodeProblem(n, "%v", err)
		return -1
	}
	l.shape = shapes
	return len(t.m.layers) - 1
}

// layerName makes a name of letters, digits and underscores from the node's, since it
// becomes part of Verilog names.
func (t *translator) layerName(n *nodeProto) string {
	name := n.name
	if name == "" && len(n.outputs) > 0 {
		name = n.outputs[0]
	}
	name = strings.Trim(strings.Map(func(r rune) rune {
		if r < 128 && (r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return r
		}
		return '_'
	}, name), "_")
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		name = "layer_" + name
	}
	unique := name
	for i := 2; t.names[unique]; i++ {
		unique = fmt.Sprintf("%s_%d", name, i)
	}
	t.names[unique] = true
	return unique
}

// output demands that the graph's one output is the last layer's, and that no
// layer is left over.
func (t *translator) output(g *graphProto) {
	if len(g.outputs) != 1 {
		t.add(&Problem{Msg: fmt.Sprintf("%d outputs, want 1; --model-output takes one of %q", len(g.outputs), outputNames(g))})
		return
	}
	v := t.values[g.outputs[0].name]
	if v == nil {
		t.add(&Problem{Msg: fmt.Sprintf("output %q is not computed", g.outputs[0].name)})
		return
	}
	if v.kind == isUnknown {
		return
	}
	if v.pad != [4]int{} {
		t.add(&Problem{Msg: fmt.Sprintf("output %q is a Pad that no convolution takes in", g.outputs[0].name)})
	}
	if v = t.settled(&nodeProto{}, v); v == nil {
		return
	}
	if v.kind >= isFeatures && !ordered(v.axes, t.shape(v)) {
		t.add(&Problem{Msg: fmt.Sprintf("output %q is %s, want N×C×H×W; end the model before the Transpose", g.outputs[0].name, crossed(v.axes))})
	}
	if v.kind < isFeatures || v.layer != len(t.m.layers)-1 {
		t.add(&Problem{Msg: fmt.Sprintf("output %q is not the output of the last layer", g.outputs[0].name)})
	}
	if t.m.Softmax != "" && v.kind != isFinal {
		t.add(&Problem{Msg: fmt.Sprintf("output %q is not that of Softmax %s", g.outputs[0].name, t.m.Softmax)})
	}
	read := map[int]bool{v.layer: true}
	for _, l := range t.m.layers {
		for _, i := range l.inputs {
			read[i] = true
		}
	}
	for i, l := range t.m.layers {
		if !read[i] {
			t.add(&Problem{Msg: fmt.Sprintf("layer %s is read by nothing", l.name)})
		}
	}
}
