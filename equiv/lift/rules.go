package lift

import (
	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/netlist"
)

// rule is how the nets of one operator are lifted.
type rule struct {
	// lift is the net of a cell whose operands are lifted; ok is false if it stays
	// opaque. Each file of this package has the rules of one group of operators.
	lift func(l *Lifter, v netlist.Value, c *netlist.Cell) (n Net, ok bool)
	// form says that the result of lift is congruent to the cell's bits by a rule on
	// forms, which is an obligation; see Ruled. Otherwise the result is an existing
	// net, a constant, an opaque atom or a tabulated function.
	form bool
	// curve is the operator as a function of its operands' integers, in any
	// representatives; the first operand has w bits. nil: not tabulated. Logic is on
	// one bit.
	curve func(w int, a []term.Curve) term.Curve
	// table combines the truth tables of a bitwise operator's operands.
	table func(x, y uint16) uint16
}

// rules has a row for every operator. It is filled at start-up, since rules lift
// other nets.
var rules [netlist.NumOps]rule

func init() {
	opaque := rule{lift: func(*Lifter, netlist.Value, *netlist.Cell) (Net, bool) { return Net{}, false }}
	decides := func(curve func(int, []term.Curve) term.Curve) rule {
		return rule{lift: (*Lifter).nonlinear, curve: curve}
	}
	bitwise := func(table func(x, y uint16) uint16, curve func(int, []term.Curve) term.Curve) rule {
		return rule{lift: (*Lifter).bitwise, form: true, table: table, curve: curve}
	}
	rules = netlist.ByOp("lift", netlist.Ops(), map[netlist.Op]rule{
		netlist.OpInput: {lift: func(l *Lifter, _ netlist.Value, c *netlist.Cell) (Net, bool) { return l.inputs[c.Aux], true }},
		netlist.OpConst: {lift: func(_ *Lifter, _ netlist.Value, c *netlist.Cell) (Net, bool) {
			return constant(c.Aux << (64 - c.Width) >> (64 - c.Width)), true
		}},
		netlist.OpUndef: opaque,
		netlist.OpReg:   opaque,

		netlist.OpSlice:  {lift: (*Lifter).slice, form: true},
		netlist.OpConcat: {lift: (*Lifter).concat, form: true},
		netlist.OpZext:   {lift: (*Lifter).zext, form: true},
		netlist.OpSext:   {lift: (*Lifter).sext, form: true},

		netlist.OpAdd: {lift: (*Lifter).add, form: true},
		netlist.OpSub: {lift: (*Lifter).sub, form: true},
		netlist.OpNeg: {lift: (*Lifter).neg, form: true},
		netlist.OpMul: {lift: (*Lifter).mul, form: true},

		netlist.OpNot: {lift: (*Lifter).not, form: true, table: func(x, _ uint16) uint16 { return ^x }},
		netlist.OpAnd: bitwise(func(x, y uint16) uint16 { return x & y }, curveAnd),
		netlist.OpOr:  bitwise(func(x, y uint16) uint16 { return x | y }, curveOr),
		netlist.OpXor: bitwise(func(x, y uint16) uint16 { return x ^ y }, curveXor),

		netlist.OpShl: opaque,
		netlist.OpShr: opaque,
		netlist.OpSar: opaque,

		netlist.OpEq:     decides(curveEq),
		netlist.OpUlt:    decides(curveUlt),
		netlist.OpSlt:    decides(curveSlt),
		netlist.OpRedAnd: decides(curveRedAnd),
		netlist.OpRedOr:  decides(curveRedOr),
		netlist.OpRedXor: decides(curveRedXor),
		netlist.OpMux:    decides(curveMux),
	})
}

// Ruled lists the operators whose nets may be lifted by a rule on forms. Each use of
// such a rule is an obligation.
func Ruled() []netlist.Op {
	var all []netlist.Op
	for _, op := range netlist.Ops() {
		if rules[op].form {
			all = append(all, op)
		}
	}
	return all
}
