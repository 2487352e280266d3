package netlist

import (
	"maps"
	"slices"
	"strconv"
)

// A delay line is often one register that shifts by a word: its next value is a new word
// and all but one of its own words. As one register that is feedback. Split into words it
// has no feedback.

// separated is m with registers split into parts, if registers feed themselves or one
// another through wiring. It is m if they do not, or if splitting does not remove the
// feedback. All bits keep their values. Parts of register r have names like r[15:8].
func separated(m *Module) *Module {
	if !loops(m) {
		return m
	}
	cuts := shifts(m)
	if len(cuts) == 0 {
		return m
	}
	w := New(m.Name)
	w.Doc, w.Clock, w.Falling, w.Late = m.Doc, m.Clock, m.Falling, m.Late
	t := transplant{from: m, to: w, value: make([]Value, len(m.Cells)), sources: map[int32]int32{0: 0}}
	inputs := make([]bool, len(m.Cells))
	for _, p := range m.Inputs {
		inputs[p.Value] = true
	}
	t.copy(inputs)
	parts := map[Value][]Value{} // by register of m
	for i := 1; i < len(m.Cells); i++ {
		v := Value(i)
		c := &m.Cells[v]
		switch {
		case c.Op == OpInput:
		case c.Op == OpSlice:
			t.value[v] = w.bits(t.value[c.Args[0]], int(c.Aux), int(c.Width))
			if name, ok := m.Names[v]; ok && w.Names[t.value[v]] == "" && w.Cells[t.value[v]].Op != OpConst {
				w.Label(t.value[v], name)
			}
		case c.Op == OpReg && cuts[v] != nil:
			r := m.Regs[c.Aux]
			at := append(append([]int{0}, cuts[v]...), int(c.Width))
			for j, lo := range at[:len(at)-1] {
				n := at[j+1] - lo
				q := w.Reg(r.Name+"["+strconv.Itoa(lo+n-1)+":"+strconv.Itoa(lo)+"]", n)
				w.Cells[q].Src = t.source(c.Src)
				parts[v] = append(parts[v], q)
				if t.value[v] == 0 {
					t.value[v] = q
				} else {
					t.value[v] = w.Concat(t.value[v], q)
				}
			}
		default:
			t.cell(v)
		}
	}
	for _, r := range m.Regs {
		qs := parts[r.Q]
		if qs == nil {
			w.SetNext(t.value[r.Q], t.value[r.D])
		}
		lo := 0
		for _, q := range qs {
			w.SetNext(q, w.bits(t.value[r.D], lo, w.Width(q)))
			lo += w.Width(q)
		}
	}
	for _, o := range m.Outputs {
		w.Output(o.Name, t.value[o.Value])
	}
	if loops(w) {
		return m
	}
	return w
}

// loops reports whether some output depends on a register that depends on itself.
func loops(m *Module) bool {
	for _, o := range m.Outputs {
		if _, err := ThroughRegisters(m, o.Value); err != nil {
			return true
		}
	}
	return false
}

// bits is Slice, but also takes bits across the border of two words.
func (m *Module) bits(a Value, low, width int) Value {
	if c := m.Cells[a]; c.Op == OpConcat {
		if cut := m.Width(c.Args[0]); low < cut && low+width > cut {
			return m.Concat(m.bits(c.Args[0], low, cut-low), m.bits(c.Args[1], 0, low+width-cut))
		} else if low >= cut {
			return m.bits(c.Args[1], low-cut, width)
		}
		return m.bits(c.Args[0], low, width)
	}
	return m.Slice(a, low, width)
}

// stretch is bits of a word that are bits of a register, from bit off on.
type stretch struct {
	lo, width int // in the word
	reg       Value
	off       int
}

// shifts are the bit positions at which to cut registers, by register. These are the
// borders of the parts of a next value, and the cuts of other registers from which or to
// which bits move.
func shifts(m *Module) map[Value][]int {
	at := map[Value]map[int]bool{}
	cut := func(q Value, p int) bool {
		if p <= 0 || p >= m.Width(q) || at[q][p] {
			return false
		}
		if at[q] == nil {
			at[q] = map[int]bool{}
		}
		at[q][p] = true
		return true
	}
	moved := map[Value][]stretch{}
	for _, r := range m.Regs {
		var border func(v Value, lo, from, n int)
		// Bits from..from+n-1 of v are bits lo and up of r.
		border = func(v Value, lo, from, n int) {
			switch c := &m.Cells[v]; c.Op {
			case OpSlice:
				border(c.Args[0], lo, from+int(c.Aux), n)
			case OpConcat:
				low := m.Width(c.Args[0])
				if k := min(n, low-from); k > 0 {
					border(c.Args[0], lo, from, k)
					if k == n {
						return
					}
					cut(r.Q, lo+k)
					border(c.Args[1], lo+k, 0, n-k)
					return
				}
				border(c.Args[1], lo, from-low, n)
			case OpReg:
				moved[r.Q] = append(moved[r.Q], stretch{lo, n, v, from})
				cut(v, from)
				cut(v, from+n)
			}
		}
		border(r.D, 0, 0, m.Width(r.D))
	}
	for more := true; more; {
		more = false
		for q, runs := range moved {
			for _, x := range runs {
				for p := range maps.Clone(at[q]) {
					if x.lo < p && p < x.lo+x.width {
						more = cut(x.reg, p-x.lo+x.off) || more
					}
				}
				for p := range maps.Clone(at[x.reg]) {
					if x.off < p && p < x.off+x.width {
						more = cut(q, p-x.off+x.lo) || more
					}
				}
			}
		}
	}
	out := map[Value][]int{}
	for q, ps := range at {
		out[q] = slices.Sorted(maps.Keys(ps))
	}
	return out
}
