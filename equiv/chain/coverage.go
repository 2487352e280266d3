package chain

import (
	"fmt"

	"github.com/hashiflex/hashiflex/netlist"
)

// coverage counts what of a module lies in the cone of its outputs.
func coverage(m *netlist.Module) Coverage {
	var c Coverage
	in := make([]bool, len(m.Cells))
	stack := outputs(m)
	for len(stack) > 0 {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if in[v] {
			continue
		}
		in[v] = true
		cell := &m.Cells[v]
		stack = append(stack, cell.Args[:cell.Op.Arity()]...)
	}
	note := func(kind, object, source string) {
		if len(c.Uncovered) < maxUncovered {
			c.Uncovered = append(c.Uncovered, Uncovered{kind, m.Name + "." + object, source})
		}
	}
	for v := 1; v < len(m.Cells); v++ {
		cell := &m.Cells[v]
		switch cell.Op {
		case netlist.OpInput, netlist.OpConst:
			continue
		case netlist.OpSlice, netlist.OpConcat, netlist.OpZext, netlist.OpSext:
			// Wiring that nothing reads is no hardware.
			if !in[v] {
				continue
			}
		}
		c.Cells++
		if in[v] {
			c.CellsCovered++
			continue
		}
		name := m.Names[netlist.Value(v)]
		if name == "" {
			name = fmt.Sprintf("%v#%d", cell.Op, v)
		}
		note("cell", name, m.Sources[cell.Src])
	}
	for _, p := range m.Inputs {
		c.Ports++
		if in[p.Value] {
			c.PortsCovered++
			continue
		}
		note("port", p.Name, "")
	}
	c.Ports += len(m.Outputs)
	c.PortsCovered += len(m.Outputs)
	return c
}

// unproved is the coverage of a unit whose point is not proved: nothing.
func (c Coverage) unproved(unit string) Coverage {
	c.CellsCovered, c.PortsCovered = 0, 0
	c.Uncovered = []Uncovered{{"module", unit, ""}}
	return c
}

// maxUncovered bounds the list of one layer; the counts go on.
const maxUncovered = 1000
