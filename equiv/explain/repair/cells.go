package repair

import (
	"github.com/hashiflex/hashiflex/netlist"
)

// operation is an operator that may replace another.
type operation struct {
	words string
	cost  int
	to    func(a, b, c uint64, w int) uint64 // w is the operands' width
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

var (
	adding      = operation{"added", 10, func(a, b, _ uint64, _ int) uint64 { return a + b }}
	subtracting = operation{"subtracted", 10, func(a, b, _ uint64, _ int) uint64 { return a - b }}
	backwards   = operation{"subtracted the other way round", 11, func(a, b, _ uint64, _ int) uint64 { return b - a }}
	added       = operation{"added", 11, func(a, b, _ uint64, _ int) uint64 { return a + b }}
	first       = operation{"the first operand alone", 17, func(a, _, _ uint64, _ int) uint64 { return a }}
	second      = operation{"the second operand alone", 17, func(_, b, _ uint64, _ int) uint64 { return b }}
	conjunct    = operation{"and", 10, func(a, b, _ uint64, _ int) uint64 { return a & b }}
	disjunct    = operation{"or", 10, func(a, b, _ uint64, _ int) uint64 { return a | b }}
	exclusive   = operation{"exclusive or", 10, func(a, b, _ uint64, _ int) uint64 { return a ^ b }}
	unsignedLt  = operation{"compared unsigned", 10, func(a, b, _ uint64, _ int) uint64 { return bit(a < b) }}
	signedLt    = operation{"compared signed", 10, func(a, b, _ uint64, w int) uint64 { return bit(signed(a, w) < signed(b, w)) }}
	unsignedGt  = operation{"compared the other way round, unsigned", 12, func(a, b, _ uint64, _ int) uint64 { return bit(b < a) }}
	signedGt    = operation{"compared the other way round", 12, func(a, b, _ uint64, w int) uint64 { return bit(signed(b, w) < signed(a, w)) }}
	unsignedLe  = operation{"compared with equality, unsigned", 12, func(a, b, _ uint64, _ int) uint64 { return bit(a <= b) }}
	signedLe    = operation{"compared with equality", 12, func(a, b, _ uint64, w int) uint64 { return bit(signed(a, w) <= signed(b, w)) }}
	unsignedGe  = operation{"inverted", 12, func(a, b, _ uint64, _ int) uint64 { return bit(a >= b) }}
	signedGe    = operation{"inverted", 12, func(a, b, _ uint64, w int) uint64 { return bit(signed(a, w) >= signed(b, w)) }}
	unequal     = operation{"inverted", 10, func(a, b, _ uint64, _ int) uint64 { return bit(a != b) }}
	never       = operation{"never true", 15, func(uint64, uint64, uint64, int) uint64 { return 0 }}
	always      = operation{"always true", 15, func(uint64, uint64, uint64, int) uint64 { return 1 }}
	inverse     = operation{"not inverted", 11, func(a, _, _ uint64, _ int) uint64 { return a }}
	positive    = operation{"not negated", 11, func(a, _, _ uint64, _ int) uint64 { return a }}
	complement  = operation{"complemented", 13, func(a, _, _ uint64, _ int) uint64 { return ^a }}
	negative    = operation{"negated", 13, func(a, _, _ uint64, _ int) uint64 { return -a }}
	otherArm    = operation{"the arms the other way round", 12, func(a, b, c uint64, _ int) uint64 {
		if a != 0 {
			return c
		}
		return b
	}}
	bySign   = operation{"extended by its sign", 10, func(a, _, _ uint64, w int) uint64 { return uint64(signed(a, w)) }}
	byZeros  = operation{"extended by zeros", 10, func(a, _, _ uint64, _ int) uint64 { return a }}
	armTrue  = operation{"the first arm alone", 17, func(_, b, _ uint64, _ int) uint64 { return b }}
	armFalse = operation{"the second arm alone", 17, func(_, _, c uint64, _ int) uint64 { return c }}
)

// operations are what may have been meant by an operator.
var operations = map[netlist.Op][]operation{
	netlist.OpAdd:  {subtracting, backwards, first, second},
	netlist.OpSub:  {adding, backwards, first, second},
	netlist.OpNeg:  {positive, complement},
	netlist.OpNot:  {inverse, negative},
	netlist.OpAnd:  {disjunct, exclusive, added, first, second},
	netlist.OpOr:   {conjunct, exclusive, added, first, second},
	netlist.OpXor:  {conjunct, disjunct, added, first, second},
	netlist.OpUlt:  {signedLt, unsignedLe, unsignedGt, unsignedGe, signedGt, never, always},
	netlist.OpSlt:  {unsignedLt, signedLe, signedGt, signedGe, unsignedGt, never, always},
	netlist.OpEq:   {unequal, unsignedGt, unsignedLe, never, always},
	netlist.OpMux:  {otherArm, armTrue, armFalse},
	netlist.OpZext: {bySign},
	netlist.OpSext: {byZeros},
}

// cells changes what cells compute.
func (s *search) cells(cells []netlist.Value) {
	v := cells[0]
	op := s.op(v)
	for _, o := range operations[op] {
		var edits []edit
		for _, c := range cells {
			args := s.args(c)
			w := s.t.m.Width(args[0])
			edits = append(edits, edit{c, Result, func(_ uint64, _ int, at *lane) uint64 {
				var in [3]uint64
				for k, a := range args {
					in[k] = at.value(a)
				}
				return o.to(in[0], in[1], in[2], w)
			}})
		}
		kind := Operator
		switch {
		case o.cost == 17:
			kind = Surplus
		case op == netlist.OpZext || op == netlist.OpSext:
			kind = Extension
		}
		s.try(Repair{Kind: kind, Cell: v, Arg: Result, Cells: cells, Cost: o.cost, Words: o.words}, edits)
	}
	if op == netlist.OpSlice {
		s.sliced(v)
	}
	if op.IsWiring() || op == netlist.OpInput {
		return
	}
	s.shifted(cells, Result)
	s.negated(cells, Result)
	s.extended(cells, Result)
}

// sliced reads other bits, in one place and wherever the same word is read from the
// same bit.
func (s *search) sliced(v netlist.Value) {
	c := s.t.m.Cells[v]
	base := c.Args[0]
	wide := s.t.m.Width(base)
	var all []netlist.Value
	for _, u := range s.t.users[base] {
		if s.op(u) == netlist.OpSlice && s.t.m.Cells[u].Aux == c.Aux {
			all = append(all, u)
		}
	}
	groups := [][]netlist.Value{{v}}
	if len(all) > 1 && all[0] == v {
		groups = append(groups, all)
	}
	for _, g := range groups {
		for d := -8; d <= 8; d++ {
			from := int(c.Aux) + d
			if d == 0 || from < 0 || from >= wide {
				continue
			}
			cost := 10
			if len(g) == 1 && len(all) > 1 {
				cost = 14
			}
			if c.Width == 1 {
				cost += 3
			}
			s.try(Repair{Kind: Shift, Cell: v, Arg: Result, Cells: g, Cost: cost + max(d, -d) - 1, Was: c.Aux, Is: int64(from)},
				on(g, Result, func(_ uint64, w int, at *lane) uint64 {
					return uint64(signed(at.value(base), wide) >> from)
				}))
		}
	}
}

// extensions changes how all words that are made of one input are extended.
func (s *search) extensions() {
	for _, op := range []netlist.Op{netlist.OpZext, netlist.OpSext} {
		to := operations[op][0]
		var edits []edit
		var cells []netlist.Value
		for v := netlist.Value(1); v <= s.t.out; v++ {
			if !s.t.cone[v] || s.op(v) != op || s.leaves[v].input <= 0 {
				continue
			}
			a := s.args(v)[0]
			w := s.t.m.Width(a)
			cells = append(cells, v)
			edits = append(edits, edit{v, Result, func(_ uint64, _ int, at *lane) uint64 { return to.to(at.value(a), 0, 0, w) }})
		}
		if len(cells) > 1 {
			s.try(Repair{Kind: Extension, Cell: cells[0], Arg: Result, Cells: cells, Cost: 11, Words: to.words}, edits)
		}
	}
}
