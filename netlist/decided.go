package netlist

// Decided is m simplified by its constants: a known word becomes a constant, and a
// multiplexer with a known select becomes the selected arm. So an enable tied to 1 and
// a reset tied off disappear, and their register becomes a plain one. A register that
// then shifts by words becomes one register per word (separate.go). Ports and the clock
// are m's.
//
// Both modules are equal from clock Late of the result on. Late counts the registers
// that a constant crosses before it decides. A module without registers is returned as
// it is.
func Decided(m *Module) *Module {
	if len(m.Regs) == 0 {
		return m
	}
	ks := KnownBits(m)
	w := New(m.Name)
	w.Doc, w.Clock, w.Falling, w.Late = m.Doc, m.Clock, m.Falling, m.Late
	t := transplant{from: m, to: w, value: make([]Value, len(m.Cells)), sources: map[int32]int32{0: 0}}
	inputs := make([]bool, len(m.Cells))
	for _, p := range m.Inputs {
		inputs[p.Value] = true
	}
	t.copy(inputs)
	decide := func(v, is Value, since int) {
		t.value[v] = is
		w.Late = max(w.Late, m.Late+since)
		if name, ok := m.Names[v]; ok && w.Cells[is].Op != OpConst {
			w.Label(is, name)
		}
	}
	var regs []Value
	for i := 1; i < len(m.Cells); i++ {
		v := Value(i)
		c := &m.Cells[v]
		switch {
		case c.Op == OpInput:
		case c.Op != OpConst && ks[v].all(int(c.Width)):
			decide(v, w.Const(int(c.Width), int64(ks[v].Bits)), ks[v].Since)
		case c.Op == OpMux && ks[c.Args[0]].Mask != 0:
			s := ks[c.Args[0]]
			decide(v, t.value[c.Args[2-s.Bits]], s.Since)
		case c.Op == OpSlice:
			// The selected arm may be a concatenation of slices that this cut simplifies.
			n := len(w.Cells)
			decide(v, w.Slice(t.value[c.Args[0]], int(c.Aux), int(c.Width)), 0)
			if len(w.Cells) > n {
				w.Cells[t.value[v]].Src = t.source(c.Src)
			}
		default:
			t.cell(v)
			if c.Op == OpReg {
				regs = append(regs, v)
			}
		}
	}
	for _, v := range regs {
		w.SetNext(t.value[v], t.value[m.Regs[m.Cells[v].Aux].D])
	}
	for _, o := range m.Outputs {
		w.Output(o.Name, t.value[o.Value])
	}
	return separated(w)
}
