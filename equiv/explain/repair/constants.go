package repair

import (
	"slices"

	"github.com/hashiflex/hashiflex/netlist"
)

// constant replaces a number that a cell reads by others.
func (s *search) constant(cells []netlist.Value, j int) {
	v := cells[0]
	a := s.args(v)[j]
	same := func(c netlist.Value) bool { return s.args(c)[j] != a }
	if slices.ContainsFunc(cells, same) {
		return
	}
	w := s.t.m.Width(a)
	tried := map[uint64]bool{uint64(s.t.m.Cells[a].Aux) & mask(w): true}
	for _, n := range s.candidates(s.t.m.Cells[a].Aux, w) {
		s.another(cells, j, n, tried)
	}
}

// shared replaces a constant by others wherever it is read.
func (s *search) shared(cells []netlist.Value) {
	a := cells[0]
	w := s.t.m.Width(a)
	if len(s.t.users[a]) < 2 || w < 2 {
		return
	}
	tried := map[uint64]bool{uint64(s.t.m.Cells[a].Aux) & mask(w): true}
	for _, n := range s.candidates(s.t.m.Cells[a].Aux, w) {
		s.another(cells, Result, n, tried)
	}
}

// another is one number in the place of a constant: of operand j of cells, or of a
// constant itself.
func (s *search) another(cells []netlist.Value, j int, n int64, tried map[uint64]bool) bool {
	v := cells[0]
	a, reader := v, netlist.OpAdd
	if j != Result {
		a, reader = s.args(v)[j], s.op(v)
	}
	w := s.t.m.Width(a)
	bits := uint64(n) & mask(w)
	if tried[bits] {
		return false
	}
	tried[bits] = true
	was := s.number(uint64(s.t.m.Cells[a].Aux), w)
	is := s.number(bits, w)
	sign := int64(1)
	if reader == netlist.OpSub && j == 1 {
		sign = -1
	}
	return s.try(Repair{Kind: Constant, Cell: v, Arg: j, Cells: cells, Cost: s.price(reader, sign*was, sign*is, w), Was: was, Is: is},
		on(cells, j, func(uint64, int, *lane) uint64 { return bits }))
}

// number reads a constant: signed, but as an unsigned one where that is one of the
// specification's.
func (s *search) number(x uint64, w int) int64 {
	x &= mask(w)
	if w < 63 && (w <= 8 || slices.Contains(s.added, int64(x)) || slices.Contains(s.ends, int64(x))) {
		return int64(x)
	}
	return signed(x, w)
}

// price is the cost of a repair by another constant. It is low for a number from the
// specification, which probably belongs there, and high for replacing one, which was
// probably right.
func (s *search) price(op netlist.Op, was, is int64, w int) int {
	cost := 12
	sums := op == netlist.OpAdd || op == netlist.OpSub || op == netlist.OpXor
	switch {
	case s.known(op, was), sums && s.completed(was):
		cost += 4
	case was == 0 && sums:
		// Nothing is added; whether something should be is another repair.
		cost += 7
	case sums && slices.Contains(s.both, is):
		// The bias and what rounds may be one constant.
		cost -= 3
	}
	switch {
	case s.known(op, is):
		cost -= 4
	case sums && s.completed(is):
		cost -= 3
	}
	if op.IsWiring() {
		// A word's low or high bits are hardly meant as a number.
		cost += 8
	}
	if w == 1 {
		cost += 3
	}
	return cost
}

// completed reports whether a number is the bias with the ones that complements need.
func (s *search) completed(n int64) bool {
	return s.HasAcc && n > s.bias && n <= s.bias+s.complements
}

// known reports whether a number is one that the specification has for an operator: the
// bias and what rounding adds for a sum, the ends of the range for other ones.
func (s *search) known(op netlist.Op, n int64) bool {
	if op == netlist.OpAdd || op == netlist.OpSub {
		return n != 0 && slices.Contains(s.added, n)
	}
	return n == 0 && s.low == 0 && op == netlist.OpMux || slices.Contains(s.ends, n)
}

// candidates are numbers that may have been meant by k.
func (s *search) candidates(k int64, w int) []int64 {
	k = signed(uint64(k), w)
	all := slices.Concat(s.ends, s.added, s.both, []int64{0, 1, -1})
	for d := int64(1); d <= 3; d++ {
		all = append(all, k+d, k-d)
	}
	all = append(all, -k, ^k, k<<1, k>>1, k<<2, k>>2)
	for b := range min(w, 24) {
		all = append(all, k^1<<b)
	}
	differences := s.Constants
	if s.Lacks != nil {
		differences = append(slices.Clone(differences), s.Lacks.Const)
	}
	for _, d := range differences {
		for b := 0; b < 16 && d != 0; b++ {
			all = append(all, k+d, k-d)
			if d&1 != 0 {
				break
			}
			d >>= 1
		}
	}
	for _, i := range s.added {
		all = append(all, k+i, k-i, i-k, k+2*i, k-2*i)
	}
	return all
}

// maxEvery is the widest constant of which every value is tried.
const maxEvery = 14

// every replaces a constant by every number, the nearest first.
func (s *search) every(cells []netlist.Value) {
	v := cells[0]
	for j, a := range s.args(v) {
		w := s.t.m.Width(a)
		if s.op(a) != netlist.OpConst || w > maxEvery || len(cells) > 1 {
			continue
		}
		k := s.t.m.Cells[a].Aux
		tried := map[uint64]bool{uint64(k) & mask(w): true}
		for d := int64(1); d <= int64(mask(w))/2+1; d++ {
			if s.another(cells, j, k+d, tried) || s.another(cells, j, k-d, tried) {
				break
			}
		}
	}
}
