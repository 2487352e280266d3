package equiv_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// solvers are z3 and cvc5 for bit-vectors.
func bitSolvers(t *testing.T) *equiv.Confirmer {
	t.Helper()
	c := &equiv.Confirmer{Answers: equiv.NewAnswers()}
	for _, find := range []func() (smt.Solver, error){smt.Z3, smt.CVC5} {
		s, err := find()
		require.NoError(t, err)
		x, err := smt.Start(context.Background(), s.WithLogic("QF_BV"), smt.Limits{})
		require.NoError(t, err)
		t.Cleanup(func() { x.Close() })
		c.Bits = append(c.Bits, smt.Panel{{Name: s.Name, Checker: x}}...)
	}
	return c
}

// maxOf is a max pool of signed or unsigned values, its only module's model, and hardware
// that a test builds by itself.
func maxOf(t *testing.T, signed bool, kernel int, out spec.Requant) *spec.Layer {
	t.Helper()
	n := &spec.Network{Name: "n", Input: spec.Input{Shape: spec.Shape{C: 1, H: 5, W: 5}, Format: spec.Format{Signed: signed, Width: 8}},
		Layers: []*spec.Layer{{Name: "l", Inputs: []string{spec.InputName}, Out: out,
			Op: &spec.MaxPool{Window: spec.Window{Kernel: [2]int{kernel, kernel}, Stride: [2]int{1, 1}, Pad: [4]int{1, 1, 1, 1}}}}}}
	require.NoError(t, n.Validate())
	return n.Layers[0]
}

// greatest is hardware for a max: how two values are compared, which pixels are looked at,
// and whether the tree is a chain.
func greatest(l *spec.Layer, less func(m *netlist.Module, a, b netlist.Value) netlist.Value, count int) *netlist.Module {
	m := netlist.New("own")
	w, _ := l.Window()
	var pixels []netlist.Value
	for row := range w.Kernel[0] {
		for column := range w.Kernel[1] {
			pixels = append(pixels, m.Input(shiftadd.PixelName(row, column), 8))
		}
	}
	most := pixels[0]
	for _, x := range pixels[1:count] {
		most = m.Mux(less(m, most, x), x, most)
	}
	m.Output("y", most)
	return m
}

// A max is proved in bit-vectors, as the generator builds it under each tree and as a
// person writes it, and hardware that is wrong is refuted with values that show it.
func TestMaxIsProvedAndRefuted(t *testing.T) {
	c := bitSolvers(t)
	ask := func(l *spec.Layer, gate *netlist.Module) (equiv.Answer, *equiv.Counterexample) {
		u := shiftadd.Unit{Kind: shiftadd.KindMax, Name: "l_max"}
		q := equiv.NewQuestion(equiv.ModelOf(l, u), gate)
		require.NotEqual(t, verdict.Proved, q.Settle().Verdict, "a max has no normal form")
		return c.Direct(context.Background(), q)
	}
	slt := func(m *netlist.Module, a, b netlist.Value) netlist.Value { return m.Slt(a, b) }
	ult := func(m *netlist.Module, a, b netlist.Value) netlist.Value { return m.Ult(a, b) }
	least := func(m *netlist.Module, a, b netlist.Value) netlist.Value { return m.Slt(b, a) }
	for _, signed := range []bool{false, true} {
		out := spec.Requant{Format: spec.Format{Signed: signed, Width: 8}, Rounding: spec.RND, Overflow: spec.SAT}
		l := maxOf(t, signed, 3, out)
		for _, tree := range []shiftadd.Tree{shiftadd.Balanced, shiftadd.Linear} {
			g, err := shiftadd.New(l, shiftadd.Options{Tree: tree})
			require.NoError(t, err)
			a, _ := ask(l, g.Max())
			require.Equal(t, verdict.Proved, a.Verdict, a.Detail)
		}
		right, wrong := ult, slt
		if signed {
			right, wrong = slt, ult
		}
		a, _ := ask(l, greatest(l, right, 9))
		require.Equal(t, verdict.Proved, a.Verdict, a.Detail)
		for name, bad := range map[string]*netlist.Module{
			"other signedness": greatest(l, wrong, 9), "one pixel short": greatest(l, right, 8), "the least": greatest(l, least, 9),
		} {
			a, w := ask(l, bad)
			require.Equal(t, verdict.Refuted, a.Verdict, name)
			require.NotEqual(t, w.Gold, w.Gate, name)
		}
	}
	// A max of values below zero into a clamp at zero, whose hardware forgets the clamp.
	relu := spec.Requant{Format: spec.Format{Signed: true, Width: 8}, Clamp: &spec.Range{Lo: 0, Hi: 127}}
	l := maxOf(t, true, 2, relu)
	a, w := ask(l, greatest(l, slt, 4))
	require.Equal(t, verdict.Refuted, a.Verdict)
	require.Zero(t, w.Gold)
	require.Negative(t, w.Gate)
}
