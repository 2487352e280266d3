package netlist_test

import (
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
)

// stage is a register behind v.
func stage(m *netlist.Module, name string, v netlist.Value) netlist.Value {
	q := m.Reg(name, m.Width(v))
	m.SetNext(q, v)
	return q
}

// TestStagesCountsRegisters on balanced and unbalanced paths, behind constants and
// beside the cone.
func TestStagesCountsRegisters(t *testing.T) {
	m := netlist.New("m")
	a, b, unused := m.Input("a", 8), m.Input("b", 8), m.Input("c", 8)
	q := stage(m, "q", m.Add(a, b))
	r := stage(m, "r", m.Add(q, stage(m, "k", m.Const(8, 3))))
	stage(m, "beside", unused)
	p, err := netlist.Stages(m, r)
	require.NoError(t, err)
	require.Equal(t, &netlist.Pipeline{Inputs: []netlist.Depth{{2, 2}, {2, 2}, {-1, -1}}, Settle: 2, Registers: 3}, p)
	n, ok := p.Latency()
	require.True(t, ok)
	require.Equal(t, 2, n)

	sum := m.Add(r, a)
	p, err = netlist.Stages(m, m.Not(sum))
	require.NoError(t, err)
	require.Equal(t, []netlist.Value{sum}, p.Meets)
	require.Equal(t, []netlist.Depth{{0, 2}, {2, 2}, {-1, -1}}, p.Inputs)
	_, ok = p.Latency()
	require.False(t, ok)

	// A constant that has further to go than any input is settled later.
	late := stage(m, "k3", stage(m, "k2", stage(m, "k1", m.Const(8, 1))))
	p, err = netlist.Stages(m, m.Add(r, late))
	require.NoError(t, err)
	n, ok = p.Latency()
	require.True(t, ok)
	require.Equal(t, []int{2, 3}, []int{n, p.Settle})
	p, err = netlist.Stages(m, late)
	require.NoError(t, err)
	n, ok = p.Latency()
	require.True(t, ok)
	require.Equal(t, 3, n)
}

// TestStagesNamesLoops, and what an enable is.
func TestStagesNamesLoops(t *testing.T) {
	m := netlist.New("m")
	a, en := m.Input("a", 8), m.Input("en", 1)
	sum := m.Reg("sum", 8)
	m.SetNext(sum, m.Add(sum, a))
	hold := m.Reg("hold", 8)
	m.SetSource(hold, m.Source("own.v:7"))
	m.SetNext(hold, m.Mux(en, a, hold))
	for out, want := range map[netlist.Value]string{
		sum:  "feedback: register sum depends on its own past",
		hold: "register hold (own.v:7) has an enable or a hold: it can keep its value",
	} {
		_, err := netlist.Stages(m, out)
		require.EqualError(t, err, want)
		_, err = netlist.Transparent(m, "y", out)
		var loop *netlist.LoopError
		require.ErrorAs(t, err, &loop)
	}
	_, err := netlist.Stages(m, a)
	require.NoError(t, err, "loops beside the cone do not matter")
}

// TestTransparentIsTheSteadyState: what the clocked circuit gives a latency after
// its inputs is what the circuit without registers gives.
func TestTransparentIsTheSteadyState(t *testing.T) {
	m := netlist.New("m")
	a, b := m.Input("a", 8), m.Input("b", 8)
	m.Input("c", 4)
	// The registers come before what they read.
	r, q := m.Reg("r", 8), m.Reg("q", 8)
	m.SetNext(q, m.Add(a, m.Not(b)))
	m.SetNext(r, m.Sub(q, stage(m, "bq", b)))
	m.Output("y", r)
	require.NoError(t, m.Check())
	flat, err := netlist.Transparent(m, "y", r)
	require.NoError(t, err)
	require.NoError(t, flat.Check())
	require.Empty(t, flat.Regs)
	require.Len(t, flat.Inputs, 3)
	e, err := netlist.NewEvaluator(flat)
	require.NoError(t, err)
	run, err := netlist.NewClocked(m, r, 2)
	require.NoError(t, err)
	rng := rand.New(rand.NewSource(1))
	var want [][]uint64
	for at := range 50 {
		in := [][]uint64{{rng.Uint64() & 255, 7}, {rng.Uint64() & 255, 9}, {1, 2}}
		want = append(want, e.Eval(in)[0])
		out := make([]uint64, 2)
		run.Step(in, out)
		if at >= 2 {
			require.Equal(t, want[at-2], out)
		}
	}
}
