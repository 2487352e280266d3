package netlist

import (
	"fmt"
	"slices"
)

// New returns an empty module.
func New(name string) *Module {
	return &Module{
		Name:    name,
		Cells:   make([]Cell, 1),
		Names:   map[Value]string{},
		Sources: []string{""},
	}
}

// Grow makes room for n more cells, so that building them does not reallocate.
func (m *Module) Grow(n int) { m.Cells = slices.Grow(m.Cells, n) }

// Width is the width of v in bits.
func (m *Module) Width(v Value) int { return int(m.Cells[v].Width) }

// Input appends an input port and returns its value.
func (m *Module) Input(name string, width int) Value {
	v := m.push(OpInput, width, int64(len(m.Inputs)))
	m.Inputs = append(m.Inputs, Port{name, width, v})
	m.Label(v, name)
	return v
}

// Output appends an output port driven by v.
func (m *Module) Output(name string, v Value) {
	m.Outputs = append(m.Outputs, Port{name, m.Width(v), v})
}

// SetName gives v a name for readers and returns v. A name already given is kept.
func (m *Module) SetName(v Value, format string, args ...any) Value {
	if _, ok := m.Names[v]; !ok && m.Names != nil {
		m.Names[v] = fmt.Sprintf(format, args...)
	}
	return v
}

// Label is SetName for a name that is already spelled out.
func (m *Module) Label(v Value, name string) Value {
	if _, ok := m.Names[v]; !ok && m.Names != nil {
		m.Names[v] = name
	}
	return v
}

// Source returns the index of a source location in Module.Sources, adding it
// when it is not the last one added. The empty location is unknown.
func (m *Module) Source(location string) int32 {
	if location == "" {
		return 0
	}
	last := len(m.Sources) - 1
	if m.Sources[last] != location {
		m.Sources = append(m.Sources, location)
		last++
	}
	return int32(last)
}

// SetSource says where v was written and returns v. A source already given is
// kept.
func (m *Module) SetSource(v Value, src int32) Value {
	if c := &m.Cells[v]; c.Src == 0 {
		c.Src = src
	}
	return v
}

// cell appends a cell, or the constant it computes when all operands are
// constants.
func (m *Module) cell(op Op, width int, a, b, c Value) Value {
	args := [3]Value{a, b, c}
	var k [3]uint64
	for i := 0; i < op.Arity(); i++ {
		var ok bool
		if k[i], ok = m.ConstOf(args[i]); !ok {
			return m.push(op, width, 0, a, b, c)
		}
	}
	return m.Const(width, int64(compute(op, width, 0, m.Width(a), k[0], k[1], k[2])))
}

func (m *Module) push(op Op, width int, aux int64, args ...Value) Value {
	if width < 1 || width > MaxWidth {
		m.misuse(op, fmt.Sprintf("width %d is not in 1..%d", width, MaxWidth))
	}
	c := Cell{Op: op, Width: uint8(width), Aux: aux}
	copy(c.Args[:], args)
	for _, a := range c.Args[:op.Arity()] {
		if a <= 0 || int(a) >= len(m.Cells) {
			m.misuse(op, fmt.Sprintf("operand %d does not exist", a))
		}
	}
	m.Cells = append(m.Cells, c)
	return Value(len(m.Cells) - 1)
}

func (m *Module) isConst(v Value, c uint64) bool {
	k, ok := m.ConstOf(v)
	return ok && k == c
}

func (m *Module) sameWidth(op Op, a, b Value) {
	if m.Width(a) != m.Width(b) {
		m.misuse(op, fmt.Sprintf("operands of %d and %d bits", m.Width(a), m.Width(b)))
	}
}

// misuse reports a bug of the code that builds the module.
func (m *Module) misuse(op Op, what string) {
	panic(fmt.Sprintf("netlist: %s: %v: %s", m.Name, op, what))
}
