package control

import (
	"fmt"
	"strconv"

	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist"
)

// frames writes the cells of a module for one cycle after the other, in QF_BV,
// each as the operator that it is. In cycle 0 registers have any value, later
// that of their next-state function in the cycle before. Inputs and undefined
// words have any value in each cycle. Only what is asked for is written.
type frames struct {
	m    *netlist.Module
	text []byte
	name map[at]string
	free []at // variables: registers of cycle 0, inputs and undefined words, in the order of their declaration
}

// at is a value in a cycle.
type at struct {
	v     netlist.Value
	cycle int
}

func newFrames(m *netlist.Module) *frames {
	return &frames{m: m, name: make(map[at]string)}
}

// variable is the name of a value in a cycle.
func variable(v netlist.Value, cycle int) string {
	return "v" + strconv.Itoa(int(v)) + "_" + strconv.Itoa(cycle)
}

// demand asserts that the one-bit value v is want in a cycle.
func (f *frames) demand(v netlist.Value, cycle int, want bool) {
	f.text = fmt.Appendf(f.text, "(assert (= %s #b%d))\n", f.net(v, cycle), bit(want))
}

// query is what was demanded; on sat it reads back every variable.
func (f *frames) query() smt.Query {
	q := smt.Query{Text: f.text}
	for _, x := range f.free {
		q.Read = append(q.Read, variable(x.v, x.cycle))
	}
	return q
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// literal is c modulo 2^w.
func literal(c int64, w int) string {
	u := uint64(c)
	if w < 64 {
		u &= 1<<w - 1
	}
	return "(_ bv" + strconv.FormatUint(u, 10) + " " + strconv.Itoa(w) + ")"
}

// net is the term for v in a cycle; what it depends on is written first.
func (f *frames) net(v netlist.Value, cycle int) string {
	key := at{v, cycle}
	if n, ok := f.name[key]; ok {
		return n
	}
	c := &f.m.Cells[v]
	var n string
	switch {
	case c.Op == netlist.OpConst:
		n = literal(c.Aux, int(c.Width))
	case c.Op == netlist.OpReg && cycle > 0:
		n = f.net(f.m.Regs[c.Aux].D, cycle-1)
	case c.Op == netlist.OpReg, c.Op == netlist.OpInput, c.Op == netlist.OpUndef:
		n = variable(v, cycle)
		f.text = fmt.Appendf(f.text, "(declare-const %s (_ BitVec %d))\n", n, c.Width)
		f.free = append(f.free, key)
	default:
		body := f.cell(c, cycle)
		n = variable(v, cycle)
		f.text = fmt.Appendf(f.text, "(define-fun %s () (_ BitVec %d) %s)\n", n, c.Width, body)
	}
	f.name[key] = n
	return n
}

var plainOps = map[netlist.Op]string{
	netlist.OpAdd: "bvadd", netlist.OpSub: "bvsub", netlist.OpNeg: "bvneg", netlist.OpMul: "bvmul",
	netlist.OpNot: "bvnot", netlist.OpAnd: "bvand", netlist.OpOr: "bvor", netlist.OpXor: "bvxor",
}

var comparisons = map[netlist.Op]string{netlist.OpEq: "=", netlist.OpUlt: "bvult", netlist.OpSlt: "bvslt"}

// cell is what c computes, from the terms of its operands.
func (f *frames) cell(c *netlist.Cell, cycle int) string {
	var a [3]string
	for i := range c.Op.Arity() {
		a[i] = f.net(c.Args[i], cycle)
	}
	w := int(c.Width)
	aw := f.m.Width(c.Args[0])
	if op, ok := plainOps[c.Op]; ok {
		if c.Op.Arity() == 1 {
			return fmt.Sprintf("(%s %s)", op, a[0])
		}
		return fmt.Sprintf("(%s %s %s)", op, a[0], a[1])
	}
	if op, ok := comparisons[c.Op]; ok {
		return fmt.Sprintf("(ite (%s %s %s) #b1 #b0)", op, a[0], a[1])
	}
	switch c.Op {
	case netlist.OpSlice:
		return fmt.Sprintf("((_ extract %d %d) %s)", int(c.Aux)+w-1, c.Aux, a[0])
	case netlist.OpConcat:
		return fmt.Sprintf("(concat %s %s)", a[1], a[0])
	case netlist.OpZext:
		return fmt.Sprintf("((_ zero_extend %d) %s)", w-aw, a[0])
	case netlist.OpSext:
		return fmt.Sprintf("((_ sign_extend %d) %s)", w-aw, a[0])
	case netlist.OpRedAnd:
		return fmt.Sprintf("(ite (= %s %s) #b1 #b0)", a[0], literal(-1, aw))
	case netlist.OpRedOr:
		return fmt.Sprintf("(ite (= %s %s) #b0 #b1)", a[0], literal(0, aw))
	case netlist.OpRedXor:
		sum := "#b0"
		for i := range aw {
			sum = fmt.Sprintf("(bvxor %s ((_ extract %d %d) %s))", sum, i, i, a[0])
		}
		return sum
	case netlist.OpMux:
		return fmt.Sprintf("(ite (= %s #b1) %s %s)", a[0], a[1], a[2])
	case netlist.OpShl:
		return f.shift("bvshl", "zero_extend", c, a)
	case netlist.OpShr:
		return f.shift("bvlshr", "zero_extend", c, a)
	case netlist.OpSar:
		return f.shift("bvashr", "sign_extend", c, a)
	}
	panic("control: no operator for a cell " + c.Op.String())
}

// shift works at the wider of both operands, as SMT-LIB wants equal widths.
func (f *frames) shift(op, extend string, c *netlist.Cell, a [3]string) string {
	w, bw := int(c.Width), f.m.Width(c.Args[1])
	x := max(w, bw)
	return fmt.Sprintf("((_ extract %d 0) (%s ((_ %s %d) %s) ((_ zero_extend %d) %s)))", w-1, op, extend, x-w, a[0], x-bw, a[1])
}
