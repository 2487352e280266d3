package lift

import (
	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/netlist"
)

// linear lifts arithmetic modulo 2^w: the forms add, and ~a is -a-1. A product
// is linear when one factor is constant.
func (l *Lifter) linear(c *netlist.Cell) (Net, bool) {
	a := l.nets[c.Args[0]]
	switch c.Op {
	case netlist.OpNeg:
		return scale(a, -1), true
	case netlist.OpNot:
		n := scale(a, -1)
		return Net{n.Form.AddConst(-1), n.Range.Shift(-1), n.Loose}, true
	}
	b := l.nets[c.Args[1]]
	loose := a.Loose || b.Loose
	switch c.Op {
	case netlist.OpAdd:
		return Net{a.Form.Add(b.Form), term.Interval{Lo: a.Range.Lo + b.Range.Lo, Hi: a.Range.Hi + b.Range.Hi}, loose}, true
	case netlist.OpSub:
		return Net{a.Form.Sub(b.Form), term.Interval{Lo: a.Range.Lo - b.Range.Hi, Hi: a.Range.Hi - b.Range.Lo}, loose}, true
	case netlist.OpMul:
		switch {
		case a.Form.IsConst():
			return l.product(b, a.Form.Const), true
		case b.Form.IsConst():
			return l.product(a, b.Form.Const), true
		}
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
		r = term.Interval{Lo: -n.Range.Hi, Hi: -n.Range.Lo}
	}
	return Net{n.Form.Scale(k), r, n.Loose}
}
