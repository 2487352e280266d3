package netlist

// Known is the bits of a word that are the same for all inputs of a module: those in
// Mask, from clock Since after power-up on, for any power-up state.
type Known struct {
	Mask, Bits uint64
	Since      int
}

// all reports whether every bit of a word is known.
func (k Known) all(width int) bool { return k.Mask == mask(width) }

// maxPasses bounds the number of registers in a row that a constant is followed through.
const maxPasses = 256

// KnownBits propagates constants through the cells and registers of a module. If the
// next value of a register is known, the register is known one clock later. A register
// that can keep its value is not known. The result is indexed by value.
func KnownBits(m *Module) []Known { return KnownUnder(m, nil) }

// KnownUnder is KnownBits while inputs of the module hold the given words. So it shows
// which bits a held reset makes known, and after how many clocks.
func KnownUnder(m *Module, held map[Value]uint64) []Known {
	ks := make([]Known, len(m.Cells))
	for range maxPasses {
		for v := 1; v < len(m.Cells); v++ {
			if word, ok := held[Value(v)]; ok {
				ks[v] = Known{Mask: mask(m.Width(Value(v))), Bits: word & mask(m.Width(Value(v)))}
			} else if m.Cells[v].Op != OpReg {
				ks[v] = knownOf(m, Value(v), ks)
			}
		}
		more := false
		for _, r := range m.Regs {
			// Known bits stay known. Only a new bit moves Since of the word;
			// otherwise a loop would move it for ever.
			if d := ks[r.D]; d.Mask&^ks[r.Q].Mask != 0 {
				ks[r.Q] = Known{d.Mask, d.Bits, d.Since + 1}
				more = true
			}
		}
		if !more {
			break
		}
	}
	return ks
}

// knownOf is the known bits of a cell, from those of its operands.
func knownOf(m *Module, v Value, ks []Known) Known {
	c := &m.Cells[v]
	w := int(c.Width)
	if c.Op == OpConst {
		bits, _ := m.ConstOf(v)
		return Known{Mask: mask(w), Bits: bits}
	}
	n := c.Op.Arity()
	if n == 0 {
		return Known{}
	}
	var k [3]Known
	whole, since := true, 0
	for i, a := range c.Args[:n] {
		k[i] = ks[a]
		whole = whole && k[i].all(m.Width(a))
		if k[i].Mask != 0 {
			since = max(since, k[i].Since)
		}
	}
	wa := m.Width(c.Args[0])
	if whole {
		return Known{mask(w), compute(c.Op, w, c.Aux, wa, k[0].Bits, k[1].Bits, k[2].Bits), since}
	}
	if ops[c.Op].known == nil {
		return Known{Since: since}
	}
	r := ops[c.Op].known(knownInput{k[0], k[1], k[2], w, wa, c.Aux})
	r.Mask &= mask(w)
	r.Bits &= r.Mask
	r.Since = since
	return r
}

// knownInput is the known bits of the operands of a cell of width w; wa is the width of
// a. Results may have bits above w, and bits outside their masks.
type knownInput struct {
	a, b, c Known
	w, wa   int
	aux     int64
}

func (k Known) zeros() uint64 { return k.Mask &^ k.Bits }

func knownSlice(x knownInput) Known {
	return Known{Mask: x.a.Mask >> uint(x.aux), Bits: x.a.Bits >> uint(x.aux)}
}

func knownConcat(x knownInput) Known {
	return Known{Mask: x.a.Mask | x.b.Mask<<uint(x.wa), Bits: x.a.Bits | x.b.Bits<<uint(x.wa)}
}

func knownZext(x knownInput) Known {
	return Known{Mask: x.a.Mask | ^mask(x.wa), Bits: x.a.Bits}
}

func knownSext(x knownInput) Known {
	r := x.a
	if top := uint64(1) << (x.wa - 1); r.Mask&top != 0 {
		r.Mask |= ^mask(x.wa)
		if r.Bits&top != 0 {
			r.Bits |= ^mask(x.wa)
		}
	}
	return r
}

func knownNot(x knownInput) Known { return Known{Mask: x.a.Mask, Bits: ^x.a.Bits} }

func knownAnd(x knownInput) Known {
	return Known{Mask: x.a.zeros() | x.b.zeros() | x.a.Mask&x.b.Mask, Bits: x.a.Bits & x.b.Bits}
}

func knownOr(x knownInput) Known {
	return Known{Mask: x.a.Bits | x.b.Bits | x.a.Mask&x.b.Mask, Bits: x.a.Bits | x.b.Bits}
}

func knownXor(x knownInput) Known {
	return Known{Mask: x.a.Mask & x.b.Mask, Bits: x.a.Bits ^ x.b.Bits}
}

func knownMul(x knownInput) (r Known) {
	if x.a.all(x.w) && x.a.Bits == 0 || x.b.all(x.w) && x.b.Bits == 0 {
		r.Mask = ^uint64(0)
	}
	return r
}

func knownEq(x knownInput) (r Known) {
	if x.a.Mask&x.b.Mask&(x.a.Bits^x.b.Bits) != 0 {
		r.Mask = 1
	}
	return r
}

func knownRedAnd(x knownInput) (r Known) {
	if x.a.zeros() != 0 {
		r.Mask = 1
	}
	return r
}

func knownRedOr(x knownInput) (r Known) {
	if x.a.Bits != 0 {
		r = Known{Mask: 1, Bits: 1}
	}
	return r
}

func knownMux(x knownInput) Known {
	switch {
	case x.a.Mask == 0:
		return Known{Mask: x.b.Mask & x.c.Mask &^ (x.b.Bits ^ x.c.Bits), Bits: x.b.Bits}
	case x.a.Bits == 1:
		return x.b
	}
	return x.c
}

// ConstantOf is the constant word of v, if the cells in its cone make it one for any
// contents of registers.
func ConstantOf(m *Module, v Value) (bits uint64, ok bool) {
	ks := make([]Known, len(m.Cells))
	done := make([]bool, len(m.Cells))
	for stack := []Value{v}; len(stack) > 0; {
		top := stack[len(stack)-1]
		c := &m.Cells[top]
		ready := true
		for _, a := range c.Args[:c.Op.Arity()] {
			if !done[a] {
				stack, ready = append(stack, a), false
			}
		}
		if !ready {
			continue
		}
		stack = stack[:len(stack)-1]
		ks[top], done[top] = knownOf(m, top, ks), true
	}
	return ks[v].Bits, ks[v].all(m.Width(v))
}
