package chain

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
)

// coverage counts what of a module lies in the cone of its outputs.
func coverage(m *netlist.Module) Coverage {
	var c Coverage
	in := make([]bool, len(m.Cells))
	stack := outputs(m)
	for len(stack) > 0 {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if in[v] {
			continue
		}
		in[v] = true
		cell := &m.Cells[v]
		stack = append(stack, cell.Args[:cell.Op.Arity()]...)
	}
	note := func(kind, object, source string) {
		if len(c.Uncovered) < maxUncovered {
			c.Uncovered = append(c.Uncovered, Uncovered{kind, m.Name + "." + object, source})
		}
	}
	for v := 1; v < len(m.Cells); v++ {
		cell := &m.Cells[v]
		switch cell.Op {
		case netlist.OpInput, netlist.OpConst:
			continue
		case netlist.OpSlice, netlist.OpConcat, netlist.OpZext, netlist.OpSext:
			// Wiring that nothing reads is no hardware.
			if !in[v] {
				continue
			}
		}
		c.Cells++
		if in[v] {
			c.CellsCovered++
			continue
		}
		name := m.Names[netlist.Value(v)]
		if name == "" {
			name = fmt.Sprintf("%v#%d", cell.Op, v)
		}
		note("cell", name, m.Sources[cell.Src])
	}
	for _, p := range m.Inputs {
		c.Ports++
		if in[p.Value] {
			c.PortsCovered++
			continue
		}
		note("port", p.Name, "")
	}
	c.Ports += len(m.Outputs)
	c.PortsCovered += len(m.Outputs)
	return c
}

// unproved is the coverage of a unit whose point is not proved: nothing.
func (c Coverage) unproved(unit string) Coverage {
	c.CellsCovered, c.PortsCovered = 0, 0
	c.Uncovered = []Uncovered{{"module", unit, ""}}
	return c
}

// maxUncovered bounds the list of one layer; the counts go on.
const maxUncovered = 1000

// coverage counts what of the user's modules lies in the cones of the outputs that are
// proved, provided that all of them are. An input is covered whether or not an output
// reads it: a point is proved for every value of it. A cell that nothing at all reads, not
// even a net with a name that is asked for, is none that counts: reading leaves such cells
// behind choices that are complete and divisions by constants.
func (f *Foreign) coverage(d *rtl.Design) Coverage {
	places := map[string][]Place{} // by module
	for _, p := range f.Outputs {
		places[p.Module] = append(places[p.Module], p)
	}
	var all Coverage
	if len(places) == 0 {
		return all.unproved("design") // nobody says what of it is the layer's
	}
	for _, name := range slices.Sorted(maps.Keys(places)) {
		m, err := f.elaborated(d, name)
		if err != nil {
			all.plus(Coverage{}.unproved(public(name)))
			continue
		}
		ports, err := d.Ports(name)
		if err != nil {
			all.plus(Coverage{}.unproved(public(name)))
			continue
		}
		all.plus(f.module(m, ports, public(name), places[name]))
	}
	return all
}

// module is the coverage of one module of the user's.
func (f *Foreign) module(m *netlist.Module, ports []rtl.ModulePort, name string, places []Place) (c Coverage) {
	var roots []netlist.Value
	seen := map[string]bool{}
	for _, p := range places {
		seen[p.Port] = true
	}
	told := f.Protocol != nil // of its end, and of whether a start counts
	if told {
		seen[f.Protocol.Done], seen[f.Protocol.Ready] = true, true
	}
	for _, o := range m.Outputs {
		port, lo := field(o.Name)
		if told && (port == f.Protocol.Done || port == f.Protocol.Ready) {
			roots = append(roots, o.Value)
		}
		for _, p := range places {
			if p.Port == port && p.Lo < lo+o.Width && p.Hi >= lo {
				roots = bits(m, roots, o.Value, max(p.Lo-lo, 0), min(p.Hi-lo, o.Width-1))
			}
		}
	}
	in := netlist.InCone(m, roots)
	read := readers(m)
	note := func(kind, object, source string) {
		if len(c.Uncovered) < maxUncovered {
			c.Uncovered = append(c.Uncovered, Uncovered{kind, name + "." + object, source})
		}
	}
	for v := 1; v < len(m.Cells); v++ {
		cell := &m.Cells[v]
		named := m.Names[netlist.Value(v)]
		switch cell.Op {
		case netlist.OpInput, netlist.OpConst:
			continue
		case netlist.OpSlice, netlist.OpConcat, netlist.OpZext, netlist.OpSext:
			if !in[v] {
				continue
			}
		}
		if !in[v] && named == "" && !read[v] {
			continue
		}
		c.Cells++
		if in[v] {
			c.CellsCovered++
			continue
		}
		if named == "" {
			named = fmt.Sprintf("%v#%d", cell.Op, v)
		}
		note("cell", named, m.Sources[cell.Src])
	}
	for _, p := range ports {
		if p.Out && !seen[p.Name] && slices.Contains(f.Unused, name+"."+p.Name) {
			continue
		}
		c.Ports++
		if !p.Out || seen[p.Name] {
			c.PortsCovered++
			continue
		}
		note("port", p.Name, "")
	}
	return c
}

// readers marks the values that another one reads, or an output or a register.
func readers(m *netlist.Module) []bool {
	read := make([]bool, len(m.Cells))
	for v := 1; v < len(m.Cells); v++ {
		cell := &m.Cells[v]
		for _, a := range cell.Args[:cell.Op.Arity()] {
			read[a] = true
		}
	}
	for _, o := range m.Outputs {
		read[o.Value] = true
	}
	for _, r := range m.Regs {
		read[r.D] = true
	}
	return read
}

// bits appends the values that bits lo to hi of v are put together from.
func bits(m *netlist.Module, to []netlist.Value, v netlist.Value, lo, hi int) []netlist.Value {
	cell := &m.Cells[v]
	if cell.Op != netlist.OpConcat {
		return append(to, v)
	}
	low, high := cell.Args[0], cell.Args[1]
	w := int(m.Cells[low].Width)
	if lo < w {
		to = bits(m, to, low, lo, min(hi, w-1))
	}
	if hi >= w {
		to = bits(m, to, high, max(lo-w, 0), hi-w)
	}
	return to
}

// field is the port that an output of a netlist is of, and its lowest bit there: ports
// of more than netlist.MaxWidth bits are several outputs, as in "data[71:64]".
func field(name string) (port string, lo int) {
	at := strings.LastIndexByte(name, '[')
	var hi int
	if at <= 0 {
		return name, 0
	}
	if n, err := fmt.Sscanf(name[at:], "[%d:%d]", &hi, &lo); n != 2 || err != nil {
		return name, 0
	}
	return name[:at], lo
}

// public is what the user calls a module: one with the parameters of an instance is
// called like $paramod\core\WIDTH=8, or like $paramod$0123abcd\core.
func public(module string) string {
	if !strings.HasPrefix(module, "$paramod") {
		return module
	}
	_, name, _ := strings.Cut(module, `\`)
	name, _, _ = strings.Cut(name, `\`)
	return name
}
