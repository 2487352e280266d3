package lift

import (
	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/netlist"
)

// wiring lifts slices, concatenations and extensions.
//
// The bits off.. of a word are floor(f / 2^off) whatever multiple of the word's
// 2^w f carries: the quotient then carries a multiple of 2^(w-off), which is
// beyond the slice. A concatenation needs the exact value of its low part only.
func (l *Lifter) wiring(c *netlist.Cell) Net {
	a := c.Args[0]
	switch c.Op {
	case netlist.OpZext:
		return l.Exact(a, false)
	case netlist.OpSext:
		return l.Exact(a, true)
	case netlist.OpSlice:
		if c.Aux == 0 {
			return l.nets[a]
		}
		f := l.Space.Floor(l.nets[a].Form, int(c.Aux))
		r := l.nets[a].Range
		return Net{f, term.Interval{Lo: r.Lo >> c.Aux, Hi: r.Hi >> c.Aux}, l.nets[a].Loose}
	}
	low := l.Exact(a, false)
	high := l.nets[c.Args[1]]
	k := int64(1) << l.m.Width(a)
	f := low.Form.AddScaled(high.Form, k)
	return Net{f, l.Space.Bounds(f), low.Loose || high.Loose}
}
