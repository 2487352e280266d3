package lift

import (
	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// A tree of adders has one form at its root, and nobody asks for those below. To lift it
// cell by cell copies every term once for each level of the tree. So a sum is lifted at
// once: intervals go up from its leaves, and then coefficients go down from its root.
//
// The rules are those of the single cells, without reduction: bits of every cell are
// congruent to its integer modulo 2^width, an operator that extends or shifts needs its
// operand's integer within the window of the reading, and a sum in which one is not is
// left to the rules of single cells. Rule.Query asks this file and those rules for a form
// of every cell, and they must agree.

// flow is what lifting of sums has shown and needs.
type flow struct {
	off    bool               // a sum wraps, or the module has had its share
	work   int                // cells visited
	ranges []spec.Range       // by value: of its integer
	read   []reading          // by value: how it is read as an integer that does not wrap
	count  int                // readings
	moved  map[exactKey]int64 // by reading: what the integer under it is above that of the value, if not 0
	need   []bool
	coefs  []int64 // by value
	byAtom []int64
}

type reading uint8

const (
	asUnsigned reading = 1 << iota
	asSigned
)

func readingOf(signed bool) reading {
	if signed {
		return asSigned
	}
	return asUnsigned
}

// share is how often all cells of a module may be visited. What asks for very many nets
// gets them one by one.
const share = 8

// summed reports whether an operator can be the root of a sum, or within one.
var summed = func() (is [netlist.NumOps]bool) {
	for _, op := range []netlist.Op{
		netlist.OpAdd, netlist.OpSub, netlist.OpNeg, netlist.OpNot,
		netlist.OpSext, netlist.OpZext, netlist.OpConcat, netlist.OpSlice,
	} {
		is[op] = true
	}
	return is
}()

// sum lifts v and nothing below it, if all of its cone down to inputs, constants and
// lifted nets is a sum that never wraps where that would matter.
func (l *Lifter) sum(v netlist.Value) (n Net, ok bool) {
	if !l.Sums || l.flow.off || !summed[l.m.Cells[v].Op] {
		return Net{}, false
	}
	if term.Guard(func() { n, ok = l.sumOf(v) }) != nil {
		l.flow.off = true
		return Net{}, false
	}
	return n, ok
}

// Sum lifts v if it is a sum. Its form is as Net returns it.
func (l *Lifter) Sum(v netlist.Value) (Net, bool) {
	if l.done[v] && l.Sums && summed[l.m.Cells[v].Op] {
		return l.nets[v], true
	}
	n, ok := l.sum(v)
	if ok {
		l.nets[v], l.done[v] = n, true
	}
	return n, ok
}

func (l *Lifter) sumOf(v netlist.Value) (Net, bool) {
	f := &l.flow
	if f.ranges == nil {
		n := len(l.m.Cells)
		f.ranges, f.read = make([]spec.Range, n), make([]reading, n)
		f.need, f.coefs = make([]bool, n), make([]int64, n)
	}
	if f.work++; f.work > share*len(l.m.Cells) {
		f.off = true
		return Net{}, false
	}
	low, ok := l.cone(v)
	f.work += int(v - low)
	// What is marked is cleared whatever comes of it.
	defer func() {
		clear(f.need[low : v+1])
		clear(f.coefs[low : v+1])
	}()
	if !ok {
		return Net{}, false
	}
	if !l.upward(low, v) {
		f.off = true
		return Net{}, false
	}
	return l.reduced(Net{l.downward(low, v), f.ranges[v], false}, l.m.Width(v)), true
}

// leaf reports whether a cell of the cone is not looked into.
func (l *Lifter) leaf(v netlist.Value) bool {
	op := l.m.Cells[v].Op
	return l.done[v] || op == netlist.OpInput || op == netlist.OpConst
}

// cone marks the cells of v's cone; low is the first of them.
func (l *Lifter) cone(v netlist.Value) (low netlist.Value, ok bool) {
	need := l.flow.need
	need[v] = true
	low = v
	for i := v; i >= low; i-- {
		if !need[i] {
			continue
		}
		c := &l.m.Cells[i]
		switch {
		case l.done[i] && l.nets[i].Loose:
			// Its integer is not that of the cells.
			return low, false
		case l.leaf(i):
			continue
		case !summed[c.Op] || c.Width == 1 || int(c.Width) > MaxWidth || c.Op == netlist.OpSlice && (c.Aux != 0 || l.Deep || l.m.Width(c.Args[0]) > MaxWidth):
			return low, false
		}
		for _, a := range c.Args[:c.Op.Arity()] {
			need[a] = true
			low = min(low, a)
		}
	}
	return low, true
}

// upward computes the interval of every integer of the cone, and checks that those that
// must not wrap do not.
func (l *Lifter) upward(low, v netlist.Value) bool {
	f := &l.flow
	for i := low; i <= v; i++ {
		if !f.need[i] {
			continue
		}
		c := &l.m.Cells[i]
		if l.leaf(i) {
			n := l.nets[i]
			if !l.done[i] {
				n, _ = rules[c.Op].lift(l, i, c)
			}
			f.ranges[i] = n.Range
			continue
		}
		a := f.ranges[c.Args[0]]
		var r spec.Range
		switch c.Op {
		case netlist.OpAdd:
			b := f.ranges[c.Args[1]]
			r = spec.Range{Lo: term.Plus(a.Lo, b.Lo), Hi: term.Plus(a.Hi, b.Hi)}
		case netlist.OpSub:
			b := f.ranges[c.Args[1]]
			r = spec.Range{Lo: term.Plus(a.Lo, term.Times(-1, b.Hi)), Hi: term.Plus(a.Hi, term.Times(-1, b.Lo))}
		case netlist.OpNeg:
			r = spec.Range{Lo: term.Times(-1, a.Hi), Hi: term.Times(-1, a.Lo)}
		case netlist.OpNot:
			r = spec.Range{Lo: term.Plus(-1, term.Times(-1, a.Hi)), Hi: term.Plus(-1, term.Times(-1, a.Lo))}
		case netlist.OpSlice:
			r = a
		case netlist.OpSext, netlist.OpZext:
			var ok bool
			if r, ok = l.exactly(c.Args[0], c.Op == netlist.OpSext); !ok {
				return false
			}
		case netlist.OpConcat:
			var ok bool
			if a, ok = l.exactly(c.Args[0], false); !ok {
				return false
			}
			b, s := f.ranges[c.Args[1]], int64(1)<<l.m.Width(c.Args[0])
			r = spec.Range{Lo: term.Plus(term.Times(b.Lo, s), a.Lo), Hi: term.Plus(term.Times(b.Hi, s), a.Hi)}
		}
		if l.broken && c.Op == l.fault {
			r = term.Shift(r, 1)
		}
		f.ranges[i] = r
	}
	return true
}

// exactly is the interval of v's integer under a reading, as the cell reads it that extends
// v or puts something above it. ok is false if the integer may wrap.
func (l *Lifter) exactly(v netlist.Value, signed bool) (r spec.Range, ok bool) {
	f, w := &l.flow, l.m.Width(v)
	var moved term.Form
	if r, ok = fit(&moved, f.ranges[v], window(w, signed), w); !ok {
		return r, false
	}
	f.note(v, readingOf(signed))
	if moved.Const != 0 {
		if f.moved == nil {
			f.moved = map[exactKey]int64{}
		}
		f.moved[exactKey{v, signed}] = moved.Const
	}
	return r, true
}

func (f *flow) note(v netlist.Value, r reading) {
	if f.read[v]&r == 0 {
		f.read[v] |= r
		f.count++
	}
}

// downward follows the coefficients from v to the leaves and adds up the leaves' forms.
func (l *Lifter) downward(low, v netlist.Value) (form term.Form) {
	f := &l.flow
	if n := l.Space.Atoms(); len(f.byAtom) < n {
		f.byAtom = make([]int64, n)
	}
	f.coefs[v] = 1
	total, most := int64(0), -1
	give := func(a netlist.Value, c int64) { f.coefs[a] = term.Plus(f.coefs[a], c) }
	for i := v; i >= low; i-- {
		k := f.coefs[i]
		if k == 0 {
			continue
		}
		c := &l.m.Cells[i]
		if l.leaf(i) {
			n := l.nets[i]
			if !l.done[i] {
				n, _ = rules[c.Op].lift(l, i, c)
			}
			total = term.Plus(total, term.Times(k, n.Form.Const))
			for _, m := range n.Form.Monos {
				f.byAtom[m.Atom] = term.Plus(f.byAtom[m.Atom], term.Times(k, m.Coef))
				most = max(most, int(m.Atom))
			}
			continue
		}
		switch c.Op {
		case netlist.OpAdd:
			give(c.Args[0], k)
			give(c.Args[1], k)
		case netlist.OpSub:
			give(c.Args[0], k)
			give(c.Args[1], term.Times(-1, k))
		case netlist.OpNeg:
			give(c.Args[0], term.Times(-1, k))
		case netlist.OpNot:
			give(c.Args[0], term.Times(-1, k))
			total = term.Plus(total, term.Times(-1, k))
		case netlist.OpSlice:
			give(c.Args[0], k)
		case netlist.OpSext, netlist.OpZext:
			total = term.Plus(total, term.Times(k, f.moved[exactKey{c.Args[0], c.Op == netlist.OpSext}]))
			give(c.Args[0], k)
		case netlist.OpConcat:
			total = term.Plus(total, term.Times(k, f.moved[exactKey{c.Args[0], false}]))
			give(c.Args[0], k)
			give(c.Args[1], term.Times(k, 1<<l.m.Width(c.Args[0])))
		}
		if l.broken && c.Op == l.fault {
			total = term.Plus(total, k)
		}
	}
	count := 0
	for _, c := range f.byAtom[:most+1] {
		if c != 0 {
			count++
		}
	}
	form = term.Form{Const: total, Monos: make([]term.Mono, 0, count)}
	for a, c := range f.byAtom[:most+1] {
		if c != 0 {
			form.Monos = append(form.Monos, term.Mono{Atom: term.Atom(a), Coef: c})
		}
	}
	clear(f.byAtom[:most+1])
	return form
}
