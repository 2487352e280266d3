package netlist

import (
	"bufio"
	"fmt"
	"io"
)

// Dump writes m as text, one line per cell in the order of ids. Equal modules
// give equal bytes.
//
//	module l0_c2
//	# what it computes
//	v1    8  input "x0"
//	v2   11  concat v5 v1
//	v3   12  add v2 v7  ; l1_0  @ chan.v:12.3-12.20
//	reg "acc" v4 <- v9
//	output "y" v3
func Dump(w io.Writer, m *Module) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "module %s\n", m.Name)
	for _, d := range m.Doc {
		fmt.Fprintf(b, "# %s\n", d)
	}
	for v := 1; v < len(m.Cells); v++ {
		c := &m.Cells[v]
		fmt.Fprintf(b, "v%-4d %2d  %s", v, c.Width, m.label(Value(v)))
		for _, a := range c.Args[:c.Op.Arity()] {
			fmt.Fprintf(b, " v%d", a)
		}
		if n := m.Names[Value(v)]; n != "" && c.Op != OpInput && c.Op != OpReg {
			fmt.Fprintf(b, "  ; %s", n)
		}
		if c.Src != 0 {
			fmt.Fprintf(b, "  @ %s", m.Sources[c.Src])
		}
		b.WriteByte('\n')
	}
	for _, r := range m.Regs {
		fmt.Fprintf(b, "reg %q v%d <- v%d\n", r.Name, r.Q, r.D)
	}
	for _, p := range m.Outputs {
		fmt.Fprintf(b, "output %q v%d\n", p.Name, p.Value)
	}
	return b.Flush()
}

// label is v's operation with its parameters, without operands.
func (m *Module) label(v Value) string {
	op := m.Cells[v].Op
	if f := ops[op].label; f != nil {
		return f(m, v)
	}
	return op.String()
}

func labelInput(m *Module, v Value) string {
	return fmt.Sprintf("input %q", m.Inputs[m.Cells[v].Aux].Name)
}

func labelReg(m *Module, v Value) string {
	return fmt.Sprintf("reg %q", m.Regs[m.Cells[v].Aux].Name)
}

func labelConst(m *Module, v Value) string {
	bits, _ := m.ConstOf(v)
	return fmt.Sprintf("const 0x%x", bits)
}

func labelUndef(m *Module, v Value) string {
	u := m.Undefs[m.Cells[v].Aux]
	return fmt.Sprintf("undef %q %q", u.Reason, u.Detail)
}

func labelSlice(m *Module, v Value) string {
	c := &m.Cells[v]
	return fmt.Sprintf("slice [%d:%d]", int(c.Aux)+int(c.Width)-1, c.Aux)
}
