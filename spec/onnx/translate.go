package onnx

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
)

// Operator sets that are read; the operations used here changed between them
// only in how Clip gets its bounds, in Softmax' default axis and in attributes
// that have since gone.
const (
	minOpset = 7
	maxOpset = 17
)

// value is what a name in the graph stands for.
type value struct {
	kind  valueKind
	layer int          // of a feature map or vector; floatnet.Image for the input
	t     *tensorProto // of a constant
	uses  int          // nodes and graph outputs that read it
}

type valueKind uint8

const (
	isUnknown  valueKind = iota // the producer has a problem that was reported
	isConstant                  // a tensor of the file
	isImage                     // the input, host steps applied
	isFeatures                  // a feature map N×C×H×W
	isVector                    // N×features
	isFinal                     // the output of softmax
)

func (k valueKind) String() string {
	return []string{"unknown", "a constant", "the image", "a feature map", "a vector", "the output of Softmax"}[k]
}

type translator struct {
	problems
	m        *Model
	opset    int64
	values   map[string]*value
	nodeName string // of the node at work
	names    map[string]bool
}

// operation reads nodes of one kind; inputs is how many they may have.
type operation struct {
	inputs int
	read   func(t *translator, n *nodeProto, a *attrs) *value
}

// operations is every operation that is read.
var operations = map[string]operation{
	"Conv":               {3, (*translator).conv},
	"BatchNormalization": {5, (*translator).batchNorm},
	"Clip":               {3, (*translator).clip},
	"Relu":               {1, (*translator).relu},
	"Add":                {2, (*translator).binary},
	"Sub":                {2, (*translator).binary},
	"Mul":                {2, (*translator).binary},
	"Div":                {2, (*translator).binary},
	"GlobalAveragePool":  {1, (*translator).pool},
	"Flatten":            {1, (*translator).flatten},
	"Gemm":               {3, (*translator).gemm},
	"Softmax":            {1, (*translator).softmax},
	"Constant":           {0, (*translator).constant},
}

func operationNames() string {
	var names []string
	for n := range operations {
		names = append(names, n)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func translate(p *modelProto) (*Model, error) {
	t := &translator{
		m:      &Model{Name: p.graph.name},
		opset:  p.opsets[""],
		values: map[string]*value{},
		names:  map[string]bool{spec.InputName: true},
	}
	if t.opset < minOpset || t.opset > maxOpset {
		t.add(&Problem{Msg: fmt.Sprintf("operator set %d is not in %d..%d", t.opset, minOpset, maxOpset)})
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
	t.input(p.graph, uses)
	for i, n := range p.graph.nodes {
		t.node(i, n, uses)
	}
	t.output(p.graph)
	return t.m, t.err()
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
		t.define(i.name, &value{kind: isImage, layer: floatnet.Image, uses: uses[i.name]})
		if !i.isTensor || i.elemType != typeFloat || len(i.dims) != 4 || i.dims[0] > 1 {
			t.add(&Problem{Msg: fmt.Sprintf("input %q of element type %d and dimensions %v: want one float image, 1×C×H×W", i.name, i.elemType, i.dims)})
			continue
		}
		for _, d := range i.dims[1:] {
			if d < 1 || d > spec.MaxDim {
				t.add(&Problem{Msg: fmt.Sprintf("input %q has dimensions %v: channels, rows and columns must be fixed, in 1..%d", i.name, i.dims, spec.MaxDim)})
				break
			}
		}
		t.m.Input = spec.Shape{C: int(i.dims[1]), H: int(i.dims[2]), W: int(i.dims[3])}
	}
	if len(found) != 1 {
		t.add(&Problem{Msg: fmt.Sprintf("inputs %q: want exactly one", found)})
	}
}

func (t *translator) node(i int, n *nodeProto, uses map[string]int) {
	t.nodeName = n.name
	if n.name == "" {
		t.nodeName = fmt.Sprintf("#%d", i)
	}
	var out *value
	before := t.count()
	if op := operations[n.op]; op.read == nil || (n.domain != "" && n.domain != "ai.onnx") {
		t.nodeProblem(n, "unknown operation %q of domain %q; known are %s", n.op, n.domain, operationNames())
	} else if len(n.inputs) > op.inputs {
		t.nodeProblem(n, "%d inputs, takes at most %d", len(n.inputs), op.inputs)
	} else if t.defined(n) {
		a := &attrs{t: t, n: n}
		out = op.read(t, n, a)
		a.rest()
	} else {
		t.constants(n)
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

// constants looks at the tensors of a node that cannot be read for another
// reason, so that what is wrong with them is said in the same run.
func (t *translator) constants(n *nodeProto) {
	for _, name := range n.inputs {
		if v := t.values[name]; v != nil && v.kind == isConstant {
			if _, err := v.t.values(); err != nil {
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

// data is input k as a feature map, vector or image of one of the kinds; it
// reports what else it is.
func (t *translator) data(n *nodeProto, k int, kinds ...valueKind) *value {
	v := t.arg(n, k)
	if v == nil {
		t.nodeProblem(n, "input %d is missing", k)
		return nil
	}
	if !slices.Contains(kinds, v.kind) {
		t.nodeProblem(n, "input %d, %q, is %v, want %v", k, n.inputs[k], v.kind, kinds[0])
		return nil
	}
	return v
}

// weights is input k as a constant of the given number of dimensions, with 0 for
// what is not finite, which is reported.
func (t *translator) weights(n *nodeProto, k, dims int) ([]float32, []int64) {
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

// layerName makes a name of letters, digits and underscores from the node's: it
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
		t.add(&Problem{Msg: fmt.Sprintf("%d outputs, want 1", len(g.outputs))})
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
