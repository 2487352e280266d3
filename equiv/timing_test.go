package equiv_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
)

// late is a channel of a layer behind some registers.
func late(t *testing.T, g *shiftadd.Generator, u shiftadd.Unit, latency int) *netlist.Module {
	t.Helper()
	m := g.Module(u)
	v := m.Outputs[0].Value
	if latency > 0 && m.Names[v] == m.Outputs[0].Name {
		delete(m.Names, v)
	}
	for n := range latency {
		q := m.Reg(fmt.Sprintf("late%d", n), m.Width(v))
		m.SetNext(q, v)
		v = q
	}
	m.Outputs[0].Value = v
	require.NoError(t, m.Check())
	return m
}

// TestTimingShows: for every pair of latencies, inputs are found on which circuits of
// those latencies give, at the clock that counts, what the timing says, and that is
// not what should be there. Inputs that two channels share are one.
func TestTimingShows(t *testing.T) {
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	shown := 0
	for _, layer := range []string{"stem", "depthwise", "last"} {
		l := net.Layer(layer)
		g, err := shiftadd.New(l, shiftadd.Options{})
		require.NoError(t, err)
		units := g.Modules()
		if len(units) > 3 {
			units = units[:3]
		}
		for i, u := range units {
			other := units[(i+1)%len(units)]
			m, o := equiv.ModelOf(l, u), equiv.ModelOf(l, other)
			// A channel that is a constant has every latency.
			still := equiv.Late(o, 0, 1, 1, 1) == nil
			if equiv.Late(m, 0, 1, 1, 1) == nil {
				require.Subset(t, []spec.Code{0}, l.Channel(u.Channel), u.Name)
				continue
			}
			for _, a := range []int{0, 1, 3} {
				for _, b := range []int{0, 1, 3} {
					play := func(u shiftadd.Unit, m *equiv.Model, latency int, s *equiv.Timing, before, inputs []int64) int64 {
						gate := late(t, g, u, latency)
						outs, err := equiv.NewQuestion(m, gate).Timeline(before, inputs, s.Settle, s.Clocks)
						require.NoError(t, err)
						return outs[s.Clocks]
					}
					s := equiv.Late(m, a, b, a, 1)
					if a == b {
						require.Nil(t, s)
						require.Nil(t, equiv.Early(m, a, o, equiv.Beside{Latency: b}, a, 1))
						continue
					}
					require.NotNil(t, s, "%s: %d, declared %d", u.Name, a, b)
					require.NotEqual(t, s.Want, s.Gate)
					require.Equal(t, s.Gate, play(u, m, a, s, s.Before, s.Inputs))
					require.Equal(t, s.Want, play(u, m, b, s, s.Before, s.Inputs), "with the declared latency it is what it should be")

					s = equiv.Early(m, a, o, equiv.Beside{Unit: other.Name, Latency: b}, max(a, b), 1)
					if still {
						require.Nil(t, s)
						continue
					}
					shown++
					require.NotNil(t, s, "%s: %d beside %d", u.Name, a, b)
					x := s.Beside
					own, its := play(u, m, a, s, s.Before, s.Inputs), play(other, o, b, s, x.Before, x.Inputs)
					require.Equal(t, []int64{s.Gate, x.Gate}, []int64{own, its})
					require.NotEqual(t, []int64{s.GoldBefore, x.GoldBefore}, []int64{own, its})
					require.NotEqual(t, []int64{s.Gold, x.Gold}, []int64{own, its})
					require.Equal(t, s.Want, play(u, m, b, s, s.Before, s.Inputs), "with the other's latency it is what it should be")
					for i, v := range m.Vars {
						for j, w := range o.Vars {
							if v.Port == w.Port {
								require.Equal(t, []int64{s.Before[i], s.Inputs[i]}, []int64{x.Before[j], x.Inputs[j]}, v.Port)
							}
						}
					}
				}
			}
		}
	}
	require.Greater(t, shown, 30)
}
