package rtl

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	"github.com/hashiflex/hashiflex/netlist"
)

// Size limits of one elaboration: instances multiply.
const (
	maxInstances = 1 << 20
	maxWires     = 1 << 26
)

// Module elaborates the module called name, with every instance below it, into
// one flat word-level netlist. Signals of instances are called like u1.n5.
//
// Every cell of the module is elaborated, even if no output depends on it. Ports of
// more than netlist.MaxWidth bits become fields, the least significant first, called
// data[63:0], data[71:64]. The input that clocks the registers is the netlist's one
// clock. It is no port unless outputs also depend on it in another way.
//
// Logic without an exact meaning becomes netlist.OpUndef; see the package
// documentation. It returns an error if the module is missing or contains itself, for a
// black box, and for inconsistent RTLIL.
func (d *Design) Module(name string) (*netlist.Module, error) {
	return d.module(name, elaboration{limit: MaxWord})
}

// Sequential is Module for a circuit that is executed clock by clock from its reset
// on. Memories of at most the given number of words are registers, as of
// ModuleWithMemories. A reset that does not wait for the clock is read as one that
// does, where it is the input of that name, or its inverse: registers are as it leaves
// them from the first edge of the clock on at which it is given. Before that edge they
// hold anything. It must be given at an edge, and not fall within a clock.
func (d *Design) Sequential(name string, words int, reset string) (*netlist.Module, error) {
	return d.module(name, elaboration{words: words, limit: MaxWord, reset: reset})
}

// ModuleWithMemories is Module, but memories of at most the given number of words
// become registers, one for each word, called like u1.words[5]. Larger memories are
// unknown cells. Words of up to 64 bits are computed as they are written. This is for
// engines without normal forms: they refer to nets of the text, and need both sides to
// add in the same order.
func (d *Design) ModuleWithMemories(name string, words int) (*netlist.Module, error) {
	return d.module(name, elaboration{words: words, limit: netlist.MaxWidth})
}

// elaboration is how a module is elaborated.
type elaboration struct {
	words int     // that a memory may have
	limit int32   // words of more bits are put at the width they need
	cuts  *cutter // nil: nothing is left out
	reset string  // input that is a reset for which registers are taken to wait
}

func (d *Design) module(name string, r elaboration) (*netlist.Module, error) {
	top := d.index[`\`+name]
	if top == nil {
		if top = d.index[name]; top == nil {
			return nil, fmt.Errorf("rtl: no module %q in the design", name)
		}
	}
	if top.opaque {
		return nil, fmt.Errorf("rtl: module %q is a black box", name)
	}
	e := &elab{
		d:      d,
		depth:  r.words,
		limit:  r.limit,
		cuts:   r.cuts,
		waited: r.reset,
		m:      netlist.New(name),
		words:  map[wordKey]netlist.Value{},
		srcs:   map[string]int32{},
		taken:  map[string]bool{},
		xArm:   map[netlist.Value]bool{},
		bound:  map[netlist.Value]bounds{},
		fixed:  map[netlist.Value]fixed{},
	}
	if err := e.flatten(top); err != nil {
		return nil, fmt.Errorf("rtl: module %q: %w", name, err)
	}
	e.drivers()
	e.registers()
	e.all()
	e.outputs()
	if err := e.cutOutputs(); err != nil {
		return nil, fmt.Errorf("rtl: module %q: %w", name, err)
	}
	e.close()
	e.label()
	return e.m, nil
}

// elab is the elaboration of one module.
type elab struct {
	d     *Design
	m     *netlist.Module
	depth int // words that a memory may have
	limit int32
	cuts  *cutter // nil: nothing is left out
	// waited is the input that is a reset for which registers are taken to wait, or ""
	waited string
	insts  []instance
	wires  []int32 // instance of a flat wire
	cells  []flatCell
	segs   []segment
	// segments of flat wire w, by offset: segs[first[w]:first[w+1]]
	first   []int32
	clock   netlist.Value           // the input that clocks the registers; 0 is none
	edge    int64                   // its polarity
	owner   string                  // the first register that it clocks, in words
	fixed   map[netlist.Value]fixed // what resets were found to be
	pieces  []piece                 // of all resolved segments
	words   map[wordKey]netlist.Value
	srcs    map[string]int32         // locations that Sources has
	peek    bool                     // look wiring up, create none
	xArm    map[netlist.Value]bool   // multiplexers with an arm that may be x
	fromX   []bool                   // of the first cells: whether an x has a part in them
	barrels int                      // bits of wide words that were shifted by a computed amount
	bound   map[netlist.Value]bounds // of what was computed at less than its width
	visits  int                      // multiplexers that the current simplification has looked at
	nested  int                      // operators around the bit whose patterns are read
	taken   map[string]bool          // names of values
	src     int32                    // of the cell under construction
}

// instance is one occurrence of a module in the hierarchy.
type instance struct {
	mod    *ilModule
	parent int32  // -1 is none
	prefix string // "u1.", or "" at the top
	src    string // of the cell that it is; "" at the top
	base   int32  // its first flat wire
	cut    bool   // its contents are not looked at
}

// flatCell is one occurrence of a cell that computes.
type flatCell struct {
	inst  int32
	cell  *ilCell
	kind  *cellKind
	state state
	out   []piece // of its one output
	regs  []netlist.Value
	undef *netlist.Undef // of a memory whose clock is not the netlist's
	reset netlist.Value  // the bit with which the registers take their reset value; 0 is none
}

// segment is a run of bits of one flat wire and what drives it.
type segment struct {
	wire, off, width int32
	kind             segKind
	state            state
	from             int32 // alias: wire; cell: index; input: port field; constant: digit
	fromOff          int32 // alias: bit of the wire; cell: bit of the output
	inst             int32 // of the constant's digits
	undef            *netlist.Undef
	lo, hi           int32 // pieces, once resolved
}

type segKind uint8

const (
	segAlias segKind = iota
	segConst
	segZero
	segCell
	segInput
	segUndef
)

// flatten walks the hierarchy and collects wires, cells and what drives what.
func (e *elab) flatten(top *ilModule) error {
	if err := e.add(top, -1, "", ""); err != nil {
		return err
	}
	e.inputs(top)
	for i := 0; i < len(e.insts); i++ {
		if err := e.contents(int32(i)); err != nil {
			return fmt.Errorf("in module %q: %w", public(e.insts[i].mod.name), err)
		}
	}
	return nil
}

func (e *elab) add(mod *ilModule, parent int32, prefix, src string) error {
	for p := parent; p >= 0; p = e.insts[p].parent {
		if e.insts[p].mod == mod {
			return fmt.Errorf("module %q contains itself", public(mod.name))
		}
	}
	if len(e.insts) >= maxInstances || len(e.wires)+len(mod.wires) > maxWires {
		return fmt.Errorf("the hierarchy has more than %d instances or %d wires", maxInstances, maxWires)
	}
	if mod.procs != "" {
		return fmt.Errorf("process %s of module %q was not converted to cells", mod.procs, public(mod.name))
	}
	id := int32(len(e.insts))
	e.insts = append(e.insts, instance{mod: mod, parent: parent, prefix: prefix, src: src, base: int32(len(e.wires))})
	for range mod.wires {
		e.wires = append(e.wires, id)
	}
	return nil
}

func (e *elab) inputs(top *ilModule) {
	for _, w := range byPort(top) {
		il := &top.wires[w]
		if !il.in || il.width == 0 {
			continue
		}
		if il.out {
			e.segs = append(e.segs, e.undefSeg(0, chunk{w, 0, il.width}, netlist.UndefDrivers, "bidirectional port "+e.wireName(w)))
			continue
		}
		for lo := int32(0); lo < il.width; lo += netlist.MaxWidth {
			n := min(il.width-lo, netlist.MaxWidth)
			v := e.push(netlist.OpInput, int(n), int64(len(e.m.Inputs)))
			name := fieldName(il, lo, n)
			e.m.Inputs = append(e.m.Inputs, netlist.Port{Name: name, Width: int(n), Value: v})
			e.name(v, name)
			e.segs = append(e.segs, segment{wire: w, off: lo, width: n, kind: segInput, from: int32(v)})
		}
	}
}

func fieldName(w *ilWire, lo, n int32) string {
	if n == w.width {
		return public(w.name)
	}
	return public(w.name) + bitRange(lo, n)
}

func bitRange(lo, n int32) string {
	return "[" + strconv.Itoa(int(lo+n-1)) + ":" + strconv.Itoa(int(lo)) + "]"
}

// byPort lists a module's ports in order.
func byPort(mod *ilModule) (ports []int32) {
	for i := range mod.wires {
		if mod.wires[i].in || mod.wires[i].out {
			ports = append(ports, int32(i))
		}
	}
	sort.SliceStable(ports, func(i, j int) bool { return mod.wires[ports[i]].port < mod.wires[ports[j]].port })
	return ports
}

// contents adds what instance i's cells and connections drive.
func (e *elab) contents(i int32) error {
	mod := e.insts[i].mod
	if e.insts[i].cut {
		return nil
	}
	for _, c := range mod.conns {
		if err := e.connect(i, mod.sig(c.lhs), i, mod.sig(c.rhs)); err != nil {
			return err
		}
	}
	for k := range mod.cells {
		c := &mod.cells[k]
		if child := e.d.index[c.typ]; child != nil && e.cuts.instance(e.insts[i].prefix, c) {
			if err := e.cutInstance(i, c, child); err != nil {
				return err
			}
			continue
		}
		if child := e.d.index[c.typ]; child != nil && !child.opaque {
			if err := e.instantiate(i, c, child); err != nil {
				return err
			}
			continue
		}
		var err error
		if child := e.d.index[c.typ]; child != nil {
			err = e.unknown(i, c, outputsOf(child), "a black box")
		} else {
			err = e.cell(i, c)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// outputsOf lists the ports through which a module can drive; never nil.
func outputsOf(mod *ilModule) []string {
	outs := []string{}
	for i := range mod.wires {
		if mod.wires[i].out {
			outs = append(outs, mod.wires[i].name)
		}
	}
	return outs
}

// cell adds an occurrence of a cell that is no instance.
func (e *elab) cell(i int32, c *ilCell) error {
	mod := e.insts[i].mod
	kind := cellKinds[c.typ]
	if kind != nil && kind.silent {
		return nil
	}
	if kind != nil && kind.memory && e.cuts != nil {
		return e.cutMemory(i, c)
	}
	if kind != nil && kind.build != nil {
		why := kind.fits(mod, c)
		if n := mod.param(c, `\SIZE`); kind.memory && why == "" && n > int64(e.depth) {
			why = fmt.Sprintf("a memory of %d words", n)
		}
		if why == "" {
			out, _ := mod.port(c, kind.out)
			id := int32(len(e.cells))
			e.cells = append(e.cells, flatCell{inst: i, cell: c, kind: kind})
			off := int32(0)
			for _, t := range mod.sig(out) {
				if t.wire < 0 {
					return fmt.Errorf("cell %s: its output %s is connected to a constant", c.name, kind.out)
				}
				e.segs = append(e.segs, segment{wire: e.flat(i, t), off: t.off, width: t.width, kind: segCell, from: id, fromOff: off})
				off += t.width
			}
			return nil
		}
		return e.unknown(i, c, []string{kind.out}, why)
	}
	if kind != nil {
		why := ""
		if strings.Contains(c.typ, "latch") {
			why = "a latch, which keeps its value where the text assigns none"
		}
		return e.unknown(i, c, kind.outs, why)
	}
	// Nothing is known of its ports either: any of them may be driven.
	return e.unknown(i, c, nil, "")
}

// unknown marks what a cell drives, outs or everything it touches, as undefined.
func (e *elab) unknown(i int32, c *ilCell, outs []string, why string) error {
	mod := e.insts[i].mod
	detail := e.what(i, c)
	if why != "" {
		detail += ": " + why
	}
	for _, p := range mod.ports[c.ports.from:c.ports.to] {
		drives := outs == nil
		for _, o := range outs {
			drives = drives || p.name == o
		}
		if !drives {
			continue
		}
		for _, t := range mod.sig(p.sig) {
			if t.wire >= 0 {
				e.segs = append(e.segs, e.undefSeg(i, t, netlist.UndefCell, detail))
			}
		}
	}
	return nil
}

// connect drives the chunks lhs of instance li by rhs of instance ri, which has
// as many bits: one segment for each stretch that is one chunk on both sides.
func (e *elab) connect(li int32, lhs []chunk, ri int32, rhs []chunk) error {
	j, used := 0, int32(0)
	for _, l := range lhs {
		if l.wire < 0 && l.width > 0 {
			return fmt.Errorf("a constant is driven")
		}
		for done := int32(0); done < l.width; {
			for used == rhs[j].width {
				j, used = j+1, 0
			}
			r := rhs[j]
			n := min(l.width-done, r.width-used)
			s := segment{wire: e.flat(li, l), off: l.off + done, width: n, fromOff: r.off + used, inst: ri}
			switch {
			case r.wire == padding:
				s.kind = segZero
			case r.wire < 0:
				s.kind, s.from = segConst, r.off+used
			default:
				s.kind, s.from = segAlias, e.flat(ri, r)
			}
			e.segs = append(e.segs, s)
			done, used = done+n, used+n
		}
	}
	return nil
}

func (e *elab) flat(inst int32, c chunk) int32 { return e.insts[inst].base + c.wire }

func (e *elab) undefSeg(inst int32, c chunk, reason netlist.UndefReason, detail string) segment {
	return segment{wire: e.flat(inst, c), off: c.off, width: c.width, kind: segUndef, undef: &netlist.Undef{Reason: reason, Detail: detail}}
}

// wire is the declaration of a flat wire.
func (e *elab) wire(w int32) *ilWire {
	in := &e.insts[e.wires[w]]
	return &in.mod.wires[w-in.base]
}

// wireName is the hierarchical name of a flat wire.
func (e *elab) wireName(w int32) string {
	return e.insts[e.wires[w]].prefix + public(e.wire(w).name)
}

// what is a cell's type, its name if a person gave it one, and its place.
func (e *elab) what(i int32, c *ilCell) string {
	s := public(c.typ) + " cell"
	if c.name[0] == '\\' {
		s += " " + e.insts[i].prefix + public(c.name)
	}
	if at := e.at(c.src); at != "" {
		return s + at
	}
	// The front end gives some cells no place; their module has one.
	return s + " in module " + public(e.insts[i].mod.name) + e.at(e.insts[i].mod.src)
}

// at is a source location for the end of a message.
func (e *elab) at(src string) string {
	if src = e.location(src); src == "" {
		return ""
	}
	return " at " + src
}

// location rewrites the file names of a location into the user's and drops the
// front end's "nowhere".
func (e *elab) location(src string) string {
	var parts []string
	for p := range strings.SplitSeq(src, "|") {
		if strings.HasSuffix(p, ":0.0-0.0") || p == "" {
			continue
		}
		if name, rest, ok := strings.Cut(p, ":"); ok {
			if user, ok := e.d.files[name]; ok {
				p = user + ":" + rest
			}
		}
		parts = append(parts, p)
	}
	return strings.Join(parts, "|")
}
