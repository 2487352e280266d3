package mutant

import "github.com/hashiflex/hashiflex/netlist"

// ties finds the one-bit logic that decides whether a quotient is rounded up.
func (s *scan) ties(v netlist.Value, c *netlist.Cell) {
	switch c.Op {
	case netlist.OpRedOr:
		s.add(Tie, v, func(r *rebuild) (netlist.Value, bool) { return r.to.Const(1, 0), false }, "the bits below the guard bit are not looked at")
		s.add(Tie, v, func(r *rebuild) (netlist.Value, bool) { return r.as(v, netlist.OpRedAnd), false }, "all bits below the guard bit instead of any")
		return
	case netlist.OpNot:
		if c.Width == 1 {
			s.add(Tie, v, func(r *rebuild) (netlist.Value, bool) { return r.of(c.Args[0]), false }, "%s is not inverted", s.name(c.Args[0]))
		}
		return
	case netlist.OpAnd, netlist.OpOr:
	default:
		return
	}
	if c.Width != 1 || s.selects(v) {
		return
	}
	other := netlist.OpOr
	if c.Op == netlist.OpOr {
		other = netlist.OpAnd
	}
	a, b := c.Args[0], c.Args[1]
	s.add(Tie, v, func(r *rebuild) (netlist.Value, bool) { return r.as(v, other), false }, "%s %v %s instead of %v", s.name(a), other, s.name(b), c.Op)
	s.add(Tie, v, func(r *rebuild) (netlist.Value, bool) { return r.of(a), false }, "%s is not looked at", s.name(b))
	s.add(Tie, v, func(r *rebuild) (netlist.Value, bool) { return r.of(b), false }, "%s is not looked at", s.name(a))
}

// selects reports whether v chooses between the arms of a selection.
func (s *scan) selects(v netlist.Value) bool {
	for _, u := range s.users[v] {
		if uc := &s.m.Cells[u]; uc.Op == netlist.OpMux && uc.Args[0] == v {
			return true
		}
	}
	return false
}

// selections finds clamps: selections of a constant.
func (s *scan) selections(v netlist.Value, c *netlist.Cell) {
	if c.Op == netlist.OpOr && c.Width == 1 && s.selects(v) {
		// Two conditions, either of which selects.
		for i, a := range c.Args[:2] {
			s.add(ClampMissing, v, func(r *rebuild) (netlist.Value, bool) { return r.of(c.Args[1-i]), false }, "%s does not select", s.name(a))
		}
		return
	}
	if c.Op != netlist.OpMux {
		return
	}
	sel, then, els := c.Args[0], c.Args[1], c.Args[2]
	w := int(c.Width)
	s.add(MuxArms, v, func(r *rebuild) (netlist.Value, bool) { return r.to.Mux(r.of(sel), r.of(els), r.of(then)), false },
		"%s selects %s instead of %s", s.name(sel), s.name(els), s.name(then))
	k, ok := s.m.ConstOf(then)
	if !ok {
		return
	}
	for _, n := range []int64{int64(k) + 1, int64(k) - 1} {
		s.add(ClampBound, v, func(r *rebuild) (netlist.Value, bool) { return r.with(v, 1, r.to.Const(w, n)), false },
			"gives %d instead of %d, modulo 2^%d", n&(1<<w-1), k, w)
	}
	s.add(ClampMissing, v, func(r *rebuild) (netlist.Value, bool) { return r.of(els), false }, "%s does not select %d", s.name(sel), k)
	if in := s.m.Cells[els]; in.Op == netlist.OpMux && len(s.users[els]) == 1 {
		if _, ok := s.m.ConstOf(in.Args[1]); ok {
			s.add(ClampOrder, v, func(r *rebuild) (netlist.Value, bool) {
				first := r.to.Mux(r.of(sel), r.of(then), r.of(in.Args[2]))
				return r.to.Mux(r.of(in.Args[0]), r.of(in.Args[1]), first), false
			}, "%s selects before %s instead of after", s.name(in.Args[0]), s.name(sel))
		}
	}
}

// comparisons finds comparisons.
func (s *scan) comparisons(v netlist.Value, c *netlist.Cell) {
	if c.Op != netlist.OpUlt && c.Op != netlist.OpSlt {
		return
	}
	a, b := c.Args[0], c.Args[1]
	signed := c.Op == netlist.OpSlt
	other, way := netlist.OpSlt, "signed instead of unsigned"
	if signed {
		other, way = netlist.OpUlt, "unsigned instead of signed"
	}
	s.add(CompareSign, v, func(r *rebuild) (netlist.Value, bool) { return r.as(v, other), false }, "%s < %s is %s", s.name(a), s.name(b), way)
	swapped := func(r *rebuild) netlist.Value {
		n := r.copy(v)
		r.to.Cells[n].Args[0], r.to.Cells[n].Args[1] = r.of(b), r.of(a)
		return n
	}
	s.add(CompareOperands, v, func(r *rebuild) (netlist.Value, bool) { return swapped(r), false }, "%s < %s instead of %s < %s", s.name(b), s.name(a), s.name(a), s.name(b))
	s.add(CompareStrict, v, func(r *rebuild) (netlist.Value, bool) { return r.to.Not(swapped(r)), false }, "%s <= %s instead of %s < %s", s.name(a), s.name(b), s.name(a), s.name(b))
	w := s.m.Width(a)
	for slot, x := range []netlist.Value{a, b} {
		if k, ok := s.m.ConstOf(x); ok {
			for _, n := range []int64{int64(k) + 1, int64(k) - 1} {
				s.add(ClampBound, v, func(r *rebuild) (netlist.Value, bool) { return r.with(v, slot, r.to.Const(w, n)), false },
					"compares with %d instead of %d, modulo 2^%d", n&(1<<w-1), k, w)
			}
		} else if w > 1 {
			s.add(ClampWord, v, func(r *rebuild) (netlist.Value, bool) {
				return r.with(v, slot, r.to.Resize(r.to.Slice(r.of(x), 0, w-1), w, signed)), false
			}, "compares the low %d of the %d bits of %s, extended by %s", w-1, w, s.name(x), filler(signed))
		}
	}
}

// negateOrder finds a term that is cut and negated.
func (s *scan) negateOrder(v netlist.Value, c *netlist.Cell) {
	m := s.m
	if c.Op == netlist.OpSlice && c.Aux > 0 {
		in := m.Cells[c.Args[0]]
		if in.Op == netlist.OpNeg {
			s.add(NegateOrder, v, func(r *rebuild) (netlist.Value, bool) {
				return r.to.Neg(r.to.Slice(r.of(in.Args[0]), int(c.Aux), int(c.Width))), false
			}, "-(x >> %d) instead of (-x) >> %d", c.Aux, c.Aux)
		}
		return
	}
	if c.Op != netlist.OpSub {
		return
	}
	x, signed := s.plain(c.Args[1])
	cut := m.Cells[x]
	if _, leaf := s.leaf(x); !leaf || cut.Op != netlist.OpSlice || cut.Aux == 0 || m.Width(cut.Args[0]) == netlist.MaxWidth {
		return
	}
	s.add(NegateOrder, v, func(r *rebuild) (netlist.Value, bool) {
		whole := r.of(cut.Args[0])
		n := r.to.Width(whole) + 1
		term := r.to.Slice(r.to.Neg(r.to.Extend(whole, n, signed)), int(cut.Aux), n-int(cut.Aux))
		return r.to.Add(r.of(c.Args[0]), r.to.Resize(term, int(c.Width), true)), false
	}, "(-x) >> %d instead of -(x >> %d)", cut.Aux, cut.Aux)
}
