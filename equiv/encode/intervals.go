package encode

import (
	"github.com/hashiflex/hashiflex/equiv/lift"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// Interval propagation over the integers of a query: an adder's lies between the sums
// of its operands' ends, and so on for each rule in IntervalRules. It is independent of
// the lifter's intervals, which come from normal forms, and weaker. If it cannot show a
// window, the window goes into the query.

// netRange is the interval of the integer that v is encoded as.
func (q *Ints) netRange(v netlist.Value) (spec.Range, bool) {
	if x := q.input[v]; x != None {
		return q.bounds[x], true
	}
	c := &q.gate.Cells[v]
	if !q.strict {
		if r, ok := q.digitRange(v, c); ok {
			return r, true
		}
	}
	row := &intCells[c.Op]
	if row.bound == nil {
		return spec.Range{}, false
	}
	for _, a := range c.Args[:c.Op.Arity()] {
		if !row.exact && q.ranges[a] == nil {
			return spec.Range{}, false
		}
	}
	return row.bound(q, c)
}

// digitRange is the interval of a net that is written as a sum of digits or bits.
func (q *Ints) digitRange(v netlist.Value, c *netlist.Cell) (r spec.Range, ok bool) {
	if t, ok := q.table(v); ok {
		sum := q.asRead(t)
		return small(tableRange(&sum))
	}
	switch {
	case c.Width == 1 && c.Op.Class() == netlist.ClassBitwise && c.Op.Arity() == 2:
		return spec.Range{Lo: 0, Hi: 1}, true
	case c.Op == netlist.OpSlice:
		_, r, ok = q.slice(c.Args[0], int(c.Aux), int(c.Width), true)
		return r, ok
	case c.Op == netlist.OpAnd:
		if _, _, adder := q.adder(v); adder {
			return spec.Range{}, false
		}
		if _, ones, constant := lift.Constant(q.gate, c); constant && c.Width > 1 && ones != 1<<c.Width-1 {
			return spec.Range{Lo: 0, Hi: int64(ones)}, true
		}
	}
	return spec.Range{}, false
}

// exactRange is the interval of the exact integer of operand i of c, which a mod may
// have moved into its window.
func (q *Ints) exactRange(c *netlist.Cell, i int, signed bool) spec.Range {
	a := c.Args[i]
	win := window(q.gate.Width(a), signed)
	if r := q.ranges[a]; r != nil && within(*r, win) {
		return *r
	}
	return win
}

// small rejects intervals whose ends might overflow int64 with another addition.
func small(r spec.Range) (spec.Range, bool) { return r, mag(r.Lo)>>60 == 0 && mag(r.Hi)>>60 == 0 }

// fits reports whether v's integer is shown to equal its bits, read as signed or
// unsigned.
func (q *Ints) fits(v netlist.Value, win int64, signed bool) bool {
	r := q.ranges[v]
	return r != nil && within(*r, window(q.gate.Width(v), signed))
}

func window(w int, signed bool) spec.Range {
	if signed {
		return spec.Range{Lo: -1 << (w - 1), Hi: 1<<(w-1) - 1}
	}
	return spec.Range{Lo: 0, Hi: 1<<w - 1}
}

func within(a, b spec.Range) bool { return b.Lo <= a.Lo && a.Hi <= b.Hi }

// termRange is the interval of a term of the model.
func (q *Ints) termRange(v golden.Term) (spec.Range, bool) {
	vars := map[golden.Term]spec.Range{}
	for t, x := range q.cut {
		if x != None {
			vars[golden.Term(t)] = q.bounds[x]
		}
	}
	bs, ok := intervals(q.model, v, vars)
	if !ok {
		return spec.Range{}, false
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
