package rtl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/netlist"
)

// Cut is a part of a design that an elaboration left out: an instance or a memory. The
// netlist is cut at its ports: what the part drives becomes inputs, what drives the
// part becomes outputs.
type Cut struct {
	Path   string // of the instance or memory, as in "window.lines"
	Module string // of the instance; "" of a memory
	Source string // where it stands
	Drives []CutPort
	Takes  []CutPort
	// Of a memory: the number of words and the bits of each. It drives "data", the word
	// at the current "address". At the clock's edge it writes "write_data" to
	// "write_address", only the bits whose bit of "write_enable" is 1. A word that was
	// never written or does not exist is unknown.
	Words, Width int
}

// CutPort is a port of a Cut.
type CutPort struct {
	Name  string
	Width int
	// Fields are the netlist's values, the least significant first, each of 64 bits
	// except the last.
	Fields []netlist.Value
}

// ModuleWithCuts is Module, but the given instances and all memories become cuts, in
// the order of the text. An instance is given by its path, as in "stem.window"; "*" is
// every instance of the module itself. Words of up to 64 bits are computed as they are
// written. The inputs of a cut become outputs of the netlist, after the module's own,
// called like window.lines.address. The outputs of a cut become inputs of the netlist,
// named in the same way.
//
// It returns an error for a path that does not exist, and for a memory that does not
// have exactly one read and one write port or has another clock than the registers.
func (d *Design) ModuleWithCuts(name string, paths ...string) (*netlist.Module, []Cut, error) {
	c := &cutter{paths: paths}
	m, err := d.module(name, elaboration{limit: netlist.MaxWidth, cuts: c})
	if err != nil {
		return nil, nil, err
	}
	for _, p := range paths {
		if p != "*" && !slices.ContainsFunc(c.cuts, func(c Cut) bool { return c.Path == p && c.Module != "" }) {
			return nil, nil, fmt.Errorf("rtl: module %q has no instance %s", name, p)
		}
	}
	return m, c.cuts, nil
}

// cutter collects what an elaboration leaves out.
type cutter struct {
	paths []string
	cuts  []Cut
	sites []site
}

// site is where a cut is, while its ports are not yet resolved.
type site struct {
	inst int32   // that the ports are seen from
	cell *ilCell // of a memory
	ins  []int32 // flat wires of an instance that it takes
}

// instance reports whether an instance within one of the given prefix is cut.
func (c *cutter) instance(prefix string, cell *ilCell) bool {
	return c != nil && (slices.Contains(c.paths, prefix+public(cell.name)) || prefix == "" && slices.Contains(c.paths, "*"))
}

// cutInstance binds an instance like any other, but drives its outputs by inputs of
// the netlist.
func (e *elab) cutInstance(i int32, cell *ilCell, child *ilModule) error {
	id := int32(len(e.insts))
	if err := e.instantiate(i, cell, child); err != nil {
		return err
	}
	e.insts[id].cut = true
	path := e.insts[i].prefix + public(cell.name)
	c := Cut{Path: path, Module: public(child.name), Source: e.location(cell.src)}
	s := site{inst: id}
	for _, w := range byPort(child) {
		il := &child.wires[w]
		switch {
		case il.in && il.out:
			return fmt.Errorf("instance %s: bidirectional port %s", path, public(il.name))
		case il.in:
			c.Takes = append(c.Takes, CutPort{Name: public(il.name), Width: int(il.width)})
			s.ins = append(s.ins, e.insts[id].base+w)
		default:
			p := e.driven(path, public(il.name), il.width)
			for k, v := range p.Fields {
				e.segs = append(e.segs, segment{wire: e.insts[id].base + w, off: int32(k) * netlist.MaxWidth, width: int32(e.m.Width(v)), kind: segInput, from: int32(v)})
			}
			c.Drives = append(c.Drives, p)
		}
	}
	e.cuts.cuts, e.cuts.sites = append(e.cuts.cuts, c), append(e.cuts.sites, s)
	return nil
}

// cutMemory drives what a memory is read into by inputs of the netlist.
func (e *elab) cutMemory(i int32, cell *ilCell) error {
	mod := e.insts[i].mod
	path := e.insts[i].prefix + public(cell.name)
	if why := memoryShape(mod, cell); why != "" {
		return fmt.Errorf("memory %s%s: %s", path, e.at(cell.src), why)
	}
	width := int32(mod.param(cell, `\WIDTH`))
	c := Cut{Path: path, Source: e.location(cell.src), Words: int(mod.param(cell, `\SIZE`)), Width: int(width), Drives: []CutPort{e.driven(path, "data", width)}}
	out, _ := mod.port(cell, `\RD_DATA`)
	off := int32(0)
	for _, t := range mod.sig(out) {
		if t.wire < 0 {
			return fmt.Errorf("memory %s: its output is connected to a constant", path)
		}
		for used := int32(0); used < t.width; {
			field, at := (off+used)/netlist.MaxWidth, (off+used)%netlist.MaxWidth
			n := min(t.width-used, netlist.MaxWidth-at)
			e.segs = append(e.segs, segment{wire: e.flat(i, t), off: t.off + used, width: n, kind: segInput, from: int32(c.Drives[0].Fields[field]), fromOff: at})
			used += n
		}
		off += t.width
	}
	e.cuts.cuts, e.cuts.sites = append(e.cuts.cuts, c), append(e.cuts.sites, site{inst: i, cell: cell})
	return nil
}

// driven makes the inputs of the netlist that a cut's port drives.
func (e *elab) driven(path, port string, width int32) CutPort {
	p := CutPort{Name: port, Width: int(width)}
	for lo := int32(0); lo < width; lo += netlist.MaxWidth {
		n := min(width-lo, netlist.MaxWidth)
		v := e.push(netlist.OpInput, int(n), int64(len(e.m.Inputs)))
		name := path + "." + port
		if n < width {
			name += bitRange(lo, n)
		}
		e.m.Inputs = append(e.m.Inputs, netlist.Port{Name: name, Width: int(n), Value: v})
		e.name(v, name)
		p.Fields = append(p.Fields, v)
	}
	return p
}

// takes makes the outputs of the netlist that drive a cut's port.
func (e *elab) takes(path string, p *CutPort, ps []piece) {
	at := cursor{ps: ps}
	for lo := int32(0); lo < int32(p.Width); lo += netlist.MaxWidth {
		n := min(int32(p.Width)-lo, netlist.MaxWidth)
		name := path + "." + p.Name
		if int(n) < p.Width {
			name += bitRange(lo, n)
		}
		v := e.word(at.take(n))
		e.m.Outputs = append(e.m.Outputs, netlist.Port{Name: name, Width: int(n), Value: v})
		p.Fields = append(p.Fields, v)
	}
}

// cutOutputs resolves what the cuts take.
func (e *elab) cutOutputs() error {
	if e.cuts == nil {
		return nil
	}
	for k := range e.cuts.cuts {
		c, s := &e.cuts.cuts[k], &e.cuts.sites[k]
		if s.cell == nil {
			for j, w := range s.ins {
				e.over(w, 0, e.wire(w).width, func(d int32) { e.require(int(d)) })
				e.src = e.source(e.wire(w).src)
				e.takes(c.Path, &c.Takes[j], e.read(nil, 0, w, 0, e.wire(w).width))
			}
			continue
		}
		if why := e.memoryClock(s); why != "" {
			return fmt.Errorf("memory %s%s: %s", c.Path, e.at(s.cell.src), why)
		}
		e.memoryTakes(c, s)
	}
	return nil
}

// memoryClock says why a memory is not written with the registers, or "".
func (e *elab) memoryClock(s *site) string {
	mod := e.insts[s.inst].mod
	clk, _ := mod.port(s.cell, `\WR_CLK`)
	edge := mod.param(s.cell, `\WR_CLK_POLARITY`)
	in := e.clockInput(s.inst, clk)
	if e.clock == 0 {
		e.clock, e.edge = in, edge
	}
	if in == 0 || in != e.clock || edge != e.edge {
		return "it is clocked by " + e.clockName(s.inst, clk, edge) + e.firstClock()
	}
	return ""
}

// memoryTakes resolves the inputs of a memory. It looks at the address and data of a
// write only where the write is enabled: elsewhere the front end makes them x.
func (e *elab) memoryTakes(c *Cut, s *site) {
	mod := e.insts[s.inst].mod
	e.src = e.source(s.cell.src)
	port := func(name string) []piece {
		at, _ := mod.port(s.cell, name)
		e.requireSig(s.inst, at)
		return e.sig(s.inst, at)
	}
	for _, p := range []struct{ name, port string }{
		{"address", `\RD_ADDR`}, {"write_enable", `\WR_EN`}, {"write_address", `\WR_ADDR`}, {"write_data", `\WR_DATA`},
	} {
		ps := port(p.port)
		c.Takes = append(c.Takes, CutPort{Name: p.name, Width: int(total(ps))})
		e.takes(c.Path, &c.Takes[len(c.Takes)-1], ps)
	}
	var enables []netlist.Value
	for _, v := range c.Takes[1].Fields {
		if whole, ok := e.oneEnable(v); ok {
			enables = append(enables, whole)
		}
	}
	if len(enables) < len(c.Takes[1].Fields) {
		return
	}
	under := func(p *CutPort, field int, whole netlist.Value) {
		e.visits = 0
		v := e.assume(p.Fields[field], []literal{{e.patterns(whole), true}})
		for i := range e.m.Outputs {
			if name := e.m.Outputs[i].Name; e.m.Outputs[i].Value == p.Fields[field] && strings.HasPrefix(name, c.Path+"."+p.Name) {
				e.m.Outputs[i].Value = v
			}
		}
		p.Fields[field] = v
	}
	if len(slices.Compact(slices.Clone(enables))) == 1 {
		under(&c.Takes[2], 0, enables[0])
	}
	for k, whole := range enables {
		under(&c.Takes[3], k, whole)
	}
}
