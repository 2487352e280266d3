package netlist

import (
	"errors"
	"fmt"
	"slices"
)

// Check reports every broken invariant of m, or nil: operands exist and come
// before their users, widths are exact for each operation, slices lie within
// their operand, ports and registers point at their cells and the cells back at
// them, every register is closed, names are unique.
func (m *Module) Check() error {
	k := checker{m: m}
	if len(m.Cells) == 0 || m.Cells[0] != (Cell{}) {
		k.fault("cell 0 is not the placeholder")
		return k.err()
	}
	if len(m.Sources) == 0 || m.Sources[0] != "" {
		k.fault("source 0 is not the unknown one")
	}
	for v := 1; v < len(m.Cells); v++ {
		k.cell(Value(v))
	}
	k.ports()
	k.regs()
	k.names()
	return k.err()
}

type checker struct {
	m    *Module
	errs []error
}

func (k *checker) err() error { return errors.Join(k.errs...) }

func (k *checker) fault(format string, args ...any) {
	k.errs = append(k.errs, fmt.Errorf("netlist %s: "+format, append([]any{k.m.Name}, args...)...))
}

func (k *checker) cell(v Value) {
	m, c := k.m, k.m.Cells[v]
	if c.Op == OpInvalid || c.Op >= NumOps {
		k.fault("cell %d: operation %d", v, c.Op)
		return
	}
	if c.Width < 1 || c.Width > MaxWidth {
		k.fault("cell %d: %v of width %d", v, c.Op, c.Width)
	}
	if c.Src < 0 || int(c.Src) >= len(m.Sources) {
		k.fault("cell %d: %v has source %d of %d", v, c.Op, c.Src, len(m.Sources))
	}
	for i, a := range c.Args {
		if i >= c.Op.Arity() && a != 0 {
			k.fault("cell %d: %v has a surplus operand %d", v, c.Op, a)
			return
		}
		if i < c.Op.Arity() && (a <= 0 || a >= v) {
			k.fault("cell %d: %v has operand %d, want 1 to %d", v, c.Op, a, v-1)
			return
		}
	}
	if row := &ops[c.Op]; !row.fits(m, v, &c) {
		k.fault("cell %d: %v of width %d over %v: want %s", v, c.Op, c.Width, k.argWidths(c), row.want)
	}
}

func (k *checker) argWidths(c Cell) []int {
	var ws []int
	for _, a := range c.Args[:c.Op.Arity()] {
		ws = append(ws, k.m.Width(a))
	}
	return ws
}

// The rules of the operators, on a cell whose operands exist.

func fitsInput(m *Module, v Value, c *Cell) bool {
	return c.Aux >= 0 && c.Aux < int64(len(m.Inputs)) && m.Inputs[c.Aux].Value == v
}

func fitsUndef(m *Module, _ Value, c *Cell) bool {
	return c.Aux >= 0 && c.Aux < int64(len(m.Undefs))
}

func fitsReg(m *Module, v Value, c *Cell) bool {
	return c.Aux >= 0 && c.Aux < int64(len(m.Regs)) && m.Regs[c.Aux].Q == v
}

func fitsSlice(m *Module, _ Value, c *Cell) bool {
	wa := m.Width(c.Args[0])
	return c.Aux >= 0 && c.Aux <= int64(wa) && int(c.Width)+int(c.Aux) <= wa
}

func fitsConcat(m *Module, _ Value, c *Cell) bool {
	return int(c.Width) == m.Width(c.Args[0])+m.Width(c.Args[1])
}

func fitsWider(m *Module, _ Value, c *Cell) bool { return int(c.Width) > m.Width(c.Args[0]) }

func fitsFirst(m *Module, _ Value, c *Cell) bool { return int(c.Width) == m.Width(c.Args[0]) }

func fitsSame(m *Module, _ Value, c *Cell) bool {
	return int(c.Width) == m.Width(c.Args[0]) && int(c.Width) == m.Width(c.Args[1])
}

func fitsCompare(m *Module, _ Value, c *Cell) bool {
	return c.Width == 1 && m.Width(c.Args[0]) == m.Width(c.Args[1])
}

func fitsBit(_ *Module, _ Value, c *Cell) bool { return c.Width == 1 }

func fitsMux(m *Module, _ Value, c *Cell) bool {
	return m.Width(c.Args[0]) == 1 && int(c.Width) == m.Width(c.Args[1]) && int(c.Width) == m.Width(c.Args[2])
}

func (k *checker) ports() {
	m := k.m
	for i, p := range m.Inputs {
		if !k.exists(p.Value) || m.Cells[p.Value].Op != OpInput || m.Cells[p.Value].Aux != int64(i) {
			k.fault("input %q: value %d is not its cell", p.Name, p.Value)
		} else if p.Width != m.Width(p.Value) {
			k.fault("input %q: width %d, cell %d", p.Name, p.Width, m.Width(p.Value))
		}
	}
	for _, p := range m.Outputs {
		if !k.exists(p.Value) {
			k.fault("output %q: value %d does not exist", p.Name, p.Value)
		} else if p.Width != m.Width(p.Value) {
			k.fault("output %q: width %d, cell %d", p.Name, p.Width, m.Width(p.Value))
		}
	}
}

func (k *checker) regs() {
	m := k.m
	for i, r := range m.Regs {
		switch {
		case !k.exists(r.Q) || m.Cells[r.Q].Op != OpReg || m.Cells[r.Q].Aux != int64(i):
			k.fault("register %q: value %d is not its cell", r.Name, r.Q)
		case !k.exists(r.D):
			k.fault("register %q is not closed", r.Name)
		case m.Width(r.D) != m.Width(r.Q):
			k.fault("register %q: %d bits become %d", r.Name, m.Width(r.Q), m.Width(r.D))
		}
	}
}

// names checks that ports have names of their own. A signal may share a name only with
// the port that it is or drives.
func (k *checker) names() {
	m := k.m
	ports := make(map[string]Value, len(m.Inputs)+len(m.Outputs))
	for _, list := range [][]Port{m.Inputs, m.Outputs} {
		for _, p := range list {
			if _, taken := ports[p.Name]; taken || p.Name == "" {
				k.fault("port name %q is empty or taken", p.Name)
			}
			ports[p.Name] = p.Value
		}
	}
	type signal struct {
		v    Value
		name string
	}
	signals := make([]signal, 0, len(m.Names))
	for v, name := range m.Names {
		signals = append(signals, signal{v, name})
	}
	slices.SortFunc(signals, func(a, b signal) int { return int(a.v) - int(b.v) })
	seen := make(map[string]Value, len(signals))
	for _, s := range signals {
		if !k.exists(s.v) || s.name == "" {
			k.fault("name %q of value %d: empty, or no such value", s.name, s.v)
			continue
		}
		if first, taken := seen[s.name]; taken {
			k.fault("values %d and %d are both named %q", first, s.v, s.name)
		}
		seen[s.name] = s.v
		if p, taken := ports[s.name]; taken && p != s.v {
			k.fault("value %d has the name of port %q", s.v, s.name)
		}
	}
}

func (k *checker) exists(v Value) bool { return v > 0 && int(v) < len(k.m.Cells) }
