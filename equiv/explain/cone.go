package explain

import (
	"slices"

	"github.com/hashiflex/hashiflex/equiv/explain/repair"
	"github.com/hashiflex/hashiflex/equiv/lift"
	"github.com/hashiflex/hashiflex/netlist"
)

// Cone is the failing part of a circuit on the witness: the earliest nodes that
// differ, what they read, and everything from there to the output, in order.
type Cone struct {
	Nodes []Node `json:"nodes"`
}

// Node is one signal of a cone. Gold is the correct value: that of its counterpart in
// the reference, or its own after the repair of the circuit. If neither is known,
// Paired is false and Gold has no meaning.
type Node struct {
	Name   string `json:"name"`
	Op     string `json:"op"`
	Width  int    `json:"width"`
	Signed bool   `json:"signed"` // how the values are read
	Source string `json:"source,omitempty"`
	Gate   int64  `json:"gate"`
	Gold   int64  `json:"gold"`
	Paired bool   `json:"paired"`
	// The same with all inputs at rest.
	RestGate int64 `json:"rest_gate"`
	RestGold int64 `json:"rest_gold"`
	Root     bool  `json:"root,omitempty"` // a cause speaks of it
	First    bool  `json:"first,omitempty"`
	// Drawn says that a picture shows it: it lies on a path from the inputs that are
	// not at rest through the cause to the output; see path.go.
	Drawn bool  `json:"drawn,omitempty"`
	Reads []int `json:"reads,omitempty"` // indices of earlier nodes
	Frac  int   `json:"frac"`            // fraction bits of the accumulator, or of the output for the last
}

// maxCone is the largest number of nodes that are kept. Those nearest to the output are
// dropped first, since they help a reader least. The output is always kept.
const maxCone = 200

// cone collects the wrong nodes and their operands; roots are the faulty nodes. It
// skips unnamed one-bit and wiring nodes.
func (e *explanation) cone(roots []netlist.Value) Cone {
	if e.mended != nil && len(roots) > 0 {
		return e.mendedCone(*e.mended)
	}
	show := map[netlist.Value]bool{e.gate.out: true}
	for v := range e.path {
		if e.gate.m.Names[v] != "" || !e.gate.op(v).IsWiring() {
			show[v] = true
		}
		for _, a := range e.gate.args(v) {
			if e.gate.op(a) != netlist.OpConst && e.gate.m.Names[a] != "" {
				show[a] = true
			}
		}
	}
	isRoot := map[netlist.Value]bool{}
	for _, r := range roots {
		isRoot[r], show[r] = true, true
	}
	if len(show) > maxCone {
		for v := netlist.Value(len(e.gate.cone) - 1); v > 0 && len(show) > maxCone; v-- {
			if !isRoot[v] && v != e.gate.out {
				delete(show, v)
			}
		}
	}
	index := map[netlist.Value]int{}
	var c Cone
	first := false
	for v := netlist.Value(1); int(v) < len(e.gate.cone); v++ {
		if !show[v] || !e.gate.cone[v] {
			continue
		}
		w := e.gate.m.Width(v)
		n := Node{
			Name: e.label(v), Op: e.gate.op(v).String(), Width: w, Signed: e.signed(v),
			Source: e.place(v), Root: isRoot[v], Frac: e.Layer.AccFrac(e.Unit.Channel),
		}
		if e.gate.op(v) == netlist.OpInput {
			n.Frac = e.Layer.InFormat(0).Frac
		}
		if v == e.gate.out {
			n.Signed, n.Frac = e.Model.Signed(), e.Layer.Out.Format.Frac
		}
		n.Gate, n.RestGate = read(e.x.gateVals[v][0], w, n.Signed), read(e.x.gateVals[v][1], w, n.Signed)
		if v == e.gate.out {
			n.Gold, n.Paired = e.Model.Run(e.Inputs), true
			n.RestGold = e.Model.Run(vectors(e.Model, e.Inputs)[1])
		} else if u, ok := e.x.named[v]; ok {
			n.Gold, n.Paired = read(e.x.refVals[u][0], e.ref.m.Width(u), n.Signed), true
			n.RestGold = read(e.x.refVals[u][1], e.ref.m.Width(u), n.Signed)
		} else if !e.path[v] {
			n.Gold, n.RestGold, n.Paired = n.Gate, n.RestGate, true
		}
		if !first && n.Paired && n.Gold != n.Gate {
			n.First, first = true, true
		}
		n.Reads = e.reads(v, index)
		index[v] = len(c.Nodes)
		c.Nodes = append(c.Nodes, n)
	}
	c.draw()
	return c
}

// mendedCone is the paths from the inputs that are not at rest to the cells that a
// repair changes, and from there to the output, with their values after the repair.
func (e *explanation) mendedCone(r repair.Repair) Cone {
	cells := append([]netlist.Value{r.Cell}, r.Cells...)
	n := len(e.gate.cone)
	ahead, behind := make([]bool, n), make([]bool, n)
	for _, v := range cells {
		ahead[v], behind[v] = true, true
	}
	for v := 1; v < n; v++ {
		for _, a := range e.gate.args(netlist.Value(v)) {
			ahead[v] = ahead[v] || e.gate.cone[v] && ahead[a]
		}
	}
	for v := n - 1; v > 0; v-- {
		if !behind[v] {
			continue
		}
		for _, a := range e.gate.args(netlist.Value(v)) {
			// What is as it is at rest does not bring anything here.
			behind[a] = behind[a] || e.x.gateVals[a] != nil && e.x.gateVals[a][0] != e.x.gateVals[a][1]
		}
	}
	var show []netlist.Value
	for v := netlist.Value(1); int(v) < n; v++ {
		if !ahead[v] && !behind[v] || !e.gate.cone[v] && !slices.Contains(cells, v) || e.x.gateVals[v] == nil {
			continue
		}
		if v == e.gate.out || v == r.Cell || e.gate.m.Names[v] != "" || !e.gate.op(v).IsWiring() && e.gate.op(v) != netlist.OpConst {
			show = append(show, v)
		}
	}
	if len(show) > maxCone {
		// The cause in the middle.
		at := slices.Index(show, r.Cell)
		from := min(max(0, at-maxCone/2), len(show)-maxCone)
		last := show[len(show)-1]
		show = append(slices.Clone(show[from:from+maxCone-1]), last)
	}
	var c Cone
	index := map[netlist.Value]int{}
	first := false
	for _, v := range show {
		w := e.gate.m.Width(v)
		node := Node{
			Name: e.label(v), Op: e.gate.op(v).String(), Width: w, Signed: e.readSigned(v),
			Source: e.usersLine(v), Root: v == r.Cell, Frac: e.Layer.AccFrac(e.Unit.Channel),
		}
		if e.gate.op(v) == netlist.OpInput {
			node.Frac = e.Layer.InFormat(0).Frac
		}
		if v == e.gate.out {
			node.Signed, node.Frac = e.Model.Signed(), e.Layer.Out.Format.Frac
		}
		value := func(changed map[netlist.Value]uint64, lane int) int64 {
			if x, ok := changed[v]; ok {
				return read(x, w, node.Signed)
			}
			return read(e.x.gateVals[v][lane], w, node.Signed)
		}
		node.Gate, node.RestGate = value(nil, 0), value(nil, 1)
		node.Gold, node.RestGold = value(r.Expected, 0), value(r.AtRest, 1)
		node.Paired = r.Kind != repair.Function || !ahead[v]
		if v == e.gate.out {
			node.Gold, node.RestGold, node.Paired = e.Model.Run(e.Inputs), e.Model.Run(vectors(e.Model, e.Inputs)[1]), true
		}
		if !first && node.Paired && node.Gold != node.Gate {
			node.First, first = true, true
		}
		node.Reads = e.readsThrough(v, index)
		index[v] = len(c.Nodes)
		c.Nodes = append(c.Nodes, node)
	}
	c.draw()
	return c
}

// readsThrough are the shown nodes that v depends on through nodes that are not shown.
func (e *explanation) readsThrough(v netlist.Value, index map[netlist.Value]int) (out []int) {
	seen := map[netlist.Value]bool{}
	stack := slices.Clone(e.gate.args(v))
	for len(stack) > 0 {
		a := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[a] {
			continue
		}
		seen[a] = true
		if i, ok := index[a]; ok {
			out = append(out, i)
		} else if e.gate.op(a).IsWiring() {
			stack = append(stack, e.gate.args(a)...)
		}
	}
	slices.Sort(out)
	return out
}

// usersLine is where a node stands in the user's text, or "".
func (e *explanation) usersLine(v netlist.Value) string {
	for _, s := range stretches(e.gate.source(v)) {
		if t := e.text(s.file); t != nil {
			return spot{t, s.first}.String()
		}
	}
	return ""
}

// readSigned reports whether a word is a signed number: where it is linear in the
// inputs, by what it can be; else as who reads it takes it.
func (e *explanation) readSigned(v netlist.Value) bool {
	w := e.gate.m.Width(v)
	if e.gate.op(v) != netlist.OpInput && w > 1 && w <= lift.MaxWidth {
		if f := e.gate.form(v).Symmetric(w); e.linear(f) && !f.IsConst() {
			if r := e.sp.Bounds(f); r.Lo >= 0 || r.Within(window(w, true)) {
				return r.Lo < 0
			}
		}
	}
	return e.signed(v)
}

// reads are the shown nodes that v depends on through nodes that are not.
func (e *explanation) reads(v netlist.Value, index map[netlist.Value]int) []int {
	var out []int
	seen := map[netlist.Value]bool{}
	stack := append([]netlist.Value(nil), e.gate.args(v)...)
	for len(stack) > 0 {
		a := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[a] {
			continue
		}
		seen[a] = true
		if i, ok := index[a]; ok {
			out = append(out, i)
		} else if e.gate.op(a).IsWiring() || e.path[a] {
			stack = append(stack, e.gate.args(a)...)
		}
	}
	slices.Sort(out)
	return out
}

// label is a node's name, or that of the definition it stands in and its number.
func (e *explanation) label(v netlist.Value) string {
	if v == e.gate.out {
		return e.gate.m.Outputs[0].Name
	}
	if n := e.gate.m.Names[v]; n != "" {
		return n
	}
	return e.gate.name(v) + "." + e.gate.op(v).String()
}

// place is where a node was written.
func (e *explanation) place(v netlist.Value) string {
	if s := line(e.gate.source(v)); s != "" {
		return s
	}
	for _, l := range e.Listings {
		if s, ok := l.place(e.gate.m.Names[v]); ok {
			return s
		}
	}
	return ""
}

// signed reports whether a node is read as a signed number. Its users decide, if one
// extends or compares it. Otherwise it is signed if its counterpart's form can be
// negative.
func (e *explanation) signed(v netlist.Value) bool {
	if e.gate.m.Width(v) == 1 {
		return false
	}
	for _, u := range e.gate.users[v] {
		switch e.gate.op(u) {
		case netlist.OpSext, netlist.OpSlt:
			return true
		case netlist.OpZext, netlist.OpUlt:
			return false
		}
	}
	if e.gate.op(v) == netlist.OpInput {
		return e.Model.Vars[e.bound(v)].Signed
	}
	u, ok := e.x.pair[v]
	return ok && e.sp.Bounds(e.ref.form(u)).Lo < 0
}

func (e *explanation) bound(v netlist.Value) int {
	for i, m := range e.Model.Vars {
		if m.Port == e.gate.m.Inputs[e.gate.m.Cells[v].Aux].Name {
			return i
		}
	}
	return 0
}
