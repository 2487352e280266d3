package bitvec

import (
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist"
)

// Cell is one use of a computing operator.
type Cell struct {
	Op     netlist.Op
	Width  int       // of the result, in bits
	Aux    int64     // the lowest bit of a slice
	Args   [3]string // the operands' terms; an operator may use one several times
	Widths [3]int    // of the operands, in bits
}

// Write appends the term of the cell's word.
func (c *Cell) Write(b *smt.Builder) { cells[c.Op](b, c) }

// cells has the QF_BV semantics of each operator, as package netlist documents it.
var cells = netlist.ByOp("bitvec", netlist.Computed(), map[netlist.Op]func(*smt.Builder, *Cell){
	netlist.OpSlice: func(b *smt.Builder, c *Cell) {
		b.Str("((_ extract ").Num(int(c.Aux) + c.Width - 1).Str(" ").Num(int(c.Aux)).Str(") ").Str(c.Args[0]).Str(")")
	},
	netlist.OpConcat: func(b *smt.Builder, c *Cell) { list(b, "concat", c.Args[1], c.Args[0]) },
	netlist.OpZext:   func(b *smt.Builder, c *Cell) { Extend(b, c.Args[0], c.Widths[0], c.Width, false) },
	netlist.OpSext:   func(b *smt.Builder, c *Cell) { Extend(b, c.Args[0], c.Widths[0], c.Width, true) },

	netlist.OpAdd: binary("bvadd"),
	netlist.OpSub: binary("bvsub"),
	netlist.OpNeg: unary("bvneg"),
	netlist.OpMul: binary("bvmul"),

	netlist.OpNot: unary("bvnot"),
	netlist.OpAnd: binary("bvand"),
	netlist.OpOr:  binary("bvor"),
	netlist.OpXor: binary("bvxor"),

	netlist.OpShl: shift("bvshl", false),
	netlist.OpShr: shift("bvlshr", false),
	netlist.OpSar: shift("bvashr", true),

	netlist.OpEq:  comparison("="),
	netlist.OpUlt: comparison("bvult"),
	netlist.OpSlt: comparison("bvslt"),

	netlist.OpRedAnd: func(b *smt.Builder, c *Cell) {
		b.Str("(ite (= ").Str(c.Args[0]).Str(" ").BV(-1, c.Widths[0]).Str(") #b1 #b0)")
	},
	netlist.OpRedOr: func(b *smt.Builder, c *Cell) {
		b.Str("(ite (not (= ").Str(c.Args[0]).Str(" ").BV(0, c.Widths[0]).Str(")) #b1 #b0)")
	},
	netlist.OpRedXor: func(b *smt.Builder, c *Cell) {
		b.Str("(bvxor #b0")
		for i := range c.Widths[0] {
			b.Str(" ((_ extract ").Num(i).Str(" ").Num(i).Str(") ").Str(c.Args[0]).Str(")")
		}
		b.Str(")")
	},

	netlist.OpMux: func(b *smt.Builder, c *Cell) {
		b.Str("(ite (= ").Str(c.Args[0]).Str(" #b1) ").Str(c.Args[1]).Str(" ").Str(c.Args[2]).Str(")")
	},
})

// list writes an operator over terms.
func list(b *smt.Builder, op string, terms ...string) {
	b.Str("(").Str(op)
	for _, t := range terms {
		b.Str(" ").Str(t)
	}
	b.Str(")")
}

func unary(op string) func(*smt.Builder, *Cell) {
	return func(b *smt.Builder, c *Cell) { list(b, op, c.Args[0]) }
}

func binary(op string) func(*smt.Builder, *Cell) {
	return func(b *smt.Builder, c *Cell) { list(b, op, c.Args[0], c.Args[1]) }
}

func comparison(op string) func(*smt.Builder, *Cell) {
	return func(b *smt.Builder, c *Cell) {
		b.Str("(ite ")
		list(b, op, c.Args[0], c.Args[1])
		b.Str(" #b1 #b0)")
	}
}

// shift shifts by an unsigned amount of any width. SMT-LIB wants equal widths, so both
// operands are extended. The word is extended with its sign if signed is set, and with
// zeros otherwise.
func shift(op string, signed bool) func(*smt.Builder, *Cell) {
	return func(b *smt.Builder, c *Cell) {
		wide := max(c.Width, c.Widths[1])
		if wide > c.Width {
			b.Str("((_ extract ").Num(c.Width - 1).Str(" 0) ")
		}
		b.Str("(").Str(op).Str(" ")
		Extend(b, c.Args[0], c.Width, wide, signed)
		b.Str(" ")
		Extend(b, c.Args[1], c.Widths[1], wide, false)
		b.Str(")")
		if wide > c.Width {
			b.Str(")")
		}
	}
}

// Extend writes the term x of from bits as one of to >= from bits, by sign extension if
// signed is set, and by zero extension otherwise.
func Extend(b *smt.Builder, x string, from, to int, signed bool) {
	switch {
	case from == to:
		b.Str(x)
	case signed:
		b.Str("((_ sign_extend ").Num(to - from).Str(") ").Str(x).Str(")")
	default:
		b.Str("((_ zero_extend ").Num(to - from).Str(") ").Str(x).Str(")")
	}
}
