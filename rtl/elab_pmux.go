package rtl

import (
	"maps"
	"slices"

	"github.com/hashiflex/hashiflex/netlist"
)

// maxCases bounds the pairs of cases that are compared.
const maxCases = 1 << 10

// maxPatterns bounds the patterns that one operator's result is read as.
const maxPatterns = 64

// maxNested bounds how deep operators on bits are read.
const maxNested = 6

// pmux is $pmux: arm i of B if bit i of S is 1, A if none is. With several ones the
// result is x. So the selects must exclude each other by their structure; otherwise the
// result is undefined.
func (e *elab) pmux(c *operands) (out []piece) {
	n := total(c.s)
	sel := make([]netlist.Value, n)
	for i := range sel {
		sel[i] = e.word(part(nil, 0, c.s, int32(i), 1))
	}
	if !e.exclusive(sel) {
		return e.undef(c.y, netlist.Undef{Reason: netlist.UndefX, Detail: "selects that may overlap: " + c.what()})
	}
	words := [][]piece{c.a}
	for i := range n {
		words = append(words, part(nil, 0, c.b, i*c.y, c.y))
	}
	width, signed := c.y, false
	if c.y > e.limit {
		width, signed = common(words...)
		for i := range words {
			words[i] = part(nil, 0, words[i], 0, width)
		}
	}
	for _, f := range e.fields(width, words...) {
		arm := func(i int32) netlist.Value { return e.word(part(nil, 0, words[1+i], f.lo, f.n)) }
		y, last := e.word(part(nil, 0, c.a, f.lo, f.n)), n-1
		if e.mayBeX(y) && e.exhaustive(sel) {
			// Some select is always 1, so the last arm is what the others leave.
			y, last = arm(last), last-1
		}
		for i := last; i >= 0; i-- {
			y = e.choose(sel[i], arm(i), y)
		}
		out = append(out, e.whole(y)...)
	}
	return resize(out, c.y, signed)
}

// bit is one bit of a value that no wiring explains further.
type bit struct {
	val netlist.Value
	at  int
}

// pattern is a conjunction: what each of some bits must be.
type pattern map[bit]bool

// exclusive reports whether no two selects can be 1 at once, since any two patterns of
// different selects need opposite values of some bit.
func (e *elab) exclusive(sel []netlist.Value) bool {
	var all []pattern
	var owner []int
	for i, s := range sel {
		for _, p := range e.patterns(s) {
			for j, q := range all {
				if owner[j] != i && !p.excludes(q) {
					return false
				}
			}
			all, owner = append(all, p), append(owner, i)
			if len(all) > maxCases {
				return false
			}
		}
	}
	return true
}

func (p pattern) excludes(q pattern) bool {
	for b, v := range p {
		if w, ok := q[b]; ok && v != w {
			return true
		}
	}
	return false
}

// patterns reads a select as a disjunction: it is 1 only where one of the
// patterns holds. At worst that is the bit itself.
func (e *elab) patterns(s netlist.Value) []pattern {
	c := &e.m.Cells[s]
	a, b := c.Args[0], c.Args[1]
	switch c.Op {
	case netlist.OpEq:
		if e.m.Cells[a].Op == netlist.OpConst {
			a, b = b, a
		}
		if k := &e.m.Cells[b]; k.Op == netlist.OpConst {
			return e.equals(a, uint64(k.Aux))
		}
	case netlist.OpNot:
		if or := &e.m.Cells[a]; or.Op == netlist.OpRedOr {
			return e.equals(or.Args[0], 0)
		}
		if ps, ok := e.connective(c.Op, s, a, a); ok {
			return ps
		}
		return e.equals(a, 0)
	case netlist.OpAnd, netlist.OpOr:
		if ps, ok := e.connective(c.Op, s, a, b); ok {
			return ps
		}
	case netlist.OpRedOr:
		var any []pattern
		for i := range e.m.Width(a) {
			if b, k, known := e.trace(a, i); !known {
				any = append(any, e.ofBit(b)...)
			} else if k {
				any = append(any, pattern{})
			}
		}
		return any
	}
	switch b, k, known := e.trace(s, 0); {
	case !known:
		return []pattern{{b: true}}
	case k:
		return []pattern{{}}
	}
	return nil
}

// ofBit is patterns for one bit of a value.
func (e *elab) ofBit(b bit) []pattern {
	if e.m.Width(b.val) == 1 {
		return e.patterns(b.val)
	}
	return []pattern{{b: true}}
}

// equals is the patterns of "v is k", or none if v cannot be k.
func (e *elab) equals(v netlist.Value, k uint64) []pattern {
	if e.m.Width(v) == 1 {
		if b, _, known := e.trace(v, 0); !known && e.m.Width(b.val) == 1 {
			if k == 1 {
				return e.patterns(b.val)
			}
			if not, ok := opposite(e.patterns(b.val)); ok {
				return not
			}
		}
	}
	if ps, ok := e.chosen(v, k); ok {
		return ps
	}
	p := pattern{}
	for i := range e.m.Width(v) {
		want := k>>i&1 == 1
		b, have, known := e.trace(v, i)
		if known {
			if have != want {
				return nil
			}
			continue
		}
		if old, ok := p[b]; ok && old != want {
			return nil
		}
		p[b] = want
	}
	return []pattern{p}
}

// chosen is equals for a word that is chosen among constants, as the flag is of a function
// that has returned.
func (e *elab) chosen(v netlist.Value, k uint64) ([]pattern, bool) {
	for e.m.Cells[v].Op == netlist.OpZext {
		if v = e.m.Cells[v].Args[0]; k>>e.m.Width(v) != 0 {
			return nil, true
		}
	}
	c := &e.m.Cells[v]
	if c.Op != netlist.OpMux || e.nested >= maxNested {
		return nil, false
	}
	for _, arm := range c.Args[1:] {
		if op := e.m.Cells[arm].Op; op != netlist.OpConst && op != netlist.OpMux {
			return nil, false
		}
	}
	e.nested++
	defer func() { e.nested-- }()
	when := e.patterns(c.Args[0])
	not, ok := opposite(when)
	if !ok || e.aboutX(when) {
		return nil, false
	}
	var all []pattern
	for i, way := range [][]pattern{when, not} {
		var arm []pattern
		if a := c.Args[1+i]; e.m.Cells[a].Op == netlist.OpMux {
			if arm, ok = e.chosen(a, k); !ok {
				return nil, false
			}
		} else if uint64(e.m.Cells[a].Aux)&(1<<e.m.Width(a)-1) == k {
			arm = []pattern{{}}
		}
		both, ok := product(way, arm)
		if all = append(all, both...); !ok || len(all) > maxPatterns {
			return nil, false
		}
	}
	return all, true
}

// connective is patterns for a bit that is the negation of a, or a and b, or a or b.
func (e *elab) connective(op netlist.Op, s, a, b netlist.Value) ([]pattern, bool) {
	if e.m.Width(s) != 1 || e.nested >= maxNested {
		return nil, false
	}
	e.nested++
	defer func() { e.nested-- }()
	as, bs := e.patterns(a), e.patterns(b)
	if e.aboutX(as) || e.aboutX(bs) {
		return nil, false
	}
	switch op {
	case netlist.OpNot:
		return opposite(as)
	case netlist.OpAnd:
		return product(as, bs)
	}
	either := slices.Concat(as, bs)
	return either, len(either) <= maxPatterns
}

// aboutX reports whether patterns are about a bit that an x has a part in. Such a bit and
// its negation are x together, and not 0 and 1.
func (e *elab) aboutX(ps []pattern) bool {
	for _, p := range ps {
		for b := range p {
			if e.derives(b.val) {
				return true
			}
		}
	}
	return false
}

// product is where one of as and one of bs hold; not ok if these are too many.
func product(as, bs []pattern) (both []pattern, ok bool) {
	if len(as)*len(bs) > maxPatterns {
		return nil, false
	}
	for _, a := range as {
		for _, b := range bs {
			if a.excludes(b) {
				continue
			}
			p := maps.Clone(a)
			maps.Copy(p, b)
			both = append(both, p)
		}
	}
	return both, true
}

// opposite is where none of ps holds; not ok if that has too many patterns.
func opposite(ps []pattern) (not []pattern, ok bool) {
	not = []pattern{{}}
	for _, p := range ps {
		if not, ok = product(not, complement([]pattern{p})); !ok {
			return nil, false
		}
	}
	return not, true
}

// trace follows bit i of v through wiring to its origin or to a constant.
func (e *elab) trace(v netlist.Value, i int) (b bit, k, known bool) {
	for {
		c := &e.m.Cells[v]
		a := c.Args[0]
		switch c.Op {
		case netlist.OpConst:
			return bit{}, c.Aux>>i&1 == 1, true
		case netlist.OpSlice:
			v, i = a, i+int(c.Aux)
		case netlist.OpZext:
			if i >= e.m.Width(a) {
				return bit{}, false, true
			}
			v = a
		case netlist.OpSext:
			v, i = a, min(i, e.m.Width(a)-1)
		case netlist.OpConcat:
			if n := e.m.Width(a); i >= n {
				v, i = c.Args[1], i-n
			} else {
				v = a
			}
		default:
			return bit{v, i}, false, false
		}
	}
}
