package netlist

import (
	"bufio"
	"fmt"
	"io"
)

// Dot writes m for Graphviz: a node per cell, edges labelled with widths,
// registers' next values dashed.
func Dot(w io.Writer, m *Module) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "digraph %q {\n\trankdir=LR;\n\tnode [shape=box, fontname=monospace];\n", m.Name)
	for v := 1; v < len(m.Cells); v++ {
		c := &m.Cells[v]
		text := m.label(Value(v))
		if n := m.Names[Value(v)]; n != "" && c.Op != OpInput && c.Op != OpReg {
			text = n + "\n" + text
		}
		shape := ops[c.Op].shape
		if shape == "" {
			shape = "box"
		}
		fmt.Fprintf(b, "\tv%d [label=%q, shape=%s];\n", v, text, shape)
		for _, a := range c.Args[:c.Op.Arity()] {
			fmt.Fprintf(b, "\tv%d -> v%d [label=%d];\n", a, v, m.Width(a))
		}
	}
	for _, r := range m.Regs {
		fmt.Fprintf(b, "\tv%d -> v%d [label=%d, style=dashed];\n", r.D, r.Q, m.Width(r.Q))
	}
	for i, p := range m.Outputs {
		fmt.Fprintf(b, "\to%d [label=%q, shape=cds];\n\tv%d -> o%d [label=%d];\n", i, p.Name, p.Value, i, p.Width)
	}
	fmt.Fprintln(b, "}")
	return b.Flush()
}
