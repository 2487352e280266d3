package reports

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec/verdict"
)

// TestOneSolver: what rests on one solver's word is counted with all that needs it,
// however far away, and a proof that does not say whose word it is is none.
func TestOneSolver(t *testing.T) {
	fact := func(k verdict.Kind, b verdict.Basis, needs ...verdict.Kind) *Obligation {
		o := &Obligation{ID: k.Only(), Kind: k, Verdict: verdict.Proved, Strategy: "s", RestsOn: b}
		for _, n := range needs {
			o.Needs = append(o.Needs, n.Only())
		}
		return o
	}
	compare := func(label string, b verdict.Basis, needs ...verdict.Kind) *Obligation {
		o := fact(verdict.Compare, b, needs...)
		o.Layer, o.Edge, o.Point = "l", verdict.GoldenRTL, label
		o.ID = o.at().ID()
		return o
	}
	for _, c := range []struct {
		name   string
		rule   verdict.Basis
		point  verdict.Basis
		points int
		facts  int
	}{
		{"nothing", verdict.TwoSolvers, verdict.FormsAndSolver, 0, 0},
		{"the point itself", verdict.TwoSolvers, verdict.OneSolver, 1, 0},
		{"by what is needed", verdict.OneSolver, verdict.FormsAndSolver, 2, 2},
		{"both", verdict.OneSolver, verdict.OneSolver, 2, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := NewLedger()
			for _, o := range []*Obligation{
				fact(verdict.LiftingRule, c.rule), fact(verdict.Lifting, verdict.Premises, verdict.LiftingRule), fact(verdict.Interface, verdict.Computed),
				compare("0", c.point, verdict.Lifting), compare("1", verdict.FormsAndSolver, verdict.Lifting, verdict.Interface),
				compare("2", verdict.TwoSolvers, verdict.Interface),
			} {
				require.NoError(t, l.Add(o))
			}
			s := &Signoff{Network: "n", Edges: []verdict.Edge{verdict.GoldenRTL}, Layers: []Layer{{Name: "l", Kind: "conv", Points: 3}}}
			require.NoError(t, l.Fill(s))
			points, facts := s.OneSolver()
			require.Equal(t, c.points, points)
			require.Equal(t, c.facts, facts)
			require.Equal(t, c.points, s.Layers[0].Edges[0].OneSolver)
			require.Equal(t, c.points+c.facts > 0, s.OneWord() != "")
			require.NoError(t, l.Audit(s))
			// It cannot be talked away.
			if points > 0 {
				s.Layers[0].Edges[0].OneSolver = 0
				s.Conclude()
				require.Error(t, l.Audit(s))
			}
		})
	}
	for _, b := range []verdict.Basis{"", "everybody"} {
		require.ErrorContains(t, NewLedger().Add(fact(verdict.Tail, b)), "whose word")
	}
	// Premises that need each other come to an end.
	l := NewLedger()
	require.NoError(t, l.Add(fact(verdict.Tail, verdict.OneSolver, verdict.Merge)))
	require.NoError(t, l.Add(fact(verdict.Merge, verdict.Premises, verdict.Tail)))
	require.Len(t, l.oneSolver(), 2)
}
