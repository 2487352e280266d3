package netlist

import (
	"fmt"
	"slices"
)

// Depth is the number of registers on the paths from an input port to a value.
type Depth struct{ Min, Max int }

// Pipeline describes the registers in the cone of a value that does not depend on its
// own past.
type Pipeline struct {
	Inputs []Depth // by input port; {-1, -1} where no path leads to the value
	// Settle is the largest number of registers on any path, including paths from
	// constants, plus the module's Late. This many clocks after the last change of
	// its inputs, the value no longer changes. Nor does it depend on the earlier
	// contents of the registers.
	Settle    int
	Registers int // in the cone
	// Meets are the cells, operands first, whose operands have inputs that crossed
	// different numbers of registers, while each operand has only one such number.
	Meets []Value
}

// Latency is the number of registers on every path from an input. For a value without
// inputs it counts paths from constants. ok is false if the paths have different
// numbers.
func (p *Pipeline) Latency() (n int, ok bool) {
	least, most := p.Range()
	return most, least == most
}

// Range is the smallest and the largest number of registers on a path from an input.
func (p *Pipeline) Range() (least, most int) {
	least, most = -1, -1
	for _, d := range p.Inputs {
		if d.Max < 0 {
			continue
		}
		if least < 0 || d.Min < least {
			least = d.Min
		}
		most = max(most, d.Max)
	}
	if most < 0 {
		return p.Settle, p.Settle
	}
	return least, most
}

// LoopError is a register whose next value depends on its own.
type LoopError struct {
	Register string
	Source   string // where it is written, or ""
	Keeps    bool   // it can keep its value, as under an enable
	Stuck    bool   // it always does, as under an enable that is off
}

func (e *LoopError) Error() string {
	at := ""
	if e.Source != "" {
		at = " (" + e.Source + ")"
	}
	if e.Stuck {
		return fmt.Sprintf("register %s%s never changes: it keeps what it holds at power-up, as under an enable that is off for good; look at the inputs that are tied", e.Register, at)
	}
	if e.Keeps {
		return fmt.Sprintf("register %s%s has an enable or a hold: it can keep its value", e.Register, at)
	}
	return fmt.Sprintf("feedback: register %s%s depends on its own past", e.Register, at)
}

// Stages counts the registers between a module's inputs and one value. The error
// is a *LoopError.
func Stages(m *Module, out Value) (*Pipeline, error) {
	order, err := ThroughRegisters(m, out)
	if err != nil {
		return nil, err
	}
	p := &Pipeline{Inputs: make([]Depth, len(m.Inputs))}
	to := make([]Depth, len(m.Cells)) // registers between a value and out
	for i := range to {
		to[i] = Depth{-1, -1}
	}
	to[out] = Depth{}
	for _, v := range slices.Backward(order) {
		d := to[v]
		p.Settle = max(p.Settle, d.Max)
		if m.Cells[v].Op == OpReg {
			p.Registers++
			d.Min, d.Max = d.Min+1, d.Max+1
		}
		for _, a := range Feeds(m, v) {
			if to[a].Max < 0 {
				to[a] = d
				continue
			}
			to[a] = Depth{min(to[a].Min, d.Min), max(to[a].Max, d.Max)}
		}
	}
	p.Settle += m.Late
	for i, in := range m.Inputs {
		p.Inputs[i] = to[in.Value]
	}
	p.Meets = meets(m, order)
	return p, nil
}

func meets(m *Module, order []Value) (found []Value) {
	from := make([]Depth, len(m.Cells)) // registers between an input and a value
	for _, v := range order {
		d, even := Depth{-1, -1}, true
		if m.Cells[v].Op == OpInput {
			d = Depth{}
		}
		for _, a := range Feeds(m, v) {
			f := from[a]
			switch {
			case f.Max < 0:
				continue
			case d.Max < 0:
				d = f
			}
			d = Depth{min(d.Min, f.Min), max(d.Max, f.Max)}
			even = even && f.Min == f.Max
		}
		if even && d.Min != d.Max {
			found = append(found, v)
		}
		if m.Cells[v].Op == OpReg && d.Max >= 0 {
			d.Min, d.Max = d.Min+1, d.Max+1
		}
		from[v] = d
	}
	return found
}

// Transparent is the cone of out with a wire in place of every register: the value of
// out when the inputs no longer change. It has all of m's inputs and one output port,
// of the given name. The error is a *LoopError.
func Transparent(m *Module, name string, out Value) (*Module, error) {
	order, err := ThroughRegisters(m, out)
	if err != nil {
		return nil, err
	}
	w := New(m.Name)
	w.Doc = m.Doc
	t := transplant{from: m, to: w, value: make([]Value, len(m.Cells)), sources: map[int32]int32{0: 0}}
	all := make([]bool, len(m.Cells))
	for _, p := range m.Inputs {
		all[p.Value] = true
	}
	t.copy(all)
	for _, v := range order {
		switch {
		case t.value[v] != 0:
		case m.Cells[v].Op == OpReg:
			n := t.value[m.Regs[m.Cells[v].Aux].D]
			if name, ok := m.Names[v]; ok && w.Cells[n].Op != OpConst {
				w.Label(n, name)
			}
			t.value[v] = n
		case m.Cells[v].Op == OpSlice || m.Cells[v].Op == OpConcat:
			// The parts of a register that holds several words become parts of one word.
			t.wiring(v)
		default:
			t.cell(v)
		}
	}
	w.Output(name, t.value[out])
	return w, nil
}

// Feeds are the values from which v is computed. For a register it is its next value.
func Feeds(m *Module, v Value) []Value {
	c := &m.Cells[v]
	if c.Op == OpReg {
		return []Value{m.Regs[c.Aux].D}
	}
	return c.Args[:c.Op.Arity()]
}

// ThroughRegisters lists the cone of out, operands before users, with registers treated
// like any other cell. The error is a *LoopError.
func ThroughRegisters(m *Module, out Value) (order []Value, err error) {
	const open, closed = 1, 2
	state := make([]byte, len(m.Cells))
	type frame struct {
		v    Value
		next int
	}
	stack := []frame{{v: out}}
	state[out] = open
	for len(stack) > 0 {
		top := &stack[len(stack)-1]
		from := Feeds(m, top.v)
		if top.next == len(from) {
			state[top.v] = closed
			order = append(order, top.v)
			stack = stack[:len(stack)-1]
			continue
		}
		a := from[top.next]
		top.next++
		switch state[a] {
		case open:
			// Operands have smaller ids, so that some register is on the loop.
			at := len(stack) - 1
			for stack[at].v != a {
				at--
			}
			for _, f := range stack[at:] {
				if m.Cells[f.v].Op == OpReg {
					return nil, loopAt(m, f.v)
				}
			}
		case 0:
			state[a] = open
			stack = append(stack, frame{v: a})
		}
	}
	return order, nil
}

// loopAt describes the loop through a register.
func loopAt(m *Module, q Value) *LoopError {
	r := m.Regs[m.Cells[q].Aux]
	e := &LoopError{Register: r.Name, Source: m.Sources[m.Cells[q].Src]}
	loads, seen := false, map[Value]bool{}
	for stack := []Value{r.D}; len(stack) > 0; {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		switch c := &m.Cells[v]; {
		case seen[v]:
		case v == q:
			e.Keeps = true
		case c.Op == OpMux:
			seen[v] = true
			stack = append(stack, c.Args[1], c.Args[2])
		default:
			loads = true
		}
	}
	e.Stuck = e.Keeps && !loads
	return e
}
