package explain

import (
	"slices"

	"github.com/hashiflex/hashiflex/equiv/explain/repair"
	"github.com/hashiflex/hashiflex/equiv/lift"
	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/netlist"
)

// foreign finds the cause in hardware that the generator did not build. Its inner nodes
// have no counterparts, so only the whole can be compared with the model. Each check
// needs the one before to pass: first the coefficients of the accumulator, then values
// that do not fit, then the logic behind the accumulator.
func (e *explanation) foreign() Cause {
	found := e.repairs()
	if len(found) == 0 {
		return e.unconfirmed()
	}
	r := e.smallest(found)
	e.mended = &r
	line := e.lineOf(r)
	written, near, ok := e.retype(line, &r)
	if ok && !near {
		line = written.spot
	}
	c := e.culpritAt(r.Cell, line)
	words, change, weights := e.mendedWords(r)
	if ok && (r.Kind == repair.Function || !near && len(weights) == 0) {
		words, change, weights = e.subject()+written.words(), "", nil
	}
	words += at(c)
	if change != "" {
		words += ": " + change
	}
	return e.cause(c, words, weights)
}

// culpritAt is a cell whose text is to be mended at a line.
func (e *explanation) culpritAt(v netlist.Value, line spot) culprit {
	c := culprit{root: v, name: e.gate.name(v), source: line.String()}
	for _, l := range e.Listings {
		if n, ok := l.defined(c.source); ok {
			c.name = n
			break
		}
	}
	return c
}

// holds reports whether some node is the model's accumulator, plus a constant, and
// wide enough for it: what is wrong comes after that.
func (e *explanation) holds() bool {
	if !e.isAcc || e.acc.IsConst() {
		return false
	}
	sum := e.acc.AddConst(-e.acc.Const)
	for v := range e.gate.cone {
		w := e.gate.m.Width(netlist.Value(v))
		if !e.gate.cone[v] || w == 1 || w > 61 {
			continue
		}
		c, ok := e.gate.form(netlist.Value(v)).AffineMod(sum, 1, w)
		if !ok {
			continue
		}
		// The constant is known modulo 2^w; as a signed number it is the one meant.
		r := e.sp.Bounds(sum.AddConst(c << (64 - w) >> (64 - w)))
		if r.Within(window(w, true)) || r.Within(window(w, false)) {
			return true
		}
	}
	return false
}

// wrongSum compares the circuit's accumulator with the model's. inputs is the number of
// inputs with another coefficient.
func (e *explanation) wrongSum() (cause Cause, inputs int, ok bool) {
	if !e.isAcc || !e.linear(e.acc) {
		return Cause{}, 0, false
	}
	sum, ok := e.nearestSum()
	if !ok {
		return Cause{}, 0, false
	}
	has, diff := e.against(sum)
	if len(diff.Monos) == 0 {
		sum = e.withBias(sum, diff)
		has, diff = e.against(sum)
	}
	first := sum
	switch {
	case len(diff.Monos) > 0:
		first = e.enters(sum, diff.Monos[0].Atom)
	case e.rounds(diff.Const):
		// A rounding constant may have been added together with the bias.
		return Cause{}, 0, false
	}
	words, weights, ok := e.coefficients(has, e.acc, sum)
	if !ok {
		return Cause{}, 0, false
	}
	c := e.written(first)
	return e.cause(c, words+at(c), weights), len(diff.Monos), true
}

// against is the form of a sum, and its difference from the model's accumulator.
func (e *explanation) against(sum netlist.Value) (has, diff term.Form) {
	w := e.gate.m.Width(sum)
	has = e.overInputs(e.gate.form(sum).Symmetric(w))
	return has, has.Sub(e.acc).Reduce(w).Symmetric(w)
}

// withBias returns the circuit's node that has all inputs of sum with the same
// coefficients, and the constant nearest to the model's; of equals, the last. It is
// needed since the bias may be added after the inputs. A node that rounds after the
// bias does not count.
func (e *explanation) withBias(sum netlist.Value, diff term.Form) netlist.Value {
	best, least := sum, diff.Const
	for v := sum + 1; int(v) < len(e.gate.cone); v++ {
		w := e.gate.m.Width(v)
		if !e.gate.cone[v] || e.gate.op(v).IsWiring() || w < e.gate.m.Width(sum) || w > lift.MaxWidth || !e.linear(e.gate.form(v).Symmetric(w)) {
			continue
		}
		_, d := e.against(v)
		if len(d.Monos) > 0 || abs(d.Const) > abs(least) || e.rounds(d.Const-least) {
			continue
		}
		best, least = v, d.Const
	}
	return best
}

// rounds reports whether n is what rounding adds.
func (e *explanation) rounds(n int64) bool {
	t := e.Model.Tail
	return t != nil && t.Shift > 0 && (n == halfStep(t.Shift) || n == halfStep(t.Shift)-1)
}

func abs(n int64) int64 { return max(n, -n) }

// nearestSum returns the circuit's node that contains most of the model's inputs; of
// equals, the first. If a wrong coefficient makes a word overflow, the inputs are still
// in it. An input with several terms is in a node as soon as one of its terms is, so in
// this case the last node that adds a term is taken.
func (e *explanation) nearestSum() (netlist.Value, bool) {
	want := coefs(e.acc)
	best, score := netlist.Value(0), 0
	for v := netlist.Value(1); int(v) < len(e.gate.cone); v++ {
		if !e.gate.cone[v] || e.gate.m.Width(v) > lift.MaxWidth {
			continue
		}
		n := 0
		for _, m := range e.gate.form(v).Symmetric(e.gate.m.Width(v)).Monos {
			if want[int(m.Atom)] != 0 {
				n++
			}
		}
		if n > score || n == score && e.addsTo(best, v) {
			best, score = v, n
		}
	}
	return best, best != 0 && 2*score >= len(e.acc.Monos)
}

// overInputs is the part of a sum's form that is linear in the inputs. Where a
// word lost bits on the way, coefficients that are off by what such a word counts
// as, far above any of the model's, are the model's.
func (e *explanation) overInputs(f term.Form) term.Form {
	if e.linear(f) {
		return f
	}
	lost := int64(4)
	for _, m := range e.acc.Monos {
		for lost < 4*max(m.Coef, -m.Coef) {
			lost *= 2
		}
	}
	diff := f.Sub(e.acc)
	diff.Monos = slices.DeleteFunc(slices.Clone(diff.Monos), func(m term.Mono) bool {
		return int(m.Atom) >= len(e.Model.Vars) || m.Coef%lost == 0
	})
	if diff.Const%lost == 0 {
		diff.Const = 0
	}
	return e.acc.AddScaled(diff, 1)
}

// halfStep is half a unit of the output at the accumulator's scale: what rounding
// to nearest adds, or that less one.
func halfStep(shift int) int64 { return 1 << (shift - 1) }

// enters is the first node of the circuit that computes with an input on its way
// to sum.
func (e *explanation) enters(sum netlist.Value, atom term.Atom) netlist.Value {
	for v := range sum {
		// Value 0 is no cell, and lies in no cone.
		if !e.gate.cone[v] || e.gate.op(v) == netlist.OpInput || e.gate.op(v).IsWiring() {
			continue
		}
		f := e.gate.form(v)
		if !e.linear(f) {
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

// addsTo reports whether v, of a layer whose weights have several terms, is best with
// more of its inputs in it, and not just with a constant more or in fewer bits.
func (e *explanation) addsTo(best, v netlist.Value) bool {
	w := e.gate.m.Width(v)
	if best == 0 || !e.several() || w < e.gate.m.Width(best) {
		return false
	}
	more := e.gate.form(v).Sub(e.gate.form(best)).Symmetric(e.gate.m.Width(best))
	return e.linear(e.gate.form(v)) && !more.IsConst()
}
