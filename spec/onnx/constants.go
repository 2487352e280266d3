package onnx

import (
	"math"
	"slices"
)

// Exporters leave arithmetic of constants in the graph: the shape of a Reshape computed
// from the shape of its input, a batch norm spelled out, weights that are reshaped or
// transposed. The network takes one image at a time, so all shapes are constant too.
// Nodes whose inputs are all constants are computed here.

// folded has the operations that are computed where all of their inputs are constants.
var folded = map[string]func(t *translator, n *nodeProto, a *attrs) *array{
	"Add": arithmetic(func(x, y float64) float64 { return x + y }, func(x, y int64) int64 { return x + y }),
	"Sub": arithmetic(func(x, y float64) float64 { return x - y }, func(x, y int64) int64 { return x - y }),
	"Mul": arithmetic(func(x, y float64) float64 { return x * y }, func(x, y int64) int64 { return x * y }),
	"Div": arithmetic(func(x, y float64) float64 { return x / y }, func(x, y int64) int64 {
		if y == -1 {
			return -x // which wraps; the quotient of the least integer would panic
		}
		return x / y
	}),
	"Pow":             arithmetic(math.Pow, nil),
	"Neg":             function(func(x float64) float64 { return -x }),
	"Sqrt":            function(math.Sqrt),
	"Reciprocal":      function(func(x float64) float64 { return 1 / x }),
	"Shape":           foldShape,
	"Gather":          foldGather,
	"Slice":           foldSlice,
	"Concat":          foldConcat,
	"Reshape":         foldReshape,
	"Squeeze":         foldSqueeze,
	"Unsqueeze":       foldUnsqueeze,
	"Cast":            foldCast,
	"ReduceProd":      foldProduct,
	"ConstantOfShape": foldFilled,
	"Expand":          foldExpand,
}

// array is a constant as numbers. whole are the elements of a tensor of integers, real
// those of any other.
type array struct {
	kind  int64
	dims  []int64
	real  []float64
	whole []int64
}

// isWhole reports whether the elements are integers.
func (x *array) isWhole() bool { return !isReal(x.kind) }

func (x *array) size() int { return len(x.real) + len(x.whole) }

// pick is the array of some elements, in dimensions dims.
func (x *array) pick(dims []int64, from []int) *array {
	out := &array{kind: x.kind, dims: dims}
	for _, i := range from {
		if x.isWhole() {
			out.whole = append(out.whole, x.whole[i])
		} else {
			out.real = append(out.real, x.real[i])
		}
	}
	return out
}

// tensor is the array as a tensor of the file. Real numbers have been rounded already.
func (x *array) tensor(name string) *tensorProto {
	out := &tensorProto{name: name, dims: x.dims, dataType: x.kind}
	switch {
	case !x.isWhole():
		out.dataType, out.doubles = typeDouble, x.real
	case x.kind == typeInt64:
		out.int64s = x.whole
	default:
		out.int32s = x.whole
	}
	return out
}

// maxGrowth bounds the elements that folding may add to a model in all, so that it
// cannot double a list node by node. Shapes and constants of arithmetic need few.
const maxGrowth = 1 << 20

// fold computes a node of constants.
func (t *translator) fold(n *nodeProto, a *attrs) *value {
	in := 0
	for k := range n.inputs {
		if v := t.arg(n, k); v != nil {
			in += max(1, product(v.t.dims))
		}
	}
	before := t.count()
	out := folded[n.op](t, n, a)
	if out == nil || t.count() > before {
		return nil
	}
	if t.grown += max(0, out.size()-in); t.grown > maxGrowth {
		t.nodeProblem(n, "constants of the model grow by more than %d values; fold them before", maxGrowth)
		return nil
	}
	return &value{kind: isConstant, t: out.tensor(t.nodeName)}
}

// product is the number of elements of a tensor, at most a little above maxGrowth.
func product(dims []int64) int {
	p := int64(1)
	for _, d := range dims {
		if p *= max(d, 0); p > math.MaxInt32 {
			return math.MaxInt32
		}
	}
	return int(p)
}

// onlyConstants reports whether a node has inputs and all are constants.
func (t *translator) onlyConstants(n *nodeProto) bool {
	some := false
	for k, name := range n.inputs {
		if name == "" {
			continue
		}
		if t.arg(n, k).kind != isConstant {
			return false
		}
		some = true
	}
	return some
}

// array is constant input k.
func (t *translator) array(n *nodeProto, k int) *array {
	v := t.any(n, k, isConstant)
	if v == nil {
		return nil
	}
	out := &array{kind: v.t.dataType, dims: v.t.dims}
	var err error
	if isReal(v.t.dataType) {
		out.real, err = v.t.values()
	} else {
		out.whole, err = v.t.whole()
	}
	if err != nil {
		t.tensorProblems(n, err)
		return nil
	}
	return out
}

// rounded is a result of the arithmetic of an element type, as another runtime has it.
func rounded(kind int64, x float64) float64 {
	if kind == typeDouble {
		return x
	}
	return float64(float32(x))
}

// arithmetic is an operation of two broadcast tensors of one element type.
func arithmetic(real func(x, y float64) float64, whole func(x, y int64) int64) func(*translator, *nodeProto, *attrs) *array {
	return func(t *translator, n *nodeProto, _ *attrs) *array {
		x, y := t.array(n, 0), t.array(n, 1)
		if x == nil || y == nil {
			return nil
		}
		dims, ok := broadcast(x.dims, y.dims)
		if !ok || x.isWhole() != y.isWhole() || x.isWhole() && whole == nil || product(dims) > x.size()+y.size()+maxGrowth {
			t.nodeProblem(n, "of constants of types %s and %s and dimensions %v and %v", typeName(x.kind), typeName(y.kind), x.dims, y.dims)
			return nil
		}
		out := &array{kind: x.kind, dims: dims}
		for i := range product(dims) {
			at := position(i, dims)
			i, j := offset(at, x.dims), offset(at, y.dims)
			switch {
			case n.op == "Div" && (x.isWhole() && y.whole[j] == 0 || !x.isWhole() && y.real[j] == 0):
				t.nodeProblem(n, "constant %q: value %d divides by zero", n.inputs[1], j)
				return nil
			case x.isWhole():
				out.whole = append(out.whole, whole(x.whole[i], y.whole[j]))
			default:
				out.real = append(out.real, rounded(x.kind, real(x.real[i], y.real[j])))
			}
		}
		return out
	}
}

// function is an operation of one tensor of real numbers.
func function(f func(float64) float64) func(*translator, *nodeProto, *attrs) *array {
	return func(t *translator, n *nodeProto, _ *attrs) *array {
		x := t.array(n, 0)
		if x == nil {
			return nil
		}
		if x.isWhole() {
			t.nodeProblem(n, "of %q, a constant of type %s", n.inputs[0], typeName(x.kind))
			return nil
		}
		for i, v := range x.real {
			y := rounded(x.kind, f(v))
			if math.IsNaN(y) || math.IsInf(y, 0) {
				t.nodeProblem(n, "of value %d of %q, %v, is %v", i, n.inputs[0], v, y)
				return nil
			}
			x.real[i] = y
		}
		return x
	}
}

// broadcast are the dimensions of a result of tensors of two dimensions.
func broadcast(a, b []int64) ([]int64, bool) {
	out := make([]int64, max(len(a), len(b)))
	for i := range out {
		x, y := int64(1), int64(1)
		if k := i - len(out) + len(a); k >= 0 {
			x = a[k]
		}
		if k := i - len(out) + len(b); k >= 0 {
			y = b[k]
		}
		switch {
		case x == y || y == 1:
			out[i] = x
		case x == 1:
			out[i] = y
		default:
			return nil, false
		}
	}
	return out, true
}

// offset is the index of the element of a tensor that is broadcast to a position.
func offset(at, dims []int64) int {
	i := int64(0)
	for k, d := range dims {
		p := at[len(at)-len(dims)+k]
		if d == 1 {
			p = 0
		}
		i = i*d + p
	}
	return int(i)
}

func foldShape(t *translator, n *nodeProto, a *attrs) *array {
	return listed(cutShape(a, t.arg(n, 0).t.dims))
}

// listed is a list of integers.
func listed(xs []int64) *array {
	return &array{kind: typeInt64, dims: []int64{int64(len(xs))}, whole: xs}
}

func foldGather(t *translator, n *nodeProto, a *attrs) *array {
	at := a.int("axis", 0)
	x, which := t.array(n, 0), t.array(n, 1)
	if x == nil || which == nil {
		return nil
	}
	k, ok := axis(at, len(x.dims), t.version >= 11)
	if !ok || !which.isWhole() {
		t.nodeProblem(n, "axis %d of %v, with indices of type %s", at, x.dims, typeName(which.kind))
		return nil
	}
	dims := slices.Concat(x.dims[:k], which.dims, x.dims[k+1:])
	if product(dims) > x.size()+maxGrowth {
		t.nodeProblem(n, "makes a constant of dimensions %v", dims)
		return nil
	}
	var from []int
	for i := range product(dims) {
		pos := position(i, dims)
		index := which.whole[offset(pos[k:k+len(which.dims)], which.dims)]
		j, ok := axis(index, int(x.dims[k]), t.version >= 11)
		if !ok {
			t.nodeProblem(n, "element %d of axis %d of a constant of dimensions %v", index, k, x.dims)
			return nil
		}
		from = append(from, offset(slices.Concat(pos[:k], []int64{int64(j)}, pos[k+len(which.dims):]), x.dims))
	}
	return x.pick(dims, from)
}

func foldSlice(t *translator, n *nodeProto, a *attrs) *array {
	x := t.array(n, 0)
	if x == nil {
		return nil
	}
	cuts, ok := t.cuts(n, a, x.dims)
	if !ok {
		return nil
	}
	dims := make([]int64, len(x.dims))
	for k, c := range cuts {
		dims[k] = int64(c.count)
	}
	var from []int
	for i := range product(dims) {
		pos := position(i, dims)
		for k, c := range cuts {
			pos[k] = c.first + pos[k]*c.step
		}
		from = append(from, offset(pos, x.dims))
	}
	return x.pick(dims, from)
}

func foldConcat(t *translator, n *nodeProto, a *attrs) *array {
	at := a.int("axis", 1)
	var xs []*array
	total := 0
	for k := range n.inputs {
		x := t.array(n, k)
		if x == nil {
			return nil
		}
		if total += x.size(); total > maxGrowth {
			t.nodeProblem(n, "makes a constant of more than %d values; fold it before", maxGrowth)
			return nil
		}
		xs = append(xs, x)
	}
	first := xs[0]
	k, ok := axis(at, len(first.dims), true)
	out := &array{kind: first.kind, dims: slices.Clone(first.dims)}
	for _, x := range xs {
		same := ok && len(x.dims) == len(first.dims) && x.kind == first.kind
		for d := range x.dims {
			same = same && (d == k || x.dims[d] == first.dims[d])
		}
		if !same {
			t.nodeProblem(n, "along axis %d of constants of dimensions %v and %v", at, first.dims, x.dims)
			return nil
		}
	}
	for _, x := range xs[1:] {
		out.dims[k] += x.dims[k]
	}
	inner := product(first.dims[k+1:])
	for o := range product(first.dims[:k]) {
		for _, x := range xs {
			n := int(x.dims[k]) * inner
			if x.isWhole() {
				out.whole = append(out.whole, x.whole[o*n:(o+1)*n]...)
			} else {
				out.real = append(out.real, x.real[o*n:(o+1)*n]...)
			}
		}
	}
	return out
}

func foldReshape(t *translator, n *nodeProto, a *attrs) *array {
	allowZero := a.int("allowzero", 0)
	x := t.array(n, 0)
	want, ok := t.integers(n, 1)
	if x == nil || !ok {
		return nil
	}
	if x.dims, ok = shaped(x.dims, want, allowZero != 0); !ok {
		t.nodeProblem(n, "shape %q is %v, for a constant of dimensions %v", n.inputs[1], want, t.arg(n, 0).t.dims)
		return nil
	}
	return x
}

func foldSqueeze(t *translator, n *nodeProto, a *attrs) *array {
	x := t.array(n, 0)
	if x == nil {
		return nil
	}
	list, given, ok := t.axisList(n, a, len(x.dims), 13, 11)
	if !ok {
		return nil
	}
	var dims []int64
	for k, d := range x.dims {
		drop := slices.Contains(list, k) || !given && d == 1
		if drop && d != 1 {
			t.nodeProblem(n, "axis %d of %v has %d elements, want 1", k, x.dims, d)
			return nil
		}
		if !drop {
			dims = append(dims, d)
		}
	}
	x.dims = dims
	return x
}

func foldUnsqueeze(t *translator, n *nodeProto, a *attrs) *array {
	x := t.array(n, 0)
	if x == nil {
		return nil
	}
	list, ok := t.newAxes(n, a, len(x.dims))
	if !ok {
		return nil
	}
	dims, left := []int64(nil), x.dims
	for k := range len(x.dims) + len(list) {
		if slices.Contains(list, k) {
			dims = append(dims, 1)
			continue
		}
		dims, left = append(dims, left[0]), left[1:]
	}
	x.dims = dims
	return x
}

func foldCast(t *translator, n *nodeProto, a *attrs) *array {
	to := a.int("to", 0)
	a.int("saturate", 1)
	a.text("round_mode", "up")
	x := t.array(n, 0)
	if x == nil {
		return nil
	}
	e, known := elements[to]
	same := known
	out := &array{kind: to, dims: x.dims}
	for i := 0; same && i < x.size(); i++ {
		switch {
		case x.isWhole() && e.real != nil:
			v := float64(x.whole[i])
			out.real, same = append(out.real, v), rounded(to, v) == v
		case x.isWhole():
			out.whole, same = append(out.whole, x.whole[i]), e.int(uint64(x.whole[i])) == x.whole[i]
		case e.real != nil:
			v := x.real[i]
			out.real, same = append(out.real, v), to == typeDouble || to == typeFloat && rounded(to, v) == v || to == x.kind
		default:
			v := int64(x.real[i])
			out.whole, same = append(out.whole, v), float64(v) == x.real[i] && e.int(uint64(v)) == v
		}
	}
	if !same {
		a.problem("to", "%s from %s may change values; store the tensor as what it becomes", typeName(to), typeName(x.kind))
		return nil
	}
	return out
}

func foldProduct(t *translator, n *nodeProto, a *attrs) *array {
	keep := a.int("keepdims", 1)
	a.exactly("noop_with_empty_axes", 0, 0)
	x := t.array(n, 0)
	if x == nil {
		return nil
	}
	list, given, ok := t.axisList(n, a, len(x.dims), 18, 11)
	if !ok {
		return nil
	}
	if !x.isWhole() || len(x.dims) != 1 || given && len(list) != 1 {
		t.nodeProblem(n, "of %q, a constant of type %s and dimensions %v: read is the product of a shape", n.inputs[0], typeName(x.kind), x.dims)
		return nil
	}
	p := int64(1)
	for _, v := range x.whole {
		p *= v
	}
	out := &array{kind: x.kind, whole: []int64{p}}
	if keep != 0 {
		out.dims = []int64{1}
	}
	return out
}

func foldFilled(t *translator, n *nodeProto, a *attrs) *array {
	dims, ok := t.integers(n, 0)
	if !ok {
		return nil
	}
	fill := &array{kind: typeFloat, real: []float64{0}}
	if p := a.find("value", attrTensor); p != nil && p.t != nil {
		c := *n
		c.inputs = []string{"value of " + t.nodeName}
		t.values[c.inputs[0]] = &value{kind: isConstant, t: p.t}
		fill = t.array(&c, 0)
		delete(t.values, c.inputs[0])
		if fill == nil {
			return nil
		}
	}
	return t.filled(n, fill, dims)
}

// filled is a one-element array in other dimensions.
func (t *translator) filled(n *nodeProto, x *array, dims []int64) *array {
	for _, d := range dims {
		if d < 0 || product(dims) > maxGrowth || x.size() != 1 {
			t.nodeProblem(n, "makes a constant of dimensions %v of %d values", dims, x.size())
			return nil
		}
	}
	return x.pick(dims, make([]int, product(dims)))
}

func foldExpand(t *translator, n *nodeProto, _ *attrs) *array {
	x := t.array(n, 0)
	want, ok := t.integers(n, 1)
	if x == nil || !ok {
		return nil
	}
	dims, ok := broadcast(x.dims, want)
	if !ok || product(dims) > maxGrowth || slices.ContainsFunc(dims, func(d int64) bool { return d < 0 }) {
		t.nodeProblem(n, "of a constant of dimensions %v to %v", x.dims, want)
		return nil
	}
	var from []int
	for i := range product(dims) {
		from = append(from, offset(position(i, dims), x.dims))
	}
	return x.pick(dims, from)
}

// constantsAlone refuses an operation that is read of constants alone.
func (t *translator) constantsAlone(n *nodeProto, _ *attrs) *value {
	why := needed[n.op]
	if why == "" {
		why = "it is read of constants alone"
	}
	t.nodeProblem(n, "%s is not supported: %s", n.op, why)
	return nil
}

// cut is the part of one dimension that a Slice takes.
type cut struct {
	first, step int64
	count       int
}

// cuts are the parts that a Slice takes of each dimension.
func (t *translator) cuts(n *nodeProto, a *attrs, dims []int64) ([]cut, bool) {
	var starts, ends, axes, steps []int64
	ok := true
	if t.version < 10 {
		for name, to := range map[string]*[]int64{"starts": &starts, "ends": &ends, "axes": &axes} {
			if p := a.find(name, attrInts); p != nil {
				*to = p.ints
			}
		}
	} else {
		for k, to := range []*[]int64{&starts, &ends, &axes, &steps} {
			if t.arg(n, k+1) != nil && ok {
				*to, ok = t.integers(n, k+1)
			}
		}
	}
	if !ok {
		return nil, false
	}
	out := make([]cut, len(dims))
	for k, d := range dims {
		out[k] = cut{0, 1, int(d)}
	}
	if axes == nil {
		for k := range starts {
			axes = append(axes, int64(k))
		}
	}
	if len(starts) == 0 || len(ends) != len(starts) || len(axes) != len(starts) || steps != nil && len(steps) != len(starts) {
		t.nodeProblem(n, "%d starts, %d ends, %d axes, %d steps", len(starts), len(ends), len(axes), len(steps))
		return nil, false
	}
	seen := make([]bool, len(dims))
	for i, raw := range axes {
		k, ok := axis(raw, len(dims), true)
		step := int64(1)
		if steps != nil {
			step = steps[i]
		}
		if !ok || seen[k] || step == 0 {
			t.nodeProblem(n, "axes %v of %d dimensions, steps %v", axes, len(dims), steps)
			return nil, false
		}
		seen[k] = true
		d := dims[k]
		step = min(max(step, -d-1), d+1) // a longer one takes the first element alone, too
		least, most := int64(0), d
		if step < 0 {
			least, most = -1, d-1
		}
		bound := func(v int64) int64 {
			if v < 0 {
				v += d
			}
			return min(max(v, least), most)
		}
		c := cut{first: bound(starts[i]), step: step}
		if far := bound(ends[i]) - c.first; far > 0 == (step > 0) && far != 0 {
			c.count = int((far + step - sign(step)) / step)
		}
		out[k] = c
	}
	return out, true
}

func sign(x int64) int64 {
	if x < 0 {
		return -1
	}
	return 1
}

// newAxes are the dimensions that an Unsqueeze adds, counted in its result.
func (t *translator) newAxes(n *nodeProto, a *attrs, rank int) ([]int, bool) {
	// The rank of the result is not known before the axes are read.
	raw := 0
	if p := slices.IndexFunc(n.attrs, func(p *attrProto) bool { return p.name == "axes" }); t.version < 13 && p >= 0 {
		raw = len(n.attrs[p].ints)
	} else if v := t.arg(n, 1); v != nil && v.kind == isConstant {
		raw = product(v.t.dims)
	}
	list, given, ok := t.axisList(n, a, rank+min(raw, maxNodes), 13, 11)
	if ok && !given {
		t.nodeProblem(n, "has no axes")
	}
	return list, ok && given
}

// shaped are the dimensions that a Reshape to want makes of dims.
func shaped(dims, want []int64, allowZero bool) ([]int64, bool) {
	total := int64(product(dims))
	out, free, known := slices.Clone(want), -1, int64(1)
	for i, d := range out {
		switch {
		case d == 0 && !allowZero && i < len(dims):
			out[i] = dims[i]
		case d == -1 && free < 0:
			free = i
			continue
		case d < 0:
			return nil, false
		}
		if known *= out[i]; known > total {
			return nil, false
		}
	}
	if free >= 0 {
		if known == 0 || total%known != 0 {
			return nil, false
		}
		out[free] = total / known
		known = total
	}
	return out, known == total
}

// cutShape is the part of a shape that a Shape node with start and end gives.
func cutShape(a *attrs, ds []int64) []int64 {
	start, end := a.find("start", attrInt), a.find("end", attrInt)
	from, to := 0, len(ds)
	// Both are counted from the end where they are negative, and cut to the rank.
	bound := func(x int64) int {
		if x < 0 {
			x = max(x+int64(len(ds)), 0)
		}
		return int(min(x, int64(len(ds))))
	}
	if start != nil {
		from = bound(start.i)
	}
	if end != nil {
		to = bound(end.i)
	}
	return ds[from:max(from, to)]
}

// shapeOf is the shape of a value, with a batch of one image.
func (t *translator) shapeOf(n *nodeProto, a *attrs) *value {
	v := t.data(n, 0, isFeatures, isVector, isImage, isFinal, isFlat)
	if v == nil {
		return nil
	}
	return &value{kind: isConstant, t: listed(cutShape(a, t.dims(v))).tensor(t.nodeName)}
}

// dims are the dimensions of a value's tensor.
func (t *translator) dims(v *value) []int64 {
	if v.kind == isFlat {
		return []int64{1, int64(t.features(v))}
	}
	return lengths(v.axes, t.shape(v))
}
