package netlist

import "fmt"

// New returns an empty module.
func New(name string) *Module {
	return &Module{
		Name:    name,
		Cells:   make([]Cell, 1),
		Names:   map[Value]string{},
		Sources: []string{""},
	}
}

// Width is the width of v in bits.
func (m *Module) Width(v Value) int { return int(m.Cells[v].Width) }

// Input appends an input port and returns its value.
func (m *Module) Input(name string, width int) Value {
	v := m.push(OpInput, width, int64(len(m.Inputs)))
	m.Inputs = append(m.Inputs, Port{name, width, v})
	m.Names[v] = name
	return v
}

// Output appends an output port driven by v.
func (m *Module) Output(name string, v Value) {
	m.Outputs = append(m.Outputs, Port{name, m.Width(v), v})
}

// SetName gives v a name for readers and returns v. A name already given is kept.
func (m *Module) SetName(v Value, format string, args ...any) Value {
	if _, ok := m.Names[v]; !ok {
		m.Names[v] = fmt.Sprintf(format, args...)
	}
	return v
}

func (m *Module) push(op Op, width int, aux int64, args ...Value) Value {
	if width < 1 || width > MaxWidth {
		panic(fmt.Sprintf("netlist: %s: %v of width %d", m.Name, op, width))
	}
	c := Cell{Op: op, Width: uint8(width), Aux: aux}
	copy(c.Args[:], args)
	m.Cells = append(m.Cells, c)
	return Value(len(m.Cells) - 1)
}
