package rtl

import (
	"fmt"
	"slices"
	"strconv"
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
	// Over is, by port that writes, the ports that it wins over where both write one
	// word; a word that two ports write otherwise is unknown. The first port has the names
	// above; those of the others have their number behind them, as in "write_data1". A
	// memory that is read by several ports has a cut for each, with the same writes.
	Over []uint64
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
// It returns an error for a path that does not exist, and for a memory that nothing writes or
// that has another clock than the registers.
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
	read int32   // of a memory: its port that reads
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
	if why := portShapes(mod, cell); why != "" {
		return fmt.Errorf("memory %s%s: %s", path, e.at(cell.src), why)
	}
	width, reads, writes := int32(mod.param(cell, `\WIDTH`)), int(mod.param(cell, `\RD_PORTS`)), int(mod.param(cell, `\WR_PORTS`))
	over := make([]uint64, writes)
	for j := range over {
		over[j] = uint64(mod.param(cell, `\WR_PRIORITY_MASK`)) >> (j * writes) & ones(writes)
	}
	var all []Cut
	for r := range reads {
		at := path
		if reads > 1 {
			at = fmt.Sprintf("%s.read%d", path, r)
		}
		all = append(all, Cut{Path: at, Source: e.location(cell.src), Words: int(mod.param(cell, `\SIZE`)), Width: int(width), Over: over, Drives: []CutPort{e.driven(at, "data", width)}})
	}
	out, _ := mod.port(cell, `\RD_DATA`)
	off := int32(0)
	for _, t := range mod.sig(out) {
		if t.wire < 0 {
			return fmt.Errorf("memory %s: its output is connected to a constant", path)
		}
		for used := int32(0); used < t.width; {
			read, bit := (off+used)/width, (off+used)%width
			field, at := bit/netlist.MaxWidth, bit%netlist.MaxWidth
			n := min(t.width-used, netlist.MaxWidth-at, width-bit)
			e.segs = append(e.segs, segment{wire: e.flat(i, t), off: t.off + used, width: n, kind: segInput, from: int32(all[read].Drives[0].Fields[field]), fromOff: at})
			used += n
		}
		off += t.width
	}
	for r, c := range all {
		e.cuts.cuts, e.cuts.sites = append(e.cuts.cuts, c), append(e.cuts.sites, site{inst: i, cell: cell, read: int32(r)})
	}
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
	writes, edges := mod.param(s.cell, `\WR_PORTS`), mod.param(s.cell, `\WR_CLK_POLARITY`)
	edge := edges & 1
	in := e.clocksInput(s.inst, clk)
	if e.clock == 0 {
		e.clock, e.edge = in, edge
	}
	switch {
	case edges != 0 && edges != 1<<writes-1:
		return "its ports write at different edges"
	case in == 0 && writes > 1:
		return "its ports are not all clocked by one input of one bit" + e.firstClock()
	case in == 0 || in != e.clock || edge != e.edge:
		return "it is clocked by " + e.clockName(s.inst, clk, edge) + e.firstClock()
	}
	return ""
}

// clocksInput is clockInput of several bits, which all have to be one input.
func (e *elab) clocksInput(inst int32, clks span) netlist.Value {
	e.requireSig(inst, clks)
	ps := e.sig(inst, clks)
	var in netlist.Value
	for _, p := range ps {
		if p.val == 0 || p.width != 1 || e.m.Cells[p.val].Op != netlist.OpInput || e.m.Width(p.val) != 1 || in != 0 && p.val != in {
			return 0
		}
		in = p.val
	}
	return in
}

// memoryTakes resolves the inputs of a memory. It looks at the address and data of a
// write only where the write is enabled: elsewhere the front end makes them x.
func (e *elab) memoryTakes(c *Cut, s *site) {
	mod := e.insts[s.inst].mod
	e.src = e.source(s.cell.src)
	take := func(name, port string, number, width int32) *CutPort {
		at, _ := mod.port(s.cell, port)
		e.requireSig(s.inst, at)
		c.Takes = append(c.Takes, CutPort{Name: name, Width: int(width)})
		p := &c.Takes[len(c.Takes)-1]
		e.takes(c.Path, p, part(nil, 0, e.sig(s.inst, at), number*width, width))
		return p
	}
	c.Takes = make([]CutPort, 0, 1+3*len(c.Over)) // pointers into it stay
	bits := int32(mod.param(s.cell, `\ABITS`))
	take("address", `\RD_ADDR`, s.read, bits)
	for j := range c.Over {
		suffix := WritePort(j)
		e.writeTakes(c,
			take("write_enable"+suffix, `\WR_EN`, int32(j), int32(c.Width)),
			take("write_address"+suffix, `\WR_ADDR`, int32(j), bits),
			take("write_data"+suffix, `\WR_DATA`, int32(j), int32(c.Width)))
	}
}

// WritePort is how the names of a memory's port that writes, of that number, end.
func WritePort(number int) string {
	if number == 0 {
		return ""
	}
	return strconv.Itoa(number)
}

// writeTakes looks at an address and data of a memory under their enable.
func (e *elab) writeTakes(c *Cut, enable, address, data *CutPort) {
	var enables []netlist.Value
	for _, v := range enable.Fields {
		if whole, ok := e.oneEnable(v); ok {
			enables = append(enables, whole)
		}
	}
	if len(enables) < len(enable.Fields) {
		return
	}
	under := func(p *CutPort, field int, whole netlist.Value) {
		e.visits = 0
		v := e.assume(p.Fields[field], []literal{{e.patterns(whole), true}})
		name := c.Path + "." + p.Name
		for i := range e.m.Outputs {
			if is := e.m.Outputs[i].Name; e.m.Outputs[i].Value == p.Fields[field] && (is == name || strings.HasPrefix(is, name+"[")) {
				e.m.Outputs[i].Value = v
			}
		}
		p.Fields[field] = v
	}
	if len(slices.Compact(slices.Clone(enables))) == 1 {
		under(address, 0, enables[0])
	}
	for k, whole := range enables {
		under(data, k, whole)
	}
}
