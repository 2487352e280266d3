package stream

import (
	"context"
	"fmt"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/spec/words"
)

// A pipelined module is the module of a compare point with added registers. This is
// shown without a solver: every path from an input to an output crosses as many
// registers as the map says, and with wires in their place, the module that was read
// back equals, cell by cell, the one whose point is proved. Wiring may differ: cells
// are compared by the bits that they read.

// shapes gives cells of several modules one number where they compute the same.
type shapes struct {
	numbers map[string]int32
}

// shaped follows one module.
type shaped struct {
	*shapes
	m    *netlist.Module
	memo []int32 // number of a value, from 1 on
}

// unit is one bit in terms of shapes: of what is computed, or a constant.
type unit struct {
	shape int32 // -1, -2: constants 0 and 1
	at    uint8
}

// bit resolves one bit through wiring and registers.
func (s *shaped) bit(v netlist.Value, at uint8) (unit, error) {
	for {
		c := &s.m.Cells[v]
		a := c.Args[0]
		switch c.Op {
		case netlist.OpSlice:
			v, at = a, at+uint8(c.Aux)
		case netlist.OpConcat:
			if w := uint8(s.m.Width(a)); at >= w {
				v, at = c.Args[1], at-w
			} else {
				v = a
			}
		case netlist.OpZext, netlist.OpSext:
			w := uint8(s.m.Width(a))
			if at >= w && c.Op == netlist.OpZext {
				return unit{-1, 0}, nil
			}
			v, at = a, min(at, w-1)
		case netlist.OpReg:
			v = s.m.Regs[c.Aux].D
		case netlist.OpConst:
			k, _ := s.m.ConstOf(v)
			return unit{-1 - int32(k>>at&1), 0}, nil
		case netlist.OpUndef:
			return unit{}, fmt.Errorf("it is undefined: %s", s.m.Undefs[c.Aux].Detail)
		default:
			n, err := s.number(v)
			return unit{n, at}, err
		}
	}
}

// number returns the number of a computed value or an input. Operands come before their
// users, and no register is in a loop, since Stages has checked that.
func (s *shaped) number(v netlist.Value) (int32, error) {
	if s.memo[v] != 0 {
		return s.memo[v], nil
	}
	c := &s.m.Cells[v]
	key := fmt.Appendf(nil, "%d %d %d", c.Op, c.Width, c.Aux)
	if c.Op == netlist.OpInput {
		key = fmt.Appendf(nil, "input %s %d", rtl.VerilogName(s.m.Inputs[c.Aux].Name), c.Width)
	}
	for _, a := range c.Args[:c.Op.Arity()] {
		key = append(key, '|')
		for i := range s.m.Width(a) {
			b, err := s.bit(a, uint8(i))
			if err != nil {
				return 0, err
			}
			key = fmt.Appendf(key, "%d.%d ", b.shape, b.at)
		}
	}
	n, ok := s.numbers[string(key)]
	if !ok {
		n = int32(len(s.numbers)) + 1
		s.numbers[string(key)] = n
	}
	s.memo[v] = n
	return n, nil
}

// registersOnly reports how a module that was read is more than want with registers.
func registersOnly(read, want *netlist.Module, latency int) error {
	s := &shapes{map[string]int32{}}
	a := &shaped{s, read, make([]int32, len(read.Cells))}
	b := &shaped{s, want, make([]int32, len(want.Cells))}
	if len(read.Outputs) != len(want.Outputs) {
		return fmt.Errorf("it has %s, should have %d", words.Count(len(read.Outputs), "output"), len(want.Outputs))
	}
	for i, o := range want.Outputs {
		is := read.Outputs[i]
		if is.Name != rtl.VerilogName(o.Name) || is.Width != o.Width {
			return fmt.Errorf("output %d is %s of %s, should be %s of %d", i, is.Name, words.Count(is.Width, "bit"), o.Name, o.Width)
		}
		stages, err := netlist.Stages(read, is.Value)
		if err != nil {
			return err
		}
		n, ok := stages.Latency()
		if least, most := stages.Range(); !ok {
			return fmt.Errorf("paths to %s cross %d to %s", is.Name, least, words.Count(most, "register"))
		}
		if n != latency && dependsOnInputs(want, o.Value) {
			return fmt.Errorf("paths to %s cross %s, the map says %d", is.Name, words.Count(n, "register"), latency)
		}
		for k := range o.Width {
			x, err := a.bit(is.Value, uint8(k))
			if err != nil {
				return err
			}
			y, err := b.bit(o.Value, uint8(k))
			if err != nil {
				return err
			}
			if x != y {
				return fmt.Errorf("bit %d of %s is not computed as in the module that is proved", k, is.Name)
			}
		}
	}
	return nil
}

func dependsOnInputs(m *netlist.Module, v netlist.Value) bool {
	in := netlist.InCone(m, []netlist.Value{v})
	for _, p := range m.Inputs {
		if in[p.Value] {
			return true
		}
	}
	return false
}

// pipelined reads the modules of a datapath with registers, file by file, and compares
// them with those whose points are proved. Shared terms have latencies of their own, so
// channels are compared with the shared terms in place.
func (p *prover) pipelined(ctx context.Context, layer string, fs []fitting, latency int) (wrong, err error) {
	files, err := p.o.Modules(layer)
	if err != nil {
		return nil, err
	}
	want := map[string]*netlist.Module{}
	var shared, readShared *netlist.Module
	for _, f := range fs {
		if want[f.byName] = f.module; f.shared {
			shared = f.module
		}
	}
	var later []*netlist.Module // that wait for the shared terms
	check := func(read *netlist.Module) error {
		m := want[read.Name]
		if takesOf(m, shared) {
			if readShared == nil {
				later = append(later, read)
				return nil
			}
			var err error
			if read, err = netlist.Link(read, readShared); err != nil {
				return err
			}
			if m, err = netlist.Link(m, shared); err != nil {
				return err
			}
		}
		return registersOnly(read, m, latency)
	}
	found := map[string]bool{}
	for _, file := range files {
		d, err := p.o.read(ctx, rtl.Sources{Files: []rtl.Source{file}})
		if err != nil {
			return nil, fmt.Errorf("stream: %s: %w", file.Name, err)
		}
		for _, name := range d.Modules() {
			m := want[name]
			if m == nil {
				continue
			}
			found[name] = true
			read, err := d.Module(name)
			if err != nil {
				return err, nil
			}
			if len(read.Regs) > 0 && (read.Clock != p.o.Map.Clock || read.Falling) {
				return fmt.Errorf("module %s: its registers are not clocked by the rising edge of %s", name, p.o.Map.Clock), nil
			}
			if m == shared {
				readShared = read
				continue
			}
			if err := check(read); err != nil {
				return fmt.Errorf("module %s: %w", name, err), nil
			}
		}
	}
	for _, read := range later {
		if err := check(read); err != nil {
			return fmt.Errorf("module %s: %w", read.Name, err), nil
		}
	}
	for name := range want {
		if !found[name] {
			return fmt.Errorf("there is no module %s", name), nil
		}
	}
	return nil, nil
}

// takesOf reports whether m takes an output of the shared terms.
func takesOf(m, shared *netlist.Module) bool {
	if shared == nil {
		return false
	}
	for _, p := range m.Inputs {
		for _, o := range shared.Outputs {
			if p.Name == o.Name {
				return true
			}
		}
	}
	return false
}
