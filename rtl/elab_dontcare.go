package rtl

import (
	"slices"

	"github.com/hashiflex/hashiflex/netlist"
)

// Yosys gives a variable that is assigned in a nested branch the value x wherever the
// branch is not taken: "if (s) y = a; else if (t) y = b; else y = c;" becomes s ? a :
// (s ? x : (t ? b : c)). That x has no effect. This file finds the arms that an outer
// select excludes, and only if an x is in them; everything else stays as written.

// literal is a select whose value is known on the way to an arm.
type literal struct {
	when []pattern // the select is 1 exactly where one of them holds
	is   bool
}

const (
	maxLiterals = 64
	maxVisits   = 1 << 12 // multiplexers looked at for one arm
	maxSelects  = 12      // bits whose values are enumerated
	maxTogether = 6       // the same, for each multiplexer on the way to an x
)

// mayBeX reports whether v is x, or selects among words one of which is, or has
// bits of such a word.
func (e *elab) mayBeX(v netlist.Value) bool {
	c := &e.m.Cells[v]
	if c.Op.IsWiring() {
		return e.mayBeX(c.Args[0]) || c.Op == netlist.OpConcat && e.mayBeX(c.Args[1])
	}
	return c.Op == netlist.OpUndef || e.xArm[v]
}

// derives reports whether an x has a part in v, through operators of any kind.
func (e *elab) derives(v netlist.Value) bool {
	for i := len(e.fromX); i <= int(v); i++ {
		c := &e.m.Cells[i]
		x := c.Op == netlist.OpUndef
		for _, a := range c.Args[:c.Op.Arity()] {
			x = x || int(a) < i && e.fromX[a]
		}
		e.fromX = append(e.fromX, x)
	}
	return e.fromX[v]
}

// choose is a multiplexer: then where s is 1, else els.
func (e *elab) choose(s, then, els netlist.Value) netlist.Value {
	if e.mayBeX(then) || e.mayBeX(els) {
		when := e.patterns(s)
		if is, ok := settled(when); ok {
			if is {
				return then
			}
			return els
		}
		e.visits = 0
		then = e.assume(then, []literal{{when, true}})
		els = e.assume(els, []literal{{when, false}})
	}
	return e.multiplexer(s, then, els)
}

func (e *elab) multiplexer(s, then, els netlist.Value) netlist.Value {
	v := e.push(netlist.OpMux, e.m.Width(then), 0, s, then, els)
	if e.mayBeX(then) || e.mayBeX(els) {
		e.xArm[v] = true
	}
	return v
}

// assume is v, or a word that equals v wherever the literals hold and has fewer
// arms that are x.
func (e *elab) assume(v netlist.Value, known []literal) netlist.Value {
	e.visits++
	if !e.mayBeX(v) || len(known) > maxLiterals || e.visits > maxVisits {
		return v
	}
	c := e.m.Cells[v]
	if c.Op.IsWiring() {
		return e.assumeWiring(v, c, known)
	}
	if c.Op != netlist.OpMux {
		return v
	}
	s, then, els := c.Args[0], c.Args[1], c.Args[2]
	when := e.patterns(s)
	if is, ok := e.decided(when, known); ok {
		if is {
			return e.assume(then, known)
		}
		return e.assume(els, known)
	}
	known = known[:len(known):len(known)]
	t, f := e.assume(then, append(known, literal{when, true})), e.assume(els, append(known, literal{when, false}))
	if t == then && f == els {
		return v
	}
	return e.multiplexer(s, t, f)
}

// assumeWiring is assume for a word whose bits come from other words.
func (e *elab) assumeWiring(v netlist.Value, c netlist.Cell, known []literal) netlist.Value {
	a, b := e.assume(c.Args[0], known), c.Args[1]
	if c.Op == netlist.OpConcat {
		b = e.assume(b, known)
	}
	if a == c.Args[0] && b == c.Args[1] {
		return v
	}
	width := int32(c.Width)
	switch c.Op {
	case netlist.OpSlice:
		return e.word(part(nil, 0, e.whole(a), int32(c.Aux), width))
	case netlist.OpConcat:
		return e.word(part(e.whole(a), 0, e.whole(b), 0, width))
	}
	return e.word(resize(e.whole(a), width, c.Op == netlist.OpSext))
}

// settled returns the value of a constant select. Such choices occur, since Yosys runs
// without the passes that drop dead arms.
func settled(when []pattern) (is, ok bool) {
	for _, p := range when {
		if len(p) == 0 {
			return true, true
		}
	}
	return false, len(when) == 0
}

// decided says what a select must be where the literals hold, if that follows
// from itself, from a single one of them, or from all if they are about few bits.
func (e *elab) decided(when []pattern, known []literal) (is, ok bool) {
	if is, ok := settled(when); ok {
		return is, true
	}
	for _, l := range known {
		switch {
		case l.is && disjoint(l.when, when):
			return false, true
		case l.is && implies(l.when, when):
			return true, true
		case !l.is && implies(when, l.when):
			return false, true
		case !l.is && implies(complement(l.when), when) && len(l.when) == 1:
			return true, true
		}
	}
	return e.enumerated(when, known)
}

// enumerated is decided by all literals together: by every value of the bits that the
// select and they are about, if these are few. A bit that may be x has more than two.
func (e *elab) enumerated(when []pattern, known []literal) (is, ok bool) {
	at := map[bit]int{}
	number := func(ps []pattern) {
		for _, p := range ps {
			for b := range p {
				if _, ok := at[b]; !ok {
					at[b] = len(at)
				}
			}
		}
	}
	number(when)
	for _, l := range known {
		if number(l.when); len(at) > maxTogether {
			return false, false
		}
	}
	for b := range at {
		if e.derives(b.val) {
			return false, false
		}
	}
	holds := func(ps []pattern, v int) bool {
		return slices.ContainsFunc(ps, func(p pattern) bool { return p.holds(at, v) })
	}
	var can [2]bool
	for v := range 1 << len(at) {
		if slices.ContainsFunc(known, func(l literal) bool { return holds(l.when, v) != l.is }) {
			continue
		}
		if holds(when, v) {
			can[1] = true
		} else {
			can[0] = true
		}
		if can[0] && can[1] {
			return false, false
		}
	}
	// Neither: no way leads here, and either arm will do.
	return can[1], true
}

// holds reports whether p holds where bit b is bit at[b] of v.
func (p pattern) holds(at map[bit]int, v int) bool {
	for b, want := range p {
		if (v>>at[b]&1 == 1) != want {
			return false
		}
	}
	return true
}

func disjoint(as, bs []pattern) bool {
	for _, a := range as {
		for _, b := range bs {
			if !a.excludes(b) {
				return false
			}
		}
	}
	return true
}

// implies reports whether each of as asks for all that some one of bs asks for.
func implies(as, bs []pattern) bool {
	for _, a := range as {
		found := false
		for _, b := range bs {
			found = found || a.within(b)
		}
		if !found {
			return false
		}
	}
	return true
}

// within reports whether p holds only where q does.
func (p pattern) within(q pattern) bool {
	for b, v := range q {
		if w, ok := p[b]; !ok || w != v {
			return false
		}
	}
	return true
}

// complement is the opposite of one pattern: a disjunction of opposite bits.
func complement(ps []pattern) (not []pattern) {
	for _, p := range ps {
		for b, v := range p {
			not = append(not, pattern{b: !v})
		}
	}
	return not
}

// exhaustive reports whether in every case one of the selects is 1.
func (e *elab) exhaustive(sel []netlist.Value) bool {
	var all []pattern
	at := map[bit]int{}
	for _, s := range sel {
		for _, p := range e.patterns(s) {
			all = append(all, p)
			for b := range p {
				if _, ok := at[b]; !ok {
					at[b] = len(at)
				}
			}
		}
	}
	if len(at) > maxSelects {
		return false
	}
	for b := range at {
		if e.mayBeX(b.val) {
			return false
		}
	}
	for v := range 1 << len(at) {
		hit := false
		for _, p := range all {
			hit = hit || p.holds(at, v)
		}
		if !hit {
			return false
		}
	}
	return true
}
