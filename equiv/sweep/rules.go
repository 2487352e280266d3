package sweep

import (
	"slices"

	"github.com/hashiflex/hashiflex/netlist"
)

// rule is an operator with all that says how it is blasted.
type rule struct {
	op      netlist.Op
	width   uint8
	aux     int64
	a, b, c uint8
	// constant is what an operand of a product is, the one of that number less 1; 0: none.
	// A solver knows no better way than ours for two that may be anything.
	constant int
	is       uint64
}

// Rules are modules with two nets each, which must be equal: an operator of the circuits,
// and what it was blasted to.
func (s *Sweep) Rules() []*netlist.Module {
	met := map[rule]bool{}
	var all []*netlist.Module
	for _, c := range s.circuits {
		for i := 1; i < len(c.m.Cells); i++ {
			x := &c.m.Cells[i]
			if !c.cone[i] || x.Op.Class() == netlist.ClassSource {
				continue
			}
			r := rule{op: x.Op, width: x.Width}
			if x.Op == netlist.OpSlice {
				r.aux = x.Aux
			}
			for k, w := range []*uint8{&r.a, &r.b, &r.c}[:x.Op.Arity()] {
				arg := &c.m.Cells[x.Args[k]]
				*w = arg.Width
				if x.Op == netlist.OpMul && arg.Op == netlist.OpConst {
					r.constant, r.is = k+1, uint64(arg.Aux)
				}
			}
			if !met[r] {
				met[r] = true
				all = append(all, r.module())
			}
		}
	}
	return all
}

// module has the operator as its first output, and what it is blasted to as its second.
func (r rule) module() *netlist.Module {
	m, g := netlist.New("rule"), newGraph()
	var args [3]netlist.Value
	var words [3][]lit
	nets := map[lit]netlist.Value{zero: m.Const(1, 0)}
	for k, w := range []uint8{r.a, r.b, r.c}[:r.op.Arity()] {
		if r.constant == k+1 {
			args[k] = m.Const(int(w), int64(r.is))
			for i := range int(w) {
				words[k] = append(words[k], lit(r.is>>i&1))
			}
			continue
		}
		args[k] = m.Input(string(rune('a'+k)), int(w))
		for i := range int(w) {
			l := g.source()
			words[k] = append(words[k], l)
			nets[l] = m.Slice(args[k], i, 1)
		}
	}
	cell := netlist.Cell{Op: r.op, Width: r.width, Aux: r.aux}
	bits := blasted[r.op](g, &cell, words[0], words[1], words[2])
	net := func(l lit) netlist.Value {
		v := nets[l&^1]
		if l.flip() == 1 {
			v = m.Not(v)
		}
		return v
	}
	for n, x := range g.nodes {
		switch x.kind {
		case and:
			nets[lit(2*n)] = m.And(net(x.a), net(x.b))
		case xor:
			nets[lit(2*n)] = m.Xor(net(x.a), net(x.b))
		}
	}
	out := net(bits[0])
	for _, l := range slices.Clone(bits[1:]) {
		out = m.Concat(out, net(l))
	}
	m.Output("cell", m.Build(r.op, int(r.width), r.aux, args[0], args[1], args[2]))
	m.Output("bits", out)
	return m
}
