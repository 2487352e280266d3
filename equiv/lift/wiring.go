package lift

import (
	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/netlist"
)

// The bits off.. of a word are floor(f / 2^off) whatever multiple of the word's
// 2^w f carries: the quotient then carries a multiple of 2^(w-off), which is
// beyond the slice. A concatenation needs the exact value of its low part only.
// Of a word wider than MaxWidth the form says the low MaxWidth bits; a slice that
// reaches above them is not linear.

func (l *Lifter) zext(_ netlist.Value, c *netlist.Cell) (Net, bool) {
	return l.Exact(c.Args[0], false), true
}

func (l *Lifter) sext(_ netlist.Value, c *netlist.Cell) (Net, bool) {
	return l.Exact(c.Args[0], true), true
}

func (l *Lifter) slice(_ netlist.Value, c *netlist.Cell) (Net, bool) {
	a := c.Args[0]
	if !Readable(c.Op, int(c.Width), l.m.Width(a), c.Aux) {
		return Net{}, false
	}
	if c.Aux == 0 {
		return l.nets[a], true
	}
	f := l.Space.Floor(l.nets[a].Form, int(c.Aux))
	r := l.nets[a].Range
	return Net{f, term.Interval{Lo: r.Lo >> c.Aux, Hi: r.Hi >> c.Aux}, l.nets[a].Loose}, true
}

func (l *Lifter) concat(_ netlist.Value, c *netlist.Cell) (Net, bool) {
	low := l.Exact(c.Args[0], false)
	high := l.nets[c.Args[1]]
	k := int64(1) << l.m.Width(c.Args[0])
	f := low.Form.AddScaled(high.Form, k)
	return Net{f, l.Space.Bounds(f), low.Loose || high.Loose}, true
}

// Readable reports whether a cell of this operator, width, operand width and
// offset has a rule: its result is not too wide, and is made of bits that the
// operand's form says.
func Readable(op netlist.Op, width, operand int, aux int64) bool {
	return width <= MaxWidth && (operand <= MaxWidth || op == netlist.OpSlice && int(aux)+width <= MaxWidth)
}
