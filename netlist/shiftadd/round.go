package shiftadd

import (
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// round is w / 2^s with rounding mode mode; a negative s multiplies.
//
// Modes with one constant for all numbers add it and cut. Modes that depend on the sign
// or the parity cut first, and then add one depending on the bits below the cut. The
// guard bit is the highest of these, and the sticky bit says whether any other is set. If
// no number is negative, a mode is built as the simplest one that is equal there.
func (b *builder) round(w word, mode spec.Rounding, s int) word {
	if s <= 0 {
		return b.shl(w, -s)
	}
	if w.r.Lo >= 0 {
		mode = rounders[mode].natural
	}
	r := &rounders[mode]
	if r.up != nil {
		return b.increment(w, mode, s)
	}
	return b.shr(b.plusConstant(w, mode.Constants(s).Pos), s)
}

// rounder is how a mode is built.
type rounder struct {
	// natural is the mode that is the same where no number is negative.
	natural spec.Rounding
	// up is whether the quotient is one more, from the bits of the sign, of the cut
	// and of the quotient's parity; nil: the mode adds a constant, the same everywhere.
	up func(m *netlist.Module, c cutBits) netlist.Value
}

// cutBits are the bits that a mode may use.
type cutBits struct {
	sign, guard, sticky netlist.Value
	odd                 func() netlist.Value
}

// rounders has a row for every mode.
var rounders = rounding(map[spec.Rounding]rounder{
	spec.TRN: {natural: spec.TRN},
	spec.TRNZero: {natural: spec.TRN, up: func(m *netlist.Module, c cutBits) netlist.Value {
		return m.And(c.sign, m.Or(c.guard, c.sticky))
	}},
	spec.RND: {natural: spec.RND},
	spec.RNDZero: {natural: spec.RNDMinInf, up: func(m *netlist.Module, c cutBits) netlist.Value {
		return m.And(c.guard, m.Or(c.sticky, c.sign))
	}},
	spec.RNDInf: {natural: spec.RND, up: func(m *netlist.Module, c cutBits) netlist.Value {
		return m.And(c.guard, m.Or(c.sticky, m.Not(c.sign)))
	}},
	spec.RNDMinInf: {natural: spec.RNDMinInf},
	spec.RNDConv: {natural: spec.RNDConv, up: func(m *netlist.Module, c cutBits) netlist.Value {
		return m.And(c.guard, m.Or(c.sticky, c.odd()))
	}},
})

// rounding is the table of the rows. A mode without up has one constant: what
// adds another below zero, or looks at the parity, cannot be built so.
func rounding(rows map[spec.Rounding]rounder) []rounder {
	for mode, r := range rows {
		if c := mode.Constants(2); r.up == nil && (c.Even || c.Neg != c.Pos) {
			panic("shiftadd: rounding " + mode.String() + " is no constant")
		}
	}
	entries := map[spec.Rounding]*rounder{}
	for mode := range rows {
		r := rows[mode]
		entries[mode] = &r
	}
	table := make([]rounder, len(entries))
	for i, r := range spec.ByMode("shiftadd: roundings", spec.Roundings(), entries) {
		table[i] = *r
	}
	return table
}

// plusConstant is w + c, one bit wider than w only where its interval demands.
func (b *builder) plusConstant(w word, c int64) word {
	if c == 0 {
		return w
	}
	r := plus(w.r, spec.Range{Lo: c, Hi: c})
	n, signed := width(r)
	return word{v: b.m.Label(b.m.Add(b.fit(w, n), b.m.Const(n, c)), "rounding"), signed: signed, r: r}
}

// increment is floor(w / 2^s), plus one where mode rounds up.
func (b *builder) increment(w word, mode spec.Rounding, s int) word {
	r := spec.Range{Lo: rounded(w.r.Lo, mode, s), Hi: rounded(w.r.Hi, mode, s)}
	if constant(r) {
		return b.constant(r.Lo)
	}
	m := b.m
	x := b.fit(w, max(m.Width(w.v), s+1)) // so that there is a bit s to cut at
	n := m.Width(x)
	sign := m.Const(1, 0)
	if w.signed {
		sign = m.Slice(x, n-1, 1)
	}
	guard := m.Label(m.Slice(x, s-1, 1), "guard")
	sticky := m.Const(1, 0)
	if s > 1 {
		sticky = m.Label(m.RedOr(m.Slice(x, 0, s-1)), "sticky")
	}
	up := rounders[mode].up(m, cutBits{sign, guard, sticky, func() netlist.Value { return m.Slice(x, s, 1) }})
	m.Label(up, "up")
	width, signed := width(r)
	quotient := word{v: m.Label(m.Slice(x, s, n-s), "quotient"), signed: w.signed}
	return word{v: m.Label(m.Add(b.fit(quotient, width), m.Zext(up, width)), "rounded"), signed: signed, r: r}
}

// rounded is v / 2^s, for the ends of an interval: every mode is monotone.
func rounded(v int64, mode spec.Rounding, s int) int64 {
	k := mode.Constants(s)
	c := k.Pos
	if v < 0 {
		c = k.Neg
	}
	if k.Even {
		c += v >> s & 1
	}
	return (v + c) >> s
}
