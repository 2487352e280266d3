package lift

import (
	"fmt"

	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/netlist"
)

// nonlinear lifts selections, comparisons, reductions and one-bit logic: a
// constant when the operands are, one operand when a selection's are equal, and
// otherwise, when deep, a function of the one linear form that the operands
// depend on.
func (l *Lifter) nonlinear(v netlist.Value) Net {
	c := &l.m.Cells[v]
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
				return b
			}
			return d
		}
		if b.Form.EqualMod(d.Form, w) {
			return b
		}
	}
	op := l.operator(c)
	if fixed {
		vals := make([]int64, len(forms))
		for i, f := range forms {
			vals[i] = f.Const
		}
		return constant(op(vals) << (64 - w) >> (64 - w))
	}
	if l.Deep {
		if f, ok := l.tabulated(c, op, forms); ok {
			return Net{f, l.Space.Bounds(f), true}
		}
	}
	return l.opaque(v)
}

// tabulated reads the result in whichever of the two windows makes it smoother:
// a clamp to [-128, 127] has three affine pieces as signed integers, a clamp to
// [0, 255] as unsigned ones.
func (l *Lifter) tabulated(c *netlist.Cell, op func([]int64) int64, forms []term.Form) (term.Form, bool) {
	w := int(c.Width)
	name := fmt.Sprintf("%v:%d:%d", c.Op, w, c.Aux)
	for _, a := range c.Args[:c.Op.Arity()] {
		name += fmt.Sprintf(":%d", l.m.Width(a))
	}
	unsigned := func(a []int64) int64 { return op(a) & (1<<w - 1) }
	u, ok := l.Space.Apply(name+"u", unsigned, forms...)
	if w == 1 {
		return u, ok
	}
	signed := func(a []int64) int64 { return op(a) << (64 - w) >> (64 - w) }
	s, oks := l.Space.Apply(name+"s", signed, forms...)
	switch {
	case !ok || oks && l.pieces(s) <= l.pieces(u):
		return s, oks
	}
	return u, true
}

// pieces is how many affine pieces the functions in f have.
func (l *Lifter) pieces(f term.Form) int {
	n := 1
	for _, m := range f.Monos {
		n += l.Space.Pieces(m.Atom)
	}
	return n
}

// operator is c's function on its operands' integers, any representatives.
func (l *Lifter) operator(c *netlist.Cell) func([]int64) int64 {
	w := l.m.Width(c.Args[0])
	word := func(x int64) uint64 { return uint64(x) & (1<<w - 1) }
	num := func(x int64) int64 { return x << (64 - w) >> (64 - w) }
	bit := func(b bool) int64 {
		if b {
			return 1
		}
		return 0
	}
	switch c.Op {
	case netlist.OpMux:
		return func(a []int64) int64 {
			if a[0]&1 == 1 {
				return a[1]
			}
			return a[2]
		}
	case netlist.OpEq:
		return func(a []int64) int64 { return bit(word(a[0]) == word(a[1])) }
	case netlist.OpUlt:
		return func(a []int64) int64 { return bit(word(a[0]) < word(a[1])) }
	case netlist.OpSlt:
		return func(a []int64) int64 { return bit(num(a[0]) < num(a[1])) }
	case netlist.OpRedAnd:
		return func(a []int64) int64 { return bit(num(a[0]) == -1) }
	case netlist.OpRedOr:
		return func(a []int64) int64 { return bit(word(a[0]) != 0) }
	case netlist.OpRedXor:
		return func(a []int64) int64 {
			x := word(a[0])
			for s := 32; s > 0; s /= 2 {
				x ^= x >> s
			}
			return int64(x & 1)
		}
	case netlist.OpAnd:
		return func(a []int64) int64 { return a[0] & a[1] }
	case netlist.OpOr:
		return func(a []int64) int64 { return a[0] | a[1] }
	case netlist.OpXor:
		return func(a []int64) int64 { return a[0] ^ a[1] }
	}
	panic("lift: no function for " + c.Op.String())
}
