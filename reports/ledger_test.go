package reports

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func point(layer, edge string, i int, v Verdict) *Obligation {
	o := &Obligation{
		ID: layer + "/" + edge + "/" + strconv.Itoa(i), Kind: "compare",
		Layer: layer, Edge: edge, Point: strconv.Itoa(i), Verdict: v, Needs: []string{"range"},
	}
	switch v {
	case Proved:
		o.Strategy, o.RestsOn = "normal form", FormsAndSolver
	case Refuted:
		o.Strategy, o.Witness = "normal form", "witnesses/1.json"
	default:
		o.Reason = "timeout"
	}
	return o
}

// entered is a ledger of a network of one layer with three points, all proved.
func entered(t *testing.T, but ...Verdict) (*Ledger, *Signoff) {
	t.Helper()
	l := NewLedger()
	require.NoError(t, l.Add(&Obligation{ID: "range", Kind: "range", Verdict: Proved, RestsOn: FormsAndSolver, Strategy: "intervals"}))
	verdicts := append(but, Proved, Proved, Proved)[:3]
	for i, v := range verdicts {
		require.NoError(t, l.Add(point("conv0", GoldenNetlist, i, v)))
	}
	return l, &Signoff{Network: "tiny", Edges: []string{GoldenNetlist}, Layers: []Layer{{Name: "conv0", Kind: "conv", Points: 3}}}
}

func TestLedgerFills(t *testing.T) {
	l, s := entered(t)
	require.NoError(t, l.Fill(s))
	require.Equal(t, SignedOff, s.Conclusion, s.Reasons)
	require.Equal(t, []Counts{{Total: 3, Proved: 3}}, s.Layers[0].Edges)
	require.Equal(t, []Tally{{"normal form", 3}}, s.Strategies)
	require.Equal(t, []Discharge{{"range", 1, 1, 0, 0, 0}}, s.Obligations)
	require.NoError(t, l.Audit(s))
}

func TestLedgerConclusions(t *testing.T) {
	for v, want := range map[Verdict]Conclusion{
		Proved: SignedOff, Refuted: NetworkRefuted, Unknown: NotProved, Vacuous: NotProved, Failed: MachineryFailed,
	} {
		l, s := entered(t, Proved, v)
		require.NoError(t, l.Fill(s))
		require.Equal(t, want, s.Conclusion)
		require.NoError(t, l.Audit(s))
	}
}

func TestLedgerCountsFailedObligations(t *testing.T) {
	l, s := entered(t)
	require.NoError(t, l.Add(&Obligation{ID: "broken", Kind: "range", Verdict: Failed, Reason: "solvers disagree"}))
	require.NoError(t, l.Fill(s))
	require.Equal(t, []Discharge{{"range", 2, 1, 1, 0, 0}}, s.Obligations)
	require.Equal(t, MachineryFailed, s.Conclusion)
}

func TestLedgerCountsWhatNobodyEntered(t *testing.T) {
	l, s := entered(t)
	s.Layers[0].Points = 5
	s.Layers = append(s.Layers, Layer{Name: "pool", Kind: "pool", Points: 7})
	s.Edges = append(s.Edges, GoldenRTL)
	require.NoError(t, l.Fill(s))
	require.Equal(t, NotProved, s.Conclusion)
	require.Equal(t, []Tally{{ReasonSkipped, 2 + 7 + 5 + 7}}, s.Unknown)
}

func TestLedgerRefuses(t *testing.T) {
	l, s := entered(t)
	require.ErrorContains(t, l.Add(point("conv0", GoldenNetlist, 0, Proved)), "entered twice")
	again := point("conv0", GoldenNetlist, 0, Proved)
	again.ID = "other"
	require.ErrorContains(t, l.Add(again), "point 0 of layer conv0 is entered twice")
	require.NoError(t, l.Fill(s))
	require.Equal(t, 3, s.Totals[0].Total)

	require.NoError(t, l.Add(point("conv0", GoldenNetlist, 3, Proved)))
	require.ErrorContains(t, l.Fill(s), "4 points entered, it has 3")

	l, s = entered(t)
	require.NoError(t, l.Add(point("conv1", GoldenNetlist, 0, Proved)))
	require.NoError(t, l.Add(point("conv0", GoldenRTL, 0, Proved)))
	err := l.Fill(s)
	require.ErrorContains(t, err, "layer conv1, golden = netlist: entered")
	require.ErrorContains(t, err, "layer conv0, golden = rtl: entered")
}

func TestLedgerFollowsPremises(t *testing.T) {
	for _, v := range []Verdict{Unknown, Vacuous, Failed, Refuted} {
		l, s := entered(t)
		open := &Obligation{ID: "lift", Kind: "lifting rule", Verdict: v, Reason: "timeout", Witness: "w"}
		require.NoError(t, l.Add(open))
		// Open, and nothing rests on it: counted, no contradiction.
		require.NoError(t, l.Fill(s))
		want := map[Verdict]Conclusion{Failed: MachineryFailed, Refuted: NetworkRefuted}[v]
		if want == "" {
			want = NotProved
		}
		require.Equal(t, want, s.Conclusion)
		o := point("conv0", GoldenNetlist, 9, Proved)
		o.Needs = []string{"lift", "nowhere"}
		require.NoError(t, l.Add(o))
		err := l.Fill(s)
		require.ErrorContains(t, err, "proved with lift, which is "+v.String())
		require.ErrorContains(t, err, "proved with nowhere, which is not listed")
		require.Error(t, l.Audit(s))
	}
}

func TestAuditSeesEveryNumber(t *testing.T) {
	l, s := entered(t)
	require.NoError(t, l.Fill(s))
	for _, change := range []func(*Signoff){
		func(s *Signoff) { s.Layers[0].Edges[0] = Counts{Total: 3, Proved: 2, Unknown: 1} },
		func(s *Signoff) { s.Layers[0].Points = 4; s.Layers[0].Edges[0] = Counts{Total: 4, Proved: 4} },
		func(s *Signoff) { s.Strategies[0].Count++ },
		func(s *Signoff) { s.Unknown = []Tally{{"timeout", 1}} },
		func(s *Signoff) { s.Obligations[0] = Discharge{"range", 2, 2, 0, 0, 0} },
		func(s *Signoff) { s.Obligations = append(s.Obligations, Discharge{"lifting rule", 1, 1, 0, 0, 0}) },
	} {
		l, s := entered(t)
		require.NoError(t, l.Fill(s))
		require.NoError(t, l.Audit(s))
		change(s)
		require.Error(t, l.Audit(s))
	}
	require.NoError(t, l.Audit(s))
}

func TestObligationCheck(t *testing.T) {
	for v := Unknown; v <= Failed; v++ {
		o := point("l", "e", 0, v)
		require.NoError(t, o.Check())
		o.Strategy, o.Witness, o.Reason = "", "", ""
		require.Error(t, o.Check(), v)
	}
	for _, o := range []Obligation{
		{Kind: "range", Verdict: Proved, RestsOn: FormsAndSolver, Strategy: "s"},
		{ID: "x", Verdict: Proved, RestsOn: FormsAndSolver, Strategy: "s"},
		{ID: "x", Kind: "k", Edge: "e", Layer: "l", Verdict: Proved, RestsOn: FormsAndSolver, Strategy: "s"},
		{ID: "x", Kind: "k", Edge: "e", Point: "0", Verdict: Proved, RestsOn: FormsAndSolver, Strategy: "s"},
	} {
		require.Error(t, o.Check())
		require.False(t, strings.Contains(o.Check().Error(), "\n"))
	}
}
