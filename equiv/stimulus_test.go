package equiv

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// Whoever compares two circuits on a stimulus sees a difference at any boundary of
// either: a bound of a clamp, a value that is looked for, a bit of the selection.
func TestStimulusReachesBoundaries(t *testing.T) {
	m := wide(t)
	session := z3(t).Bits[0]
	for name, decide := range map[string]func(g *netlist.Module, sum netlist.Value) netlist.Value{
		"a bound":           func(g *netlist.Module, s netlist.Value) netlist.Value { return g.Slt(s, g.Const(20, 12345)) },
		"an unsigned bound": func(g *netlist.Module, s netlist.Value) netlist.Value { return g.Ult(g.Const(20, 54321), s) },
		"one value":         func(g *netlist.Module, s netlist.Value) netlist.Value { return g.Eq(s, g.Const(20, -7777)) },
		"no such value":     func(g *netlist.Module, s netlist.Value) netlist.Value { return g.Eq(s, g.Const(20, 1<<18)) },
	} {
		g := netlist.New("m")
		var sum netlist.Value
		for i, v := range m.Vars {
			x := g.Sext(g.Input(v.Port, v.Width), 20)
			if i == 0 {
				sum = x
				continue
			}
			sum = g.Add(sum, g.Shl(x, g.Const(20, int64(i%4))))
		}
		c := decide(g, sum)
		g.Output("y", g.Mux(c, g.Slice(sum, 0, 8), g.Slice(sum, 4, 8)))
		s, err := NewQuestion(m, g).NewStimulus(context.Background(), StimulusOptions{Seed: 1, Random: 16, Solver: session, Ask: 20})
		require.NoError(t, err)
		require.Empty(t, s.Missed, name)
		require.Equal(t, s.Boundaries, s.Reached+s.Impossible, name)
		if name == "no such value" {
			require.Equal(t, 1, s.Impossible)
			continue
		}
		require.Zero(t, s.Impossible, name)
		// The condition itself takes both values, and at a bound all three cases.
		seen := map[int64]bool{}
		vals, err := NewQuestion(m, g).Outputs(s.Inputs)
		require.NoError(t, err)
		for _, v := range vals {
			seen[v&1] = true
		}
		require.Len(t, seen, 2, name)
	}
}

// Few input bits are tried whole, with steps of one input at a time besides.
func TestStimulusIsWholeWhereInputsAreFew(t *testing.T) {
	m := small(t)
	g := netlist.New("m")
	sum := g.Add(g.Sext(g.Input("x0", 4), 6), g.Sext(g.Input("x1", 4), 6))
	g.Output("y", sum)
	s, err := NewQuestion(m, g).NewStimulus(context.Background(), StimulusOptions{Whole: 8})
	require.NoError(t, err)
	require.True(t, s.Whole)
	seen := map[[2]int64]bool{}
	alone := 0
	for i, x := range s.Inputs {
		seen[[2]int64{x[0], x[1]}] = true
		if i > 256 && (x[0] == s.Inputs[i-1][0]) != (x[1] == s.Inputs[i-1][1]) {
			alone++
		}
	}
	require.Len(t, seen, 256)
	require.Positive(t, alone)
	s, err = NewQuestion(m, g).NewStimulus(context.Background(), StimulusOptions{Whole: 7})
	require.NoError(t, err)
	require.False(t, s.Whole)
}

// Inputs beyond the model's range are vectors too.
func TestStimulusGoesBeyondRanges(t *testing.T) {
	m := small(t)
	m.Vars[0].Range = spec.Range{Lo: 0, Hi: 3}
	g := netlist.New("m")
	sum := g.Add(g.Sext(g.Input("x0", 4), 6), g.Sext(g.Input("x1", 4), 6))
	g.Output("y", sum)
	s, err := NewQuestion(m, g).NewStimulus(context.Background(), StimulusOptions{Random: 100})
	require.NoError(t, err)
	out := 0
	for _, x := range s.Inputs {
		require.True(t, m.Vars[0].Range.Contains(x[0]))
	}
	for _, x := range s.Beyond {
		if !m.Vars[0].Range.Contains(x[0]) {
			out++
		}
	}
	require.Positive(t, out)
}

// small is x0 + x1 of four bits.
func small(t *testing.T) *Model {
	t.Helper()
	m := &Model{Terms: golden.NewTerms()}
	a := m.variable(Var{"x0", 4, true, spec.Range{Lo: -8, Hi: 7}})
	b := m.variable(Var{"x1", 4, true, spec.Range{Lo: -8, Hi: 7}})
	m.Acc = m.Terms.Sum(a, b)
	m.Out = m.Acc
	m.Run = func(xs []int64) int64 { return xs[0] + xs[1] }
	return m
}

// wide is a sum of twelve inputs of twelve bits.
func wide(t *testing.T) *Model {
	t.Helper()
	m := &Model{Terms: golden.NewTerms()}
	for i := range 12 {
		x := m.variable(Var{"x" + string(rune('a'+i)), 12, true, spec.Range{Lo: -2048, Hi: 2047}})
		if i == 0 {
			m.Acc = x
			continue
		}
		m.Acc = m.Terms.Sum(m.Acc, m.Terms.Shl(x, i%4))
	}
	m.Out = m.Acc
	m.Run = func(xs []int64) int64 { return m.Terms.Eval(m.Acc, xs) }
	return m
}

// What is beyond the output's cone may be undefined, as a sum of another output that reads
// an input bit without a use. Neither a stimulus nor a search for a witness looks at it.
func TestUndefinedNetsBeyondTheCone(t *testing.T) {
	m := wide(t)
	g := netlist.New("m")
	sum := g.Const(20, 0)
	for _, v := range m.Vars {
		sum = g.Add(sum, g.Sext(g.Input(v.Port, v.Width), 20))
	}
	other := g.Add(sum, g.Zext(g.Undef(1, netlist.UndefX, "a bit that nobody drives"), 20))
	g.Slt(other, g.Const(20, 100))
	g.Output("y", g.Mux(g.Slt(sum, g.Const(20, 12345)), g.Slice(sum, 0, 8), g.Slice(sum, 4, 8)))
	q := NewQuestion(m, g)
	s, err := q.NewStimulus(context.Background(), StimulusOptions{Seed: 1, Random: 16, Ask: 20})
	require.NoError(t, err)
	require.NotZero(t, s.Reached)
	w, err := q.Search(1)
	require.NoError(t, err)
	require.NotNil(t, w)
}
