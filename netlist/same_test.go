package netlist_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
)

// TestSame compares a module with itself in another order, and with modules that differ in
// one thing.
func TestSame(t *testing.T) {
	build := func(change func(m *netlist.Module, a, b netlist.Value) netlist.Value) *netlist.Module {
		m := netlist.New("m")
		a, b := m.Input("a", 4), m.Input("b", 4)
		q := m.Reg("q", 4)
		y := change(m, a, b)
		m.SetNext(q, m.Add(y, a))
		m.Output("y", m.Xor(y, q))
		return m
	}
	plain := func(m *netlist.Module, a, b netlist.Value) netlist.Value { return m.Add(m.And(a, b), m.Or(a, b)) }
	gold := build(plain)
	require.NoError(t, netlist.Same(gold, build(plain)))
	require.NoError(t, netlist.Same(gold, build(func(m *netlist.Module, a, b netlist.Value) netlist.Value {
		or := m.Or(a, b)
		return m.SetName(m.Add(m.And(a, b), or), "other")
	})), "the order and the names do not matter")
	for name, change := range map[string]func(m *netlist.Module, a, b netlist.Value) netlist.Value{
		"operands": func(m *netlist.Module, a, b netlist.Value) netlist.Value { return m.Add(m.Or(a, b), m.And(a, b)) },
		"operator": func(m *netlist.Module, a, b netlist.Value) netlist.Value { return m.Sub(m.And(a, b), m.Or(a, b)) },
		"bits": func(m *netlist.Module, a, b netlist.Value) netlist.Value {
			return m.Add(m.And(a, b), m.Or(a, m.Concat(m.Slice(b, 1, 3), m.Slice(b, 0, 1))))
		},
		"dead cell": func(m *netlist.Module, a, b netlist.Value) netlist.Value { m.Neg(a); return plain(m, a, b) },
		"twice":     func(m *netlist.Module, a, b netlist.Value) netlist.Value { plain(m, a, b); return plain(m, a, b) },
	} {
		t.Run(name, func(t *testing.T) {
			require.Error(t, netlist.Same(gold, build(change)))
			require.Error(t, netlist.Same(build(change), gold))
		})
	}
	other := build(plain)
	other.Regs[0].Name = "r"
	require.Error(t, netlist.Same(gold, other))
	other = build(plain)
	other.Inputs[0].Name, other.Inputs[1].Name = "b", "a"
	require.Error(t, netlist.Same(gold, other))
	other = build(plain)
	other.Clock = "clk"
	require.Error(t, netlist.Same(gold, other))
	other = build(plain)
	other.Output("z", other.Inputs[0].Value)
	require.Error(t, netlist.Same(gold, other))
}
