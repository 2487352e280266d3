package equiv

import (
	"math/rand"

	"github.com/hashiflex/hashiflex/equiv/certificate"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Certificate is what package certificate needs to see that the point follows, or nil if
// there is nothing to say. Chunk and Tail are left to the caller.
func (s *Settled) Certificate(q *Question, unit string) *certificate.Point {
	if s.Verdict != verdict.Proved || s.Strategy != Linear && s.Strategy != Constant {
		return q.byExample(unit)
	}
	p := &certificate.Point{Unit: unit, Scale: 1}
	cut := func(net netlist.Value, width int, mul, add int64) {
		p.Cuts = append(p.Cuts, certificate.Cut{Net: int(net), Width: width, Mul: mul, Add: add})
	}
	switch t := s.Tail; {
	case t != nil:
		p.Scale, p.Offset, p.Lo, p.Hi = t.Mul, t.Add, t.Range.Lo, t.Range.Hi
		for i, c := range t.cuts {
			cut(t.nets[i], c.width, c.mul, c.add)
		}
	case s.Strategy == Constant:
		acc := s.Acc.Const
		p.Lo, p.Hi = acc, acc
		cut(q.Out, q.Gate.Width(q.Out), 0, q.Model.Tail.Apply(acc))
	default:
		r := s.Claims[0].Range
		p.Lo, p.Hi = r.Lo, r.Hi
		cut(q.Out, q.Gate.Width(q.Out), 1, 0)
	}
	return p
}

// byExample is a certificate that was not found by reasoning, for a point whose accumulator
// is no sum. Its cuts are nets that have the accumulator's bits on many inputs; whether they
// do on all is for the certificate's reader to see.
func (q *Question) byExample(unit string) *certificate.Point {
	m, gate := q.Model, q.Gate
	if m.Tail == nil || m.Terms.Nodes[m.Acc].Op != golden.TermIfLess || q.Unfit() != nil {
		return nil
	}
	var ins, nets []netlist.Value
	for _, p := range gate.Inputs {
		ins = append(ins, p.Value)
	}
	for v := range gate.Cells[1:] {
		nets = append(nets, netlist.Value(v+1))
	}
	prog, err := netlist.Compile(gate, ins, nets)
	if err != nil {
		return nil
	}
	examples := append(corners(m), random(m, rand.New(rand.NewSource(1)), 200)...)
	in, out := make([][]uint64, len(ins)), make([][]uint64, len(nets))
	for i := range in {
		for _, xs := range examples {
			in[i] = append(in[i], uint64(xs[q.bind[i]])&(^uint64(0)>>(64-gate.Width(ins[i]))))
		}
	}
	for i := range out {
		out[i] = make([]uint64, len(examples))
	}
	prog.Run(len(examples), in, out)
	is := func(v netlist.Value) bool {
		for j, xs := range examples {
			if (uint64(m.Terms.Eval(m.Acc, xs))^out[v-1][j])<<(64-gate.Width(v)) != 0 {
				return false
			}
		}
		return true
	}
	p := &certificate.Point{Unit: unit, Scale: 1, Lo: m.Range.Lo, Hi: m.Range.Hi}
	seen := map[netlist.Value]bool{}
	var visit func(v netlist.Value) bool
	visit = func(v netlist.Value) bool {
		if seen[v] {
			return true
		}
		seen[v] = true
		c := &gate.Cells[v]
		if c.Op != netlist.OpConst && is(v) {
			p.Cuts = append(p.Cuts, certificate.Cut{Net: int(v), Width: gate.Width(v), Mul: 1})
			return true
		}
		if c.Op == netlist.OpInput {
			return false
		}
		for _, a := range c.Args[:c.Op.Arity()] {
			if !visit(a) {
				return false
			}
		}
		return true
	}
	if !visit(q.Out) {
		return nil
	}
	return p
}
