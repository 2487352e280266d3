package equiv

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/fuzz/mutant"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
)

// sum is the model of a plain sum of unsigned bytes.
func sum(ports ...string) *Model {
	m := &Model{Terms: golden.NewTerms()}
	for _, p := range ports {
		m.variable(Var{p, 8, false, spec.Range{Lo: 0, Hi: 255}})
	}
	m.Acc = m.Terms.Sum(m.Refs...)
	m.Out = m.Acc
	m.Run = func(xs []int64) (s int64) {
		for _, x := range xs {
			s += x
		}
		return s
	}
	return m
}

// TestSearchOfASmallBoxIsComplete: two bytes that differ from the model at one
// input of 65,536.
func TestSearchOfASmallBoxIsComplete(t *testing.T) {
	m := sum("a", "b")
	gate := netlist.New("sum")
	a, b := gate.Input("a", 8), gate.Input("b", 8)
	at := gate.And(gate.Eq(a, gate.Const(8, 0xb7)), gate.Eq(b, gate.Const(8, 0x3a)))
	y := gate.Mux(at, gate.Const(9, 0), gate.Add(gate.Zext(a, 9), gate.Zext(b, 9)))
	gate.Output("y", y)
	w, err := NewQuestion(m, gate).Search(1)
	require.NoError(t, err)
	require.Equal(t, &Counterexample{Inputs: []int64{0xb7, 0x3a}, Gold: 0xb7 + 0x3a, Gate: 0}, w)
}

// TestProbeFindsWhatAClampHides: all weights of this channel but one are
// negative, so that its output moves only while nearly all inputs are small. A
// sign invented for one inner sum takes effect only where that sum is large, and
// shows only where the wrap of the next adder brings the accumulator back.
func TestProbeFindsWhatAClampHides(t *testing.T) {
	net, err := networks.Open("mobilenet_v2_1.0_224")
	require.NoError(t, err)
	l := net.Layer("block_3_depthwise")
	g, err := shiftadd.New(l, shiftadd.Options{})
	require.NoError(t, err)
	gate := g.Channel(1)
	m := ModelOf(l, shiftadd.Unit{Kind: shiftadd.KindChannel, Channel: 1})
	planted := 0
	for _, f := range mutant.Faults(gate) {
		if f.Kind != mutant.InventedSign || !strings.HasPrefix(f.Words, "l1_0 ") {
			continue
		}
		planted++
		mut := f.Apply()
		w, err := NewQuestion(m, mut).Search(1)
		require.NoError(t, err)
		require.NotNil(t, w, "%v", f)
		gold, got, err := NewQuestion(m, mut).Execute([][]int64{w.Inputs})
		require.NoError(t, err)
		require.NotEqual(t, gold[0], got[0])
	}
	require.Equal(t, 1, planted)
}

// TestSearchFindsNothingInEqualCircuits, however hard it looks.
func TestSearchFindsNothingInEqualCircuits(t *testing.T) {
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	for _, l := range net.Layers {
		if l.Kind() == "dense" {
			continue
		}
		g, err := shiftadd.New(l, shiftadd.Options{})
		require.NoError(t, err)
		for _, u := range g.Modules() {
			if u.Channel > 1 {
				continue
			}
			gate := g.Module(u)
			w, err := NewQuestion(ModelOf(l, u), gate).Search(1)
			require.NoError(t, err)
			require.Nil(t, w, "%s", u.Name)
		}
	}
}
