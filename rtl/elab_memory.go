package rtl

import (
	"fmt"

	"github.com/hashiflex/hashiflex/netlist"
)

// A memory becomes registers, one for each word, if the caller allows that many. As
// with any register, the contents at power-up are unknown. A read is a tree of
// multiplexers over the bits of the address. Words that do not exist are undefined.

// memoryKind is $mem_v2 with one write port and one asynchronous read port. A memory
// with a clocked read has this form too before Yosys merges the output register into
// it.
var memoryKind = &cellKind{out: `\RD_DATA`, ins: []string{`\RD_ADDR`}, memory: true, build: (*elab).readMemory, check: memoryFits}

// maxAddress is the largest width of an address. An index that is an integer has 32 bits.
const maxAddress = 32

// memoryFits says why a memory cannot become registers, or "".
func memoryFits(m *ilModule, c *ilCell) string {
	if width := m.param(c, `\WIDTH`); width > netlist.MaxWidth {
		return fmt.Sprintf("words of %d bits", width)
	}
	return memoryShape(m, c)
}

// maxReads and maxWrites are the most ports that a memory may have where it is cut.
const (
	maxReads  = 16
	maxWrites = 7
)

// memoryShape says what is unusual about a memory with one port on each side, or "".
func memoryShape(m *ilModule, c *ilCell) string {
	switch {
	case m.param(c, `\RD_PORTS`) != 1:
		return "not one read port"
	case m.param(c, `\WR_PORTS`) != 1:
		return "not one write port"
	}
	return portShapes(m, c)
}

// portShapes says what is unusual about a memory's ports, or "".
func portShapes(m *ilModule, c *ilCell) string {
	reads, writes := m.param(c, `\RD_PORTS`), m.param(c, `\WR_PORTS`)
	if reads < 1 || reads > maxReads || writes < 1 || writes > maxWrites {
		return fmt.Sprintf("%d ports that read and %d that write; want 1 to %d and 1 to %d", reads, writes, maxReads, maxWrites)
	}
	for _, want := range []struct {
		param string
		value int64
		why   string
	}{
		{`\OFFSET`, 0, "a first word that is not number 0"},
		{`\RD_CLK_ENABLE`, 0, "a clocked read port"},
		{`\WR_CLK_ENABLE`, 1<<writes - 1, "a write port without a clock"},
		{`\RD_WIDE_CONTINUATION`, 0, "a wide read port"},
		{`\WR_WIDE_CONTINUATION`, 0, "a wide write port"},
	} {
		if m.param(c, want.param) != want.value {
			return want.why
		}
	}
	width, bits := m.param(c, `\WIDTH`), m.param(c, `\ABITS`)
	for _, want := range []struct {
		port  string
		width int64
	}{
		{`\RD_DATA`, reads * width}, {`\RD_ADDR`, reads * bits}, {`\WR_DATA`, writes * width}, {`\WR_ADDR`, writes * bits}, {`\WR_EN`, writes * width}, {`\WR_CLK`, writes},
	} {
		if n := sizes(m, c, want.port); n != want.width {
			return fmt.Sprintf("port %s has %d bits, want %d", public(want.port), n, want.width)
		}
	}
	switch {
	case width < 1:
		return fmt.Sprintf("words of %d bits", width)
	case bits < 1 || bits > maxAddress || m.param(c, `\SIZE`) < 1 || m.param(c, `\SIZE`) > 1<<bits:
		return "addresses that do not match the words"
	}
	return ""
}

// readMemory is the word at the read port's address.
func (e *elab) readMemory(c *operands) []piece {
	f := c.cell
	if len(f.regs) == 0 {
		return e.undef(c.y, *f.undef)
	}
	at, _ := e.insts[f.inst].mod.port(f.cell, `\RD_ADDR`)
	address := e.sig(f.inst, at)
	bits := int(total(address))
	level := append([]netlist.Value(nil), f.regs...)
	var outside netlist.Value
	for b := range bits {
		next := make([]netlist.Value, (len(level)+1)/2)
		for i := range next {
			low := level[2*i]
			high := outside
			if 2*i+1 < len(level) {
				high = level[2*i+1]
			} else if outside == 0 {
				outside = e.undef(c.y, netlist.Undef{Reason: netlist.UndefX, Detail: "an address that may lie outside: " + c.what()})[0].val
				high = outside
			}
			next[i] = e.multiplexer(e.word(part(nil, 0, address, int32(b), 1)), high, low)
		}
		level = next
	}
	return e.whole(level[0])
}

// writeMemory sets the next values of a memory's words from the write port's operands.
// It looks at address and data only where the port is enabled: elsewhere the front end
// makes them x.
func (e *elab) writeMemory(f *flatCell, next []netlist.Reg) {
	mod := e.insts[f.inst].mod
	operand := func(name string) netlist.Value {
		s, _ := mod.port(f.cell, name)
		e.requireSig(f.inst, s)
		return e.word(e.sig(f.inst, s))
	}
	enable, address, data := operand(`\WR_EN`), operand(`\WR_ADDR`), operand(`\WR_DATA`)
	e.src = e.source(f.cell.src)
	whole, ok := e.oneEnable(enable)
	if !ok {
		u := netlist.Undef{Reason: netlist.UndefCell, Detail: e.what(f.inst, f.cell) + ": bits of a word are written apart"}
		for i := range f.regs {
			next[i].D = e.word(e.undef(int32(e.m.Width(data)), u))
		}
		return
	}
	e.visits = 0
	known := []literal{{e.patterns(whole), true}}
	address, data = e.assume(address, known), e.assume(data, known)
	for i, q := range f.regs {
		number := e.atom(piece{width: int32(e.m.Width(address)), bits: uint64(i)})
		here := e.push(netlist.OpEq, 1, 0, address, number)
		// The enable stands outside, so that a word that is not written does not
		// depend on the address.
		next[i].D = e.multiplexer(whole, e.multiplexer(here, data, q), q)
	}
}

// oneEnable returns the one-bit value of all bits of a write enable, if they are equal:
// the condition itself, not a multiplexer of 1 and 0.
func (e *elab) oneEnable(enable netlist.Value) (netlist.Value, bool) {
	v, ok := e.sameEnable(enable)
	for ok && e.m.Cells[v].Op == netlist.OpMux {
		then, isThen := e.m.ConstOf(e.m.Cells[v].Args[1])
		els, isElse := e.m.ConstOf(e.m.Cells[v].Args[2])
		if !isThen || !isElse || then != 1 || els != 0 {
			break
		}
		v = e.m.Cells[v].Args[0]
	}
	return v, ok
}

func (e *elab) sameEnable(enable netlist.Value) (netlist.Value, bool) {
	c := &e.m.Cells[enable]
	all := ones(int(c.Width))
	constant := func(v netlist.Value, k uint64) bool {
		return e.m.Cells[v].Op == netlist.OpConst && uint64(e.m.Cells[v].Aux)&all == k
	}
	switch {
	case c.Width == 1:
		return enable, true
	case constant(enable, all), constant(enable, 0):
		return e.atom(piece{width: 1, bits: uint64(c.Aux) & 1}), true
	case c.Op == netlist.OpSext && e.m.Width(c.Args[0]) == 1:
		return c.Args[0], true
	case c.Op == netlist.OpMux && constant(c.Args[1], all) && constant(c.Args[2], 0):
		return c.Args[0], true
	case c.Op == netlist.OpMux && e.m.Width(c.Args[0]) == 1:
		// Statements within statements: each decides whether the next one is reached.
		by, then, els := c.Args[0], c.Args[1], c.Args[2]
		high, ok := e.sameEnable(then)
		if !ok {
			return 0, false
		}
		low, ok := e.sameEnable(els)
		if !ok {
			return 0, false
		}
		return e.multiplexer(by, high, low), true
	}
	return 0, false
}
