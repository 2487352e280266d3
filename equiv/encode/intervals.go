package encode

import (
	"github.com/hashiflex/hashiflex/equiv/lift"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
)

// Interval propagation over the integers of a query: an adder's lies between the
// sums of its operands' ends, and so on for each rule in IntervalRules. It is
// apart from the lifter's intervals, which come from normal forms, and weaker;
// where it does not reach, the window goes into the query.

// netRange is the interval of the integer that v is encoded as.
func (q *Ints) netRange(v netlist.Value) (Bound, bool) {
	if x := q.input[v]; x != None {
		return q.bounds[x], true
	}
	c := &q.gate.Cells[v]
	w := int(c.Width)
	arg := func(i int) *Bound { return q.ranges[c.Args[i]] }
	// An operand that was read exactly may have been moved into its window.
	exact := func(i int, signed bool) (Bound, bool) {
		a := c.Args[i]
		aw := q.gate.Width(a)
		if r := q.ranges[a]; r != nil && within(*r, window(aw, signed)) {
			return *r, true
		}
		return window(aw, signed), true
	}
	for i := range c.Op.Arity() {
		if arg(i) == nil && c.Op != netlist.OpZext && c.Op != netlist.OpSext {
			return Bound{}, false
		}
	}
	switch c.Op {
	case netlist.OpConst:
		k := c.Aux << (64 - w) >> (64 - w)
		return Bound{k, k}, true
	case netlist.OpSlice:
		return Bound{arg(0).Lo >> c.Aux, arg(0).Hi >> c.Aux}, true
	case netlist.OpZext:
		return exact(0, false)
	case netlist.OpSext:
		return exact(0, true)
	case netlist.OpConcat:
		low, _ := exact(0, false)
		k := q.gate.Width(c.Args[0])
		h := arg(1)
		if mag(h.Lo)>>(61-k) != 0 || mag(h.Hi)>>(61-k) != 0 {
			return Bound{}, false
		}
		return Bound{low.Lo + h.Lo<<k, low.Hi + h.Hi<<k}, true
	case netlist.OpAdd:
		return small(Bound{arg(0).Lo + arg(1).Lo, arg(0).Hi + arg(1).Hi})
	case netlist.OpSub:
		return small(Bound{arg(0).Lo - arg(1).Hi, arg(0).Hi - arg(1).Lo})
	case netlist.OpNeg:
		return Bound{-arg(0).Hi, -arg(0).Lo}, true
	case netlist.OpNot:
		return Bound{-1 - arg(0).Hi, -1 - arg(0).Lo}, true
	case netlist.OpAnd:
		// Never a full adder's word, which no operand alone can clear.
		if word, ones, ok := lift.Mask(q.gate, c); ok && ones == 1<<w-1 && w > 1 {
			return *q.ranges[word], true
		}
	case netlist.OpMux:
		return Bound{min(arg(1).Lo, arg(2).Lo), max(arg(1).Hi, arg(2).Hi)}, true
	}
	return Bound{}, false
}

// small rejects intervals whose ends another addition might carry beyond int64.
func small(r Bound) (Bound, bool) { return r, mag(r.Lo)>>60 == 0 && mag(r.Hi)>>60 == 0 }

// fits reports whether v's integer is shown to be its bits, read as signed says.
func (q *Ints) fits(v netlist.Value, win int64, signed bool) bool {
	r := q.ranges[v]
	return r != nil && within(*r, window(q.gate.Width(v), signed))
}

func window(w int, signed bool) Bound {
	if signed {
		return Bound{-1 << (w - 1), 1<<(w-1) - 1}
	}
	return Bound{0, 1<<w - 1}
}

func within(a, b Bound) bool { return b.Lo <= a.Lo && a.Hi <= b.Hi }

// termRange is the interval of a term of the model.
func (q *Ints) termRange(v golden.Term) (Bound, bool) {
	vars := map[golden.Term]Bound{}
	for t, x := range q.cut {
		if x != None {
			vars[golden.Term(t)] = q.bounds[x]
		}
	}
	bs, ok := intervals(q.model, v, vars)
	if !ok {
		return Bound{}, false
	}
	return bs[v], true
}

// IntervalRule is a lemma of interval propagation, as the text of a query that
// is satisfiable exactly if the rule is wrong for some integers a in [l, h] and b
// in [m, n].
type IntervalRule struct{ Name, Text string }

// IntervalRules lists the rules that netRange and bound apply. Products with 2^k
// and quotients by it are k doublings and halvings; a product with another
// constant is a sum.
func IntervalRules() []IntervalRule {
	const given = "(declare-const a Int)(declare-const b Int)(declare-const l Int)(declare-const h Int)(declare-const m Int)(declare-const n Int)\n" +
		"(assert (and (<= l a h) (<= m b n)))\n"
	rule := func(name, claim string) IntervalRule {
		return IntervalRule{name, given + "(assert (not " + claim + "))\n"}
	}
	return []IntervalRule{
		rule("sum", "(<= (+ l m) (+ a b) (+ h n))"),
		rule("difference", "(<= (- l n) (- a b) (- h m))"),
		rule("negation", "(<= (- h) (- a) (- l))"),
		rule("complement", "(<= (- (- 1) h) (- (- 1) a) (- (- 1) l))"),
		rule("selection", "(and (<= (ite (< l m) l m) a (ite (< h n) n h)) (<= (ite (< l m) l m) b (ite (< h n) n h)))"),
		rule("doubling", "(<= (* 2 l) (* 2 a) (* 2 h))"),
		rule("halving", "(<= (div l 2) (div a 2) (div h 2))"),
	}
}
