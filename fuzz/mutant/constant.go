package mutant

import (
	"math/bits"

	"github.com/hashiflex/hashiflex/netlist"
)

// addend is an adder's constant operand, and the other one.
func (s *scan) addend(c *netlist.Cell) (k uint64, slot int, ok bool) {
	if c.Op != netlist.OpAdd {
		return 0, 0, false
	}
	for slot, a := range c.Args[:2] {
		if k, ok := s.m.ConstOf(a); ok {
			return k, slot, true
		}
	}
	return 0, 0, false
}

// isRounding reports whether v adds the half, or one less, of what its users cut
// off.
func (s *scan) isRounding(v netlist.Value, c *netlist.Cell) bool {
	k, _, ok := s.addend(c)
	if !ok {
		return false
	}
	cut := int64(-1)
	for _, u := range s.users[v] {
		uc := &s.m.Cells[u]
		if uc.Op != netlist.OpSlice || uc.Aux == 0 {
			return false
		}
		if cut < 0 || uc.Aux < cut {
			cut = uc.Aux
		}
	}
	if cut < 1 {
		return false
	}
	half := uint64(1) << (cut - 1)
	return k == half || k == half-1
}

// rounding finds the adder of a rounding constant.
func (s *scan) rounding(v netlist.Value, c *netlist.Cell) {
	if !s.isRounding(v, c) {
		return
	}
	k, slot, _ := s.addend(c)
	w := int(c.Width)
	plant := func(kind Kind, n int64) {
		n &= int64(1)<<w - 1
		if uint64(n) != k {
			s.add(kind, v, func(r *rebuild) (netlist.Value, bool) { return r.with(v, slot, r.to.Const(w, n)), false },
				"the rounding constant is %d instead of %d", n, k)
		}
	}
	plant(RoundingOff, int64(k)+1)
	plant(RoundingOff, int64(k)-1)
	plant(RoundingBit, int64(k)<<1)
	plant(RoundingBit, int64(k)>>1)
	plant(RoundingMissing, 0)
}

// constants finds the constants of a sum. They are changed at the constant, which
// a row of full adders reads more than once.
func (s *scan) constants(v netlist.Value, c *netlist.Cell) {
	k, ok := s.m.ConstOf(v)
	if !ok || c.Width == 1 {
		return
	}
	used := false
	for _, u := range s.users[v] {
		uc := &s.m.Cells[u]
		switch uc.Op {
		case netlist.OpAdd, netlist.OpSub, netlist.OpXor, netlist.OpAnd, netlist.OpOr:
			used = used || !s.isRounding(u, uc)
		}
	}
	if !used {
		return
	}
	w := int(c.Width)
	plant := func(kind Kind, n int64) {
		n &= int64(1)<<w - 1
		if uint64(n) != k {
			s.add(kind, v, func(r *rebuild) (netlist.Value, bool) { return r.to.Const(w, n), false },
				"the constant is %d instead of %d, modulo 2^%d", n, k, w)
		}
	}
	plant(Bias, int64(k)+1)
	plant(Bias, int64(k)-1)
	plant(Bias, -int64(k))
	if top := bits.Len64(k); top > 0 {
		plant(Truncated, int64(k)&^(1<<(top-1)))
	}
}
