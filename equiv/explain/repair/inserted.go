package repair

import (
	"fmt"

	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/netlist"
)

// inserted adds something to the result of a cell.
func (s *search) inserted(cells []netlist.Value) {
	v := cells[0]
	w := s.t.m.Width(v)
	if len(cells) > 1 || w < 2 || s.op(v) == netlist.OpInput {
		return
	}
	s.lacking(v)
	s.constants(v)
	s.rounded(v)
	s.clamped(v)
	s.signals(v)
}

// lacking adds the missing part of the accumulator, at the net's scale.
func (s *search) lacking(v netlist.Value) {
	if s.Lacks == nil {
		return
	}
	if len(s.Lacks.Monos) == 0 {
		return
	}
	s.scaled(v, term.Form{Monos: s.Lacks.Monos})
	if s.Lacks.Const != 0 {
		s.scaled(v, *s.Lacks)
	}
}

// scaled adds a form at every scale at which it is whole.
func (s *search) scaled(v netlist.Value, d term.Form) {
	var inputs []int
	for _, m := range d.Monos {
		inputs = append(inputs, int(m.Atom))
	}
	for k := 0; k < 12; k++ {
		for _, sign := range []int64{1, -1} {
			s.try(Repair{Kind: Lacking, Cell: v, Arg: Result, Cells: []netlist.Value{v}, Cost: 14, Words: "what is missing added", Inputs: inputs},
				on([]netlist.Value{v}, Result, func(x uint64, _ int, at *lane) uint64 {
					return x + uint64(sign*evaluate(d, at))
				}))
		}
		half, ok := halved(d)
		if !ok {
			return
		}
		d = half
	}
}

func evaluate(f term.Form, at *lane) int64 {
	sum := f.Const
	for _, m := range f.Monos {
		sum += m.Coef * at.input(int(m.Atom))
	}
	return sum
}

// halved is f/2 where that is whole.
func halved(f term.Form) (term.Form, bool) {
	h := term.Form{Const: f.Const / 2}
	if f.Const%2 != 0 {
		return f, false
	}
	for _, m := range f.Monos {
		if m.Coef%2 != 0 {
			return f, false
		}
		h.Monos = append(h.Monos, term.Mono{Atom: m.Atom, Coef: m.Coef / 2})
	}
	return h, true
}

// constants adds a number that the specification has.
func (s *search) constants(v netlist.Value) {
	numbers := append([]int64{s.bias}, s.rounding...)
	numbers = append(numbers, s.Constants...)
	tried := map[int64]bool{0: true}
	for i, n := range numbers {
		for _, n := range []int64{n, -n} {
			if tried[n] {
				continue
			}
			tried[n] = true
			what, cost := "rounding constant", 14
			if i == 0 {
				what = "bias"
			} else if i > len(s.rounding) {
				what, cost = "constant", 15
			}
			s.try(Repair{Kind: Lacking, Cell: v, Arg: Result, Cells: []netlist.Value{v}, Cost: cost, Is: n, Words: fmt.Sprintf("%s %d added", what, n)},
				on([]netlist.Value{v}, Result, func(x uint64, _ int, _ *lane) uint64 { return x + uint64(n) }))
		}
	}
}

// rounded puts the specified rounding in the place of a cell that adds to the
// accumulator, or after a net that is the accumulator.
func (s *search) rounded(v netlist.Value) {
	t := s.Question.Model.Tail
	if t == nil || !s.HasAcc || t.Shift <= 0 || t.Shift > 40 {
		return
	}
	c := t.Out.Rounding.Constants(t.Shift)
	round := func(acc int64) int64 {
		add := c.Pos
		if acc < 0 {
			add = c.Neg
		}
		if c.Even && acc>>t.Shift&1 != 0 {
			add++
		}
		return acc + add
	}
	words := fmt.Sprintf("rounded by %v, ties %s", t.Out.Rounding, t.Out.Rounding.Ties())
	// The net is the accumulator, or adds a constant to it, or is that without the bits
	// that are dropped.
	for _, u := range append([]netlist.Value{v}, s.args(v)...) {
		f, ok := s.Form(u)
		w := s.t.m.Width(u)
		if !ok || w > 62 {
			continue
		}
		d := f.Sub(s.Acc).Reduce(w).Symmetric(w)
		if len(d.Monos) > 0 {
			continue
		}
		acc := func(at *lane) int64 { return signed(at.value(u)-uint64(d.Const), w) }
		if u == v {
			s.try(Repair{Kind: Rounding, Cell: v, Arg: Result, Cells: []netlist.Value{v}, Cost: 16, Words: words},
				on([]netlist.Value{v}, Result, func(x uint64, w int, at *lane) uint64 { return uint64(round(signed(x-uint64(d.Const), w))) }))
			continue
		}
		s.try(Repair{Kind: Rounding, Cell: v, Arg: Result, Cells: []netlist.Value{v}, Cost: 15, Words: words},
			on([]netlist.Value{v}, Result, func(_ uint64, _ int, at *lane) uint64 { return uint64(round(acc(at))) }))
		if s.op(v) == netlist.OpSlice {
			s.try(Repair{Kind: Rounding, Cell: v, Arg: Result, Cells: []netlist.Value{v}, Cost: 16, Words: words},
				on([]netlist.Value{v}, Result, func(_ uint64, _ int, at *lane) uint64 { return uint64(round(acc(at)) >> t.Shift) }))
		}
	}
}

// clamped limits a net to the output's range.
func (s *search) clamped(v netlist.Value) {
	if s.top == s.low {
		return
	}
	for _, c := range []struct {
		words    string
		from, to int64
	}{
		{fmt.Sprintf("clamped at %d", s.top), -1 << 62, s.top},
		{fmt.Sprintf("clamped at %d from below", s.low), s.low, 1 << 62},
		{fmt.Sprintf("clamped to [%d, %d]", s.low, s.top), s.low, s.top},
	} {
		s.try(Repair{Kind: Clamp, Cell: v, Arg: Result, Cells: []netlist.Value{v}, Cost: 17, Words: c.words},
			on([]netlist.Value{v}, Result, func(x uint64, w int, _ *lane) uint64 {
				return uint64(min(max(signed(x, w), c.from), c.to))
			}))
	}
}

// signals adds a signal that nothing reads.
func (s *search) signals(v netlist.Value) {
	for i, u := range s.dead {
		if s.deadCone[i][v] {
			continue
		}
		r := Repair{Kind: Lacking, Cell: v, Arg: Result, Cells: []netlist.Value{v}, Cost: 13, Net: u, Words: s.label(u) + " added"}
		if l := s.leaves[u].input; l > 0 {
			r.Inputs = []int{s.variable(l)}
		}
		for _, scale := range []uint64{1, ^uint64(0), 2} {
			s.try(r, on([]netlist.Value{v}, Result, func(x uint64, _ int, at *lane) uint64 { return x + scale*at.value(u) }))
		}
	}
}
