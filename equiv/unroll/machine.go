package unroll

import (
	"fmt"
	"slices"

	"github.com/hashiflex/hashiflex/netlist"
)

// Machine is a circuit in one of its cycles.
type Machine struct {
	m      *netlist.Module
	g      *Graph
	state  []netlist.Value // of each register; 0 is not written yet
	inputs []netlist.Value // 0 is not set
	nets   []netlist.Value // of this cycle, as far as they were asked for
	used   []netlist.Value // of m, whose nets are set
	names  map[string]netlist.Value
	cycle  int
	start  func(name string, width int) netlist.Value
	places map[int32]int32 // sources of m as the graph has them
}

// NewMachine is m at power-up, with every register unknown. The values of its nets
// go into g.
func NewMachine(m *netlist.Module, g *Graph) *Machine {
	x := &Machine{
		m: m, g: g,
		state:  make([]netlist.Value, len(m.Regs)),
		inputs: make([]netlist.Value, len(m.Inputs)),
		nets:   make([]netlist.Value, len(m.Cells)),
		names:  make(map[string]netlist.Value, len(m.Names)),
		places: map[int32]int32{0: 0},
	}
	for v, name := range m.Names {
		x.names[name] = v
	}
	for _, p := range m.Outputs {
		x.names[p.Name] = p.Value
	}
	x.start = func(name string, width int) netlist.Value {
		return g.Undef(width, netlist.UndefX, name)
	}
	return x
}

// Start sets the function for values that the caller has not given: registers before
// their first write, inputs that are not set, and undefined words. The machine calls f
// with the name of each when it needs the value. It does not call f for values that the
// hardware computes and the netlist cannot express: these are always variables of the
// kind OpUndef.
func (x *Machine) Start(f func(name string, width int) netlist.Value) { x.start = f }

// Cycle counts the Clocks so far.
func (x *Machine) Cycle() int { return x.cycle }

// Has reports whether a net of that name exists.
func (x *Machine) Has(name string) bool { return x.names[name] != 0 }

// Set gives an input of this cycle its value, before any net that depends on it is
// asked for. The name and the width must be the port's.
func (x *Machine) Set(port string, v netlist.Value) {
	i := x.port(port)
	if w := x.m.Inputs[i].Width; x.g.M.Width(v) != w {
		panic(fmt.Sprintf("unroll: %s: %d bits for port %s of %d", x.m.Name, x.g.M.Width(v), port, w))
	}
	x.inputs[i] = v
}

// Free makes an input unknown, from this cycle on.
func (x *Machine) Free(port string) { x.inputs[x.port(port)] = 0 }

func (x *Machine) port(name string) int {
	for i, p := range x.m.Inputs {
		if p.Name == name {
			if x.nets[p.Value] != 0 {
				panic(fmt.Sprintf("unroll: %s: input %s changes within cycle %d", x.m.Name, name, x.cycle))
			}
			return i
		}
	}
	panic(fmt.Sprintf("unroll: %s has no input %s", x.m.Name, name))
}

// Net is the value in this cycle of the net of that name, which exists.
func (x *Machine) Net(name string) netlist.Value {
	v := x.names[name]
	if v == 0 {
		panic(fmt.Sprintf("unroll: %s has no net %s", x.m.Name, name))
	}
	return x.value(v)
}

// Next is the value that the register of that name gets at the end of this cycle. It
// computes that alone, where Clock computes all registers.
func (x *Machine) Next(name string) netlist.Value {
	v := x.names[name]
	if v == 0 || x.m.Cells[v].Op != netlist.OpReg {
		panic(fmt.Sprintf("unroll: %s has no register %s", x.m.Name, name))
	}
	return x.value(x.m.Regs[x.m.Cells[v].Aux].D)
}

// Put gives a net a value in this cycle, in place of what drives it, before any
// net that depends on it is asked for. The name is a net's, the width its own.
func (x *Machine) Put(name string, v netlist.Value) {
	n := x.names[name]
	if n == 0 || x.m.Width(n) != x.g.M.Width(v) {
		panic(fmt.Sprintf("unroll: %s has no net %s of %d bits", x.m.Name, name, x.g.M.Width(v)))
	}
	if c := &x.m.Cells[n]; c.Op == netlist.OpReg {
		x.state[c.Aux] = v
	}
	x.nets[n] = v
	x.used = append(x.used, n)
}

// Registers calls f with every register that was read or written so far, and its
// value in this cycle.
func (x *Machine) Registers(f func(name string, v netlist.Value)) {
	for i, r := range x.m.Regs {
		if x.state[i] != 0 {
			f(r.Name, x.state[i])
		}
	}
}

// State is the contents of the registers in this cycle, in the module's order; 0 is a
// value that was never computed.
func (x *Machine) State() []netlist.Value { return slices.Clone(x.state) }

// Resume begins a cycle with the registers in a State and no input set.
func (x *Machine) Resume(state []netlist.Value) {
	copy(x.state, state)
	clear(x.inputs)
	x.forget()
}

// forget discards the computed nets of this cycle.
func (x *Machine) forget() {
	for _, v := range x.used {
		x.nets[v] = 0
	}
	x.used = x.used[:0]
}

// Clock goes to the next cycle. Inputs keep their values until they are set anew.
func (x *Machine) Clock() {
	next := make([]netlist.Value, len(x.state))
	for i, r := range x.m.Regs {
		// A register that holds an unknown value need not be given a name.
		if x.state[i] != 0 || !x.holds(r) {
			next[i] = x.value(r.D)
		}
	}
	x.state = next
	x.forget()
	x.cycle++
}

// holds reports whether r, unknown, certainly keeps its value in this cycle. It does
// not compute the value.
func (x *Machine) holds(r netlist.Reg) bool {
	v := r.D
	for v != r.Q {
		c := &x.m.Cells[v]
		if c.Op != netlist.OpMux {
			return false
		}
		s, ok := x.g.Known(x.value(c.Args[0]))
		if !ok {
			return false
		}
		if v = c.Args[2]; s == 1 {
			v = c.Args[1]
		}
	}
	return true
}

// value is net v of m in this cycle.
func (x *Machine) value(v netlist.Value) netlist.Value {
	if r := x.nets[v]; r != 0 {
		return r
	}
	r := x.compute(v)
	x.nets[v] = r
	x.used = append(x.used, v)
	return r
}

func (x *Machine) compute(v netlist.Value) netlist.Value {
	c := &x.m.Cells[v]
	width := int(c.Width)
	switch c.Op {
	case netlist.OpConst:
		return x.g.Const(width, uint64(c.Aux))
	case netlist.OpInput:
		if in := x.inputs[c.Aux]; in != 0 {
			return in
		}
		return x.start(fmt.Sprintf("port %s in cycle %d", x.m.Inputs[c.Aux].Name, x.cycle), width)
	case netlist.OpReg:
		if x.state[c.Aux] == 0 {
			x.state[c.Aux] = x.start(x.m.Regs[c.Aux].Name+" at power-up", width)
		}
		return x.state[c.Aux]
	case netlist.OpUndef:
		u := x.m.Undefs[c.Aux]
		if u.Reason == netlist.UndefWide || u.Reason == netlist.UndefCell {
			// The hardware has a value here; only the reader does not know it.
			return x.g.Undef(width, u.Reason, u.Detail)
		}
		return x.start(fmt.Sprintf("%s (%s) in cycle %d", u.Detail, u.Reason, x.cycle), width)
	case netlist.OpMux:
		s := x.value(c.Args[0])
		if k, ok := x.g.Known(s); ok {
			return x.value(c.Args[2-k])
		}
		return x.cell(c, s, x.value(c.Args[1]), x.value(c.Args[2]))
	case netlist.OpAnd, netlist.OpOr:
		return x.connective(c)
	}
	var args [3]netlist.Value
	for i := range c.Op.Arity() {
		args[i] = x.value(c.Args[i])
	}
	if c.Op == netlist.OpSlice {
		return x.pick(c.Src, args[0], int(c.Aux), width)
	}
	if k, ok := x.g.Known(args[1]); ok && (c.Op == netlist.OpShr || c.Op == netlist.OpSar) && x.g.M.Cells[args[0]].Op == netlist.OpConcat {
		return x.shifted(c, args[0], k)
	}
	return x.cell(c, args[0], args[1], args[2])
}

// pick is bits low to low+width-1 of v. In a concatenation it picks bits of its words.
// So a register that shifts in bits no longer depends on its old contents when all of
// its bits are new.
func (x *Machine) pick(src int32, v netlist.Value, low, width int) netlist.Value {
	if c := x.g.M.Cells[v]; c.Op == netlist.OpConcat && width < int(c.Width) {
		if cut := x.g.M.Width(c.Args[0]); low < cut && cut < low+width {
			below := x.pick(src, c.Args[0], low, cut-low)
			above := x.pick(src, c.Args[1], 0, low+width-cut)
			return x.cell(&netlist.Cell{Op: netlist.OpConcat, Width: uint8(width), Src: src}, below, above, 0)
		} else if low >= cut {
			return x.pick(src, c.Args[1], low-cut, width)
		}
		return x.pick(src, c.Args[0], low, width)
	}
	return x.cell(&netlist.Cell{Op: netlist.OpSlice, Width: uint8(width), Aux: int64(low), Src: src}, v, 0, 0)
}

// shifted is a concatenation shifted right by a constant, as wiring. Bits picked from
// it are then bits of one of the words.
func (x *Machine) shifted(c *netlist.Cell, v netlist.Value, k uint64) netlist.Value {
	width := int(c.Width)
	low := int(min(k, uint64(width-1)))
	extend := netlist.OpZext
	if c.Op == netlist.OpSar {
		extend = netlist.OpSext
	} else if k >= uint64(width) {
		return x.g.Const(width, 0)
	}
	part := x.pick(c.Src, v, low, width-low)
	return x.cell(&netlist.Cell{Op: extend, Width: c.Width, Src: c.Src}, part, 0, 0)
}

// cell is the value of c's operation on the values of its operands. New cells of the
// graph get c's source location.
func (x *Machine) cell(c *netlist.Cell, a, b, d netlist.Value) netlist.Value {
	at, ok := x.places[c.Src]
	if !ok {
		at = x.g.M.Source(x.m.Sources[c.Src])
		x.places[c.Src] = at
	}
	from := len(x.g.M.Cells)
	v := x.g.Cell(c.Op, int(c.Width), c.Aux, a, b, d)
	for i := from; i < len(x.g.M.Cells); i++ {
		x.g.M.Cells[i].Src = at
	}
	return v
}

// connective looks at the second operand only if the first does not decide.
func (x *Machine) connective(c *netlist.Cell) netlist.Value {
	width := int(c.Width)
	decides := uint64(0)
	if c.Op == netlist.OpOr {
		decides = ^uint64(0) >> (64 - uint(width))
	}
	a := x.value(c.Args[0])
	if k, ok := x.g.Known(a); ok && k == decides {
		return a
	}
	return x.cell(c, a, x.value(c.Args[1]), 0)
}
