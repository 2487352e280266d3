package encode

import (
	"fmt"
	"math/bits"

	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
)

// Bits writes one query in QF_BV, straight from the cells and from the model's
// terms. Variables are bit-vectors of width W that stand for integers, bounded
// as signed numbers.
type Bits struct {
	W int // width of the model's integers, from Width

	t     text
	gate  *netlist.Module
	nets  map[netlist.Value]string
	model *golden.Terms
	nodes map[golden.Term]string
	next  int
	err   error
}

// NewBits starts a query over width w. nets gives the bit-vector expression,
// of the net's width, of each input or cut net; terms that of each model
// variable or cut, of width w.
func NewBits(w int, gate *netlist.Module, nets map[netlist.Value]string, model *golden.Terms, terms map[golden.Term]string) *Bits {
	return &Bits{W: w, gate: gate, nets: nets, model: model, nodes: terms}
}

// Affine is the expression, of width w bits, of the low bits of m×x + c for a
// variable x of width q.W.
func (q *Bits) Affine(x string, m, c int64, w int) string {
	var t text
	t.str("((_ extract ").num(w - 1).str(" 0) ")
	switch {
	case m == 1 && c == 0:
		t.str(x)
	default:
		t.str("(bvadd (bvmul ").bv(m, q.W).str(" ").str(x).str(") ").bv(c, q.W).str(")")
	}
	return string(t.str(")").b)
}

// Differ is the query text: satisfiable exactly if within the variables' bounds
// the bits of net v differ from the low bits of term a.
func (q *Bits) Differ(vars []Var, v netlist.Value, a golden.Term) (string, error) {
	model, net := q.term(a), q.net(v)
	if q.err != nil {
		return "", q.err
	}
	var out text
	q.declare(&out, vars)
	out.b = append(out.b, q.t.b...)
	out.str("(assert (not (= ").str(net).str(" ((_ extract ").num(q.gate.Width(v) - 1).str(" 0) ").str(model).str("))))\n")
	return string(out.b), nil
}

func (q *Bits) declare(out *text, vars []Var) {
	for _, x := range vars {
		w, le := q.W, "bvsle"
		if x.Width != 0 {
			w = x.Width
			if !x.Signed {
				le = "bvule"
			}
		}
		out.str("(declare-const ").str(x.Name).str(" (_ BitVec ").num(w).str("))(assert (and (").
			str(le).str(" ").bv(x.Lo, w).str(" ").str(x.Name).str(") (").
			str(le).str(" ").str(x.Name).str(" ").bv(x.Hi, w).str(")))\n")
	}
}

func (q *Bits) define(w int, body string) string {
	q.next++
	var t text
	n := string(t.name('b', q.next).b)
	q.t.str("(define-fun ").str(n).str(" () (_ BitVec ").num(w).str(") ").str(body).str(")\n")
	return n
}

// net is v's bits.
func (q *Bits) net(v netlist.Value) string {
	stack := []netlist.Value{v}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		if _, ok := q.nets[top]; ok {
			stack = stack[:len(stack)-1]
			continue
		}
		ready := true
		c := &q.gate.Cells[top]
		for _, a := range c.Args[:c.Op.Arity()] {
			if _, ok := q.nets[a]; !ok {
				stack = append(stack, a)
				ready = false
			}
		}
		if ready {
			q.nets[top] = q.cell(top)
			stack = stack[:len(stack)-1]
		}
	}
	return q.nets[v]
}

var bitOps = map[netlist.Op]string{
	netlist.OpAdd: "bvadd", netlist.OpSub: "bvsub", netlist.OpNeg: "bvneg", netlist.OpMul: "bvmul",
	netlist.OpNot: "bvnot", netlist.OpAnd: "bvand", netlist.OpOr: "bvor", netlist.OpXor: "bvxor",
}

func (q *Bits) cell(v netlist.Value) string {
	c := &q.gate.Cells[v]
	w := int(c.Width)
	arg := func(i int) string { return q.nets[c.Args[i]] }
	aw := 0
	if c.Op.Arity() > 0 {
		aw = q.gate.Width(c.Args[0])
	}
	var t text
	bit := func(cond string) { t.str("(ite ").str(cond).str(" #b1 #b0)") }
	switch c.Op {
	case netlist.OpConst:
		return string(t.bv(c.Aux, w).b)
	case netlist.OpSlice:
		t.str("((_ extract ").num(int(c.Aux) + w - 1).str(" ").num(int(c.Aux)).str(") ").str(arg(0)).str(")")
	case netlist.OpConcat:
		t.str("(concat ").str(arg(1)).str(" ").str(arg(0)).str(")")
	case netlist.OpZext:
		t.str("((_ zero_extend ").num(w - aw).str(") ").str(arg(0)).str(")")
	case netlist.OpSext:
		t.str("((_ sign_extend ").num(w - aw).str(") ").str(arg(0)).str(")")
	case netlist.OpNeg, netlist.OpNot:
		t.str("(").str(bitOps[c.Op]).str(" ").str(arg(0)).str(")")
	case netlist.OpAdd, netlist.OpSub, netlist.OpMul, netlist.OpAnd, netlist.OpOr, netlist.OpXor:
		t.str("(").str(bitOps[c.Op]).str(" ").str(arg(0)).str(" ").str(arg(1)).str(")")
	case netlist.OpShl, netlist.OpShr, netlist.OpSar:
		bw := q.gate.Width(c.Args[1])
		op := map[netlist.Op]string{netlist.OpShl: "bvshl", netlist.OpShr: "bvlshr", netlist.OpSar: "bvashr"}[c.Op]
		// The amount is unsigned and of any width; SMT-LIB wants equal ones.
		x := max(w, bw)
		ext := "zero_extend"
		if c.Op == netlist.OpSar {
			ext = "sign_extend"
		}
		t.str("((_ extract ").num(w - 1).str(" 0) (").str(op).str(" ((_ ").str(ext).str(" ").num(x - w).str(") ").str(arg(0)).str(") ((_ zero_extend ").num(x - bw).str(") ").str(arg(1)).str(")))")
	case netlist.OpEq:
		bit("(= " + arg(0) + " " + arg(1) + ")")
	case netlist.OpUlt:
		bit("(bvult " + arg(0) + " " + arg(1) + ")")
	case netlist.OpSlt:
		bit("(bvslt " + arg(0) + " " + arg(1) + ")")
	case netlist.OpRedAnd:
		bit("(= " + arg(0) + " " + string((&text{}).bv(-1, aw).b) + ")")
	case netlist.OpRedOr:
		bit("(not (= " + arg(0) + " " + string((&text{}).bv(0, aw).b) + "))")
	case netlist.OpRedXor:
		t.str("(bvxor")
		for i := range aw {
			t.str(" ((_ extract ").num(i).str(" ").num(i).str(") ").str(arg(0)).str(")")
		}
		if aw == 1 {
			t.str(" #b0")
		}
		t.str(")")
	case netlist.OpMux:
		t.str("(ite (= ").str(arg(0)).str(" #b1) ").str(arg(1)).str(" ").str(arg(2)).str(")")
	default:
		if q.err == nil {
			q.err = fmt.Errorf("%s: cell %v %q at %q: not combinational", q.gate.Name, c.Op, q.gate.Names[v], q.gate.Sources[c.Src])
		}
		return string(t.bv(0, w).b)
	}
	return q.define(w, string(t.b))
}

// term is a node of the model as a two's-complement integer of width q.W.
func (q *Bits) term(v golden.Term) string {
	stack := []golden.Term{v}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		if _, ok := q.nodes[top]; ok {
			stack = stack[:len(stack)-1]
			continue
		}
		ready := true
		for _, a := range q.model.Nodes[top].Args {
			if _, ok := q.nodes[a]; !ok {
				stack = append(stack, a)
				ready = false
			}
		}
		if ready {
			q.nodes[top] = q.node(top)
			stack = stack[:len(stack)-1]
		}
	}
	return q.nodes[v]
}

func (q *Bits) node(v golden.Term) string {
	n := &q.model.Nodes[v]
	arg := func(i int) string { return q.nodes[n.Args[i]] }
	var t text
	switch n.Op {
	case golden.TermConst:
		return string(t.bv(n.K, q.W).b)
	case golden.TermVar:
		if q.err == nil {
			q.err = fmt.Errorf("model variable %d has no name", n.K)
		}
		return string(t.bv(0, q.W).b)
	case golden.TermSum:
		t.str("(bvadd")
		for i := range n.Args {
			t.str(" ").str(arg(i))
		}
		if len(n.Args) == 1 {
			t.str(" ").bv(0, q.W)
		}
		t.str(")")
	case golden.TermNeg:
		t.str("(bvneg ").str(arg(0)).str(")")
	case golden.TermMul:
		t.str("(bvmul ").str(arg(0)).str(" ").str(arg(1)).str(")")
	case golden.TermShl:
		// A product with a constant, which integer-blasting solvers keep linear.
		t.str("(bvmul ").bv(1<<n.K, q.W).str(" ").str(arg(0)).str(")")
	case golden.TermShr:
		t.str("(bvashr ").str(arg(0)).str(" ").bv(min(n.K, int64(q.W-1)), q.W).str(")")
	case golden.TermIfLess:
		t.str("(ite (bvslt ").str(arg(0)).str(" ").str(arg(1)).str(") ").str(arg(2)).str(" ").str(arg(3)).str(")")
	}
	return q.define(q.W, string(t.b))
}

// Bound is a closed interval of integers.
type Bound struct{ Lo, Hi int64 }

// Var is a free variable of a query and its bounds.
type Var struct {
	Name string
	Bound
	// Width, if not 0, makes it a word of that width, as a port is, read as
	// Signed says; Word is then its integer. Otherwise it is an integer itself.
	Width  int
	Signed bool
}

// Word is the integer of a variable that has a width.
func (q *Bits) Word(v Var) string {
	ext := "zero_extend"
	if v.Signed {
		ext = "sign_extend"
	}
	var t text
	return string(t.str("((_ ").str(ext).str(" ").num(q.W - v.Width).str(") ").str(v.Name).str(")").b)
}

// Width is a number of bits in which no node below v can wrap, given the
// variables' bounds and at least least bits; ok is false beyond 62 bits.
func Width(t *golden.Terms, v golden.Term, vars map[golden.Term]Bound, least int) (w int, ok bool) {
	w = least
	bounds, ok := intervals(t, v, vars)
	if !ok {
		return 0, false
	}
	for _, b := range bounds {
		for _, e := range []int64{b.Lo, b.Hi} {
			if e < 0 {
				e = -e - 1
			}
			w = max(w, bits.Len64(uint64(e))+1)
		}
	}
	return w, w <= 62
}

// intervals are those of the terms that v needs, the zero interval elsewhere.
func intervals(t *golden.Terms, v golden.Term, vars map[golden.Term]Bound) ([]Bound, bool) {
	out := make([]Bound, v+1)
	need := make([]bool, v+1)
	need[v] = true
	for i := v; i >= 0; i-- {
		if _, cut := vars[i]; need[i] && !cut {
			for _, a := range t.Nodes[i].Args {
				need[a] = true
			}
		}
	}
	const limit = 1 << 61
	for i := range out {
		if !need[i] {
			continue
		}
		b, known := vars[golden.Term(i)]
		if !known {
			var ok bool
			if b, ok = bound(t, &t.Nodes[i], out, limit); !ok {
				return nil, false
			}
		}
		out[i] = b
	}
	return out, true
}

func bound(t *golden.Terms, n *golden.Node, bs []Bound, limit int64) (Bound, bool) {
	a := func(i int) Bound { return bs[n.Args[i]] }
	var r Bound
	switch n.Op {
	case golden.TermConst:
		r = Bound{n.K, n.K}
	case golden.TermSum:
		for i := range n.Args {
			r = Bound{r.Lo + a(i).Lo, r.Hi + a(i).Hi}
			if r.Lo < -limit || r.Hi > limit {
				return r, false
			}
		}
	case golden.TermNeg:
		r = Bound{-a(0).Hi, -a(0).Lo}
	case golden.TermMul:
		x, y := a(0), a(1)
		r = Bound{limit, -limit}
		for _, p := range [][2]int64{{x.Lo, y.Lo}, {x.Lo, y.Hi}, {x.Hi, y.Lo}, {x.Hi, y.Hi}} {
			if p[0] != 0 && p[1] != 0 && bits.Len64(mag(p[0]))+bits.Len64(mag(p[1])) > 61 {
				return r, false
			}
			r = Bound{min(r.Lo, p[0]*p[1]), max(r.Hi, p[0]*p[1])}
		}
	case golden.TermShl:
		x := a(0)
		if n.K > 61 || max(bits.Len64(mag(x.Lo)), bits.Len64(mag(x.Hi)))+int(n.K) > 61 {
			return r, false
		}
		r = Bound{x.Lo << n.K, x.Hi << n.K}
	case golden.TermShr:
		k := min(n.K, 63)
		r = Bound{a(0).Lo >> k, a(0).Hi >> k}
	case golden.TermIfLess:
		r = Bound{min(a(2).Lo, a(3).Lo), max(a(2).Hi, a(3).Hi)}
	default:
		return r, false
	}
	return r, r.Lo >= -limit && r.Hi <= limit
}

func mag(x int64) uint64 {
	if x < 0 {
		return -uint64(x)
	}
	return uint64(x)
}
