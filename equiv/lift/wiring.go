package lift

import (
	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// The bits off.. of a word are floor(f / 2^off) whatever multiple of the word's
// 2^w f carries: the quotient then carries a multiple of 2^(w-off), which is
// beyond the slice. A concatenation needs the exact value of its low part only.
// For a word wider than MaxWidth, the form represents the low MaxWidth bits; a slice that
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
	if f, ok := l.cut(c); ok {
		return Net{f, l.Space.Bounds(f), true}, true
	}
	if f, ok := l.top(c); ok {
		return Net{f, l.Space.Bounds(f), true}, true
	}
	if c.Aux == 0 {
		return l.nets[a], true
	}
	f := l.Space.Floor(l.nets[a].Form, int(c.Aux))
	r := l.nets[a].Range
	return Net{f, spec.Range{Lo: r.Lo >> c.Aux, Hi: r.Hi >> c.Aux}, l.nets[a].Loose}, true
}

// Low is the low width bits of v, as a slice of them would be lifted.
func (l *Lifter) Low(v netlist.Value, width int) Net {
	n := l.Net(v)
	if width < l.m.Width(v) && l.m.Width(v) <= MaxWidth {
		n, _ = l.slice(0, &netlist.Cell{Op: netlist.OpSlice, Width: uint8(width), Args: [3]netlist.Value{v}})
		n = l.reduced(n, width)
	}
	return n
}

// cut is a slice of a function as a function, if that is smoother. A clamp whose middle
// was read as unsigned becomes a clamp again when the bits above are gone.
func (l *Lifter) cut(c *netlist.Cell) (term.Form, bool) {
	from := l.nets[c.Args[0]].Form
	if !l.Deep || l.pieces(from) == 1 {
		return term.Form{}, false
	}
	// A function of the word's argument, and not of the word.
	of := from
	for _, m := range from.Monos {
		if l.Space.Pieces(m.Atom) > 0 {
			of = l.Space.Info(m.Atom).Args[0]
			break
		}
	}
	f, ok := l.tabulated(c, func(a []term.Curve) term.Curve { return a[1].Floor(int(c.Aux)) }, []term.Form{of, from})
	return f, ok && l.pieces(f) < l.pieces(from)
}

// topBits are how many of a word's highest bits top reads.
const topBits = 3

// top is one of the highest bits of a word as a function of the word: 0 or 1. By such bits a
// clamp asks whether a sum has left its window, and as differences of quotients they would be
// functions of the word no longer once they are logic.
func (l *Lifter) top(c *netlist.Cell) (term.Form, bool) {
	if !l.Deep || c.Width != 1 || int(c.Aux)+topBits < l.m.Width(c.Args[0]) {
		return term.Form{}, false
	}
	return l.tabulated(c, func(a []term.Curve) term.Curve { return a[0].Floor(int(c.Aux)) }, []term.Form{l.nets[c.Args[0]].Form})
}

func (l *Lifter) concat(_ netlist.Value, c *netlist.Cell) (Net, bool) {
	if f, ok := l.joined(c); ok {
		return Net{f, l.Space.Bounds(f), true}, true
	}
	low := l.Exact(c.Args[0], false)
	high := l.nets[c.Args[1]]
	k := int64(1) << l.m.Width(c.Args[0])
	f := low.Form.AddScaled(high.Form, k)
	return Net{f, l.Space.Bounds(f), low.Loose || high.Loose}, true
}

// joined is a concatenation of functions of one word, such as the end of a clamp, a sign bit
// and copies of its complement.
func (l *Lifter) joined(c *netlist.Cell) (term.Form, bool) {
	lo, hi := c.Args[0], c.Args[1]
	forms := []term.Form{l.nets[lo].Form, l.nets[hi].Form}
	if !l.Deep || l.pieces(forms[0]) == 1 && l.pieces(forms[1]) == 1 {
		return term.Form{}, false
	}
	w := l.m.Width(lo)
	return l.tabulated(c, func(a []term.Curve) term.Curve { return a[0].Word(w, false).Plus(1<<w, a[1]) }, forms)
}

// Readable reports whether a cell with this operator, width, operand width and offset
// has a rule: its result is not too wide, and uses only bits that the operand's form
// represents.
func Readable(op netlist.Op, width, operand int, aux int64) bool {
	return width <= MaxWidth && (operand <= MaxWidth || op == netlist.OpSlice && int(aux)+width <= MaxWidth)
}
