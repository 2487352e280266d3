package netlist

// Known is what is known of a word whatever a module's inputs are: the bits that
// Mask has, from clock Since after power-up on, whatever the registers held then.
type Known struct {
	Mask, Bits uint64
	Since      int
}

// all reports whether every bit of a word is known.
func (k Known) all(width int) bool { return k.Mask == mask(width) }

// maxPasses bounds how many registers in a row a constant is followed through.
const maxPasses = 256

// KnownBits follows constants through a module, cell by cell, and through registers:
// one whose next value is known is known a clock later. A register that can keep its
// value is not known. The result is by value.
func KnownBits(m *Module) []Known {
	ks := make([]Known, len(m.Cells))
	for range maxPasses {
		for v := 1; v < len(m.Cells); v++ {
			if m.Cells[v].Op != OpReg {
				ks[v] = knownOf(m, Value(v), ks)
			}
		}
		more := false
		for _, r := range m.Regs {
			// What was found before stays true. A new bit moves the clock of all, and
			// nothing else does, or a loop would move it for ever.
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

// knownOf is what a cell makes of what is known of its operands.
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
	a, b := k[0], k[1]
	zeros := func(k Known) uint64 { return k.Mask &^ k.Bits }
	var r Known
	switch c.Op {
	case OpSlice:
		r = Known{Mask: a.Mask >> uint(c.Aux), Bits: a.Bits >> uint(c.Aux)}
	case OpConcat:
		r = Known{Mask: a.Mask | b.Mask<<uint(wa), Bits: a.Bits | b.Bits<<uint(wa)}
	case OpZext:
		r = Known{Mask: a.Mask | ^mask(wa), Bits: a.Bits}
	case OpSext:
		r = a
		if top := uint64(1) << (wa - 1); a.Mask&top != 0 {
			r.Mask |= ^mask(wa)
			if a.Bits&top != 0 {
				r.Bits |= ^mask(wa)
			}
		}
	case OpNot:
		r = Known{Mask: a.Mask, Bits: ^a.Bits}
	case OpAnd:
		r = Known{Mask: zeros(a) | zeros(b) | a.Mask&b.Mask, Bits: a.Bits & b.Bits}
	case OpOr:
		r = Known{Mask: a.Bits | b.Bits | a.Mask&b.Mask, Bits: a.Bits | b.Bits}
	case OpXor:
		r = Known{Mask: a.Mask & b.Mask, Bits: a.Bits ^ b.Bits}
	case OpMul:
		if a.all(w) && a.Bits == 0 || b.all(w) && b.Bits == 0 {
			r.Mask = ^uint64(0)
		}
	case OpEq:
		if a.Mask&b.Mask&(a.Bits^b.Bits) != 0 {
			r.Mask = 1
		}
	case OpRedAnd:
		if zeros(a) != 0 {
			r.Mask = 1
		}
	case OpRedOr:
		if a.Bits != 0 {
			r = Known{Mask: 1, Bits: 1}
		}
	case OpMux:
		r = Known{Mask: k[1].Mask & k[2].Mask &^ (k[1].Bits ^ k[2].Bits), Bits: k[1].Bits}
		if a.Mask != 0 {
			r = k[2-a.Bits]
		}
	}
	r.Mask &= mask(w)
	r.Bits &= r.Mask
	r.Since = since
	return r
}

// ConstantOf is the word that v has, and whether it has one word at all times: by
// the cells that it is computed from, while registers hold anything.
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
