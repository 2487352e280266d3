package explain

import (
	"fmt"
	"slices"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/explain/repair"
	"github.com/hashiflex/hashiflex/equiv/lift"
	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Point is a refuted compare point.
type Point struct {
	Layer *spec.Layer
	Unit  shiftadd.Unit
	// The question's circuit is combinational, with the layer's shared terms in place.
	*equiv.Question
	Reference *netlist.Module // the generator's circuit for it, or nil
	Inputs    []int64         // the witness, by model variable
	Listings  []*Listing      // of the circuit's modules, its own first
	// Sibling returns the circuit of another output channel of the layer, or nil if it
	// is not known. Sibling itself may be nil.
	Sibling func(channel int) *netlist.Module
	// Read returns the circuit with another text of one of the files, or nil if that
	// cannot be read. Read itself may be nil.
	Read func(file, text string) *netlist.Module
	// Foreign says that the generator did not make Gate, so the generator's names and
	// trees do not apply.
	Foreign bool
}

// Cause is one fault.
type Cause struct {
	Words  string `json:"words"`            // a sentence that describes it
	Node   string `json:"node"`             // the signal whose definition is wrong
	Module string `json:"module"`           // that the definition stands in
	Source string `json:"source,omitempty"` // of that definition: file:line
	Text   string `json:"text,omitempty"`   // the source text
	// Weights are the weights that are wrong in the hardware, as weights[output
	// channel, input channel of the group, row, column].
	Weights []string `json:"weights,omitempty"`
}

// Explanation is the result for a refuted compare point.
type Explanation struct {
	Causes []Cause `json:"causes"`
	Cone   Cone    `json:"cone"`
}

// Explain finds the causes of a refuted point. If it finds no node, the only cause is
// at the output. It returns an error if the circuit cannot be executed or lifted.
func Explain(p Point) (*Explanation, error) {
	var e *Explanation
	var inner error
	if err := term.Guard(func() { e, inner = explain(p) }); err != nil {
		return nil, fmt.Errorf("module %s: %w", p.Gate.Name, err)
	}
	if inner != nil {
		return nil, fmt.Errorf("module %s: %w", p.Gate.Name, inner)
	}
	return e, nil
}

// explanation is the state of one Explain.
type explanation struct {
	Point
	sp    *term.Space
	gate  *side
	ref   *side
	x     *matching
	acc   term.Form // the model's accumulator
	isAcc bool      // acc is known
	path  map[netlist.Value]bool
	spots map[string]netlist.Value // the node that is wrong, by the words for it
	texts map[string]*document     // files that were read
	// mended is the repair that the cause speaks of, if one confirms it.
	mended *repair.Repair
	top    string        // the module that its line is looked for in
	near   netlist.Value // the linear net nearest to the accumulator; 0 is none
}

// maxCauses is the largest number of causes of a point. With more, the hardware counts
// as differently built.
const maxCauses = 8

func explain(p Point) (*Explanation, error) {
	if len(p.Gate.Outputs) != 1 {
		return nil, fmt.Errorf("%s instead of one", words.Count(len(p.Gate.Outputs), "output"))
	}
	ranges := make([]spec.Range, len(p.Model.Vars))
	for i, v := range p.Model.Vars {
		ranges[i] = spec.Range(v.Range)
	}
	e := &explanation{Point: p, sp: term.NewSpace(ranges), spots: map[string]netlist.Value{}, texts: map[string]*document{}}
	vars := make([]term.Form, len(ranges))
	for i := range vars {
		vars[i] = e.sp.Input(i)
	}
	g := &lift.Golden{Space: e.sp, Terms: p.Model.Terms, Vars: vars}
	e.acc, e.isAcc = g.Form(p.Model.Acc)
	ref := p.Reference
	if ref == nil || p.Foreign || !computes(p.Model, ref) {
		// Without a reference, compare every node with the model alone.
		ref = e.bare()
	}
	var err error
	if e.ref, err = newSide(e.sp, equiv.NewQuestion(p.Model, ref)); err != nil {
		return nil, err
	}
	if e.gate, err = newSide(e.sp, p.Question); err != nil {
		return nil, err
	}
	if e.x, err = match(p.Model, e.gate, e.ref, p.Inputs, p.Foreign); err != nil {
		return nil, err
	}
	var roots []netlist.Value
	roots, e.path = e.x.roots()
	causes := e.causes(roots)
	return &Explanation{causes, e.cone(e.blamed(causes, roots))}, nil
}

// blamed returns the nodes of the causes. These are the roots, unless the whole sum had
// to be compared: in a tree other than the reference's, every term is a root, and most
// are right.
func (e *explanation) blamed(causes []Cause, roots []netlist.Value) []netlist.Value {
	var nodes []netlist.Value
	whole := e.Foreign
	for _, c := range causes {
		if v, ok := e.spots[c.Words]; ok {
			nodes = append(nodes, v)
			whole = whole || !slices.Contains(roots, v)
		}
	}
	switch {
	case !whole:
		return roots
	case len(nodes) == 0:
		// The whole circuit is another one.
		return []netlist.Value{e.gate.out}
	}
	return nodes
}

// computes reports whether a reference is one: that it computes the model is
// shown as for any other circuit.
func computes(m *equiv.Model, ref *netlist.Module) bool {
	s := equiv.NewQuestion(m, ref).Settle()
	if s.Verdict != verdict.Proved || s.Tail == nil {
		return s.Verdict == verdict.Proved
	}
	_, differs, err := s.Tail.Enumerate(s.Tail.Range)
	return err == nil && !differs
}

// bare is a reference that has nothing but the model's accumulator, as a sum of
// multiples, at its output.
func (e *explanation) bare() *netlist.Module {
	m := netlist.New("model")
	w := e.Gate.Outputs[0].Width
	sum := m.Const(lift.MaxWidth, e.acc.Const)
	for _, mono := range e.acc.Monos {
		if int(mono.Atom) >= len(e.Model.Vars) {
			continue
		}
		v := e.Model.Vars[mono.Atom]
		x := m.Extend(m.Input(v.Port, v.Width), lift.MaxWidth, v.Signed)
		sum = m.Add(sum, m.Mul(x, m.Const(lift.MaxWidth, mono.Coef)))
	}
	m.Output(e.Gate.Outputs[0].Name, m.Slice(sum, 0, w))
	return m
}

// causes puts the roots into words, those with one culprit together.
func (e *explanation) causes(roots []netlist.Value) []Cause {
	if c, ok := e.otherChannel(); ok {
		return []Cause{c}
	}
	if e.Foreign {
		return []Cause{e.foreign()}
	}
	var found []culprit
	for _, r := range roots {
		c := e.blame(r)
		same := func(o culprit) bool { return o.name == c.name && o.source == c.source }
		if !slices.ContainsFunc(found, same) {
			found = append(found, c)
		}
	}
	if c, wrong, ok := e.wrongSum(); ok && 0 < wrong && wrong < len(found) {
		// Another tree, as for other weights, parts from the reference in more
		// places than there are wrong inputs.
		return []Cause{c}
	}
	if len(found) == 0 || len(found) > maxCauses {
		found = []culprit{e.nearest()}
	}
	var out []Cause
	for _, c := range found {
		words, weights := e.words(c, len(found) == 1)
		out = append(out, e.cause(c, words, weights))
	}
	return out
}

// cause is a culprit with a description of the fault.
func (e *explanation) cause(c culprit, words string, weights []string) Cause {
	e.spots[words] = c.root
	cause := Cause{Words: words, Weights: weights, Node: c.name, Module: e.Gate.Name, Source: c.source}
	for _, l := range e.Listings {
		if t := l.text(c.source); t != "" {
			cause.Text, cause.Module = t, l.Module
			break
		}
	}
	return cause
}

// blame looks a root's culprit up in the listings. An extension of a word that
// does not hold its value is right itself: the word is to blame.
func (e *explanation) blame(root netlist.Value) culprit {
	if op := e.gate.op(root); op == netlist.OpZext || op == netlist.OpSext {
		a := e.gate.args(root)[0]
		w, f := e.gate.m.Width(a), e.gate.form(a)
		if r := e.sp.Bounds(f); w <= lift.MaxWidth && e.linear(f) && !r.Within(window(w, true)) && !r.Within(window(w, false)) {
			c := e.lookUp(a)
			c.root = root
			return c
		}
	}
	return e.lookUp(root)
}

// lookUp finds the culprit of a node in the listings.
func (e *explanation) lookUp(root netlist.Value) culprit {
	var first culprit
	for i, l := range e.Listings {
		c := e.x.blame(root, l)
		if i == 0 {
			first = c
		}
		if _, ok := l.place(c.name); ok {
			if s := line(e.gate.source(root)); s == "" || l.text(s) != "" {
				return c
			}
		}
	}
	if len(e.Listings) == 0 {
		return e.x.blame(root, nil)
	}
	return first
}

// nearest is the culprit of hardware that is built otherwise: the first node that
// is affine in the wrong accumulator, or the output.
func (e *explanation) nearest() culprit {
	if v, ok := e.sum(); ok {
		return e.blame(v)
	}
	return e.blame(e.gate.out)
}

// sum is the circuit's node on the path that comes nearest to the model's
// accumulator among those that are linear in the inputs.
func (e *explanation) sum() (netlist.Value, bool) {
	want := map[term.Atom]int64{}
	for _, m := range e.acc.Monos {
		want[m.Atom] = m.Coef
	}
	best, score := netlist.Value(0), 0
	for v := netlist.Value(1); int(v) < len(e.gate.cone); v++ {
		if !e.path[v] || !e.linear(e.gate.form(v)) {
			continue
		}
		n := 0
		for _, m := range e.gate.form(v).Symmetric(e.gate.m.Width(v)).Monos {
			if want[m.Atom] == m.Coef {
				n++
			}
		}
		if n > score || n == score && e.addsTo(best, v) {
			best, score = v, n
		}
	}
	return best, best != 0 && 2*score >= len(e.acc.Monos)
}

// linear reports whether f has no atoms but inputs.
func (e *explanation) linear(f term.Form) bool {
	for _, m := range f.Monos {
		if int(m.Atom) >= len(e.Model.Vars) {
			return false
		}
	}
	return true
}
