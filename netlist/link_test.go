package netlist

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestConeKeepsWhatItNeeds(t *testing.T) {
	m := New("m")
	a, b, c := m.Input("a", 4), m.Input("b", 4), m.Input("c", 4)
	left := m.SetSource(m.SetName(m.Add(c, a), "left"), m.Source("m.v:1"))
	m.SetSource(m.SetName(m.Sub(a, b), "right"), m.Source("m.v:2"))
	plain := m.Not(left)
	m.Output("y", left)
	cone, to := Cone(m, []Value{left, plain, a})
	require.NoError(t, cone.Check())
	require.Equal(t, "m", cone.Name)
	require.Len(t, cone.Inputs, 2)
	require.Equal(t, "a", cone.Inputs[0].Name)
	require.Equal(t, "c", cone.Inputs[1].Name)
	require.Equal(t, "y", cone.Outputs[0].Name)
	require.Equal(t, "n6", cone.Outputs[1].Name)
	require.Equal(t, "n1", cone.Outputs[2].Name, "an output cannot have the input's name")
	require.Zero(t, to[b])
	require.Equal(t, "left", cone.Names[to[left]])
	require.Equal(t, "m.v:1", cone.Sources[cone.Cells[to[left]].Src])
	require.NotContains(t, cone.Sources, "m.v:2")
	require.Equal(t, [][]uint64{{7}, {8}, {3}}, run(t, cone, [][]uint64{{3}, {4}}))

	s, _ := Cone(sample(), []Value{find(sample(), OpReg)})
	require.NoError(t, s.Check())
	require.Len(t, s.Regs, 1)
	require.Len(t, s.Inputs, 1, "through the register")
}

func provider() *Module {
	p := New("prov")
	b, a := p.Input("b", 4), p.Input("a", 4)
	mid := p.SetName(p.Add(a, b), "mid")
	p.Output("s0", p.SetName(p.Sub(mid, p.Const(4, 1)), "s0"))
	p.Output("s1", p.SetName(p.Not(p.Input("unused", 4)), "s1"))
	return p
}

func TestLinkPlugsTheProviderIn(t *testing.T) {
	u := New("user")
	x, s, a := u.Input("x", 4), u.Input("s0", 4), u.Input("a", 4)
	mid := u.SetName(u.Xor(x, s), "mid")
	u.Output("y", u.Add(mid, a))
	u.Doc = []string{"words"}
	l, err := Link(u, provider())
	require.NoError(t, err)
	require.NoError(t, l.Check())
	var names []string
	for _, p := range l.Inputs {
		names = append(names, p.Name)
	}
	require.Equal(t, []string{"x", "a", "b"}, names)
	require.Equal(t, u.Doc, l.Doc)
	signals := map[string]bool{}
	for _, n := range l.Names {
		signals[n] = true
	}
	require.True(t, signals["mid"] && signals["prov_mid"] && signals["s0"], "%v", signals)
	for x := range uint64(16) {
		for a := range uint64(16) {
			for b := range uint64(16) {
				want := ((x ^ (a + b - 1)) + a) & 15
				require.Equal(t, want, run(t, l, [][]uint64{{x}, {a}, {b}})[0][0])
			}
		}
	}
}

func TestLinkRefuses(t *testing.T) {
	u := New("user")
	u.Output("y", u.Input("s0", 5))
	_, err := Link(u, provider())
	require.ErrorContains(t, err, "input s0 has 5 bits, the output 4")

	u = New("user")
	u.Output("y", u.Concat(u.Input("s0", 4), u.Input("a", 3)))
	_, err = Link(u, provider())
	require.ErrorContains(t, err, "input a has 3 bits in one and 4 in the other")

	u = New("user")
	u.Output("y", u.Input("z", 4))
	_, err = Link(u, provider())
	require.ErrorContains(t, err, "no input")

	u = New("user")
	u.Output("y", u.SetName(u.Not(u.Input("s0", 4)), "b"))
	_, err = Link(u, provider())
	require.ErrorContains(t, err, "input b has the name of a signal")
}
