package netlist

import (
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDelayLinesAreSeparated: a register that shifts by a word, and two that shift into
// each other, are no feedback; they do what they did from clock to clock.
func TestDelayLinesAreSeparated(t *testing.T) {
	m := New("line")
	x := m.Input("x", 4)
	line := m.Reg("line", 12)
	m.SetNext(line, m.Concat(m.Add(x, m.Const(4, 3)), m.Slice(line, 0, 8)))
	a, b := m.Reg("a", 6), m.Reg("b", 6)
	m.SetNext(a, m.Concat(m.Slice(b, 3, 3), m.Slice(x, 0, 3)))
	m.SetNext(b, m.Concat(m.Slice(line, 9, 3), m.Slice(a, 3, 3)))
	m.Output("y", m.Add(m.Slice(line, 8, 4), m.Slice(line, 1, 4)))
	m.Output("z", m.Concat(b, a))
	require.NoError(t, m.Check())
	_, err := Stages(m, m.Outputs[0].Value)
	require.Error(t, err)

	w := Decided(m)
	require.NoError(t, w.Check())
	for _, o := range w.Outputs {
		_, err := Stages(w, o.Value)
		require.NoError(t, err)
	}
	require.Equal(t, "line[0:0]", w.Regs[0].Name)

	// Both start from zeros.
	rng := rand.New(rand.NewSource(1))
	run := func(m *Module) func(x uint64) []uint64 {
		cuts, nets := values(m.Inputs), values(m.Outputs)
		in := [][]uint64{{0}}
		for _, r := range m.Regs {
			cuts, nets, in = append(cuts, r.Q), append(nets, r.D), append(in, []uint64{0})
		}
		p, err := Compile(m, cuts, nets)
		require.NoError(t, err)
		return func(x uint64) (ys []uint64) {
			in[0][0] = x
			out := make([][]uint64, len(nets))
			for i := range out {
				out[i] = make([]uint64, 1)
			}
			p.Run(1, in, out)
			for i, y := range out {
				if i < len(m.Outputs) {
					ys = append(ys, y[0])
				} else {
					in[1+i-len(m.Outputs)] = y
				}
			}
			return ys
		}
	}
	old, now := run(m), run(w)
	for range 100 {
		x := uint64(rng.Intn(16))
		require.Equal(t, old(x), now(x))
	}
}

// TestFeedbackStays: a register that adds to itself is not one that shifts.
func TestFeedbackStays(t *testing.T) {
	m := New("sum")
	x := m.Input("x", 4)
	acc := m.Reg("acc", 8)
	m.SetNext(acc, m.Concat(m.Slice(acc, 4, 4), m.Add(x, m.Slice(acc, 0, 4))))
	m.Output("y", acc)
	require.NoError(t, m.Check())
	w := Decided(m)
	_, err := Stages(w, w.Outputs[0].Value)
	require.Error(t, err)
	require.Equal(t, "acc", w.Regs[0].Name)
}
