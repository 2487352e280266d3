package encode

import (
	"github.com/hashiflex/hashiflex/equiv/bitvec"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist"
)

// bitCell is a cell that is being written in QF_BV. It has width w and a first operand
// of width aw. Its text goes to t.
type bitCell struct {
	q     *Bits
	v     netlist.Value
	c     *netlist.Cell
	w, aw int
	t     smt.Builder
}

func (x *bitCell) arg(i int) word { return x.q.nets[x.c.Args[i]] }

func (x *bitCell) plain(i int) string { return x.q.as(x.c.Args[i], false) }

func (x *bitCell) flipped(i int) string { return x.q.as(x.c.Args[i], true) }

// bit writes a condition as a word of one bit.
func (x *bitCell) bit(cond string) bool {
	x.t.Str("(ite ").Str(cond).Str(" #b1 #b0)")
	return false
}

// bitRow is how an operator is written in QF_BV.
type bitRow struct {
	// write gives the word and whether its top bit is inverted.
	write func(x *bitCell) (flip bool)
	// mark says how operands are read; nil: unknown. s[v] is complete.
	mark func(m *netlist.Module, v netlist.Value, c *netlist.Cell, s []sign)
}

// bitCells has a row for every computing operator. A source is a variable, a constant
// or an error.
var bitCells = netlist.ByOp("bit-vectors", netlist.Computed(), map[netlist.Op]bitRow{
	netlist.OpSlice: {mark: markSlice, write: func(x *bitCell) bool {
		x.t.Str(extract(int(x.c.Aux)+x.w-1, int(x.c.Aux), x.arg(0).name))
		return x.arg(0).flip && int(x.c.Aux)+x.w == x.aw
	}},
	netlist.OpConcat: {mark: markConcat, write: func(x *bitCell) bool {
		x.t.Str("(concat ").Str(x.arg(1).name).Str(" ").Str(x.plain(0)).Str(")")
		return x.arg(1).flip
	}},
	netlist.OpZext: {mark: marks(signUnsigned, 1), write: plainly},
	netlist.OpSext: {mark: marks(signSigned, 1), write: func(x *bitCell) bool {
		x.t.Str(widen(x.flipped(0), x.aw, x.w))
		return true
	}},

	netlist.OpAdd: {write: func(x *bitCell) bool { return x.sum(false, false) }},
	netlist.OpSub: {write: func(x *bitCell) bool { return x.sum(false, true) }},
	netlist.OpNeg: {write: func(x *bitCell) bool { return x.sum(true) }},
	netlist.OpMul: {write: plainly},

	netlist.OpNot: {write: func(x *bitCell) bool {
		x.t.Str("(bvnot ").Str(x.arg(0).name).Str(")")
		return x.arg(0).flip
	}},
	netlist.OpAnd: {write: plainly},
	netlist.OpOr:  {write: plainly},
	netlist.OpXor: {write: func(x *bitCell) bool {
		x.t.Str("(bvxor ").Str(x.arg(0).name).Str(" ").Str(x.arg(1).name).Str(")")
		return x.arg(0).flip != x.arg(1).flip
	}},

	netlist.OpShl: {write: shift(shlConst)},
	netlist.OpShr: {mark: marks(signUnsigned, 1), write: shift(shrConst)},
	netlist.OpSar: {mark: marks(signSigned, 1), write: shift(sarConst)},

	netlist.OpEq: {write: func(x *bitCell) bool {
		return x.bit("(= " + x.arg(0).name + " " + x.q.as(x.c.Args[1], x.arg(0).flip) + ")")
	}},
	netlist.OpUlt: {mark: marks(signUnsigned, 2), write: plainly},
	// With both top bits inverted, the signed order is the unsigned one.
	netlist.OpSlt: {mark: marks(signSigned, 2), write: func(x *bitCell) bool {
		return x.bit("(bvult " + x.flipped(0) + " " + x.flipped(1) + ")")
	}},

	netlist.OpRedAnd: {write: plainly},
	netlist.OpRedOr:  {write: plainly},
	netlist.OpRedXor: {write: plainly},

	netlist.OpMux: {write: func(x *bitCell) bool {
		flip := x.q.flip(x.v, x.c.Args[1:], false)
		one := "#b1"
		if x.arg(0).flip {
			one = "#b0"
		}
		x.t.Str("(ite (= ").Str(x.arg(0).name).Str(" ").Str(one).Str(") ").Str(x.q.as(x.c.Args[1], flip)).Str(" ").Str(x.q.as(x.c.Args[2], flip)).Str(")")
		return flip
	}},
})

// plainly writes an operator as package bitvec does, for cases in which no encoding is
// better.
func plainly(x *bitCell) (flip bool) {
	cell := bitvec.Cell{Op: x.c.Op, Width: x.w, Aux: x.c.Aux}
	for i, a := range x.c.Args[:x.c.Op.Arity()] {
		cell.Args[i], cell.Widths[i] = x.plain(i), x.q.gate.Width(a)
	}
	cell.Write(&x.t)
	return false
}

// marks says that the first n operands are read with this sign.
func marks(as sign, n int) func(*netlist.Module, netlist.Value, *netlist.Cell, []sign) {
	return func(_ *netlist.Module, _ netlist.Value, c *netlist.Cell, s []sign) {
		for _, a := range c.Args[:n] {
			s[a] |= as
		}
	}
}

func markConcat(_ *netlist.Module, v netlist.Value, c *netlist.Cell, s []sign) {
	s[c.Args[0]] |= signUnsigned
	s[c.Args[1]] |= s[v]
}

func markSlice(m *netlist.Module, v netlist.Value, c *netlist.Cell, s []sign) {
	switch a := c.Args[0]; {
	case int(c.Aux)+int(c.Width) != m.Width(a):
	case c.Width == 1:
		s[a] |= signSigned
	default:
		s[a] |= s[v]
	}
}
