package repair

import (
	"github.com/hashiflex/hashiflex/netlist"
)

// moved leaves a constant out at one place and adds the specification's at another.
func (s *search) moved(cells []netlist.Value) {
	v := cells[0]
	if len(cells) > 1 {
		return
	}
	for j, a := range s.args(v) {
		if s.op(a) != netlist.OpConst || s.op(v) != netlist.OpAdd && s.op(v) != netlist.OpSub {
			continue
		}
		w := s.t.m.Width(a)
		if s.t.m.Cells[a].Aux == 0 {
			continue
		}
		for u := netlist.Value(1); u < s.t.out; u++ {
			if !s.t.cone[u] || u == v || s.t.m.Width(u) < 2 || s.op(u) == netlist.OpConst || s.op(u) == netlist.OpInput {
				continue
			}
			for i, n := range append([]int64{s.bias}, s.rounding...) {
				if n == 0 {
					continue
				}
				cost := 13
				if i > 0 || s.op(u).IsWiring() {
					cost = 15
				}
				s.try(Repair{Kind: Moved, Cell: v, Arg: j, Cells: []netlist.Value{v, u}, Cost: cost,
					Was: s.number(uint64(s.t.m.Cells[a].Aux), w), Is: n, Net: u},
					[]edit{
						{v, j, func(uint64, int, *lane) uint64 { return 0 }},
						{u, Result, func(x uint64, _ int, _ *lane) uint64 { return x + uint64(n) }},
					})
			}
		}
	}
	s.swapped(v)
}

// swapped reads two inputs for one another.
func (s *search) swapped(v netlist.Value) {
	if s.op(v) != netlist.OpInput || s.Lacks == nil || len(s.Lacks.Monos) != 2 {
		return
	}
	i, j := int(s.Lacks.Monos[0].Atom), int(s.Lacks.Monos[1].Atom)
	if s.variable(v) != i {
		return
	}
	for u := range s.t.m.Cells {
		o := netlist.Value(u)
		if s.op(o) != netlist.OpInput || !s.t.cone[o] || s.variable(o) != j || s.t.m.Width(o) != s.t.m.Width(v) {
			continue
		}
		s.try(Repair{Kind: Swapped, Cell: v, Arg: Result, Cells: []netlist.Value{v, o}, Cost: 12, Inputs: []int{i, j}},
			[]edit{
				{v, Result, func(_ uint64, _ int, at *lane) uint64 { return uint64(at.input(j)) }},
				{o, Result, func(_ uint64, _ int, at *lane) uint64 { return uint64(at.input(i)) }},
			})
	}
}

// functions looks for nets that, with some other value on every lane, give the right
// output. There the circuit computes a wrong function. The narrowest nets are the
// smallest repairs.
func (s *search) functions(cells []netlist.Value) {
	v := cells[0]
	w := s.t.m.Width(v)
	if len(cells) > 1 || w > 12 || s.op(v) == netlist.OpInput {
		return
	}
	for _, i := range s.t.failing {
		mended := false
		for x := uint64(0); x <= mask(w) && !mended; x++ {
			mended = s.t.run(i, []edit{{v, Result, func(uint64, int, *lane) uint64 { return x }}}) == s.t.gold[i]
		}
		if !mended {
			return
		}
	}
	s.found = append(s.found, Repair{Kind: Function, Cell: v, Arg: Result, Cells: cells, Cost: 40 + w})
}
