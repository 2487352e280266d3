package mutant

import (
	"maps"
	"slices"

	"github.com/hashiflex/hashiflex/netlist"
)

// An edit makes the replacement of a cell. signed says how to extend the result to the
// width of the original if it is narrower.
type edit func(r *rebuild) (v netlist.Value, signed bool)

// rebuild copies a module, replacing some cells.
type rebuild struct {
	from, to *netlist.Module
	ports    []netlist.Value // input ports of the copy
	value    []netlist.Value // of the copy, by value of the original, at the original's width
	other    map[netlist.Value]netlist.Value
}

// apply copies m with edits in place. Inputs come first in the copy, so that an
// edit may use any of them.
func apply(m *netlist.Module, edits map[netlist.Value]edit) *netlist.Module {
	to := netlist.New(m.Name)
	to.Grow(len(m.Cells) + 16)
	to.Doc = m.Doc
	to.Sources = slices.Clone(m.Sources)
	to.Undefs = slices.Clone(m.Undefs)
	r := &rebuild{from: m, to: to, value: make([]netlist.Value, len(m.Cells)), other: map[netlist.Value]netlist.Value{}}
	for _, p := range m.Inputs {
		v := to.Input(p.Name, p.Width)
		to.Cells[v].Src = m.Cells[p.Value].Src
		r.value[p.Value] = v
		r.ports = append(r.ports, v)
	}
	for i := 1; i < len(m.Cells); i++ {
		v := netlist.Value(i)
		if e := edits[v]; e != nil {
			r.replace(v, e)
		} else if m.Cells[v].Op != netlist.OpInput {
			r.value[v] = r.copy(v)
			if name, ok := m.Names[v]; ok {
				to.Label(r.value[v], name)
			}
		}
	}
	to.Regs = slices.Clone(m.Regs)
	for i := range to.Regs {
		to.Regs[i].Q, to.Regs[i].D = r.value[m.Regs[i].Q], r.value[m.Regs[i].D]
	}
	for _, p := range m.Outputs {
		to.Output(p.Name, r.value[p.Value])
	}
	return to
}

// replace replaces v by the result of an edit. The new cells have v's source location,
// and the value that users of v read gets v's name.
func (r *rebuild) replace(v netlist.Value, e edit) {
	first := len(r.to.Cells)
	n, signed := e(r)
	w := r.from.Width(v)
	if r.to.Width(n) != w {
		r.other[v] = n
		n = r.to.Resize(n, w, signed)
	}
	r.value[v] = n
	for i := first; i < len(r.to.Cells); i++ {
		r.to.Cells[i].Src = r.from.Cells[v].Src
	}
	if name, ok := r.from.Names[v]; ok && int(n) >= first && r.from.Cells[v].Op != netlist.OpInput {
		r.to.Label(n, name)
	}
}

// copy is v's cell over the copied operands. An extension of a word that was
// replaced by one of another width extends that one.
func (r *rebuild) copy(v netlist.Value) netlist.Value {
	c := r.from.Cells[v]
	if c.Op == netlist.OpZext || c.Op == netlist.OpSext {
		if n, ok := r.other[c.Args[0]]; ok {
			return r.to.Resize(n, int(c.Width), c.Op == netlist.OpSext)
		}
	}
	for i := range c.Args[:c.Op.Arity()] {
		c.Args[i] = r.value[c.Args[i]]
	}
	r.to.Cells = append(r.to.Cells, c)
	return netlist.Value(len(r.to.Cells) - 1)
}

// of is the copy of v.
func (r *rebuild) of(v netlist.Value) netlist.Value { return r.value[v] }

// with is v's cell with one operand exchanged for a value of the copy.
func (r *rebuild) with(v netlist.Value, slot int, arg netlist.Value) netlist.Value {
	n := r.copy(v)
	r.to.Cells[n].Args[slot] = arg
	return n
}

// as is v's cell with another operation.
func (r *rebuild) as(v netlist.Value, op netlist.Op) netlist.Value {
	n := r.copy(v)
	r.to.Cells[n].Op = op
	return n
}

// Renamed is a copy of m under another name, with input ports renamed as ports
// says; ports that it does not hold keep their names.
func Renamed(m *netlist.Module, name string, ports map[string]string) *netlist.Module {
	to := apply(m, nil)
	to.Name = name
	to.Names = maps.Clone(to.Names)
	for i := range to.Inputs {
		if n, ok := ports[to.Inputs[i].Name]; ok {
			to.Inputs[i].Name = n
			to.Names[to.Inputs[i].Value] = n
		}
	}
	return to
}
