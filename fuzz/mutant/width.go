package mutant

import "github.com/hashiflex/hashiflex/netlist"

// narrow finds words that an operation computes, to compute one bit less.
func (s *scan) narrow(v netlist.Value, c *netlist.Cell) {
	kind := NarrowAdder
	switch c.Op {
	case netlist.OpAdd, netlist.OpSub:
	case netlist.OpNeg, netlist.OpNot:
		kind = NarrowNegation
	default:
		return
	}
	n := int(c.Width) - 1
	if n < 1 {
		return
	}
	for _, signed := range s.signs(v) {
		s.add(kind, v, func(r *rebuild) (netlist.Value, bool) {
			a := r.to.Slice(r.of(c.Args[0]), 0, n)
			var b netlist.Value
			if c.Op.Arity() == 2 {
				b = r.to.Slice(r.of(c.Args[1]), 0, n)
			}
			switch c.Op {
			case netlist.OpAdd:
				return r.to.Add(a, b), signed
			case netlist.OpSub:
				return r.to.Sub(a, b), signed
			case netlist.OpNeg:
				return r.to.Neg(a), signed
			}
			return r.to.Not(a), signed
		}, "%d bits instead of %d, extended by %s", n, n+1, filler(signed))
	}
}

// extensions finds extensions that fill with the wrong bits.
func (s *scan) extensions(v netlist.Value, c *netlist.Cell) {
	x := c.Args[0]
	w := s.m.Width(x)
	switch c.Op {
	case netlist.OpZext:
		s.add(InventedSign, v, func(r *rebuild) (netlist.Value, bool) { return r.as(v, netlist.OpSext), false },
			"%s is extended by copies of bit %d instead of zeros", s.name(x), w-1)
	case netlist.OpSext:
		s.add(LostSign, v, func(r *rebuild) (netlist.Value, bool) { return r.as(v, netlist.OpZext), false },
			"%s is extended by zeros instead of its sign bit", s.name(x))
		if w > 1 {
			s.add(WrongSignBit, v, func(r *rebuild) (netlist.Value, bool) {
				bit := r.to.Slice(r.of(x), w-2, 1)
				return r.to.Concat(r.of(x), r.to.Sext(bit, int(c.Width)-w)), false
			}, "%s is extended by copies of bit %d instead of bit %d", s.name(x), w-2, w-1)
		}
	}
}

// slices finds part selects that could be off by one.
func (s *scan) slices(v netlist.Value, c *netlist.Cell) {
	if c.Op != netlist.OpSlice {
		return
	}
	x, low, n := c.Args[0], int(c.Aux), int(c.Width)
	hi := low + n - 1
	if low > 0 {
		s.add(SliceOffset, v, func(r *rebuild) (netlist.Value, bool) { return r.to.Slice(r.of(x), low-1, n), false },
			"%s[%d:%d] instead of [%d:%d]", s.name(x), hi-1, low-1, hi, low)
	}
	if hi+1 < s.m.Width(x) {
		s.add(SliceOffset, v, func(r *rebuild) (netlist.Value, bool) { return r.to.Slice(r.of(x), low+1, n), false },
			"%s[%d:%d] instead of [%d:%d]", s.name(x), hi+1, low+1, hi, low)
	} else if n > 1 {
		s.add(SliceOffset, v, func(r *rebuild) (netlist.Value, bool) {
			return r.to.Sext(r.to.Slice(r.of(x), low+1, n-1), n), false
		}, "%s[%d:%d] instead of [%d:%d]", s.name(x), hi, low+1, hi, low)
	}
}
