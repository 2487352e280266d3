package golden

import "slices"

// Terms builds the symbolic reading of the model: a DAG of hash-consed nodes
// with dense ids, operands before their users. It implements Algebra[Term].
//
// A node is found by its first operand: the nodes that have the same one are a list, and
// mostly a short one. That costs a tenth of a map, which matters for sums of ten thousand
// terms.
type Terms struct {
	Nodes  []Node
	last   []Term // by node: of those that have it as their first operand, the youngest; -1: none
	before []Term // by node: the next older one with the same first operand; -1: none
	vars   []Term // by number; -1: not met yet
	consts map[int64]Term
	args   []Term // room for Args
}

// Term is a node of a Terms, by index.
type Term int32

// TermOp is the operation of a Node.
type TermOp uint8

const (
	TermConst  TermOp = iota // K
	TermVar                  // the K-th variable
	TermSum                  // Args, any number
	TermNeg                  // -Args[0]
	TermMul                  // Args[0] × Args[1]
	TermShl                  // Args[0] × 2^K
	TermShr                  // floor(Args[0] / 2^K)
	TermIfLess               // Args[2] where Args[0] < Args[1], else Args[3]
)

// Node is one operation over integers.
type Node struct {
	Op   TermOp
	K    int64
	Args []Term
}

// NewTerms returns an empty builder.
func NewTerms() *Terms { return &Terms{consts: map[int64]Term{}} }

// Grow makes room for nodes, and for operands of theirs.
func (t *Terms) Grow(nodes, operands int) {
	t.Nodes = slices.Grow(t.Nodes, nodes)
	t.last, t.before = slices.Grow(t.last, nodes), slices.Grow(t.before, nodes)
	if cap(t.args)-len(t.args) < operands {
		t.args = make([]Term, 0, operands)
	}
}

// Var is variable number i.
func (t *Terms) Var(i int) Term {
	for len(t.vars) <= i {
		t.vars = append(t.vars, -1)
	}
	if t.vars[i] < 0 {
		t.vars[i] = t.push(TermVar, int64(i))
	}
	return t.vars[i]
}

// Const implements Algebra.
func (t *Terms) Const(c int64) Term {
	id, ok := t.consts[c]
	if !ok {
		id = t.push(TermConst, c)
		t.consts[c] = id
	}
	return id
}

// Neg implements Algebra.
func (t *Terms) Neg(v Term) Term {
	if c, ok := t.constant(v); ok {
		return t.Const(-c)
	}
	return t.node(TermNeg, 0, v)
}

// Mul implements Algebra.
func (t *Terms) Mul(a, b Term) Term {
	x, okx := t.constant(a)
	y, oky := t.constant(b)
	if okx && oky {
		return t.Const(x * y)
	}
	return t.node(TermMul, 0, a, b)
}

// Shl implements Algebra.
func (t *Terms) Shl(v Term, k int) Term {
	if c, ok := t.constant(v); ok {
		return t.Const(c << k)
	}
	if k == 0 {
		return v
	}
	return t.node(TermShl, int64(k), v)
}

// Shr implements Algebra.
func (t *Terms) Shr(v Term, k int) Term {
	if c, ok := t.constant(v); ok {
		return t.Const(c >> min(k, 63))
	}
	if k == 0 {
		return v
	}
	return t.node(TermShr, int64(k), v)
}

// IfLess implements Algebra.
func (t *Terms) IfLess(a, b, then, els Term) Term {
	if then == els {
		return then
	}
	x, okx := t.constant(a)
	y, oky := t.constant(b)
	if okx && oky {
		return Term(Int64{}.IfLess(x, y, int64(then), int64(els)))
	}
	return t.node(TermIfLess, 0, a, b, then, els)
}

// Sum implements Algebra.
func (t *Terms) Sum(vs ...Term) Term {
	if len(vs) == 1 {
		return vs[0]
	}
	var total int64
	constant := true
	for _, v := range vs {
		c, ok := t.constant(v)
		constant = constant && ok
		total += c
	}
	if constant {
		return t.Const(total)
	}
	return t.node(TermSum, 0, vs...)
}

func (t *Terms) constant(v Term) (int64, bool) {
	n := &t.Nodes[v]
	return n.K, n.Op == TermConst
}

// node is the node of an operation with operands.
func (t *Terms) node(op TermOp, k int64, args ...Term) Term {
	for id := t.last[args[0]]; id >= 0; id = t.before[id] {
		if n := &t.Nodes[id]; n.Op == op && n.K == k && slices.Equal(n.Args, args) {
			return id
		}
	}
	return t.push(op, k, args...)
}

func (t *Terms) push(op TermOp, k int64, args ...Term) Term {
	id, before := Term(len(t.Nodes)), Term(-1)
	if len(args) > 0 {
		before = t.last[args[0]]
		t.last[args[0]] = id
	}
	t.Nodes = append(t.Nodes, Node{Op: op, K: k, Args: t.keep(args)})
	t.last, t.before = append(t.last, -1), append(t.before, before)
	return id
}

// keep is a copy of args in memory that many nodes share.
func (t *Terms) keep(args []Term) []Term {
	if len(args) == 0 {
		return nil
	}
	if cap(t.args)-len(t.args) < len(args) {
		t.args = make([]Term, 0, max(len(args), min(2*cap(t.args), maxRoom), minRoom))
	}
	from := len(t.args)
	t.args = append(t.args, args...)
	return t.args[from:len(t.args):len(t.args)]
}

// How many operands there is room for at a time.
const minRoom, maxRoom = 16, 4096

// Reachable lists the nodes that roots depend on, themselves included, each
// once and in ascending order: operands before their users.
func (t *Terms) Reachable(roots ...Term) []Term {
	marked := make([]bool, len(t.Nodes))
	count := 0
	mark := func(v Term) {
		if !marked[v] {
			marked[v] = true
			count++
		}
	}
	top := Term(-1)
	for _, v := range roots {
		mark(v)
		top = max(top, v)
	}
	for v := top; v >= 0; v-- {
		if marked[v] {
			for _, a := range t.Nodes[v].Args {
				mark(a)
			}
		}
	}
	list := make([]Term, 0, count)
	for v := Term(0); v <= top; v++ {
		if marked[v] {
			list = append(list, v)
		}
	}
	return list
}

// Eval is v's value, given the variables' values by number. Variables beyond vars are 0,
// so a witness may leave out irrelevant ones.
func (t *Terms) Eval(v Term, vars []int64) int64 {
	vals := make([]int64, v+1)
	alg := Int64{}
	for _, i := range t.Reachable(v) {
		n := &t.Nodes[i]
		arg := func(j int) int64 { return vals[n.Args[j]] }
		switch n.Op {
		case TermConst:
			vals[i] = n.K
		case TermVar:
			if int(n.K) < len(vars) {
				vals[i] = vars[n.K]
			}
		case TermSum:
			for _, a := range n.Args {
				vals[i] += vals[a]
			}
		case TermNeg:
			vals[i] = alg.Neg(arg(0))
		case TermMul:
			vals[i] = alg.Mul(arg(0), arg(1))
		case TermShl:
			vals[i] = alg.Shl(arg(0), int(n.K))
		case TermShr:
			vals[i] = alg.Shr(arg(0), int(n.K))
		case TermIfLess:
			vals[i] = alg.IfLess(arg(0), arg(1), arg(2), arg(3))
		}
	}
	return vals[v]
}
