package netlist

import "fmt"

// Undef is a word of which nothing may be assumed; detail names the object and
// its source location.
func (m *Module) Undef(width int, reason UndefReason, detail string) Value {
	v := m.push(OpUndef, width, int64(len(m.Undefs)))
	m.Undefs = append(m.Undefs, Undef{reason, detail})
	return v
}

// Reg appends a register and returns its current value. SetNext must follow.
func (m *Module) Reg(name string, width int) Value {
	q := m.push(OpReg, width, int64(len(m.Regs)))
	m.Regs = append(m.Regs, Reg{Name: name, Q: q})
	m.Label(q, name)
	return q
}

// SetNext closes the register whose current value is q: it becomes d at the next
// clock edge. d has q's width.
func (m *Module) SetNext(q, d Value) {
	c := m.Cells[q]
	if c.Op != OpReg {
		m.misuse(OpReg, fmt.Sprintf("value %d is a %v", q, c.Op))
	}
	m.sameWidth(OpReg, q, d)
	m.Regs[c.Aux].D = d
}
