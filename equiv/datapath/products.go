package datapath

import (
	"context"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
)

// products makes known every multiplication in the cone of a claim that the model has
// too. Both operands must equal terms of the model, as integers, and their product must
// fit the cell's width, so that the product modulo 2^width is the product itself. A
// missing match only makes the claim harder.
func (p *prover) products(ctx context.Context, f *equiv.Fact, d *data, l link) {
	wanted := map[[2]golden.Term]golden.Term{}
	for _, t := range d.t.Reachable(l.term) {
		if n := &d.t.Nodes[t]; n.Op == golden.TermMul {
			wanted[[2]golden.Term{n.Args[0], n.Args[1]}] = t
			wanted[[2]golden.Term{n.Args[1], n.Args[0]}] = t
		}
	}
	if len(wanted) == 0 {
		return
	}
	for _, v := range d.k.cone(l.net) {
		c := d.g.M.Cells[v]
		if c.Op != netlist.OpMul {
			continue
		}
		a, okA := d.k.only(c.Args[0])
		b, okB := d.k.only(c.Args[1])
		t, ok := wanted[[2]golden.Term{a.term, b.term}]
		if !okA || !okB || !ok {
			continue
		}
		product := word(v, t, int(c.Width), true)
		one, two := word(c.Args[0], a.term, int(c.Width), true), word(c.Args[1], b.term, int(c.Width), true)
		r := multiply(a, b)
		product.lo, product.hi = r.lo, r.hi
		if !product.within(int(c.Width), true) {
			continue
		}
		q, err := d.k.query(one, two)
		if err != nil {
			continue
		}
		if p.ask(ctx, f, q).Status == smt.Unsat {
			d.k.add(product)
		}
	}
}

// multiply is the interval of the product of two links.
func multiply(a, b link) interval {
	return times(interval{a.lo, a.hi}, interval{b.lo, b.hi})
}

// cone lists the cells that v depends on, itself included, as far as they are not
// known, operands first.
func (k *known) cone(v netlist.Value) (list []netlist.Value) {
	seen := map[netlist.Value]bool{}
	var walk func(v netlist.Value)
	walk = func(v netlist.Value) {
		if seen[v] {
			return
		}
		seen[v] = true
		if _, ok := k.nets[v]; ok {
			return
		}
		c := &k.g.M.Cells[v]
		for _, a := range c.Args[:c.Op.Arity()] {
			walk(a)
		}
		list = append(list, v)
	}
	walk(v)
	return list
}

// only is the one known link that v depends on, if it depends on one and on no
// other variable.
func (k *known) only(v netlist.Value) (l link, ok bool) {
	seen := map[netlist.Value]bool{}
	count := 0
	var walk func(v netlist.Value)
	walk = func(v netlist.Value) {
		if seen[v] {
			return
		}
		seen[v] = true
		if at, known := k.nets[v]; known {
			l = at
			count++
			return
		}
		c := &k.g.M.Cells[v]
		if c.Op == netlist.OpInput || c.Op == netlist.OpUndef {
			count += 2
		}
		for _, a := range c.Args[:c.Op.Arity()] {
			walk(a)
		}
	}
	walk(v)
	return l, count == 1
}
