package netlist

// Stats counts what a module is made of.
type Stats struct {
	Cells        int // all but sources and wiring
	Adders       int // Add
	Subtractors  int // Sub
	Negations    int // Neg
	Gates        int // Not, And, Or, Xor and reductions
	Comparators  int // Eq, Ult, Slt
	Muxes        int
	Registers    int
	AdderBits    int // Σ widths of adders, subtractors and negations
	GateBits     int // Σ widths of what gates read
	RegisterBits int
	Bits         int // Σ widths of all cells but sources and wiring
	Depth        int // most adders and subtractors on a path between inputs, registers and outputs
	// ModelBits is the area model of HaShiFlex (arXiv 2512.12847): an adder at
	// level n of its tree, counted from 1 next to the inputs, is 8+n bits wide,
	// whatever this module made of it. Subtractors count as adders.
	ModelBits int
}

// Measure counts m's cells.
func Measure(m *Module) Stats {
	var s Stats
	level := make([]int32, len(m.Cells))
	for v := 1; v < len(m.Cells); v++ {
		c := &m.Cells[v]
		for _, a := range c.Args[:c.Op.Arity()] {
			level[v] = max(level[v], level[a])
		}
		w := int(c.Width)
		switch c.Op.Class() {
		case ClassSource, ClassWiring:
			if c.Op == OpReg {
				s.Registers++
				s.RegisterBits += w
			}
			continue
		case ClassArithmetic:
			switch c.Op {
			case OpAdd, OpSub:
				level[v]++
				s.Depth = max(s.Depth, int(level[v]))
				s.ModelBits += 8 + int(level[v])
				s.AdderBits += w
				if c.Op == OpAdd {
					s.Adders++
				} else {
					s.Subtractors++
				}
			case OpNeg:
				s.Negations++
				s.AdderBits += w
			}
		case ClassBitwise, ClassReduction:
			s.Gates++
			s.GateBits += m.Width(c.Args[0])
		case ClassComparison:
			s.Comparators++
		case ClassSelection:
			s.Muxes++
		}
		s.Cells++
		s.Bits += w
	}
	return s
}

// Plus adds the counts of two modules; Depth is the larger one, as of modules
// side by side.
func (s Stats) Plus(t Stats) Stats {
	s.Cells += t.Cells
	s.Adders += t.Adders
	s.Subtractors += t.Subtractors
	s.Negations += t.Negations
	s.Gates += t.Gates
	s.Comparators += t.Comparators
	s.Muxes += t.Muxes
	s.Registers += t.Registers
	s.AdderBits += t.AdderBits
	s.GateBits += t.GateBits
	s.RegisterBits += t.RegisterBits
	s.Bits += t.Bits
	s.ModelBits += t.ModelBits
	s.Depth = max(s.Depth, t.Depth)
	return s
}
