package mutant

import "github.com/hashiflex/hashiflex/netlist"

// shifts finds terms that are moved by constant wiring, and terms that are not
// moved at all.
func (s *scan) shifts(v netlist.Value, c *netlist.Cell) {
	m := s.m
	if c.Op == netlist.OpConcat {
		low, isConst := m.ConstOf(c.Args[0])
		if _, leaf := s.leaf(v); !leaf || !isConst || low != 0 {
			return
		}
		k, x := m.Width(c.Args[0]), c.Args[1]
		signed := s.signs(v)[0]
		if int(c.Width) < netlist.MaxWidth {
			s.add(Shift, v, func(r *rebuild) (netlist.Value, bool) { return r.to.ShlConst(r.of(x), k+1), signed },
				"shifted left by %d instead of %d", k+1, k)
		}
		s.add(Shift, v, func(r *rebuild) (netlist.Value, bool) { return r.to.ShlConst(r.of(x), k-1), signed },
			"shifted left by %d instead of %d", k-1, k)
		return
	}
	for _, o := range s.operands(v, c) {
		if m.Cells[o.leaf].Op == netlist.OpConcat || m.Width(o.leaf) == netlist.MaxWidth {
			continue
		}
		s.add(Shift, v, func(r *rebuild) (netlist.Value, bool) {
			return r.with(v, o.slot, r.to.Resize(r.to.ShlConst(r.of(o.leaf), 1), int(c.Width), o.signed)), false
		}, "operand %s shifted left by 1 instead of 0", s.name(o.leaf))
	}
}

// operands are the slots of an adder that hold leaves.
func (s *scan) operands(v netlist.Value, c *netlist.Cell) []operand {
	if !c.Op.IsSum() {
		return nil
	}
	var os []operand
	for slot, a := range c.Args[:2] {
		if _, ok := s.leaf(a); ok {
			x, signed := s.plain(a)
			os = append(os, operand{v, slot, x, signed})
		}
	}
	return os
}

// sums finds adders and their operands.
func (s *scan) sums(v netlist.Value, c *netlist.Cell) {
	m := s.m
	// A leaf that goes anywhere but on as a leaf is a term.
	if _, leaf := s.leaf(v); leaf {
		for _, u := range s.users[v] {
			if _, still := s.leaf(u); !still {
				s.add(Dropped, v, func(r *rebuild) (netlist.Value, bool) { return r.to.Const(int(c.Width), 0), false },
					"the term %s is 0", s.name(v))
				break
			}
		}
	}
	if !c.Op.IsSum() {
		return
	}
	s.terms = append(s.terms, s.operands(v, c)...)
	a, b := c.Args[0], c.Args[1]
	_, constA := m.ConstOf(a)
	_, constB := m.ConstOf(b)
	if !constA && !constB {
		if c.Op == netlist.OpAdd {
			s.add(Sign, v, func(r *rebuild) (netlist.Value, bool) { return r.as(v, netlist.OpSub), false }, "%s is subtracted instead of added", s.name(b))
		} else {
			s.add(Sign, v, func(r *rebuild) (netlist.Value, bool) { return r.as(v, netlist.OpAdd), false }, "%s is added instead of subtracted", s.name(b))
		}
	}
	if c.Op == netlist.OpSub {
		s.add(SwappedOperands, v, func(r *rebuild) (netlist.Value, bool) { return r.to.Sub(r.of(b), r.of(a)), false },
			"%s - %s instead of %s - %s", s.name(b), s.name(a), s.name(a), s.name(b))
	}
	if len(m.Inputs) > 0 {
		at := int(v) % len(m.Inputs)
		s.add(Extra, v, func(r *rebuild) (netlist.Value, bool) {
			return r.to.Add(r.copy(v), r.to.Resize(r.ports[at], int(c.Width), false)), false
		}, "%s is added as well", m.Inputs[at].Name)
	}
}

// inputs finds cells that read an input, to let them read its neighbour.
func (s *scan) inputs(v netlist.Value, c *netlist.Cell) {
	for slot, a := range c.Args[:c.Op.Arity()] {
		if s.m.Cells[a].Op != netlist.OpInput {
			continue
		}
		from := int(s.m.Cells[a].Aux)
		for step := 1; step < len(s.m.Inputs); step++ {
			to := (from + step) % len(s.m.Inputs)
			if s.m.Inputs[to].Width == s.m.Inputs[from].Width {
				s.add(WrongInput, v, func(r *rebuild) (netlist.Value, bool) { return r.with(v, slot, r.ports[to]), false },
					"reads %s instead of %s", s.m.Inputs[to].Name, s.m.Inputs[from].Name)
				break
			}
		}
	}
}

// swappedInputs exchanges neighbouring input ports of one width.
func (s *scan) swappedInputs() {
	for i := 0; i+1 < len(s.m.Inputs); i++ {
		p, q := s.m.Inputs[i], s.m.Inputs[i+1]
		if p.Width != q.Width || !s.live[p.Value] || !s.live[q.Value] {
			continue
		}
		take := func(port int) edit {
			return func(r *rebuild) (netlist.Value, bool) { return r.ports[port], false }
		}
		s.addAll(SwappedInputs, p.Value, map[netlist.Value]edit{p.Value: take(i + 1), q.Value: take(i)},
			"%s and %s are exchanged", p.Name, q.Name)
	}
}

// swappedTerms exchanges terms that are added by different adders.
func (s *scan) swappedTerms() {
	for i := 0; i+1 < len(s.terms); i++ {
		a, b := s.terms[i], s.terms[i+1]
		if a.at == b.at || a.leaf == b.leaf || s.m.Cells[a.at].Op != s.m.Cells[b.at].Op || b.leaf >= a.at {
			continue
		}
		take := func(at, other operand) edit {
			return func(r *rebuild) (netlist.Value, bool) {
				return r.with(at.at, at.slot, r.to.Resize(r.of(other.leaf), s.m.Width(at.at), other.signed)), false
			}
		}
		s.addAll(SwappedTerms, a.at, map[netlist.Value]edit{a.at: take(a, b), b.at: take(b, a)},
			"%s and %s take each other's turn", s.name(a.leaf), s.name(b.leaf))
	}
}

// complements finds inverted and negated words.
func (s *scan) complements(v netlist.Value, c *netlist.Cell) {
	if c.Width == 1 || c.Op != netlist.OpNot && c.Op != netlist.OpNeg {
		return
	}
	s.add(Complement, v, func(r *rebuild) (netlist.Value, bool) { return r.of(c.Args[0]), false }, "%s is taken as it is", s.name(c.Args[0]))
}

// Revive is the fault of a zero weight that is not zero: m gets one more input and adds
// it, shifted left by shift, at its last adder. ok is false if m has no adder or
// already has that input.
func Revive(m *netlist.Module, port string, width, shift int) (f Fault, ok bool) {
	for _, p := range m.Inputs {
		if p.Name == port {
			return Fault{}, false
		}
	}
	s := newScan(m)
	for v := netlist.Value(len(m.Cells) - 1); v > 0; v-- {
		c := &m.Cells[v]
		if !s.live[v] || !c.Op.IsSum() || s.isRounding(v, c) {
			continue
		}
		s.add(Revived, v, func(r *rebuild) (netlist.Value, bool) {
			x := r.to.ShlConst(r.to.Input(port, width), shift)
			return r.to.Add(r.copy(v), r.to.Resize(x, int(c.Width), false)), false
		}, "%s is added, shifted left by %d, whose weight is zero", port, shift)
		return s.faults[0], true
	}
	return Fault{}, false
}
