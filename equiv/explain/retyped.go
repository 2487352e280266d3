package explain

import (
	"fmt"
	"slices"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/explain/edit"
	"github.com/hashiflex/hashiflex/equiv/explain/repair"
	"github.com/hashiflex/hashiflex/netlist"
)

// Limits of the changed texts that are read, in number and in bytes, and not in time.
// Beside a line that is suspected already, and elsewhere.
const (
	maxReadNear = 100
	maxRead     = 2500
	maxSigns    = 60
	maxBytes    = 8 << 20
	beside      = 2 // lines
)

// retyped is a change of the text that mends the circuit.
type retyped struct {
	edit.Change
	spot spot
}

// retype looks for a change of the text after which the circuit is right: on the line of
// a repair or beside it, and then anywhere. Of several it is the most probable, and of
// these the nearest. near says that it is on the line or beside it.
func (e *explanation) retype(at spot, r *repair.Repair) (best retyped, near, ok bool) {
	if e.Read == nil {
		return best, false, false
	}
	vs := repair.Vectors(e.Question, e.Inputs)
	hints := e.hints(r)
	budget := maxBytes
	mends := func(l *Listing, c *edit.Change) bool {
		budget -= len(l.Text)
		m := e.Read(l.File, c.Apply(l.Text))
		return m != nil && e.right(m, vs)
	}
	if r != nil && r.Kind != repair.Function {
		// A term that was subtracted and should be added is a change of one word, and a
		// repair may be found where the term was made.
		reads := 0
		for _, l := range e.wholes(at) {
			for _, c := range edit.Signs(l.Text) {
				if reads >= maxSigns || budget < 0 {
					continue
				}
				if reads++; mends(l, &c) {
					return retyped{c, spot{e.text(l.File), c.Line}}, at.t != nil && at.t.file == l.File && distance(c.Line, at.line) <= beside, true
				}
			}
		}
	}
	reads := 0
	for _, close := range []bool{true, false} {
		if close && (r == nil || r.Kind == repair.Function) {
			continue // that line is where the output is, and nothing else is known of it
		}
		most := maxRead
		if close {
			most = maxReadNear
		}
		for _, l := range e.wholes(at) {
			inFile := at.t != nil && at.t.file == l.File
			if close && !inFile {
				continue
			}
			changes := edit.Changes(l.Text, hints)
			from := func(c edit.Change) int {
				if !inFile {
					return c.Line
				}
				return distance(c.Line, at.line)
			}
			slices.SortStableFunc(changes, func(a, b edit.Change) int {
				if a.Cost != b.Cost {
					return a.Cost - b.Cost
				}
				return from(a) - from(b)
			})
			for i := range changes {
				c := &changes[i]
				if close && from(*c) > beside || !close && r != nil && r.Kind != repair.Function && inFile && from(*c) <= beside {
					continue
				}
				if reads >= most || budget < 0 {
					break
				}
				reads++
				if mends(l, c) {
					return retyped{*c, spot{e.text(l.File), c.Line}}, close || inFile && from(*c) <= beside, true
				}
			}
		}
	}
	return best, false, false
}

// wholes are the files, that of a line first.
func (e *explanation) wholes(at spot) (all []*Listing) {
	for _, l := range e.Listings {
		if l.Line != 1 || slices.ContainsFunc(all, func(o *Listing) bool { return o.File == l.File && len(o.Text) >= len(l.Text) }) {
			continue
		}
		all = slices.DeleteFunc(all, func(o *Listing) bool { return o.File == l.File })
		if at.t != nil && at.t.file == l.File {
			all = slices.Insert(all, 0, l)
		} else {
			all = append(all, l)
		}
	}
	return all
}

// hints are numbers that the text may lack.
func (e *explanation) hints(r *repair.Repair) edit.Hints {
	var h edit.Hints
	put := func(ns ...int64) {
		for _, n := range ns {
			if n != 0 && !slices.Contains(h.Numbers, n) {
				h.Numbers = append(h.Numbers, n)
			}
		}
	}
	if r != nil {
		put(r.Is)
	}
	if e.isAcc {
		put(e.acc.Const)
		put(e.differences()...)
	}
	if t := e.Model.Tail; t != nil {
		out := t.Out.Range()
		put(out.Hi, out.Lo)
		if t.Shift > 0 && t.Shift < 40 {
			c := t.Out.Rounding.Constants(t.Shift)
			put(c.Pos, c.Neg)
		}
	}
	for _, v := range e.Model.Vars {
		if !slices.Contains(h.Widths, v.Width) {
			h.Widths = append(h.Widths, v.Width)
		}
	}
	return h
}

// right reports whether a circuit computes the model on all tried inputs.
func (e *explanation) right(m *netlist.Module, vs [][]int64) bool {
	if len(m.Outputs) != 1 || m.Outputs[0].Width != e.Gate.Outputs[0].Width {
		return false
	}
	r, err := newRunner(equiv.NewQuestion(e.Model, m))
	return err == nil && r.failing(vs[:1]) < 0 && r.failing(vs) < 0
}

// words describe the change.
func (c retyped) words() string {
	switch {
	case c.Was == "":
		return fmt.Sprintf("%q is missing", c.Is)
	case c.Is == "":
		return fmt.Sprintf("%q should not be here", c.Was)
	}
	return fmt.Sprintf("%q should be %q", c.Was, c.Is)
}
