package netlist

import "fmt"

// Same compares two modules up to the order of their cells and registers, the names of
// inner values and source locations. It returns nil if they have the same ports and
// registers, and the same computing cells as often, and if outputs and next values are
// the same trees of operators. Otherwise the error names the first difference.
//
// It knows no algebra: a + b and b + a differ. Undefined words are the same if their
// reasons and widths are.
func Same(a, b *Module) error {
	s := &sameness{classes: map[sameKey]int32{}, texts: map[string]int64{}}
	switch {
	case a.Clock != b.Clock || a.Falling != b.Falling:
		return fmt.Errorf("clock %q (falling: %v) and clock %q (falling: %v)", a.Clock, a.Falling, b.Clock, b.Falling)
	case a.Late != b.Late:
		return fmt.Errorf("constants that decide after %d and %d clocks", a.Late, b.Late)
	case len(a.Regs) != len(b.Regs):
		return fmt.Errorf("%d and %d registers", len(a.Regs), len(b.Regs))
	}
	ca, cb := s.of(a), s.of(b)
	for _, side := range []struct {
		what         string
		have, should []Port
	}{{"input", a.Inputs, b.Inputs}, {"output", a.Outputs, b.Outputs}} {
		if len(side.have) != len(side.should) {
			return fmt.Errorf("%d and %d %ss", len(side.have), len(side.should), side.what)
		}
		for i, p := range side.have {
			q := side.should[i]
			if p.Name != q.Name || p.Width != q.Width {
				return fmt.Errorf("%s %s of %d bits and %s of %d bits", side.what, p.Name, p.Width, q.Name, q.Width)
			}
			if ca[p.Value] != cb[q.Value] {
				return fmt.Errorf("%s %s is computed in two ways", side.what, p.Name)
			}
		}
	}
	next := make(map[string]int32, len(a.Regs))
	for _, r := range a.Regs {
		next[r.Name] = ca[r.D]
	}
	for _, r := range b.Regs {
		if d, ok := next[r.Name]; !ok {
			return fmt.Errorf("register %s is in one of them", r.Name)
		} else if d != cb[r.D] {
			return fmt.Errorf("register %s takes two next values", r.Name)
		}
	}
	count := make([]int32, len(s.classes)+1)
	counted := func(m *Module, classes []int32, n int32) {
		for v := 1; v < len(m.Cells); v++ {
			if c := &m.Cells[v]; !c.Op.IsWiring() && c.Op != OpConst {
				count[classes[v]] += n
			}
		}
	}
	counted(a, ca, 1)
	counted(b, cb, -1)
	for _, side := range []struct {
		m       *Module
		classes []int32
	}{{a, ca}, {b, cb}} {
		for v := 1; v < len(side.m.Cells); v++ {
			if count[side.classes[v]] != 0 {
				return fmt.Errorf("%v of %d bits is not in both equally often", side.m.Cells[v].Op, side.m.Cells[v].Width)
			}
		}
	}
	return nil
}

// sameKey is what makes two cells the same, given the classes of their operands.
type sameKey struct {
	op    Op
	width uint8
	aux   int64
	args  [3]int32
}

// sameness numbers classes of same values across modules, from 1 on.
type sameness struct {
	classes map[sameKey]int32
	texts   map[string]int64
}

func (s *sameness) text(t string) int64 {
	n, ok := s.texts[t]
	if !ok {
		n = int64(len(s.texts))
		s.texts[t] = n
	}
	return n
}

// of is the class of each value of m.
func (s *sameness) of(m *Module) []int32 {
	classes := make([]int32, len(m.Cells))
	for v := 1; v < len(m.Cells); v++ {
		c := &m.Cells[v]
		k := sameKey{op: c.Op, width: c.Width, aux: c.Aux}
		switch c.Op {
		case OpInput:
			k.aux = s.text(m.Inputs[c.Aux].Name)
		case OpReg:
			k.aux = s.text(m.Regs[c.Aux].Name)
		case OpUndef:
			k.aux = s.text(string(m.Undefs[c.Aux].Reason))
		}
		for i, a := range c.Args[:c.Op.Arity()] {
			k.args[i] = classes[a]
		}
		id, ok := s.classes[k]
		if !ok {
			id = int32(len(s.classes)) + 1
			s.classes[k] = id
		}
		classes[v] = id
	}
	return classes
}
