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
// is their clock: the first one's. A flip-flop on another clock, another edge or
// a clock that is computed is undefined.
func (e *elab) registers() {
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
		q, _ := mod.port(c.cell, `\Q`)
		for width := int32(mod.width(q)); width > 0; width -= netlist.MaxWidth {
			n := min(width, netlist.MaxWidth)
			v := e.push(netlist.OpReg, int(n), 0)
			c.regs = append(c.regs, v)
			c.out = append(c.out, piece{val: v, width: n})
		}
	}
	for i := range e.cells {
		c := &e.cells[i]
		if !c.kind.register && !c.kind.memory {
			continue
		}
		why := e.clocked(c)
		if why == "" {
			why = e.reset(c)
		}
		if why != "" {
			u := netlist.Undef{Reason: netlist.UndefClock, Detail: why + ": register " + e.registerName(c, 0) + e.at(c.cell.src)}
			for _, v := range c.regs {
				cell := &e.m.Cells[v]
				cell.Op, cell.Aux = netlist.OpUndef, int64(len(e.m.Undefs))
				e.m.Undefs = append(e.m.Undefs, u)
			}
			c.regs, c.undef = nil, &u
			continue
		}
		for j, v := range c.regs {
			e.m.Cells[v].Aux = int64(len(e.m.Regs))
			name := e.registerName(c, j)
			e.m.Regs = append(e.m.Regs, netlist.Reg{Name: name, Q: v})
			e.name(v, name)
		}
	}
}

// clocked says why c is not on the netlist's one clock, or "".
func (e *elab) clocked(c *flatCell) string {
	mod := e.insts[c.inst].mod
	port := `\CLK`
	if c.kind.memory {
		port = `\WR_CLK`
	}
	clk, _ := mod.port(c.cell, port)
	e.requireSig(c.inst, clk)
	ps := e.sig(c.inst, clk)
	if len(ps) != 1 || ps[0].val == 0 || e.m.Cells[ps[0].val].Op != netlist.OpInput || e.m.Width(ps[0].val) != 1 {
		if e.clock != 0 {
			return "a second clock, which is no input of one bit"
		}
		return "its clock is no input of one bit"
	}
	edge := mod.param(c.cell, port+`_POLARITY`)
	switch {
	case e.clock == 0:
		e.clock, e.edge = ps[0].val, edge
	case e.clock != ps[0].val:
		return "a second clock"
	case e.edge != edge:
		return "both edges of the clock"
	}
	return ""
}

// reset says why c is not simply a register on its clock, or "": a reset that
// does not wait for the clock has to be one that never comes.
func (e *elab) reset(c *flatCell) string {
	mod := e.insts[c.inst].mod
	arst, ok := mod.port(c.cell, `\ARST`)
	if c.kind.memory || !ok {
		return ""
	}
	e.requireSig(c.inst, arst)
	ps := e.sig(c.inst, arst)
	if bit, ok := e.tied(ps); !ok || bit != uint64(1-mod.param(c.cell, `\ARST_POLARITY`)&1) {
		return "a reset that does not wait for the clock, and is not tied"
	}
	return ""
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

// registerName is the name of the wire that holds field j of a flip-flop, or of
// word j of a memory.
func (e *elab) registerName(c *flatCell, j int) string {
	if c.kind.memory {
		return fmt.Sprintf("%s[%d]", e.insts[c.inst].prefix+public(c.cell.name), j)
	}
	mod := e.insts[c.inst].mod
	q, _ := mod.port(c.cell, `\Q`)
	name := e.insts[c.inst].prefix + public(c.cell.name)
	if ts := mod.sig(q); len(ts) == 1 {
		w := e.flat(c.inst, ts[0])
		name = e.bits(w, ts[0].off, ts[0].off+ts[0].width)
	}
	if len(c.regs) > 1 {
		lo := int32(j * netlist.MaxWidth)
		name += bitRange(lo, int32(e.m.Width(c.regs[j])))
	}
	return name
}

func (e *elab) requireSig(inst int32, s span) {
	for _, t := range e.insts[inst].mod.sig(s) {
		if t.wire >= 0 {
			e.over(e.flat(inst, t), t.off, t.width, func(s int32) { e.require(int(s)) })
		}
	}
}

// close gives every register its next value and takes the clock from the ports.
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
		ps := e.sig(c.inst, d)
		off := int32(0)
		for _, v := range c.regs {
			n := int32(e.m.Width(v))
			e.m.Regs[next].D = e.word(part(nil, 0, ps, off, n))
			off += n
			next++
		}
	}
	if e.clock != 0 && !e.isData(e.clock) {
		e.dropClock()
	}
}

// isData reports whether anything computes with v.
func (e *elab) isData(v netlist.Value) bool {
	for i := range e.m.Cells {
		for _, a := range e.m.Cells[i].Args {
			if a == v {
				return true
			}
		}
	}
	for _, o := range e.m.Outputs {
		if o.Value == v {
			return true
		}
	}
	for _, r := range e.m.Regs {
		if r.D == v {
			return true
		}
	}
	return false
}

// dropClock removes the clock from the inputs; its cell stays as a dead constant,
// since ids are dense.
func (e *elab) dropClock() {
	m := e.m
	at := int(m.Cells[e.clock].Aux)
	m.Inputs = append(m.Inputs[:at], m.Inputs[at+1:]...)
	for i := at; i < len(m.Inputs); i++ {
		m.Cells[m.Inputs[i].Value].Aux = int64(i)
	}
	m.Clock = m.Names[e.clock]
	m.Cells[e.clock] = netlist.Cell{Op: netlist.OpConst, Width: 1}
	delete(m.Names, e.clock)
}
