package equiv

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec/networks"
)

// delayed is a circuit with so many registers behind each input.
func delayed(t *testing.T, from *netlist.Module, by func(input int) int) (*netlist.Module, *netlist.Pipeline) {
	t.Helper()
	m := netlist.New(from.Name)
	to := make([]netlist.Value, len(from.Cells))
	for i, p := range from.Inputs {
		v := m.Input(p.Name, p.Width)
		for range by(i) {
			q := m.Reg("", p.Width)
			delete(m.Names, q)
			m.SetNext(q, v)
			v = q
		}
		to[p.Value] = v
	}
	for v := 1; v < len(from.Cells); v++ {
		c := from.Cells[v]
		if c.Op == netlist.OpInput {
			continue
		}
		for j := range c.Args[:c.Op.Arity()] {
			c.Args[j] = to[c.Args[j]]
		}
		c.Src = 0
		m.Cells = append(m.Cells, c)
		to[v] = netlist.Value(len(m.Cells) - 1)
	}
	m.Output(from.Outputs[0].Name, to[from.Outputs[0].Value])
	require.NoError(t, m.Check())
	p, err := netlist.Stages(m, m.Outputs[0].Value)
	require.NoError(t, err)
	return m, p
}

// TestSequencesShowUnequalPaths: one is found for every channel in which an input
// comes early or late, and shows what it says; where all come together, none is.
func TestSequencesShowUnequalPaths(t *testing.T) {
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	l := net.Layer("depthwise")
	g, err := shiftadd.New(l, shiftadd.Options{})
	require.NoError(t, err)
	found := 0
	for _, u := range g.Modules()[:4] {
		m, gate := ModelOf(l, u), g.Module(u)
		if len(gate.Inputs) < 2 {
			continue
		}
		for late := range 2 {
			bad, p := delayed(t, gate, func(i int) int { return 1 + (i+late)%2*2 })
			_, even := p.Latency()
			require.False(t, even)
			s, err := NewQuestion(m, bad).SearchSequence(p, 1)
			require.NoError(t, err)
			require.NotNil(t, s, u.Name)
			found++
			for i, v := range m.Vars {
				require.True(t, v.Range.Contains(s.Before[i]) && v.Range.Contains(s.Inputs[i]))
			}
			require.Equal(t, []int64{m.Run(s.Before), m.Run(s.Inputs)}, []int64{s.GoldBefore, s.Gold})
			require.NotContains(t, []int64{s.GoldBefore, s.Gold}, s.Gate)
			least, most := p.Range()
			require.True(t, least <= s.Clocks && s.Clocks < most, "at clock %d", s.Clocks)
			player, err := NewQuestion(m, bad).NewPlayer(p, 1)
			require.NoError(t, err)
			outs := player.Play([][]int64{s.Before}, [][]int64{s.Inputs})
			require.Equal(t, s.Gate, outs[s.Clocks][0])
			require.Equal(t, s.Gold, outs[most][0])
		}
		good, p := delayed(t, gate, func(int) int { return 2 })
		s, err := NewQuestion(m, good).SearchSequence(p, 1)
		require.NoError(t, err)
		require.Nil(t, s)
	}
	require.NotZero(t, found)
}

// TestStray is the first output of neither input, or the last.
func TestStray(t *testing.T) {
	for _, c := range []struct {
		outs  []int64
		clock int
		value int64
	}{
		{[]int64{1, 1, 2, 2}, 3, 2},
		{[]int64{1, 3, 4, 2}, 1, 3},
		{[]int64{1, 2, 1, 1}, 3, 1},
	} {
		clock, value := Stray(c.outs, 1, 2)
		require.Equal(t, []int64{int64(c.clock), c.value}, []int64{int64(clock), value})
	}
}
