package encode

import (
	"github.com/hashiflex/hashiflex/equiv/lift"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// intRow is how an operator is written in integers.
type intRow struct {
	// write returns an integer congruent to the cell's bits modulo 2^width. The
	// operands are written already. final: use the text as it is, without a name.
	write func(q *Ints, v netlist.Value, c *netlist.Cell) (body string, final bool)
	// bound returns the interval of that integer by IntervalRules; nil: not known.
	// Unless exact is set, the operands' intervals are known.
	bound func(q *Ints, c *netlist.Cell) (spec.Range, bool)
	exact bool
}

// intCells has a row for every operator. It is filled at start-up, since its functions
// refer to it through Ints.
var intCells [netlist.NumOps]intRow

func init() {
	none := func(why string) intRow {
		return intRow{write: func(q *Ints, v netlist.Value, _ *netlist.Cell) (string, bool) { return q.fail(v, why), true }}
	}
	// A row for a cell of one bit that is a Boolean.
	condition := func(text func(q *Ints, c *netlist.Cell) string) intRow {
		return intRow{write: func(q *Ints, v netlist.Value, c *netlist.Cell) (string, bool) {
			return q.boolean(v, text(q, c)), true
		}}
	}
	binary := func(op string, bound func(q *Ints, c *netlist.Cell) (spec.Range, bool)) intRow {
		return intRow{bound: bound, write: func(q *Ints, _ netlist.Value, c *netlist.Cell) (string, bool) {
			return "(" + op + " " + q.arg(c, 0) + " " + q.arg(c, 1) + ")", false
		}}
	}
	logic := func(op string, bound func(q *Ints, c *netlist.Cell) (spec.Range, bool)) intRow {
		return intRow{bound: bound, write: func(q *Ints, v netlist.Value, c *netlist.Cell) (string, bool) {
			if c.Width == 1 {
				return q.boolean(v, "("+op+" "+q.bit(c.Args[0])+" "+q.bit(c.Args[1])+")"), true
			}
			body, ok := q.bitwise(v)
			if !ok {
				return q.fail(v, "bitwise logic that is neither a full adder nor a mask"), true
			}
			return body, body[0] != '('
		}}
	}
	extension := func(signed bool) intRow {
		return intRow{
			exact: true, bound: func(q *Ints, c *netlist.Cell) (spec.Range, bool) { return q.exactRange(c, 0, signed), true },
			write: func(q *Ints, _ netlist.Value, c *netlist.Cell) (string, bool) {
				return q.integer(c.Args[0], signed), true
			},
		}
	}
	intCells = netlist.ByOp("integers", netlist.Ops(), map[netlist.Op]intRow{
		netlist.OpConst: {bound: boundConst, write: func(_ *Ints, _ netlist.Value, c *netlist.Cell) (string, bool) {
			var t smt.Builder
			return t.Int(c.Aux << (64 - c.Width) >> (64 - c.Width)).String(), true
		}},
		netlist.OpInput: none("no integer encoding"),
		netlist.OpUndef: none("no integer encoding"),
		netlist.OpReg:   none("no integer encoding"),

		netlist.OpSlice: {bound: boundSlice, write: func(q *Ints, _ netlist.Value, c *netlist.Cell) (string, bool) {
			if !q.strict {
				if body, _, ok := q.slice(c.Args[0], int(c.Aux), int(c.Width), true); ok {
					return body, false
				}
			}
			if c.Aux == 0 {
				return q.arg(c, 0), true
			}
			q.bent = true
			var t smt.Builder
			return t.Str("(div ").Str(q.arg(c, 0)).Str(" ").Int(1 << c.Aux).Str(")").String(), false
		}},
		netlist.OpConcat: {bound: boundConcat, write: func(q *Ints, _ netlist.Value, c *netlist.Cell) (string, bool) {
			var t smt.Builder
			low, scale := q.integer(c.Args[0], false), int64(1)<<q.gate.Width(c.Args[0])
			if low == "0" {
				return t.Str("(* ").Int(scale).Str(" ").Str(q.arg(c, 1)).Str(")").String(), false
			}
			return t.Str("(+ ").Str(low).Str(" (* ").Int(scale).Str(" ").Str(q.arg(c, 1)).Str("))").String(), false
		}},
		netlist.OpZext: extension(false),
		netlist.OpSext: extension(true),

		netlist.OpAdd: binary("+", boundAdd),
		netlist.OpSub: binary("-", boundSub),
		netlist.OpNeg: {bound: boundNeg, write: func(q *Ints, _ netlist.Value, c *netlist.Cell) (string, bool) {
			return "(- " + q.arg(c, 0) + ")", false
		}},
		netlist.OpMul: {write: func(q *Ints, v netlist.Value, c *netlist.Cell) (string, bool) {
			if k, ok := q.factor(c.Args[0]); ok {
				return "(* " + k + " " + q.arg(c, 1) + ")", false
			}
			if k, ok := q.factor(c.Args[1]); ok {
				return "(* " + q.arg(c, 0) + " " + k + ")", false
			}
			return q.fail(v, "a product of two variables"), true
		}},

		netlist.OpNot: {bound: boundNot, write: func(q *Ints, _ netlist.Value, c *netlist.Cell) (string, bool) {
			if c.Width == 1 {
				return "(- 1 " + q.integer(c.Args[0], false) + ")", false
			}
			return "(- (- 1) " + q.arg(c, 0) + ")", false
		}},
		netlist.OpAnd: logic("and", boundAnd),
		netlist.OpOr:  logic("or", nil),
		netlist.OpXor: logic("xor", nil),

		netlist.OpShl: none("no integer encoding"),
		netlist.OpShr: none("no integer encoding"),
		netlist.OpSar: none("no integer encoding"),

		netlist.OpEq: condition(func(q *Ints, c *netlist.Cell) string {
			return "(= " + q.integer(c.Args[0], false) + " " + q.integer(c.Args[1], false) + ")"
		}),
		netlist.OpUlt: condition(func(q *Ints, c *netlist.Cell) string {
			return "(< " + q.integer(c.Args[0], false) + " " + q.integer(c.Args[1], false) + ")"
		}),
		netlist.OpSlt: condition(func(q *Ints, c *netlist.Cell) string {
			return "(< " + q.integer(c.Args[0], true) + " " + q.integer(c.Args[1], true) + ")"
		}),

		netlist.OpRedAnd: condition(func(q *Ints, c *netlist.Cell) string {
			return "(= (- 1) " + q.integer(c.Args[0], true) + ")"
		}),
		netlist.OpRedOr: condition(func(q *Ints, c *netlist.Cell) string {
			return "(not (= 0 " + q.integer(c.Args[0], false) + "))"
		}),
		netlist.OpRedXor: none("no integer encoding"),

		netlist.OpMux: {bound: boundMux, write: func(q *Ints, _ netlist.Value, c *netlist.Cell) (string, bool) {
			q.bent = true
			return "(ite " + q.bit(c.Args[0]) + " " + q.arg(c, 1) + " " + q.arg(c, 2) + ")", false
		}},
	})
}

// arg is operand i of c as it is written.
func (q *Ints) arg(c *netlist.Cell, i int) string { return q.nets[c.Args[i]] }

// argRange is the interval of operand i of c, which is known.
func (q *Ints) argRange(c *netlist.Cell, i int) spec.Range { return *q.ranges[c.Args[i]] }

func boundConst(_ *Ints, c *netlist.Cell) (spec.Range, bool) {
	k := c.Aux << (64 - c.Width) >> (64 - c.Width)
	return spec.Range{Lo: k, Hi: k}, true
}

func boundSlice(q *Ints, c *netlist.Cell) (spec.Range, bool) {
	a := q.argRange(c, 0)
	return spec.Range{Lo: a.Lo >> c.Aux, Hi: a.Hi >> c.Aux}, true
}

func boundConcat(q *Ints, c *netlist.Cell) (spec.Range, bool) {
	low := q.exactRange(c, 0, false)
	k := q.gate.Width(c.Args[0])
	h := q.argRange(c, 1)
	if mag(h.Lo)>>(61-k) != 0 || mag(h.Hi)>>(61-k) != 0 {
		return spec.Range{}, false
	}
	return spec.Range{Lo: low.Lo + h.Lo<<k, Hi: low.Hi + h.Hi<<k}, true
}

func boundAdd(q *Ints, c *netlist.Cell) (spec.Range, bool) {
	a, b := q.argRange(c, 0), q.argRange(c, 1)
	return small(spec.Range{Lo: a.Lo + b.Lo, Hi: a.Hi + b.Hi})
}

func boundSub(q *Ints, c *netlist.Cell) (spec.Range, bool) {
	a, b := q.argRange(c, 0), q.argRange(c, 1)
	return small(spec.Range{Lo: a.Lo - b.Hi, Hi: a.Hi - b.Lo})
}

func boundNeg(q *Ints, c *netlist.Cell) (spec.Range, bool) {
	a := q.argRange(c, 0)
	return spec.Range{Lo: -a.Hi, Hi: -a.Lo}, true
}

func boundNot(q *Ints, c *netlist.Cell) (spec.Range, bool) {
	if c.Width == 1 {
		return spec.Range{Lo: 0, Hi: 1}, true
	}
	a := q.argRange(c, 0)
	return spec.Range{Lo: -1 - a.Hi, Hi: -1 - a.Lo}, true
}

func boundAnd(q *Ints, c *netlist.Cell) (spec.Range, bool) {
	// This is never a word of a full adder: a single operand cannot clear that.
	if word, ones, ok := lift.Mask(q.gate, c); ok && ones == 1<<c.Width-1 && c.Width > 1 {
		return *q.ranges[word], true
	}
	return spec.Range{}, false
}

func boundMux(q *Ints, c *netlist.Cell) (spec.Range, bool) {
	a, b := q.argRange(c, 1), q.argRange(c, 2)
	return spec.Range{Lo: min(a.Lo, b.Lo), Hi: max(a.Hi, b.Hi)}, true
}
