package unroll

import (
	"github.com/hashiflex/hashiflex/netlist"
)

// Graph is a combinational module in which equal expressions are one value.
type Graph struct {
	M     *netlist.Module
	index map[node]netlist.Value
	leans []leans // of each value
}

// node is what makes two cells equal.
type node struct {
	op      netlist.Op
	width   uint8
	a, b, c netlist.Value
	aux     int64
}

// leans says what kinds of variables a value's cone holds.
type leans uint8

const (
	onInput leans = 1 << iota
	onUndef
)

// NewGraph returns a graph without variables.
func NewGraph(name string) *Graph {
	return &Graph{M: netlist.New(name), index: map[node]netlist.Value{}, leans: make([]leans, 1)}
}

// Input is a new variable.
func (g *Graph) Input(name string, width int) netlist.Value {
	v := g.M.Input(name, width)
	g.leans = append(g.leans, onInput)
	return v
}

// Undef is a new variable that stands for an undetermined value.
func (g *Graph) Undef(width int, reason netlist.UndefReason, detail string) netlist.Value {
	v := g.M.Undef(width, reason, detail)
	g.leans = append(g.leans, onUndef)
	return v
}

// Const is the constant c modulo 2^width.
func (g *Graph) Const(width int, c uint64) netlist.Value {
	c &= ^uint64(0) >> (64 - uint(width))
	return g.intern(len(g.M.Cells), g.M.Const(width, int64(c)))
}

// Known is the value of v if it is a constant.
func (g *Graph) Known(v netlist.Value) (uint64, bool) { return g.M.ConstOf(v) }

// OnInput and OnUndef report whether v's cone holds variables of that kind.
func (g *Graph) OnInput(v netlist.Value) bool { return g.leans[v]&onInput != 0 }

// OnUndef is explained at OnInput.
func (g *Graph) OnUndef(v netlist.Value) bool { return g.leans[v]&onUndef != 0 }

// Cell is the value of an operation, by the rules of netlist's constructors.
func (g *Graph) Cell(op netlist.Op, width int, aux int64, a, b, c netlist.Value) netlist.Value {
	if v, ok := g.index[node{op, uint8(width), a, b, c, aux}]; ok {
		return v
	}
	from := len(g.M.Cells)
	v := g.intern(from, g.M.Build(op, width, aux, a, b, c))
	g.index[node{op, uint8(width), a, b, c, aux}] = v
	return v
}

// intern makes v, built since the module had from cells, the only value of its kind: if
// there is an equal one, it returns that and drops the new cells.
func (g *Graph) intern(from int, v netlist.Value) netlist.Value {
	if int(v) < from {
		g.M.Cells = g.M.Cells[:from]
		return v
	}
	c := g.M.Cells[v]
	if c.Op == netlist.OpConst {
		c.Aux &= int64(^uint64(0) >> (64 - uint(c.Width)))
	}
	key := node{c.Op, c.Width, c.Args[0], c.Args[1], c.Args[2], c.Aux}
	if old, ok := g.index[key]; ok {
		g.M.Cells = g.M.Cells[:from]
		return old
	}
	if c.Op == netlist.OpConst {
		g.M.Cells = append(g.M.Cells[:from], c)
		v = netlist.Value(from)
	}
	for i := len(g.leans); i < len(g.M.Cells); i++ {
		var l leans
		cell := &g.M.Cells[i]
		for _, a := range cell.Args[:cell.Op.Arity()] {
			l |= g.leans[a]
		}
		g.leans = append(g.leans, l)
	}
	g.index[key] = v
	return v
}
