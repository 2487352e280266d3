package lift

import (
	"fmt"

	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/netlist"
)

// nonlinear lifts selections, comparisons, reductions and one-bit logic. The result is
// a constant if the operands are, and one operand if a selection's are equal. Otherwise
// a deep lifter makes it a function, if the operands depend on one linear form only.
func (l *Lifter) nonlinear(v netlist.Value, c *netlist.Cell) (Net, bool) {
	w := int(c.Width)
	args := make([]Net, c.Op.Arity())
	forms := make([]term.Form, len(args))
	fixed := true
	for i, a := range c.Args[:len(args)] {
		args[i] = l.nets[a]
		forms[i] = args[i].Form
		fixed = fixed && forms[i].IsConst()
	}
	if c.Op == netlist.OpMux {
		b, d := args[1], args[2]
		if s := forms[0]; s.IsConst() {
			if s.Const&1 == 1 {
				return b, true
			}
			return d, true
		}
		if b.Form.EqualMod(d.Form, w) {
			return b, true
		}
	}
	if l.m.Width(c.Args[0]) > MaxWidth {
		return Net{}, false
	}
	curve, first := rules[c.Op].curve, l.m.Width(c.Args[0])
	op := func(a []term.Curve) term.Curve { return curve(first, a) }
	if fixed {
		points := make([]term.Curve, len(forms))
		for i, f := range forms {
			points[i] = term.Point(f.Const)
		}
		if y := op(points).Word(w, true); y.Known() {
			return constant(y.Value()), true
		}
	}
	if l.Deep {
		if f, ok := l.tabulated(c, op, forms); ok {
			return Net{f, l.Space.Bounds(f), true}, true
		}
	}
	return Net{}, false
}

// tabulated reads the result in the window, signed or unsigned, that makes it smoother.
// A clamp to [-128, 127] has three affine pieces as signed integers, a clamp to [0,
// 255] as unsigned ones.
func (l *Lifter) tabulated(c *netlist.Cell, op func([]term.Curve) term.Curve, forms []term.Form) (term.Form, bool) {
	w := int(c.Width)
	name := fmt.Sprintf("%v:%d:%d", c.Op, w, c.Aux)
	for _, a := range c.Args[:c.Op.Arity()] {
		name += fmt.Sprintf(":%d", l.m.Width(a))
	}
	u, ok := l.Space.Apply(name+"u", func(a []term.Curve) term.Curve { return op(a).Word(w, false) }, forms...)
	if w == 1 {
		return u, ok
	}
	s, oks := l.Space.Apply(name+"s", func(a []term.Curve) term.Curve { return op(a).Word(w, true) }, forms...)
	switch {
	case !ok || oks && l.pieces(s) <= l.pieces(u):
		return s, oks
	}
	return u, true
}

// pieces is the number of affine pieces of the functions in f.
func (l *Lifter) pieces(f term.Form) int {
	n := 1
	for _, m := range f.Monos {
		n += l.Space.Pieces(m.Atom)
	}
	return n
}

// The functions of the operators; see rule.curve.

func bit(x term.Curve) term.Curve { return x.Word(1, false) }

func zero(x term.Curve) term.Curve { return x.Equal(x.Constant(0)) }

func curveMux(_ int, a []term.Curve) term.Curve { return term.Select(bit(a[0]), a[1], a[2]) }

func curveEq(w int, a []term.Curve) term.Curve { return a[0].Word(w, false).Equal(a[1].Word(w, false)) }

func curveUlt(w int, a []term.Curve) term.Curve { return a[0].Word(w, false).Less(a[1].Word(w, false)) }

func curveSlt(w int, a []term.Curve) term.Curve { return a[0].Word(w, true).Less(a[1].Word(w, true)) }

func curveRedAnd(w int, a []term.Curve) term.Curve {
	return a[0].Word(w, true).Equal(a[0].Constant(-1))
}

func curveRedOr(w int, a []term.Curve) term.Curve { return zero(zero(a[0].Word(w, false))) }

func curveRedXor(w int, a []term.Curve) term.Curve { return a[0].Word(w, false).Parity() }

func curveAnd(_ int, a []term.Curve) term.Curve {
	return term.Select(bit(a[0]), bit(a[1]), a[0].Constant(0))
}

func curveOr(_ int, a []term.Curve) term.Curve {
	return term.Select(bit(a[0]), a[0].Constant(1), bit(a[1]))
}

func curveXor(_ int, a []term.Curve) term.Curve {
	return term.Select(bit(a[0]), zero(bit(a[1])), bit(a[1]))
}
