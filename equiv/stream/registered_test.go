package stream

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
)

// sum is a + b + c, with registers where the flags say: at a, b, c, and at the output.
func sum(a, b, c, out bool) *netlist.Module {
	m := netlist.New("sum")
	stage := func(v netlist.Value, name string, is bool) netlist.Value {
		if !is {
			return v
		}
		q := m.Reg(name, m.Width(v))
		m.SetNext(q, v)
		return q
	}
	x, y, z := m.Input("a", 4), m.Input("b", 4), m.Input("c", 4)
	s := m.Add(stage(x, "ra", a), stage(y, "rb", b))
	m.Output("y", stage(m.Add(s, stage(z, "rc", c)), "ry", out))
	return m
}

func TestRegistersOnly(t *testing.T) {
	want := sum(false, false, false, false)
	for _, c := range []struct {
		name    string
		read    *netlist.Module
		latency int
		err     string
	}{
		{"none", sum(false, false, false, false), 0, ""},
		{"at the output", sum(false, false, false, true), 1, ""},
		{"at the inputs", sum(true, true, true, false), 1, ""},
		{"two", sum(true, true, true, true), 2, ""},
		{"missing at one input", sum(true, true, false, true), 2, "cross 1 to 2 registers"},
		{"fewer than the map says", sum(true, true, true, false), 2, "cross 1 register, the map says 2"},
	} {
		err := registersOnly(c.read, want, c.latency)
		if c.err == "" {
			require.NoError(t, err, c.name)
			continue
		}
		require.ErrorContains(t, err, c.err, c.name)
	}
	other := netlist.New("sum")
	x, y, z := other.Input("a", 4), other.Input("b", 4), other.Input("c", 4)
	other.Output("y", other.Add(other.Add(x, z), y))
	require.ErrorContains(t, registersOnly(other, want, 0), "not computed as")
}
