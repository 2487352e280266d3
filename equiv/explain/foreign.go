package explain

import (
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
			c = e.blame(c.root)
			return e.cause(c, w+at(c)+e.reachable(c), nil)
		}
	}
	c := e.blame(e.gate.out)
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
	c := e.blame(at0)
	return e.cause(c, words+at(c), weights), true
}

// enters is the node, among those that sum adds up, in which an input first meets
// others.
func (e *explanation) enters(sum netlist.Value, atom term.Atom) netlist.Value {
	has := func(v netlist.Value) bool {
		for _, m := range e.gate.form(v).Monos {
			if m.Atom == atom {
				return true
			}
		}
		return false
	}
	for v := sum; ; {
		next := netlist.Value(0)
		for _, a := range e.gate.args(v) {
			if f := e.gate.form(a); has(a) && e.linear(f) && len(f.Monos) > 1 {
				next = a
				break
			}
		}
		if next == 0 {
			return v
		}
		v = next
	}
}

// at is where a culprit is.
func at(c culprit) string {
	if c.source == "" {
		return " at " + c.name
	}
	return " at " + c.name + " (" + c.source + ")"
}
