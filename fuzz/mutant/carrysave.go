package mutant

import "github.com/hashiflex/hashiflex/netlist"

// isCarry reports whether v is the carry word of a row of full adders: bitwise
// logic moved up by one place.
func (s *scan) isCarry(v netlist.Value) bool {
	c := &s.m.Cells[v]
	if c.Op != netlist.OpConcat || s.m.Width(c.Args[0]) != 1 {
		return false
	}
	if k, ok := s.m.ConstOf(c.Args[0]); !ok || k != 0 {
		return false
	}
	in := &s.m.Cells[c.Args[1]]
	if in.Op != netlist.OpSlice || in.Aux != 0 {
		return false
	}
	switch s.m.Cells[in.Args[0]].Op {
	case netlist.OpOr, netlist.OpAnd, netlist.OpXor:
		return true
	}
	return false
}

// carrySave finds the parts of a carry-save tree.
func (s *scan) carrySave(v netlist.Value, c *netlist.Cell) {
	w := int(c.Width)
	switch {
	case c.Op == netlist.OpAdd && w > 2 && (s.isCarry(c.Args[0]) || s.isCarry(c.Args[1])):
		s.add(SplitCarry, v, func(r *rebuild) (netlist.Value, bool) {
			part := func(a netlist.Value) netlist.Value { return r.to.Sext(r.to.Slice(r.of(a), 0, w-1), w) }
			return r.to.Add(part(c.Args[0]), part(c.Args[1])), false
		}, "sum and carry have %d bits and are sign-extended one by one", w-1)
	case s.isCarry(v):
		x := c.Args[1]
		s.add(CarryInverted, v, func(r *rebuild) (netlist.Value, bool) { return r.to.ShlConst(r.to.Not(r.of(x)), 1), false }, "the carry is inverted")
		s.add(CarryUnshifted, v, func(r *rebuild) (netlist.Value, bool) { return r.to.Zext(r.of(x), w), false }, "the carry is not moved up by one place")
	case w > 1 && (c.Op == netlist.OpAnd || c.Op == netlist.OpOr || c.Op == netlist.OpXor):
		for _, op := range []netlist.Op{netlist.OpAnd, netlist.OpOr, netlist.OpXor} {
			if op != c.Op {
				s.add(CarryLogic, v, func(r *rebuild) (netlist.Value, bool) { return r.as(v, op), false }, "%v instead of %v", op, c.Op)
			}
		}
		for i, a := range c.Args[:2] {
			s.add(CarryLogic, v, func(r *rebuild) (netlist.Value, bool) { return r.of(c.Args[1-i]), false }, "the operand %s is missing", s.name(a))
		}
	}
}
