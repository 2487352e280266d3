package reports

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestOneSolver: what rests on one solver's word is counted with all that needs it,
// however far away, and a proof that does not say whose word it is is none.
func TestOneSolver(t *testing.T) {
	fact := func(id string, b Basis, needs ...string) *Obligation {
		return &Obligation{ID: id, Kind: "k " + id, Verdict: Proved, Strategy: "s", RestsOn: b, Needs: needs}
	}
	compare := func(id string, b Basis, needs ...string) *Obligation {
		o := fact(id, b, needs...)
		o.Kind, o.Layer, o.Edge, o.Point = "compare", "l", GoldenRTL, id
		return o
	}
	for _, c := range []struct {
		name   string
		rule   Basis
		point  Basis
		points int
		facts  int
	}{
		{"nothing", TwoSolvers, FormsAndSolver, 0, 0},
		{"the point itself", TwoSolvers, OneSolver, 1, 0},
		{"by what is needed", OneSolver, FormsAndSolver, 2, 2},
		{"both", OneSolver, OneSolver, 2, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := NewLedger()
			for _, o := range []*Obligation{
				fact("rule", c.rule), fact("all", Premises, "rule"), fact("apart", Computed),
				compare("0", c.point, "all"), compare("1", FormsAndSolver, "all", "apart"), compare("2", TwoSolvers, "apart"),
			} {
				require.NoError(t, l.Add(o))
			}
			s := &Signoff{Network: "n", Edges: []string{GoldenRTL}, Layers: []Layer{{Name: "l", Kind: "conv", Points: 3}}}
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
	for _, b := range []Basis{"", "everybody"} {
		require.ErrorContains(t, NewLedger().Add(fact("x", b)), "whose word")
	}
	// Premises that need each other come to an end.
	l := NewLedger()
	require.NoError(t, l.Add(fact("a", OneSolver, "b")))
	require.NoError(t, l.Add(fact("b", Premises, "a")))
	require.Len(t, l.oneSolver(), 2)
}
