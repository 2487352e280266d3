package rtl

import (
	"fmt"

	"github.com/hashiflex/hashiflex/netlist"
)

// fixed is the word that a value always has, if ok.
type fixed struct {
	bits uint64
	ok   bool
}

// registers creates the current values of all flip-flops and settles which input
// is their clock; see elab_clock.go.
func (e *elab) registers() {
	var all seams // once some register needs them
	for i := range e.cells {
		c := &e.cells[i]
		if !c.kind.register && !c.kind.memory {
			continue
		}
		mod := e.insts[c.inst].mod
		e.src = e.source(c.cell.src)
		if c.kind.memory {
			for range mod.param(c.cell, `\SIZE`) {
				c.regs = append(c.regs, e.push(netlist.OpReg, int(mod.param(c.cell, `\WIDTH`)), 0))
			}
			continue
		}
		c.state = done
		for _, n := range e.parts(c, &all) {
			v := e.push(netlist.OpReg, int(n), 0)
			c.regs = append(c.regs, v)
			c.out = append(c.out, piece{val: v, width: n})
		}
	}
	e.pickClock()
	for i := range e.cells {
		c := &e.cells[i]
		if !c.kind.register && !c.kind.memory {
			continue
		}
		why := e.clocked(c)
		if why == "" {
			if why = e.reset(c); why != "" {
				why += ": " + e.register(c)
			}
		}
		if why != "" {
			u := netlist.Undef{Reason: netlist.UndefClock, Detail: why}
			for _, v := range c.regs {
				cell := &e.m.Cells[v]
				cell.Op, cell.Aux = netlist.OpUndef, int64(len(e.m.Undefs))
				e.m.Undefs = append(e.m.Undefs, u)
			}
			c.regs, c.undef = nil, &u
			continue
		}
		for j, name := range e.registerNames(c) {
			v := c.regs[j]
			e.m.Cells[v].Aux = int64(len(e.m.Regs))
			e.m.Regs = append(e.m.Regs, netlist.Reg{Name: name, Q: v})
			e.name(v, name)
		}
	}
}

// reset returns why c is not a plain register on its clock, or "". An asynchronous
// reset must be tied inactive.
func (e *elab) reset(c *flatCell) string {
	mod := e.insts[c.inst].mod
	arst, ok := mod.port(c.cell, `\ARST`)
	if c.kind.memory || !ok {
		return ""
	}
	e.requireSig(c.inst, arst)
	ps := e.sig(c.inst, arst)
	active := mod.param(c.cell, `\ARST_POLARITY`) & 1
	if bit, ok := e.tied(ps); ok && bit == uint64(1-active) {
		return ""
	} else if ok {
		return "a reset that is tied to the level at which it resets, so that it never ends"
	}
	if e.waited == "" {
		return "a reset that does not wait for the clock, and is not tied"
	}
	v := e.word(ps)
	if !e.isReset(v) {
		return "a reset that does not wait for the clock, and is not " + e.waited
	}
	if active == 0 {
		v = e.push(netlist.OpNot, 1, 0, v)
	}
	c.reset = v
	return ""
}

// isReset reports whether v is the reset that is waited for, or its inverse: what several
// inputs decide may change for a moment while they do.
func (e *elab) isReset(v netlist.Value) bool {
	for {
		switch c := &e.m.Cells[v]; {
		case c.Op == netlist.OpInput:
			return c.Width == 1 && e.m.Inputs[c.Aux].Name == e.waited
		case c.Op == netlist.OpNot && c.Width == 1:
			v = c.Args[0]
		default:
			return false
		}
	}
}

// resetValue is field lo to lo+width-1 of what a reset that does not wait for the clock
// leaves in a register.
func (e *elab) resetValue(c *flatCell, lo, width int32) netlist.Value {
	mod := e.insts[c.inst].mod
	for _, p := range mod.params[c.cell.params.from:c.cell.params.to] {
		if p.name != `\ARST_VALUE` || p.wide {
			continue
		}
		bits := uint64(0)
		if lo < 64 {
			bits = uint64(p.value) >> uint(lo) & ones(int(width))
		}
		return e.atom(piece{width: width, bits: bits})
	}
	return e.word(e.undef(width, netlist.Undef{Reason: netlist.UndefX, Detail: "the value that a reset leaves: " + e.register(c)}))
}

// tied is the bit that a net of one bit always has, also where logic makes it of what
// is tied.
func (e *elab) tied(ps []piece) (bit uint64, ok bool) {
	if len(ps) != 1 {
		return 0, false
	}
	p := ps[0]
	if p.val == 0 {
		return p.bits, true
	}
	k, known := e.fixed[p.val]
	if !known {
		k.bits, k.ok = netlist.ConstantOf(e.m, p.val)
		e.fixed[p.val] = k
	}
	return k.bits >> uint(p.lo) & 1, k.ok
}

// registerNames are the names of the wires that hold the fields of a flip-flop, or of the
// words of a memory.
func (e *elab) registerNames(c *flatCell) (names []string) {
	if c.kind.memory {
		for j := range c.regs {
			names = append(names, fmt.Sprintf("%s[%d]", e.insts[c.inst].prefix+public(c.cell.name), j))
		}
		return names
	}
	mod := e.insts[c.inst].mod
	q, _ := mod.port(c.cell, `\Q`)
	name := e.insts[c.inst].prefix + public(c.cell.name)
	if ts := mod.sig(q); len(ts) == 1 {
		w := e.flat(c.inst, ts[0])
		name = e.bits(w, ts[0].off, ts[0].off+ts[0].width)
	}
	if len(c.regs) == 1 {
		return []string{name}
	}
	lo := int32(0)
	for _, v := range c.regs {
		width := int32(e.m.Width(v))
		names = append(names, name+bitRange(lo, width))
		lo += width
	}
	return names
}

func (e *elab) requireSig(inst int32, s span) {
	for _, t := range e.insts[inst].mod.sig(s) {
		if t.wire >= 0 {
			e.over(e.flat(inst, t), t.off, t.width, func(s int32) { e.require(int(s)) })
		}
	}
}

// close gives every register its next value and takes the clock from the ports, if it
// is nothing but that.
func (e *elab) close() {
	next := 0
	for i := range e.cells {
		c := &e.cells[i]
		if len(c.regs) == 0 {
			continue
		}
		if c.kind.memory {
			e.writeMemory(c, e.m.Regs[next:next+len(c.regs)])
			next += len(c.regs)
			continue
		}
		mod := e.insts[c.inst].mod
		d, _ := mod.port(c.cell, `\D`)
		e.requireSig(c.inst, d)
		e.src = e.source(c.cell.src)
		at := cursor{ps: e.sig(c.inst, d)}
		lo := int32(0)
		for _, v := range c.regs {
			width := int32(e.m.Width(v))
			d := e.word(at.take(width))
			if c.reset != 0 {
				d = e.multiplexer(c.reset, e.resetValue(c, lo, width), d)
			}
			e.m.Regs[next].D = d
			next++
			lo += width
		}
	}
	if e.clock != 0 {
		e.m.Clock, e.m.Falling = e.m.Names[e.clock], e.edge == 0
		if !e.isData(e.clock) {
			e.dropClock()
		}
	}
}
