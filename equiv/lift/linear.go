package lift

import (
	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// Modulo 2^w the forms of words add, and ~a is -a-1. A product is linear when one
// factor is constant.

func (l *Lifter) neg(_ netlist.Value, c *netlist.Cell) (Net, bool) {
	return scale(l.nets[c.Args[0]], -1), true
}

func (l *Lifter) not(_ netlist.Value, c *netlist.Cell) (Net, bool) {
	if c.Width == 1 {
		// The exact integer; see logic.
		return Net{l.Exact(c.Args[0], false).Form.Neg().AddConst(1), spec.Range{Lo: 0, Hi: 1}, false}, true
	}
	n := scale(l.nets[c.Args[0]], -1)
	return Net{n.Form.AddConst(-1), term.Shift(n.Range, -1), n.Loose}, true
}

func (l *Lifter) add(_ netlist.Value, c *netlist.Cell) (Net, bool) {
	a, b := l.nets[c.Args[0]], l.nets[c.Args[1]]
	return Net{a.Form.Add(b.Form), spec.Range{Lo: a.Range.Lo + b.Range.Lo, Hi: a.Range.Hi + b.Range.Hi}, a.Loose || b.Loose}, true
}

func (l *Lifter) sub(_ netlist.Value, c *netlist.Cell) (Net, bool) {
	a, b := l.nets[c.Args[0]], l.nets[c.Args[1]]
	return Net{a.Form.Sub(b.Form), spec.Range{Lo: a.Range.Lo - b.Range.Hi, Hi: a.Range.Hi - b.Range.Lo}, a.Loose || b.Loose}, true
}

func (l *Lifter) mul(_ netlist.Value, c *netlist.Cell) (Net, bool) {
	a, b := l.nets[c.Args[0]], l.nets[c.Args[1]]
	switch {
	case a.Form.IsConst():
		return l.product(b, a.Form.Const), true
	case b.Form.IsConst():
		return l.product(a, b.Form.Const), true
	}
	return Net{}, false
}

func (l *Lifter) product(n Net, k int64) Net {
	f := n.Form.Scale(k)
	return Net{f, l.Space.Bounds(f), n.Loose}
}

// scale multiplies by ±1, which no interval of at most MaxWidth bits overflows.
func scale(n Net, k int64) Net {
	r := n.Range
	if k < 0 {
		r = spec.Range{Lo: -n.Range.Hi, Hi: -n.Range.Lo}
	}
	return Net{n.Form.Scale(k), r, n.Loose}
}
