package equiv

import (
	"math/rand"

	"github.com/hashiflex/hashiflex/equiv/certificate"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Certificate is what package certificate needs to see that the point follows, or nil if
// there is nothing to say. Chunk and Tail are left to the caller.
func (s *Settled) Certificate(q *Question, unit string) *certificate.Point {
	if s.Verdict != verdict.Proved || s.Strategy == WitnessSearch || s.Strategy == Direct {
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
		p.Steps = s.clamps(q)
	case s.Strategy == Constant:
		acc := s.Acc.Const
		p.Lo, p.Hi = acc, acc
		cut(q.Out, q.Gate.Width(q.Out), 0, q.Model.Tail.Apply(acc))
	default:
		r := s.Claims[0].Range
		p.Lo, p.Hi = r.Lo, r.Hi
		cut(q.Out, q.Gate.Width(q.Out), 1, 0)
	}
	if c, ok := q.Model.layer.Op.(*spec.Conv); ok && c.Acc != (spec.Accumulator{}) {
		// The model's interval is smaller than what the reader can see.
		r, ok := certificate.Reach(q.Model.layer, unit, p.Scale, p.Offset)
		if ok && s.Strategy == Constant && (r.Lo != p.Lo || r.Hi != p.Hi) {
			return nil
		}
		if ok {
			p.Lo, p.Hi = r.Lo, r.Hi
		}
	}
	return p
}

// clamps are the steps of an accumulator whose clamps can act, each with a net that has the
// step's integer; those without such a net are left out.
func (s *Settled) clamps(q *Question) (steps []certificate.Step) {
	if s.golden == nil {
		return nil
	}
	m, sp := q.Model, s.golden.Space
	all := clamped(m)
	if m.Terms.Nodes[m.Acc].Op == golden.TermIfLess {
		all = append(all, m.Acc)
	}
	var nets *netIndex
	for _, a := range all {
		n := &m.Terms.Nodes[a]
		f, ok := s.golden.Form(a)
		before, known := s.golden.Form(n.Args[0])
		if n.Op != golden.TermIfLess || !ok || !known || f.Equal(before) || f.IsConst() {
			continue
		}
		if nets == nil {
			nets = indexNets(q.Gate, s.lifter)
		}
		reach, offset := sp.Bounds(before), before.Const
		u := before.AddConst(-offset)
		for _, net := range nets.congruent(f) {
			if op := q.Gate.Cells[net].Op; op == netlist.OpInput || op.IsWiring() {
				continue
			}
			cuts, err := findCuts(s.lifter, q.Gate, net, u, 1)
			if err != nil || len(cuts) == 1 && cuts[0].net == net {
				continue
			}
			step := certificate.Step{Net: int(net), Scale: 1, Offset: offset, Lo: reach.Lo - offset, Hi: reach.Hi - offset}
			for _, c := range cuts {
				step.Cuts = append(step.Cuts, certificate.Cut{Net: int(c.net), Width: c.width, Mul: c.mul, Add: c.add})
			}
			steps = append(steps, step)
			break
		}
	}
	return steps
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
