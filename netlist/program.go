package netlist

import (
	"fmt"
	"sync"
)

// block is the number of lanes that one pass over a program's instructions
// computes: 2 KB a word, so that the live words of a channel stay in cache.
const block = 256

// Program is a cone of a module made ready for execution: straight-line code
// over words of `block` lanes. It is immutable; Run may be called concurrently.
type Program struct {
	code    []inst
	consts  []constant
	outs    []int32 // slots
	slots   int
	ins     int
	scratch sync.Pool // *[]uint64
}

// inst computes slot dst from slots a, b, c. k and mask are the parameters of
// the kernel: an amount of shift, and the mask that applies last.
type inst struct {
	op           Op
	k            uint8
	dst, a, b, c int32
	mask         uint64
}

type constant struct {
	slot int32
	bits uint64
}

// Cells is the number of cells that a lane computes, loads of cut points included.
func (p *Program) Cells() int { return len(p.code) }

// Compile prepares the evaluation of outs, given the values of cuts. It uses only the
// cells between them. An undefined word, an input or a register within the cone that is
// not a cut is an error that names it.
func Compile(m *Module, cuts, outs []Value) (*Program, error) {
	c := compiler{m: m, slot: make([]int32, len(m.Cells)), uses: make([]int32, len(m.Cells)), cut: make([]int32, len(m.Cells))}
	for i, v := range cuts {
		if v <= 0 || int(v) >= len(m.Cells) {
			return nil, fmt.Errorf("netlist %s: cut %d: value %d does not exist", m.Name, i, v)
		}
		if c.cut[v] != 0 {
			return nil, fmt.Errorf("netlist %s: value %s is cut twice", m.Name, m.describe(v))
		}
		c.cut[v] = int32(i) + 1
	}
	if err := c.count(outs); err != nil {
		return nil, err
	}
	p := &Program{ins: len(cuts)}
	c.emit(p)
	for _, v := range outs {
		p.outs = append(p.outs, c.slot[c.root(v)])
	}
	p.slots = int(c.slots)
	p.scratch.New = func() any {
		s := make([]uint64, p.slots*block)
		for _, k := range p.consts {
			w := s[int(k.slot)*block:][:block]
			for i := range w {
				w[i] = k.bits
			}
		}
		return &s
	}
	return p, nil
}

type compiler struct {
	m     *Module
	cut   []int32 // by value: index of the cut plus one, or 0
	uses  []int32 // by value: how often it is still to be read
	slot  []int32
	free  []int32
	slots int32
}

// root is the value whose slot holds v's bits. A zero extension costs nothing, because
// words have zeros above their width.
func (c *compiler) root(v Value) Value {
	for c.m.Cells[v].Op == OpZext && c.cut[v] == 0 {
		v = c.m.Cells[v].Args[0]
	}
	return v
}

// count finds the cone of outs and how often each of its words is read.
func (c *compiler) count(outs []Value) error {
	last := Value(0)
	for _, v := range outs {
		if v <= 0 || int(v) >= len(c.m.Cells) {
			return fmt.Errorf("netlist %s: output value %d does not exist", c.m.Name, v)
		}
		v = c.root(v)
		c.uses[v]++ // never released: outputs are read at the end
		last = max(last, v)
	}
	for v := last; v > 0; v-- {
		if c.uses[v] == 0 || c.cut[v] != 0 {
			continue
		}
		cell := &c.m.Cells[v]
		switch cell.Op {
		case OpInput:
			return fmt.Errorf("netlist %s: input %s is in the cone and has no value", c.m.Name, c.m.describe(v))
		case OpReg:
			return fmt.Errorf("netlist %s: register %s is in the cone and has no value", c.m.Name, c.m.describe(v))
		case OpUndef:
			u := c.m.Undefs[cell.Aux]
			return fmt.Errorf("netlist %s: %s is undefined: %s: %s", c.m.Name, c.m.describe(v), u.Reason, u.Detail)
		}
		for _, a := range cell.Args[:cell.Op.Arity()] {
			c.uses[c.root(a)]++
		}
	}
	return nil
}

// emit writes the instructions in the order of the cells, with each cut loaded
// just before its first reader, so that few words are live at a time.
func (c *compiler) emit(p *Program) {
	for i := range c.slot {
		c.slot[i] = -1
	}
	for v := Value(1); int(v) < len(c.m.Cells); v++ {
		if c.uses[v] == 0 {
			continue
		}
		cell := &c.m.Cells[v]
		if c.cut[v] != 0 {
			continue
		}
		if cell.Op == OpConst {
			bits, _ := c.m.ConstOf(v)
			c.slot[v] = c.slots // its own for good: filled once
			p.consts = append(p.consts, constant{c.slots, bits})
			c.slots++
			continue
		}
		in := inst{op: cell.Op, mask: mask(int(cell.Width))}
		wa := c.m.Width(cell.Args[0])
		if tune := ops[cell.Op].tune; tune != nil {
			tune(&in, cell, wa)
		}
		regs := [3]*int32{&in.a, &in.b, &in.c}
		for i, a := range cell.Args[:cell.Op.Arity()] {
			*regs[i] = c.load(p, c.root(a))
		}
		for _, a := range cell.Args[:cell.Op.Arity()] {
			c.release(c.root(a))
		}
		// Kernels go lane by lane, so a result may take the place of an operand.
		in.dst = c.alloc()
		c.slot[v] = in.dst
		p.code = append(p.code, in)
	}
	for v := range c.cut { // cuts that are outputs themselves
		if c.cut[v] != 0 && c.uses[v] > 0 {
			c.load(p, Value(v))
		}
	}
}

func (c *compiler) load(p *Program, v Value) int32 {
	if c.slot[v] < 0 {
		c.slot[v] = c.alloc()
		p.code = append(p.code, inst{op: OpInput, a: c.cut[v] - 1, dst: c.slot[v], mask: mask(c.m.Width(v))})
	}
	return c.slot[v]
}

func (c *compiler) alloc() int32 {
	if n := len(c.free); n > 0 {
		s := c.free[n-1]
		c.free = c.free[:n-1]
		return s
	}
	c.slots++
	return c.slots - 1
}

func (c *compiler) release(v Value) {
	c.uses[v]--
	if _, isConst := c.m.ConstOf(v); c.uses[v] == 0 && (!isConst || c.cut[v] != 0) {
		c.free = append(c.free, c.slot[v])
	}
}

// describe names v for a message.
func (m *Module) describe(v Value) string {
	s := fmt.Sprintf("v%d", v)
	if n := m.Names[v]; n != "" {
		s += fmt.Sprintf(" (%s)", n)
	}
	if src := m.Cells[v].Src; src != 0 {
		s += " at " + m.Sources[src]
	}
	return s
}
