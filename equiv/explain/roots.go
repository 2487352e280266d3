package explain

import (
	"regexp"
	"slices"
	"strconv"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist"
)

// matching relates the circuit's nodes to the reference's.
type matching struct {
	gate, ref *side
	gateVals  [][]uint64
	refVals   [][]uint64
	known     map[string]netlist.Value        // the reference's functions
	present   map[string]bool                 // the circuit's functions
	signals   map[string]netlist.Value        // the circuit's nodes by name
	named     map[netlist.Value]netlist.Value // counterparts by name, and the outputs
	foreign   bool                            // the circuit was not built as the reference is
	numbered  bool                            // names like n17 mean the same on both sides
	pair      map[netlist.Value]netlist.Value // these, and counterparts by position
}

// soundness of a node of the circuit.
type soundness uint8

const (
	wrong  soundness = iota
	narrow           // the low bits of one of the reference's functions
	sound            // the function of its namesake, or one of the reference's functions
)

func match(m *equiv.Model, gate, ref *side, witness []int64, foreign bool) (*matching, error) {
	x := &matching{
		gate: gate, ref: ref, foreign: foreign, known: map[string]netlist.Value{}, present: map[string]bool{}, signals: map[string]netlist.Value{},
		named: map[netlist.Value]netlist.Value{}, pair: map[netlist.Value]netlist.Value{},
	}
	vs := vectors(m, witness)
	var err error
	if x.gateVals, err = values(gate, vs); err != nil {
		return nil, err
	}
	if x.refVals, err = values(ref, vs); err != nil {
		return nil, err
	}
	for v := 1; v < len(ref.m.Cells); v++ {
		if !ref.cone[v] {
			continue
		}
		if _, ok := x.known[ref.keys[v]]; !ok {
			x.known[ref.keys[v]] = netlist.Value(v)
		}
	}
	for v := range gate.cone {
		if gate.cone[v] {
			x.present[gate.keys[v]] = true
			if n := gate.m.Names[netlist.Value(v)]; n != "" {
				x.signals[n] = netlist.Value(v)
			}
		}
	}
	x.numbered = x.sameNumbers()
	x.counterparts()
	return x, nil
}

// sameNumbers reports whether names like n17, which are cell numbers, use the
// reference's numbering. Nearly all numbers that both have must be the same functions.
func (x *matching) sameNumbers() bool {
	same, other := 0, 0
	for v, n := range x.gate.m.Names {
		if !automatic.MatchString(n) || !x.gate.cone[v] {
			continue
		}
		id, err := strconv.Atoi(n[1:])
		if err == nil && id < len(x.ref.cone) && x.ref.cone[id] && x.same(v, netlist.Value(id)) {
			same++
		} else {
			other++
		}
	}
	return same > 0 && other <= 1+same/8
}

// refName is the name under which the text, if it is the generator's, defines a
// value of the reference; "" is none.
func (x *matching) refName(u netlist.Value) string {
	if n := x.ref.m.Names[u]; n != "" {
		return n
	}
	if x.numbered {
		return "n" + strconv.Itoa(int(u))
	}
	return ""
}

// automatic is a name that stands for a cell's number, which differs between the
// sides.
var automatic = regexp.MustCompile(`^n[0-9]+$`)

// counterparts pairs the outputs and nodes of the same name. Then it pairs the operands
// of paired nodes, from the output down.
func (x *matching) counterparts() {
	byName := map[string]netlist.Value{}
	for v := 1; v < len(x.ref.m.Cells); v++ {
		if n := x.refName(netlist.Value(v)); n != "" && x.ref.cone[v] {
			byName[n] = netlist.Value(v)
		}
	}
	for v := range x.gate.cone {
		if u, ok := byName[x.gate.m.Names[netlist.Value(v)]]; ok && x.gate.cone[v] {
			x.named[netlist.Value(v)] = u
		}
	}
	x.named[x.gate.out] = x.ref.out
	for v := len(x.gate.m.Cells) - 1; v > 0; v-- {
		g := netlist.Value(v)
		if !x.gate.cone[v] {
			continue
		}
		if u, ok := x.named[g]; ok {
			x.pair[g] = u
		}
		u, ok := x.pair[g]
		if !ok {
			continue
		}
		a, b := x.gate.args(g), x.ref.args(u)
		if len(a) != len(b) {
			continue
		}
		for i := range a {
			if _, ok := x.pair[a[i]]; !ok {
				x.pair[a[i]] = b[i]
			}
		}
	}
}

// same reports whether a node has a counterpart's function: by normal forms, or, if the
// forms are not canonical, by value on many inputs, including the witness.
func (x *matching) same(v, u netlist.Value) bool {
	if x.gate.keys[v] == x.ref.keys[u] {
		return true
	}
	return x.gate.m.Width(v) == x.ref.m.Width(u) && slices.Equal(x.gateVals[v], x.refVals[u])
}

func (x *matching) sound(v netlist.Value) soundness {
	if u, ok := x.named[v]; ok {
		if x.same(v, u) {
			return sound
		}
		if x.isNarrow(v) {
			return narrow
		}
		return wrong
	}
	switch x.gate.op(v) {
	case netlist.OpConst, netlist.OpInput:
		return sound
	}
	if _, ok := x.known[x.gate.keys[v]]; ok {
		return sound
	}
	if u, ok := x.pair[v]; ok && x.same(v, u) {
		return sound
	}
	if x.isNarrow(v) {
		return narrow
	}
	return wrong
}

func (x *matching) isNarrow(v netlist.Value) bool {
	_, ok := x.wider(v)
	return ok
}

// wider finds a node of the reference of which v is the low bits.
func (x *matching) wider(v netlist.Value) (netlist.Value, bool) {
	w := x.gate.m.Width(v)
	// Nothing of a foreign tree is a part of the reference's.
	if x.foreign || w == 1 || x.gate.form(v).IsConst() {
		return 0, false
	}
	f := x.gate.form(v)
	try := func(u netlist.Value) bool {
		return x.ref.m.Width(u) > w && f.EqualMod(x.ref.form(u), w)
	}
	if u, ok := x.pair[v]; ok && try(u) {
		return u, true
	}
	for u := 1; u < len(x.ref.m.Cells); u++ {
		if x.ref.cone[u] && try(netlist.Value(u)) {
			return netlist.Value(u), true
		}
	}
	return 0, false
}

// roots returns the earliest nodes whose function differs, in order. They are wrong
// although their operands are right, and only wrong nodes lie between them and the
// output. path marks the wrong nodes on these paths.
func (x *matching) roots() (roots []netlist.Value, path map[netlist.Value]bool) {
	path = map[netlist.Value]bool{}
	state := map[netlist.Value]soundness{}
	get := func(v netlist.Value) soundness {
		s, ok := state[v]
		if !ok {
			s = x.sound(v)
			state[v] = s
		}
		return s
	}
	stack := []netlist.Value{x.gate.out}
	for len(stack) > 0 {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if path[v] || get(v) == sound {
			continue
		}
		path[v] = true
		first := true
		for _, a := range x.gate.args(v) {
			if get(a) != sound {
				first = false
				stack = append(stack, a)
			}
		}
		if first {
			roots = append(roots, v)
		}
	}
	slices.Sort(roots)
	return roots, path
}

// culprit is where a root has to be mended.
type culprit struct {
	root   netlist.Value
	name   string // of the definition
	source string // file:line, or ""
	// instead is the reference's operand for which the root reads another function of
	// the reference; 0 if the root itself computes something else.
	instead netlist.Value
	reads   netlist.Value
}

// blame finds the definition that makes a root wrong. If a cell is as in the reference
// but reads another function, the fault is in the definition of the signal that it
// should read. Wires without a cell lose their names, so blame looks at them from the
// cells that read them.
func (x *matching) blame(root netlist.Value, text *Listing) culprit {
	c := culprit{root: root}
	at := func(name string) bool {
		place, ok := text.place(name)
		if ok {
			c.name, c.source = name, place
		}
		return ok
	}
	if _, elsewhere := x.known[x.gate.keys[root]]; root == x.gate.out && elsewhere && at(x.gate.m.Outputs[0].Name) {
		// The output is some other, sound node: what reads it is wrong.
		return c
	}
	for v := root; ; {
		if at(x.misread(v, text, &c)) {
			return c
		}
		if n := x.gate.m.Names[v]; x.gate.op(v).IsWiring() && n != "" && at(n) {
			return c
		}
		if x.gate.m.Names[v] != "" || !x.gate.op(v).IsWiring() || len(x.gate.users[v]) == 0 {
			break
		}
		v = slices.Min(x.gate.users[v])
	}
	if n := x.gate.m.Names[root]; n != "" && at(n) {
		return c
	}
	if root == x.gate.out && at(x.gate.m.Outputs[0].Name) {
		return c
	}
	if s := line(x.gate.source(root)); s != "" {
		c.source = s
		if n, ok := text.defined(s); ok {
			c.name = n
			return c
		}
	}
	c.name = x.gate.name(root)
	if s, ok := text.place(c.name); ok {
		c.source = s
	}
	return c
}

// misread is the name of the signal that v stands for, or that v should read,
// where that has been defined as something else; "" is none.
func (x *matching) misread(v netlist.Value, text *Listing, c *culprit) string {
	u, ok := x.pair[v]
	if !ok {
		return ""
	}
	if x.gate.m.Names[v] == "" && x.gate.op(v).IsWiring() {
		if n := x.missing(u, text); n != "" {
			return n
		}
	}
	if x.gate.op(v) != x.ref.op(u) {
		return ""
	}
	a, b := x.gate.args(v), x.ref.args(u)
	for i := range a {
		if x.same(a[i], b[i]) || x.gate.op(a[i]) == netlist.OpInput && x.ref.op(b[i]) == netlist.OpInput {
			continue
		}
		if v == c.root {
			c.reads, c.instead = a[i], b[i]
		}
		if n := x.missing(b[i], text); n != "" {
			return n
		}
		if n := x.gate.m.Names[a[i]]; automatic.MatchString(n) && !x.numbered {
			return n
		}
	}
	return ""
}

// missing returns the name of the reference's node u, or of the node of which u is a
// part or an extension, if the text defines that name but the circuit has no such
// function under it. Then the definition is wrong. Otherwise it returns "".
func (x *matching) missing(u netlist.Value, text *Listing) string {
	for {
		switch x.ref.op(u) {
		case netlist.OpInput, netlist.OpConst:
			return ""
		}
		n := x.refName(u)
		if _, ok := text.place(n); ok {
			if x.ref.op(u).IsWiring() && x.present[x.ref.keys[u]] || x.keeps(n, u) {
				return ""
			}
			return n
		}
		if !x.ref.op(u).IsWiring() {
			return ""
		}
		next := netlist.Value(0)
		for _, a := range x.ref.args(u) {
			if x.ref.op(a) != netlist.OpConst {
				next = a
			}
		}
		if next == 0 {
			return ""
		}
		u = next
	}
}

// keeps reports whether the circuit's signal of a name has u's function.
func (x *matching) keeps(name string, u netlist.Value) bool {
	v, ok := x.signals[name]
	return ok && x.same(v, u)
}
