package head

import (
	"fmt"
	"math/big"

	"github.com/hashiflex/hashiflex/netlist"
)

// net is the name of a net's word.
func (q *question) net(v netlist.Value) (string, error) {
	if name, ok := q.netName[v]; ok {
		return name, nil
	}
	if l, ok := q.k.nets[v]; ok {
		return q.declare(l), nil
	}
	c := &q.k.g.M.Cells[v]
	w := int(c.Width)
	var args [3]string
	for i, a := range c.Args[:c.Op.Arity()] {
		name, err := q.net(a)
		if err != nil {
			return "", err
		}
		args[i] = name
	}
	wa := 0
	if c.Op.Arity() > 0 {
		wa = q.k.g.M.Width(c.Args[0])
	}
	body, ok := cellText(c, wa, q.k.g.M.Width(c.Args[1]), args)
	var name string
	switch {
	case c.Op == netlist.OpInput, c.Op == netlist.OpUndef:
		name = q.variable(v)
	case !ok:
		return "", fmt.Errorf("cell %v has no encoding", c.Op)
	case c.Op == netlist.OpConst:
		name = body
	default:
		name = q.define(w, body)
	}
	q.netName[v] = name
	return name, nil
}

// cellText is a cell over the words of its operands, of wa and wb bits.
func cellText(c *netlist.Cell, wa, wb int, x [3]string) (string, bool) {
	w := int(c.Width)
	bit := func(format string, args ...any) (string, bool) {
		return "(ite " + fmt.Sprintf(format, args...) + " #b1 #b0)", true
	}
	op2 := func(op string) (string, bool) { return fmt.Sprintf("(%s %s %s)", op, x[0], x[1]), true }
	switch c.Op {
	case netlist.OpConst:
		return literal(new(big.Int).SetUint64(uint64(c.Aux)), w), true
	case netlist.OpSlice:
		return fmt.Sprintf("((_ extract %d %d) %s)", int(c.Aux)+w-1, c.Aux, x[0]), true
	case netlist.OpConcat:
		return fmt.Sprintf("(concat %s %s)", x[1], x[0]), true
	case netlist.OpZext:
		return fmt.Sprintf("((_ zero_extend %d) %s)", w-wa, x[0]), true
	case netlist.OpSext:
		return fmt.Sprintf("((_ sign_extend %d) %s)", w-wa, x[0]), true
	case netlist.OpAdd:
		return op2("bvadd")
	case netlist.OpSub:
		return op2("bvsub")
	case netlist.OpMul:
		return op2("bvmul")
	case netlist.OpAnd:
		return op2("bvand")
	case netlist.OpOr:
		return op2("bvor")
	case netlist.OpXor:
		return op2("bvxor")
	case netlist.OpNeg:
		return fmt.Sprintf("(bvneg %s)", x[0]), true
	case netlist.OpNot:
		return fmt.Sprintf("(bvnot %s)", x[0]), true
	case netlist.OpShl, netlist.OpShr, netlist.OpSar:
		return shiftText(c.Op, w, wb, x), true
	case netlist.OpEq:
		return bit("(= %s %s)", x[0], x[1])
	case netlist.OpUlt:
		return bit("(bvult %s %s)", x[0], x[1])
	case netlist.OpSlt:
		return bit("(bvslt %s %s)", x[0], x[1])
	case netlist.OpRedAnd:
		return bit("(= %s (bvnot (_ bv0 %d)))", x[0], wa)
	case netlist.OpRedOr:
		return bit("(not (= %s (_ bv0 %d)))", x[0], wa)
	case netlist.OpRedXor:
		text := "(bvxor #b0"
		for i := range wa {
			text += fmt.Sprintf(" ((_ extract %d %d) %s)", i, i, x[0])
		}
		return text + ")", true
	case netlist.OpMux:
		return fmt.Sprintf("(ite (= %s #b1) %s %s)", x[0], x[1], x[2]), true
	}
	return "", false
}

// shiftText shifts by an unsigned amount of any width; SMT-LIB wants equal ones,
// and a sign extension keeps what comes in at the top.
func shiftText(op netlist.Op, w, wb int, x [3]string) string {
	text := map[netlist.Op][2]string{netlist.OpShl: {"bvshl", "zero"}, netlist.OpShr: {"bvlshr", "zero"}, netlist.OpSar: {"bvashr", "sign"}}[op]
	wide := max(w, wb)
	a, b := x[0], x[1]
	if wide > w {
		a = fmt.Sprintf("((_ %s_extend %d) %s)", text[1], wide-w, a)
	}
	if wide > wb {
		b = fmt.Sprintf("((_ zero_extend %d) %s)", wide-wb, b)
	}
	s := fmt.Sprintf("(%s %s %s)", text[0], a, b)
	if wide > w {
		s = fmt.Sprintf("((_ extract %d 0) %s)", w-1, s)
	}
	return s
}
