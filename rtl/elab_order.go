package rtl

import (
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/netlist"
)

// state of a node in the walk from users to drivers.
type state uint8

const (
	fresh state = iota
	open        // on the path from the root: meeting it again is a loop
	done
)

// frame is a node whose dependencies are being visited. A node is a segment, or,
// after all of them, a cell.
type frame struct {
	node int
	next int // into deps
	base int // where the node's own dependencies begin
}

// require resolves the given node and all that it depends on. The walk keeps its
// own stack: a chain of adders is as deep as it is long.
func (e *elab) require(root int) {
	if *e.stateOf(root) != fresh {
		return
	}
	var deps []int
	var path []frame
	enter := func(node int) {
		*e.stateOf(node) = open
		base := len(deps)
		deps = e.dependencies(node, deps)
		path = append(path, frame{node, base, base})
	}
	enter(root)
	for len(path) > 0 {
		f := &path[len(path)-1]
		if f.next == len(deps) {
			e.resolve(f.node)
			deps = deps[:f.base]
			path = path[:len(path)-1]
			continue
		}
		node := deps[f.next]
		f.next++
		switch *e.stateOf(node) {
		case fresh:
			enter(node)
		case open:
			e.loop(node, path)
		}
	}
}

func (e *elab) stateOf(node int) *state {
	if node < len(e.segs) {
		return &e.segs[node].state
	}
	return &e.cells[node-len(e.segs)].state
}

func (e *elab) dependencies(node int, deps []int) []int {
	if node < len(e.segs) {
		s := &e.segs[node]
		switch s.kind {
		case segAlias:
			e.over(s.from, s.fromOff, s.width, func(d int32) { deps = append(deps, int(d)) })
		case segCell:
			deps = append(deps, len(e.segs)+int(s.from))
		}
		return deps
	}
	c := &e.cells[node-len(e.segs)]
	if c.kind.register {
		return deps
	}
	mod := e.insts[c.inst].mod
	for _, p := range mod.ports[c.cell.ports.from:c.cell.ports.to] {
		if p.name == c.kind.out || c.kind.memory && p.name != c.kind.ins[0] {
			continue // what a memory is written with reaches it at the next edge
		}
		for _, t := range mod.sig(p.sig) {
			if t.wire >= 0 {
				e.over(e.flat(c.inst, t), t.off, t.width, func(d int32) { deps = append(deps, int(d)) })
			}
		}
	}
	return deps
}

// loop gives a node that depends on itself an undefined value. Every member of
// the loop depends on it, so none of them can be proven.
func (e *elab) loop(node int, path []frame) {
	var names []string
	at := ""
	on := false
	for _, f := range path {
		on = on || f.node == node
		if !on {
			continue
		}
		if f.node < len(e.segs) {
			s := &e.segs[f.node]
			names = append(names, e.bits(s.wire, s.off, s.off+s.width))
		} else if c := &e.cells[f.node-len(e.segs)]; at == "" {
			at = e.at(c.cell.src)
		}
	}
	// Names of the user's say more than those of the front end.
	if own := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return strings.Contains(n, "$") }); len(own) > 0 {
		names = own
	}
	const most = 16
	if len(names) > most {
		names = append(names[:most:most], "…")
	}
	u := netlist.Undef{Reason: netlist.UndefLoop, Detail: strings.Join(names, " <- ") + at}
	*e.stateOf(node) = done
	if node < len(e.segs) {
		e.settle(&e.segs[node], e.undef(e.segs[node].width, u))
		return
	}
	c := &e.cells[node-len(e.segs)]
	out, _ := e.insts[c.inst].mod.port(c.cell, c.kind.out)
	c.out = e.undef(int32(e.insts[c.inst].mod.width(out)), u)
}

// settle records what a segment resolved to.
func (e *elab) settle(s *segment, ps []piece) {
	s.lo = int32(len(e.pieces))
	e.pieces = append(e.pieces, ps...)
	s.hi = int32(len(e.pieces))
}

// resolve computes a node whose dependencies are done, unless it closed a loop.
func (e *elab) resolve(node int) {
	st := e.stateOf(node)
	if *st == done {
		return
	}
	*st = done
	if node >= len(e.segs) {
		c := &e.cells[node-len(e.segs)]
		if !c.kind.register {
			e.src = e.source(c.cell.src)
			c.out = e.build(c)
		}
		return
	}
	s := &e.segs[node]
	at := len(e.pieces)
	s.lo = int32(at)
	switch s.kind {
	case segAlias:
		e.pieces = e.read(e.pieces, at, s.from, s.fromOff, s.width)
	case segConst:
		e.src = e.source(e.wire(s.wire).src)
		e.pieces = e.digits(e.pieces, at, s.inst, s.from, s.width)
	case segZero:
		for _, p := range zeros(nil, s.width) {
			e.pieces = join(e.pieces, at, p)
		}
	case segCell:
		e.pieces = part(e.pieces, at, e.cells[s.from].out, s.fromOff, s.width)
	case segInput:
		// A conflicting driver may have left only some of the port's bits.
		e.pieces = join(e.pieces, at, piece{val: netlist.Value(s.from), lo: s.fromOff, width: s.width})
	case segUndef:
		u := s.undef
		if u == nil {
			u = &netlist.Undef{Reason: netlist.UndefUndriven, Detail: e.bits(s.wire, s.off, s.off+s.width) + e.at(e.wire(s.wire).src) + e.leftOpen(s.wire)}
		}
		e.src = e.source(e.wire(s.wire).src)
		e.pieces = append(e.pieces, e.undef(s.width, *u)...)
	}
	s.hi = int32(len(e.pieces))
}

// read appends what bits off .. off+width-1 of a flat wire resolved to.
func (e *elab) read(dst []piece, from int, wire, off, width int32) []piece {
	e.over(wire, off, width, func(i int32) {
		s := &e.segs[i]
		lo := max(off, s.off)
		dst = part(dst, from, e.pieces[s.lo:s.hi], lo-s.off, min(off+width, s.off+s.width)-lo)
	})
	return dst
}

// digits appends constant digits of an instance's module; x and z are undefined.
func (e *elab) digits(dst []piece, from int, inst, at, width int32) []piece {
	mod := e.insts[inst].mod
	ds := mod.digits[at : at+width]
	for len(ds) > 0 {
		n := int32(1)
		if d := ds[0]; d == 'x' || d == 'z' {
			for int(n) < len(ds) && ds[n] == d {
				n++
			}
			u := netlist.Undef{Reason: netlist.UndefX, Detail: string(d) + " in module " + public(mod.name)}
			if e.src != 0 {
				u.Detail += " at " + e.m.Sources[e.src]
			}
			dst = append(dst, e.undef(n, u)...)
		} else {
			dst = join(dst, from, piece{width: 1, bits: uint64(d - '0')})
		}
		ds = ds[n:]
	}
	return dst
}

// sig is what a sigspec of an instance resolved to.
func (e *elab) sig(inst int32, s span) (ps []piece) {
	for _, t := range e.insts[inst].mod.sig(s) {
		if t.wire < 0 {
			ps = e.digits(ps, 0, inst, t.off, t.width)
		} else {
			ps = e.read(ps, 0, e.flat(inst, t), t.off, t.width)
		}
	}
	return ps
}

// source is the index of a location in Sources.
func (e *elab) source(src string) int32 {
	i, ok := e.srcs[src]
	if !ok {
		if at := e.location(src); at != "" {
			i = int32(len(e.m.Sources))
			e.m.Sources = append(e.m.Sources, at)
		}
		e.srcs[src] = i
	}
	return i
}

// all elaborates every cell, in the order of the text.
func (e *elab) all() {
	for i := range e.cells {
		e.require(len(e.segs) + i)
	}
}

// outputs connects the output ports.
func (e *elab) outputs() {
	top := e.insts[0].mod
	for _, w := range byPort(top) {
		il := &top.wires[w]
		if !il.out {
			continue
		}
		e.over(w, 0, il.width, func(s int32) { e.require(int(s)) })
		e.src = e.source(il.src)
		for lo := int32(0); lo < il.width; lo += netlist.MaxWidth {
			n := min(il.width-lo, netlist.MaxWidth)
			v := e.word(e.read(nil, 0, w, lo, n))
			e.m.Outputs = append(e.m.Outputs, netlist.Port{Name: fieldName(il, lo, n), Width: int(n), Value: v})
		}
	}
}

// label names values after the wires that hold them: signals before output
// ports, outer instances before inner ones. It adds no cell for a name's sake.
func (e *elab) label() {
	for _, ports := range []bool{false, true} {
		for w := range e.wires {
			il := e.wire(int32(w))
			if il.name[0] != '\\' || il.out != ports || il.width == 0 || il.width > netlist.MaxWidth {
				continue
			}
			v := e.held(int32(w))
			if v != 0 && e.m.Names[v] == "" && e.m.Cells[v].Op != netlist.OpConst {
				e.name(v, e.wireName(int32(w)))
			}
		}
	}
}

// name names v unless the name is taken: an escaped identifier may look like the
// path of a signal in an instance.
func (e *elab) name(v netlist.Value, name string) {
	if !e.taken[name] {
		e.taken[name] = true
		e.m.Names[v] = name
	}
}

// held is the value that a wire stands for, or 0 if none does. A wire that
// nothing asked about has none.
func (e *elab) held(w int32) netlist.Value {
	for s := e.first[w]; s < e.first[w+1]; s++ {
		if e.segs[s].state != done {
			return 0
		}
	}
	return e.existing(e.read(nil, 0, w, 0, e.wire(w).width))
}

// leftOpen says which instance has no connection to its input w, or "" if w is no input of
// an instance.
func (e *elab) leftOpen(w int32) string {
	in := &e.insts[e.wires[w]]
	if in.parent < 0 || !e.wire(w).in {
		return ""
	}
	return ", which instance " + strings.TrimSuffix(in.prefix, ".") + e.at(in.src) + " leaves open"
}
