package rtl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/netlist"
)

// A netlist has one clock: an input of one bit, on one edge. It is the clock of the
// first register with such a clock. A register on another clock, on the other edge or
// on a computed clock is undefined. Its reason names its clock and that of the others.

// pickClock settles which clock that is.
func (e *elab) pickClock() {
	for i := range e.cells {
		c := &e.cells[i]
		if !c.kind.register && !c.kind.memory {
			continue
		}
		clk, edge := e.clockOf(c)
		if in := e.clockInput(c.inst, clk); in != 0 {
			e.clock, e.edge = in, edge
			e.owner = e.register(c) + " is clocked by " + e.clockName(c.inst, clk, edge)
			return
		}
	}
}

// clockOf is the clock of a flip-flop or memory, and its edge.
func (e *elab) clockOf(c *flatCell) (clk span, edge int64) {
	port := `\CLK`
	if c.kind.memory {
		port = `\WR_CLK`
	}
	mod := e.insts[c.inst].mod
	clk, _ = mod.port(c.cell, port)
	return clk, mod.param(c.cell, port+`_POLARITY`)
}

// clockInput is the input of one bit that a net is, or 0.
func (e *elab) clockInput(inst int32, clk span) netlist.Value {
	e.requireSig(inst, clk)
	ps := e.sig(inst, clk)
	if len(ps) != 1 || ps[0].val == 0 || e.m.Cells[ps[0].val].Op != netlist.OpInput || e.m.Width(ps[0].val) != 1 {
		return 0
	}
	return ps[0].val
}

// clocked says why c is not on the netlist's one clock, or "".
func (e *elab) clocked(c *flatCell) string {
	clk, edge := e.clockOf(c)
	in := e.clockInput(c.inst, clk)
	if in != 0 && in == e.clock && edge == e.edge {
		return ""
	}
	by := e.register(c) + " is clocked by " + e.clockName(c.inst, clk, edge)
	switch {
	case in != 0 && in == e.clock:
		return "both edges of the clock: " + by + e.firstClock()
	case in != 0:
		return "a second clock: " + by + e.firstClock()
	case e.clock != 0:
		return "a second clock: " + by + ", which is " + e.origin(e.sig(c.inst, clk)) + e.firstClock()
	}
	return "its clock is no input of one bit: " + by + ", which is " + e.origin(e.sig(c.inst, clk))
}

// firstClock says what the netlist's clock is.
func (e *elab) firstClock() string { return "; " + e.owner }

// register names a flip-flop or memory and its place.
func (e *elab) register(c *flatCell) string {
	return "register " + e.registerNames(c)[0] + e.at(c.cell.src)
}

// clockName is the edge and the net that a register is clocked by.
func (e *elab) clockName(inst int32, clk span, edge int64) string {
	name := "a constant"
	if ts := e.insts[inst].mod.sig(clk); len(ts) == 1 && ts[0].wire >= 0 {
		name = e.bits(e.flat(inst, ts[0]), ts[0].off, ts[0].off+ts[0].width)
		if own := e.drivenBy(inst, ts[0]); strings.Contains(name, "$") && own != "" {
			name = own
		}
	}
	if edge == 0 {
		return "the falling edge of " + name
	}
	return "the rising edge of " + name
}

// drivenBy says where the cell that drives one bit stands, where that has no name.
func (e *elab) drivenBy(inst int32, t chunk) (what string) {
	e.over(e.flat(inst, t), t.off, t.width, func(s int32) {
		if seg := &e.segs[s]; seg.kind == segCell {
			what = "what is computed" + e.at(e.cells[seg.from].cell.src)
		}
	})
	return what
}

// origin says what a net is that is no input of one bit.
func (e *elab) origin(ps []piece) string {
	if len(ps) != 1 {
		return "of several bits"
	}
	p := ps[0]
	if p.val == 0 {
		return fmt.Sprintf("always %d", p.bits)
	}
	c := &e.m.Cells[p.val]
	switch c.Op {
	case netlist.OpInput:
		return fmt.Sprintf("bit %d of input %s", p.lo, e.m.Inputs[c.Aux].Name)
	case netlist.OpUndef:
		return "undefined: " + e.m.Undefs[c.Aux].Detail
	}
	var names []string
	seen := map[netlist.Value]bool{}
	for stack := []netlist.Value{p.val}; len(stack) > 0; {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[v] {
			continue
		}
		seen[v] = true
		switch c := &e.m.Cells[v]; c.Op {
		case netlist.OpInput:
			names = append(names, "input "+e.m.Inputs[c.Aux].Name)
		case netlist.OpReg:
			names = append(names, e.holder(v))
		case netlist.OpUndef:
			names = append(names, "what is undefined ("+e.m.Undefs[c.Aux].Detail+")")
		default:
			stack = append(stack, c.Args[:c.Op.Arity()]...)
		}
	}
	slices.Sort(names)
	const most = 8
	if len(names) > most {
		names = append(names[:most:most], "…")
	}
	if c.Op == netlist.OpReg {
		return names[0]
	}
	return "computed from " + strings.Join(names, ", ")
}

// holder names the register that holds v.
func (e *elab) holder(v netlist.Value) string {
	for i := range e.cells {
		if c := &e.cells[i]; slices.Contains(c.regs, v) {
			return e.register(c)
		}
	}
	return "an undefined register"
}

// isData reports whether an output depends on v other than by when registers change.
func (e *elab) isData(v netlist.Value) bool {
	seen := make([]bool, len(e.m.Cells))
	var stack []netlist.Value
	for _, o := range e.m.Outputs {
		stack = append(stack, o.Value)
	}
	for len(stack) > 0 {
		u := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if u == v {
			return true
		}
		if !seen[u] {
			seen[u] = true
			stack = append(stack, netlist.Feeds(e.m, u)...)
		}
	}
	return false
}

// dropClock removes the clock from the inputs. Its cell stays as a dead constant, since
// ids are dense. Readers outside every output's cone get an undefined value.
func (e *elab) dropClock() {
	m := e.m
	at := int(m.Cells[e.clock].Aux)
	m.Inputs = append(m.Inputs[:at], m.Inputs[at+1:]...)
	for i := at; i < len(m.Inputs); i++ {
		m.Cells[m.Inputs[i].Value].Aux = int64(i)
	}
	delete(m.Names, e.clock)
	m.Cells[e.clock] = netlist.Cell{Op: netlist.OpConst, Width: 1}
	for i := range m.Cells {
		if slices.Contains(m.Cells[i].Args[:], e.clock) {
			m.Cells[e.clock] = netlist.Cell{Op: netlist.OpUndef, Width: 1, Aux: int64(len(m.Undefs))}
			m.Undefs = append(m.Undefs, netlist.Undef{Reason: netlist.UndefClock, Detail: "the clock " + m.Clock + " as data"})
			break
		}
	}
}
