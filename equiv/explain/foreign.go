package explain

import (
	"slices"

	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/netlist"
)

// foreign is the cause in hardware that the generator did not build: its inner
// nodes are nobody's counterparts, so that only the whole can be compared, by
// what the model says of it. In this order, since each asks that the one before
// is right: the coefficients of the accumulator, the values that do not fit, the
// logic behind the accumulator.
func (e *explanation) foreign() Cause {
	if c, ok := e.wrongSum(); ok {
		return c
	}
	for v := range e.gate.cone {
		c := culprit{root: netlist.Value(v)}
		if !e.gate.cone[v] {
			continue
		}
		if w, ok := e.wrapWords(c); ok {
			c = e.written(c.root)
			return e.cause(c, w+at(c)+e.reachable(c), nil)
		}
	}
	c := e.written(e.gate.out)
	if w, ok := e.tailWords(); ok {
		return e.cause(c, w+at(c), nil)
	}
	return e.cause(c, "the output is another function of the inputs"+at(c), nil)
}

// wrongSum compares the circuit's accumulator with the model's.
func (e *explanation) wrongSum() (Cause, bool) {
	if !e.isAcc || !e.linear(e.acc) {
		return Cause{}, false
	}
	sum, ok := e.sum()
	if !ok {
		return Cause{}, false
	}
	w := e.gate.m.Width(sum)
	has := e.gate.form(sum).Symmetric(w)
	diff := has.Sub(e.acc).Reduce(w).Symmetric(w)
	at0 := sum
	switch {
	case len(diff.Monos) > 0:
		at0 = e.enters(sum, diff.Monos[0].Atom)
	case e.Model.Tail != nil && e.Model.Tail.Shift > 0 && diff.Const>>(e.Model.Tail.Shift-1)<<(e.Model.Tail.Shift-1) == diff.Const:
		// A rounding constant may have been added together with the bias.
		return Cause{}, false
	}
	words, weights, ok := e.coefficients(has, e.acc, sum)
	if !ok {
		return Cause{}, false
	}
	c := e.written(at0)
	return e.cause(c, words+at(c), weights), true
}

// enters is the first node of the circuit that computes with an input on its way
// to sum.
func (e *explanation) enters(sum netlist.Value, atom term.Atom) netlist.Value {
	for v := range sum {
		f := e.gate.form(v)
		if !e.gate.cone[v] || e.gate.op(v) == netlist.OpInput || isWiring(e.gate.op(v)) || !e.linear(f) {
			continue
		}
		for _, m := range f.Monos {
			if m.Atom == atom {
				return v
			}
		}
	}
	return sum
}

// written is a node as it stands in the text: in the statement at its location, or
// at the next one downstream that has a location.
func (e *explanation) written(v netlist.Value) culprit {
	c := culprit{root: v, name: e.gate.name(v)}
	for u := v; ; {
		if c.source = line(e.gate.source(u)); c.source != "" || len(e.gate.users[u]) == 0 {
			break
		}
		u = slices.Min(e.gate.users[u])
	}
	for _, l := range e.Listings {
		if n, ok := l.defined(c.source); ok {
			c.name = n
			break
		}
	}
	return c
}

// at is where a culprit is.
func at(c culprit) string {
	if c.source == "" {
		return " at " + c.name
	}
	return " at " + c.name + " (" + c.source + ")"
}
