package repair

import (
	"fmt"

	"github.com/hashiflex/hashiflex/netlist"
)

// operands changes what cells read.
func (s *search) operands(cells []netlist.Value) {
	v := cells[0]
	for j, a := range s.args(v) {
		if s.op(a) == netlist.OpConst {
			s.constant(cells, j)
			continue
		}
		// Of wiring, what it gives is changed, for one reader at a time.
		if s.op(v).IsWiring() && s.op(v) != netlist.OpConcat {
			continue
		}
		s.shifted(cells, j)
		s.negated(cells, j)
		s.extended(cells, j)
		s.fitted(cells, j)
		s.inputs(cells, j)
	}
	if s.op(v) == netlist.OpConcat || s.op(v) == netlist.OpSlice || s.op(v) == netlist.OpZext || s.op(v) == netlist.OpSext {
		s.shifted(cells, Result)
		s.extended(cells, Result)
		s.fitted(cells, Result)
	}
}

// width is the width of what an edit of arg j changes.
func (s *search) width(v netlist.Value, j int) int {
	if j == Result {
		return s.t.m.Width(v)
	}
	return s.t.m.Width(s.args(v)[j])
}

// shifted moves a word by a few places, with its sign.
func (s *search) shifted(cells []netlist.Value, j int) {
	w := s.width(cells[0], j)
	cost := 13
	if s.op(cells[0]).IsWiring() || j != Result && s.op(s.args(cells[0])[j]).IsWiring() {
		// A shift by a constant is wiring.
		cost = 11
	}
	for k := 1; k < min(w, 10); k++ {
		s.try(Repair{Kind: Shift, Cell: cells[0], Arg: j, Cells: cells, Cost: cost, Words: fmt.Sprintf("%d up", k)},
			on(cells, j, func(x uint64, _ int, _ *lane) uint64 { return x << k }))
		s.try(Repair{Kind: Shift, Cell: cells[0], Arg: j, Cells: cells, Cost: cost, Words: fmt.Sprintf("%d down", k)},
			on(cells, j, func(x uint64, w int, _ *lane) uint64 { return uint64(signed(x, w) >> k) }))
	}
}

func (s *search) negated(cells []netlist.Value, j int) {
	w := s.width(cells[0], j)
	try := func(cost int, words string, to func(x uint64, w int, at *lane) uint64) {
		s.try(Repair{Kind: Sign, Cell: cells[0], Arg: j, Cells: cells, Cost: cost, Words: words}, on(cells, j, to))
	}
	if w == 1 {
		try(14, "inverted", func(x uint64, _ int, _ *lane) uint64 { return ^x })
		return
	}
	try(13, "negated", func(x uint64, _ int, _ *lane) uint64 { return -x })
	try(13, "complemented", func(x uint64, _ int, _ *lane) uint64 { return ^x })
	// The top bit of an input makes a signed number an offset one.
	if j == Result || s.leaves[s.args(cells[0])[j]].input <= 0 {
		return
	}
	if k := s.t.m.Width(s.leaves[s.args(cells[0])[j]].input) - 1; k < w {
		try(14, fmt.Sprintf("with bit %d inverted", k), func(x uint64, _ int, _ *lane) uint64 { return x ^ 1<<k })
	}
}

// extended takes a word's low bits as a number, signed or not.
func (s *search) extended(cells []netlist.Value, j int) {
	w := s.width(cells[0], j)
	for k := 2; k < w; k++ {
		s.try(Repair{Kind: Extension, Cell: cells[0], Arg: j, Cells: cells, Cost: 13, Words: fmt.Sprintf("extended by bit %d", k-1)},
			on(cells, j, func(x uint64, _ int, _ *lane) uint64 { return uint64(signed(x, k)) }))
		s.try(Repair{Kind: Extension, Cell: cells[0], Arg: j, Cells: cells, Cost: 13, Words: fmt.Sprintf("extended by zeros above bit %d", k-1)},
			on(cells, j, func(x uint64, _ int, _ *lane) uint64 { return x & mask(k) }))
	}
}

// fitted takes a word as the number that it should hold: what it is made of is
// computed without loss.
func (s *search) fitted(cells []netlist.Value, j int) {
	var edits []edit
	var net netlist.Value
	for _, v := range cells {
		a := v
		if j != Result {
			a = s.args(v)[j]
		}
		// The narrow word below the extension.
		for s.op(a) == netlist.OpZext || s.op(a) == netlist.OpSext {
			a = s.args(a)[0]
		}
		if s.t.m.Width(a) < 2 || s.t.m.Width(a) > 40 {
			return
		}
		if net == 0 {
			net = a
		}
		edits = append(edits, edit{v, j, func(_ uint64, _ int, at *lane) uint64 { return uint64(s.exact(a, at, maxExact)) }})
	}
	s.try(Repair{Kind: Width, Cell: cells[0], Arg: j, Cells: cells, Cost: 12, Net: net}, edits)
}

// maxExact is the largest depth of a sum that is computed exactly.
const maxExact = 40

// exact is the number that a word of sums and of wiring should hold: nothing is lost
// above its width.
func (s *search) exact(v netlist.Value, at *lane, depth int) int64 {
	w := s.t.m.Width(v)
	args := s.args(v)
	if depth == 0 {
		return int64(at.value(v))
	}
	of := func(k int) int64 { return s.exact(args[k], at, depth-1) }
	switch s.op(v) {
	case netlist.OpAdd:
		return of(0) + of(1)
	case netlist.OpSub:
		return of(0) - of(1)
	case netlist.OpNeg:
		return -of(0)
	case netlist.OpConst:
		return signed(at.value(v), w)
	case netlist.OpSext, netlist.OpZext:
		inner := args[0]
		for s.op(inner) == netlist.OpSlice && s.t.m.Cells[inner].Aux == 0 {
			inner = s.args(inner)[0]
		}
		switch s.op(inner) {
		case netlist.OpAdd, netlist.OpSub, netlist.OpNeg:
			return s.exact(inner, at, depth-1)
		}
		if s.op(v) == netlist.OpZext {
			return int64(at.value(args[0]))
		}
		return signed(at.value(args[0]), s.t.m.Width(args[0]))
	case netlist.OpSlice:
		if s.t.m.Cells[v].Aux == 0 {
			return of(0)
		}
	case netlist.OpConcat:
		if s.op(args[0]) == netlist.OpConst {
			return of(1)<<s.t.m.Width(args[0]) + int64(at.value(args[0]))
		}
	}
	return int64(at.value(v))
}

// inputs replaces the input of an operand by another.
func (s *search) inputs(cells []netlist.Value, j int) {
	v := cells[0]
	a := s.args(v)[j]
	l := s.leaves[a]
	if l.input <= 0 || len(cells) > 1 {
		return
	}
	// A function of it is another place than the input itself.
	cost := 10
	if l.size > 8 {
		cost = 12
	}
	have := s.variable(l.input)
	w := s.t.m.Width(l.input)
	for i, x := range s.Question.Model.Vars {
		if i == have || x.Width != w || !s.wanted(i) {
			continue
		}
		s.try(Repair{Kind: Input, Cell: v, Arg: j, Cells: cells, Cost: cost, Inputs: []int{have, i}},
			on(cells, j, func(_ uint64, _ int, at *lane) uint64 {
				return s.with(a, l.input, uint64(at.input(i))&mask(w), at)
			}))
	}
}

// wanted reports whether the model's variable i may be the missing one.
func (s *search) wanted(i int) bool {
	if s.Lacks == nil || len(s.Lacks.Monos) == 0 {
		return true
	}
	for _, m := range s.Lacks.Monos {
		if int(m.Atom) == i {
			return true
		}
	}
	return false
}

// with is a net on a lane where an input has another value.
func (s *search) with(v, input netlist.Value, value uint64, at *lane) uint64 {
	switch {
	case v == input:
		return value
	case s.leaves[v].input == 0:
		return at.value(v)
	}
	var in [3]uint64
	for k, a := range s.args(v) {
		in[k] = s.with(a, input, value, at)
	}
	return s.t.m.Compute(v, in[0], in[1], in[2])
}

// nets replaces a net by another for one of its readers, and for all readers from one
// on or up to one: an instance of a module reads a net in several places.
func (s *search) nets(cells []netlist.Value) {
	a := cells[0]
	readers := s.t.users[a]
	if len(cells) > 1 || len(readers) == 0 || len(readers) > maxReaders {
		return
	}
	groups := [][]netlist.Value{readers}
	for k := range readers {
		groups = append(groups, readers[k:k+1])
		if k > 0 && len(readers) > 2 {
			groups = append(groups, readers[:k], readers[k:])
		}
	}
	w := s.t.m.Width(a)
	for u := netlist.Value(1); int(u) < len(s.t.m.Cells); u++ {
		if u == a || s.t.m.Width(u) != w || s.op(u) == netlist.OpConst || s.t.m.Names[u] == "" {
			continue
		}
		for _, g := range groups {
			if !s.before(u, g[0]) || s.t.work > maxWork {
				continue
			}
			var edits []edit
			for _, v := range g {
				for j, x := range s.args(v) {
					if x == a {
						edits = append(edits, edit{v, j, func(_ uint64, _ int, at *lane) uint64 { return at.value(u) }})
					}
				}
			}
			s.try(Repair{Kind: Net, Cell: g[0], Arg: edits[0].arg, Cells: g, Cost: 20, Net: u, Words: fmt.Sprintf("%s in place of %s", s.t.m.Names[u], s.label(a))}, edits)
		}
	}
}

// maxReaders is the largest number of readers of a net that is replaced.
const maxReaders = 8

// before reports whether a net surely does not depend on a cell.
func (s *search) before(u, v netlist.Value) bool {
	if s.t.cone[u] {
		return u < v
	}
	for i, d := range s.dead {
		if d == u {
			return !s.deadCone[i][v]
		}
	}
	return false
}

// label is a net's name, or a description of it.
func (s *search) label(v netlist.Value) string {
	if n := s.t.m.Names[v]; n != "" {
		return n
	}
	return s.op(v).String()
}
