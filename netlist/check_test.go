package netlist

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// sample has every kind of cell and object: y = reg + (x < 3 ? x : ~x), with a
// register that holds y.
func sample() *Module {
	m := New("sample")
	x := m.Input("x", 4)
	q := m.Reg("q", 4)
	less := m.SetName(m.Ult(x, m.Const(4, 3)), "less")
	y := m.SetName(m.Add(q, m.Mux(less, x, m.Not(x))), "sum%d", 1)
	m.SetSource(y, m.Source("top.v:7.3-7.9"))
	m.SetNext(q, y)
	m.Output("y", y)
	m.Output("top", m.Slice(y, 3, 1))
	m.Output("wide", m.Concat(y, m.Sext(x, 6)))
	return m
}

func find(m *Module, op Op) Value {
	for v := range m.Cells {
		if m.Cells[v].Op == op {
			return Value(v)
		}
	}
	panic("no " + op.String())
}

func TestCheckFindsEveryBrokenInvariant(t *testing.T) {
	require.NoError(t, sample().Check())
	for name, c := range map[string]struct {
		spoil func(m *Module)
		want  string
	}{
		"forward operand":  {func(m *Module) { v := find(m, OpAdd); m.Cells[v].Args[0] = v }, "operand"},
		"missing operand":  {func(m *Module) { m.Cells[find(m, OpAdd)].Args[1] = 0 }, "operand"},
		"surplus operand":  {func(m *Module) { m.Cells[find(m, OpNot)].Args[1] = 1 }, "surplus"},
		"width of add":     {func(m *Module) { m.Cells[find(m, OpAdd)].Width = 5 }, "one width"},
		"width of compare": {func(m *Module) { m.Cells[find(m, OpUlt)].Width = 2 }, "width 1"},
		"width zero":       {func(m *Module) { m.Cells[find(m, OpConst)].Width = 0 }, "width 0"},
		"width of concat":  {func(m *Module) { m.Cells[find(m, OpConcat)].Width++ }, "sum of the widths"},
		"extension":        {func(m *Module) { m.Cells[find(m, OpSext)].Width = 4 }, "wider"},
		"slice":            {func(m *Module) { m.Cells[find(m, OpSlice)].Aux = 4 }, "within"},
		"negative slice":   {func(m *Module) { m.Cells[find(m, OpSlice)].Aux = -1 }, "within"},
		"mux":              {func(m *Module) { m.Cells[find(m, OpMux)].Args[0] = 1 }, "one bit"},
		"operation":        {func(m *Module) { m.Cells[find(m, OpNot)].Op = NumOps }, "operation"},
		"placeholder":      {func(m *Module) { m.Cells[0].Width = 1 }, "placeholder"},
		"source":           {func(m *Module) { m.Cells[find(m, OpNot)].Src = 9 }, "source"},
		"input width":      {func(m *Module) { m.Inputs[0].Width = 3 }, "width 3"},
		"input value":      {func(m *Module) { m.Inputs[0].Value = find(m, OpNot) }, "not its cell"},
		"input index":      {func(m *Module) { m.Cells[find(m, OpInput)].Aux = 1 }, "port that points back"},
		"output width":     {func(m *Module) { m.Outputs[0].Width = 3 }, "width 3"},
		"output value":     {func(m *Module) { m.Outputs[0].Value = 99 }, "does not exist"},
		"open register":    {func(m *Module) { m.Regs[0].D = 0 }, "not closed"},
		"register width":   {func(m *Module) { m.Regs[0].D = find(m, OpUlt) }, "become"},
		"register value":   {func(m *Module) { m.Regs[0].Q = 1 }, "register"},
		"undef":            {func(m *Module) { m.Undef(2, UndefX, ""); m.Undefs = nil }, "reason"},
		"port twice":       {func(m *Module) { m.Output("x", 1) }, "taken"},
		"nameless port":    {func(m *Module) { m.Output("", 1) }, "empty"},
		"signal twice":     {func(m *Module) { m.Names[find(m, OpNot)] = "less" }, `both named "less"`},
		"signal as port":   {func(m *Module) { m.Names[find(m, OpNot)] = "top" }, "name of port"},
		"unknown signal":   {func(m *Module) { m.Names[99] = "ghost" }, "no such value"},
	} {
		m := sample()
		c.spoil(m)
		require.ErrorContains(t, m.Check(), c.want, name)
	}
}

func TestCheckReportsAllProblems(t *testing.T) {
	m := sample()
	m.Inputs[0].Width = 3
	m.Outputs[0].Width = 9
	require.Len(t, strings.Split(m.Check().Error(), "\n"), 2)
}
