package rtl

import (
	"strconv"

	"github.com/hashiflex/hashiflex/netlist"
)

// opText is how an operator is written in Verilog.
type opText struct {
	// write writes what a cell computes from its operands.
	write func(w *writer, id netlist.Value)
	// nests: an unnamed cell of one use is written where it is used. Its meaning does
	// not depend on the text around it.
	nests bool
	// runs are the bits of an unnamed cell that is no operation but wiring.
	runs func(w *writer, c *netlist.Cell, dst []run) []run
}

// texts has a row for every operator. It is filled at start-up, since an operation
// writes its operands.
var texts [netlist.NumOps]opText

func init() {
	named := opText{write: func(w *writer, id netlist.Value) { panic("rtl: no text for " + w.m.Cells[id].Op.String()) }}
	prefix := func(sign string) func(*writer, netlist.Value) {
		return func(w *writer, id netlist.Value) {
			w.text(sign)
			w.operand(w.m.Cells[id].Args[0])
		}
	}
	infix := func(sign string) func(*writer, netlist.Value) {
		return func(w *writer, id netlist.Value) {
			w.operand(w.m.Cells[id].Args[0])
			w.text(sign)
			w.operand(w.m.Cells[id].Args[1])
		}
	}
	wiring := func(runs func(w *writer, c *netlist.Cell, dst []run) []run) opText {
		return opText{runs: runs, write: (*writer).ownWiring}
	}
	texts = netlist.ByOp("verilog", netlist.Ops(), map[netlist.Op]opText{
		netlist.OpInput: named,
		netlist.OpReg:   named,
		netlist.OpConst: {runs: runsConst, write: func(w *writer, id netlist.Value) {
			c := &w.m.Cells[id]
			w.appendConst(int(c.Width), uint64(c.Aux))
		}},
		netlist.OpUndef: {write: func(w *writer, id netlist.Value) {
			w.buf = strconv.AppendInt(w.buf, int64(w.m.Width(id)), 10)
			w.text("'bx")
		}},

		netlist.OpSlice:  wiring(runsSlice),
		netlist.OpConcat: wiring(runsConcat),
		netlist.OpZext:   wiring(runsZext),
		netlist.OpSext:   wiring(runsSext),

		netlist.OpAdd: {write: infix(" + ")},
		netlist.OpSub: {write: infix(" - ")},
		netlist.OpNeg: {write: prefix("-")},
		netlist.OpMul: {write: infix(" * ")},

		netlist.OpNot: {write: prefix("~"), nests: true},
		netlist.OpAnd: {write: infix(" & "), nests: true},
		netlist.OpOr:  {write: infix(" | "), nests: true},
		netlist.OpXor: {write: infix(" ^ "), nests: true},

		netlist.OpShl: {write: infix(" << ")},
		netlist.OpShr: {write: infix(" >> ")},
		netlist.OpSar: {write: func(w *writer, id netlist.Value) {
			w.text("$signed(")
			w.operand(w.m.Cells[id].Args[0])
			w.text(") >>> ")
			w.operand(w.m.Cells[id].Args[1])
		}},

		netlist.OpEq:  {write: infix(" == "), nests: true},
		netlist.OpUlt: {write: infix(" < "), nests: true},
		netlist.OpSlt: {nests: true, write: func(w *writer, id netlist.Value) {
			w.signed(w.m.Cells[id].Args[0])
			w.text(" < ")
			w.signed(w.m.Cells[id].Args[1])
		}},

		netlist.OpRedAnd: {write: prefix("&"), nests: true},
		netlist.OpRedOr:  {write: prefix("|"), nests: true},
		netlist.OpRedXor: {write: prefix("^"), nests: true},

		netlist.OpMux: {write: func(w *writer, id netlist.Value) {
			c := &w.m.Cells[id]
			w.operand(c.Args[0])
			w.text(" ? ")
			w.operand(c.Args[1])
			w.text(" : ")
			w.operand(c.Args[2])
		}},
	})
}

// ownWiring writes wiring that has a name: its text is that of its operands.
func (w *writer) ownWiring(id netlist.Value) {
	name := w.names[id]
	w.names[id] = ""
	w.rs = w.runs(id, w.rs[:0])
	w.names[id] = name
	w.appendRuns(w.rs)
}

func runsConst(_ *writer, c *netlist.Cell, dst []run) []run {
	return append(dst, run{width: int(c.Width), bits: uint64(c.Aux) & ones(int(c.Width))})
}

func runsConcat(w *writer, c *netlist.Cell, dst []run) []run {
	return w.runs(c.Args[1], w.runs(c.Args[0], dst))
}

func runsZext(w *writer, c *netlist.Cell, dst []run) []run {
	dst = w.runs(c.Args[0], dst)
	return append(dst, run{width: int(c.Width) - w.m.Width(c.Args[0])})
}

func runsSext(w *writer, c *netlist.Cell, dst []run) []run {
	dst = w.runs(c.Args[0], dst)
	return append(dst, dst[len(dst)-1].top(int(c.Width)-w.m.Width(c.Args[0])))
}

func runsSlice(w *writer, c *netlist.Cell, dst []run) []run {
	n := len(dst)
	dst = w.runs(c.Args[0], dst)
	return cut(dst, n, int(c.Aux), int(c.Width))
}
