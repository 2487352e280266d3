package explain_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/explain"
	"github.com/hashiflex/hashiflex/netlist"
)

// TestLatencyInWords names who is early or late, and the registers that are theirs.
func TestLatencyInWords(t *testing.T) {
	m := netlist.New("m")
	var xs []netlist.Value
	for _, name := range []string{"x0", "x1", "x2", "x3", "x4", "x5", "x6"} {
		xs = append(xs, m.Input(name, 8))
	}
	stage := func(name string, v netlist.Value) netlist.Value {
		q := m.SetSource(m.Reg(name, 8), m.Source("own.v:"+name[1:]+".5-30.8"))
		m.SetNext(q, v)
		return q
	}
	sum := func(vs ...netlist.Value) netlist.Value {
		v := vs[0]
		for _, w := range vs[1:] {
			v = m.Add(v, w)
		}
		return v
	}
	words := func(out netlist.Value) explain.Cause {
		m.Outputs = []netlist.Port{{Name: "y", Width: 8, Value: out}}
		p, err := netlist.Stages(m, out)
		require.NoError(t, err)
		return explain.Latency(m, out, p, nil)
	}
	rest := stage("q11", sum(xs[3:]...))
	join := m.SetSource(m.SetName(m.Add(rest, sum(xs[:3]...)), "both"), m.Source("own.v:12.3-12.9"))
	c := words(stage("q13", join))
	require.Equal(t, "latency differs: inputs x0…x2 reach the output after 1 clock, the others after 2 clocks; they meet at both (own.v:12), before which a register is missing", c.Words)
	require.Equal(t, "both", c.Node)
	require.Equal(t, "own.v:12", c.Source)

	late := stage("q21", stage("q20", xs[1]))
	c = words(stage("q23", m.Add(late, rest)))
	require.Equal(t, "latency differs: input x1 alone reaches the output after 3 clocks, the others after 2 clocks; they meet at q23; only the late ones cross q20 (own.v:20), q21 (own.v:21)", c.Words)

	c = words(m.Add(rest, stage("q30", rest)))
	require.Equal(t, "latency differs: all inputs reach the output after 1 to 2 clocks; they meet at y", c.Words)
}
