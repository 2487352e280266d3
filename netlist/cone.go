package netlist

import "fmt"

// Cone extracts everything that outs depend on, also through registers, into a module
// of its own with m's name. It includes inputs, registers, undefined words, names and
// sources, in m's order. Output i is outs[i]. Its name is the port of m that it drives,
// else the signal, else "n" and its id in m. outs has no duplicates. The second result
// has the new value of each of m's values, 0 for those left out.
func Cone(m *Module, outs []Value) (*Module, []Value) {
	c := New(m.Name)
	c.Doc = m.Doc
	t := transplant{from: m, to: c, value: make([]Value, len(m.Cells))}
	t.copy(InCone(m, outs))
	port := make(map[Value]string, len(m.Outputs))
	for _, p := range m.Outputs {
		if _, ok := port[p.Value]; !ok {
			port[p.Value] = p.Name
		}
	}
	for _, v := range outs {
		name := port[v]
		if name == "" && m.Cells[v].Op != OpInput {
			name = m.Names[v]
		}
		if name == "" {
			name = fmt.Sprintf("n%d", v)
		}
		c.Output(name, t.value[v])
	}
	return c, t.value
}

// InCone marks the values that outs depend on, through registers too.
func InCone(m *Module, outs []Value) []bool {
	in := make([]bool, len(m.Cells))
	stack := append([]Value(nil), outs...)
	for len(stack) > 0 {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if in[v] {
			continue
		}
		in[v] = true
		c := &m.Cells[v]
		stack = append(stack, c.Args[:c.Op.Arity()]...)
		if c.Op == OpReg {
			stack = append(stack, m.Regs[c.Aux].D)
		}
	}
	return in
}

// transplant copies cells of one module into another.
type transplant struct {
	from, to *Module
	value    []Value             // by value of from; values that are set already are not copied
	sources  map[int32]int32     // of from to those of to
	rename   func(string) string // of a copied signal; nil keeps names
}

// copy copies the marked cells as they are, without folding: a value of the copy
// computes what its original did, cell by cell.
func (t *transplant) copy(marked []bool) {
	if t.sources == nil {
		t.sources = map[int32]int32{0: 0}
	}
	for _, p := range t.from.Inputs {
		if marked[p.Value] && t.value[p.Value] == 0 {
			n := t.to.Input(p.Name, p.Width)
			t.to.Cells[n].Src = t.source(t.from.Cells[p.Value].Src)
			t.value[p.Value] = n
		}
	}
	var regs []Value
	for i := 1; i < len(t.from.Cells); i++ {
		v := Value(i)
		if !marked[v] || t.value[v] != 0 {
			continue
		}
		t.cell(v)
		if t.from.Cells[v].Op == OpReg {
			regs = append(regs, v)
		}
	}
	for _, v := range regs {
		t.to.SetNext(t.value[v], t.value[t.from.Regs[t.from.Cells[v].Aux].D])
	}
}

// cell copies one cell whose operands are copied; a register has no next value yet.
func (t *transplant) cell(v Value) {
	c := t.from.Cells[v]
	for j := range c.Args[:c.Op.Arity()] {
		c.Args[j] = t.value[c.Args[j]]
	}
	name, named := t.from.Names[v]
	if named && t.rename != nil {
		name = t.rename(name)
	}
	var n Value
	switch c.Op {
	case OpReg:
		r := t.from.Regs[c.Aux].Name
		if named {
			r = name
		}
		n = t.to.Reg(r, int(c.Width))
	case OpUndef:
		u := t.from.Undefs[c.Aux]
		n = t.to.Undef(int(c.Width), u.Reason, u.Detail)
	default:
		n = t.to.push(c.Op, int(c.Width), c.Aux, c.Args[:c.Op.Arity()]...)
	}
	if named {
		t.to.Label(n, name)
	}
	t.to.Cells[n].Src = t.source(c.Src)
	t.value[v] = n
}

// wiring copies a slice or a concatenation; where that is a part of another word, it is that
// part.
func (t *transplant) wiring(v Value) {
	c := &t.from.Cells[v]
	before := len(t.to.Cells)
	var n Value
	if c.Op == OpSlice {
		n = t.to.Slice(t.value[c.Args[0]], int(c.Aux), int(c.Width))
	} else {
		n = t.to.Concat(t.value[c.Args[0]], t.value[c.Args[1]])
	}
	if len(t.to.Cells) > before {
		t.to.Cells[n].Src = t.source(c.Src)
		if name, ok := t.from.Names[v]; ok {
			if t.rename != nil {
				name = t.rename(name)
			}
			t.to.Label(n, name)
		}
	}
	t.value[v] = n
}

func (t *transplant) source(s int32) int32 {
	n, ok := t.sources[s]
	if !ok {
		n = t.to.Source(t.from.Sources[s])
		t.sources[s] = n
	}
	return n
}
