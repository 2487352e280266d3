package chain

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
)

// coverage counts the cells and ports of a module in the cones of its outputs.
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
			// Wiring without readers is not hardware.
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

// unproved is the coverage of modules with a point that is not proved: nothing.
func (c Coverage) unproved(modules ...string) Coverage {
	c.CellsCovered, c.PortsCovered, c.Uncovered = 0, 0, nil
	for _, m := range modules {
		c.Uncovered = append(c.Uncovered, Uncovered{"module", m, ""})
	}
	return c
}

// modules are the names of the user's modules that have the outputs of a layer, or the
// layer's name if they are not known.
func (f *Foreign) modules(layer string) []string {
	var names []string
	if f != nil {
		for _, p := range f.Outputs {
			names = append(names, public(p.Module))
		}
	}
	slices.Sort(names)
	if names = slices.Compact(names); len(names) == 0 {
		return []string{layer}
	}
	return names
}

// maxUncovered bounds the list of one layer; the counts are complete.
const maxUncovered = 1000

// coverage counts the part of the user's modules in the cones of the proved outputs,
// provided that all outputs are proved. An input is covered whether or not an output reads
// it: a point is proved for every value of it. A cell does not count if nothing reads it, not
// even a named net: the front end leaves such cells after complete choices and divisions by
// constants.
func (f *Foreign) coverage(d *rtl.Design) Coverage {
	places := map[string][]Place{} // by module
	for _, p := range f.Outputs {
		places[p.Module] = append(places[p.Module], p)
	}
	var all Coverage
	if len(places) == 0 {
		return all.unproved("design") // the place of the layer's outputs is not known
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
	told := f.Protocol != nil // it has outputs for its end and for whether a start counts
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

// readers marks the values that another value, an output or a register reads.
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

// bits appends the values of which bits lo to hi of v consist.
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

// field is the port of a netlist's output, and its lowest bit in that port. Ports of more
// than netlist.MaxWidth bits are several outputs, as in "data[71:64]".
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

// public is the user's name of a module. The front end calls a module with the parameters
// of an instance like $paramod\core\WIDTH=8, or like $paramod$0123abcd\core.
func public(module string) string {
	if !strings.HasPrefix(module, "$paramod") {
		return module
	}
	_, name, _ := strings.Cut(module, `\`)
	name, _, _ = strings.Cut(name, `\`)
	return name
}
