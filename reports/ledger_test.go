package reports

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec/verdict"
)

func point(layer string, edge verdict.Edge, i int, v verdict.Verdict) *Obligation {
	o := &Obligation{
		ID: verdict.Point{Layer: layer, Edge: edge, Label: strconv.Itoa(i)}.ID(), Kind: verdict.Compare,
		Layer: layer, Edge: edge, Point: strconv.Itoa(i), Verdict: v, Needs: []verdict.ID{"range"},
	}
	switch v {
	case verdict.Proved:
		o.Strategy, o.RestsOn = "normal form", verdict.FormsAndSolver
	case verdict.Refuted:
		o.Strategy, o.Witness = "normal form", "witnesses/1.json"
	default:
		o.Reason = "timeout"
	}
	return o
}

// entered is a ledger of a network of one layer with three points, all proved.
func entered(t *testing.T, but ...verdict.Verdict) (*Ledger, *Signoff) {
	t.Helper()
	l := NewLedger()
	require.NoError(t, l.Add(&Obligation{ID: "range", Kind: verdict.Range, Verdict: verdict.Proved, RestsOn: verdict.FormsAndSolver, Strategy: "intervals"}))
	verdicts := append(but, verdict.Proved, verdict.Proved, verdict.Proved)[:3]
	for i, v := range verdicts {
		require.NoError(t, l.Add(point("conv0", verdict.GoldenNetlist, i, v)))
	}
	return l, &Signoff{Network: "tiny", Edges: []verdict.Edge{verdict.GoldenNetlist}, Layers: []Layer{{Name: "conv0", Kind: "conv", Points: 3}}}
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
	for v, want := range map[verdict.Verdict]Conclusion{
		verdict.Proved: SignedOff, verdict.Refuted: NetworkRefuted, verdict.Unknown: NotProved, verdict.Vacuous: NotProved, verdict.Failed: MachineryFailed,
	} {
		l, s := entered(t, verdict.Proved, v)
		require.NoError(t, l.Fill(s))
		require.Equal(t, want, s.Conclusion)
		require.NoError(t, l.Audit(s))
	}
}

func TestLedgerCountsFailedObligations(t *testing.T) {
	l, s := entered(t)
	require.NoError(t, l.Add(&Obligation{ID: "broken", Kind: verdict.Range, Verdict: verdict.Failed, Reason: "solvers disagree"}))
	require.NoError(t, l.Fill(s))
	require.Equal(t, []Discharge{{"range", 2, 1, 1, 0, 0}}, s.Obligations)
	require.Equal(t, MachineryFailed, s.Conclusion)
}

func TestLedgerCountsWhatNobodyEntered(t *testing.T) {
	l, s := entered(t)
	s.Layers[0].Points = 5
	s.Layers = append(s.Layers, Layer{Name: "pool", Kind: "pool", Points: 7})
	s.Edges = append(s.Edges, verdict.GoldenRTL)
	require.NoError(t, l.Fill(s))
	require.Equal(t, NotProved, s.Conclusion)
	require.Equal(t, []Tally{{string(verdict.Skipped), 2 + 7 + 5 + 7}}, s.Unknown)
}

func TestLedgerRefuses(t *testing.T) {
	l, s := entered(t)
	require.ErrorContains(t, l.Add(point("conv0", verdict.GoldenNetlist, 0, verdict.Proved)), "entered twice")
	again := point("conv0", verdict.GoldenNetlist, 0, verdict.Proved)
	again.ID = "other"
	require.ErrorContains(t, l.Add(again), "its place makes it conv0/golden = netlist/0")
	require.NoError(t, l.Fill(s))
	require.Equal(t, 3, s.Totals[0].Total)

	require.NoError(t, l.Add(point("conv0", verdict.GoldenNetlist, 3, verdict.Proved)))
	require.ErrorContains(t, l.Fill(s), "4 points entered, it has 3")

	l, s = entered(t)
	require.NoError(t, l.Add(point("conv1", verdict.GoldenNetlist, 0, verdict.Proved)))
	require.NoError(t, l.Add(point("conv0", verdict.GoldenRTL, 0, verdict.Proved)))
	err := l.Fill(s)
	require.ErrorContains(t, err, "layer conv1, golden = netlist: entered")
	require.ErrorContains(t, err, "layer conv0, golden = rtl: entered")
}

func TestLedgerFollowsPremises(t *testing.T) {
	for _, v := range []verdict.Verdict{verdict.Unknown, verdict.Vacuous, verdict.Failed, verdict.Refuted} {
		l, s := entered(t)
		open := &Obligation{ID: "lift", Kind: verdict.Lifting, Verdict: v, Reason: "timeout", Witness: "w"}
		require.NoError(t, l.Add(open))
		// Open, and nothing rests on it: counted, no contradiction.
		require.NoError(t, l.Fill(s))
		want := map[verdict.Verdict]Conclusion{verdict.Failed: MachineryFailed, verdict.Refuted: NetworkRefuted}[v]
		if want == "" {
			want = NotProved
		}
		require.Equal(t, want, s.Conclusion)
		o := point("conv0", verdict.GoldenNetlist, 9, verdict.Proved)
		o.Needs = []verdict.ID{"lift", "nowhere"}
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
	for v := verdict.Unknown; v <= verdict.Failed; v++ {
		o := point("l", "e", 0, v)
		require.NoError(t, o.Check())
		o.Strategy, o.Witness, o.Reason = "", "", ""
		require.Error(t, o.Check(), v)
	}
	for _, o := range []Obligation{
		{Kind: verdict.Range, Verdict: verdict.Proved, RestsOn: verdict.FormsAndSolver, Strategy: "s"},
		{ID: "x", Verdict: verdict.Proved, RestsOn: verdict.FormsAndSolver, Strategy: "s"},
		{ID: "l/e/", Kind: verdict.Compare, Edge: "e", Layer: "l", Verdict: verdict.Proved, RestsOn: verdict.FormsAndSolver, Strategy: "s"},
		{ID: "/e/0", Kind: verdict.Compare, Edge: "e", Point: "0", Verdict: verdict.Proved, RestsOn: verdict.FormsAndSolver, Strategy: "s"},
		{ID: "x", Kind: "k", Verdict: verdict.Proved, RestsOn: verdict.FormsAndSolver, Strategy: "s"},
		{ID: "l/e/1", Kind: verdict.Compare, Edge: "e", Layer: "l", Point: "0", Verdict: verdict.Proved, RestsOn: verdict.FormsAndSolver, Strategy: "s"},
		{ID: "l/e/0", Kind: verdict.Range, Edge: "e", Layer: "l", Point: "0", Verdict: verdict.Proved, RestsOn: verdict.FormsAndSolver, Strategy: "s"},
		{ID: "x", Kind: verdict.Compare, Layer: "l", Point: "0", Verdict: verdict.Proved, RestsOn: verdict.FormsAndSolver, Strategy: "s"},
	} {
		require.Error(t, o.Check())
		require.False(t, strings.Contains(o.Check().Error(), "\n"))
	}
}

// What a proof may rest on is in the table of kinds, and nothing rests on itself.
func TestLedgerRefusesCircles(t *testing.T) {
	fact := func(k verdict.Kind, name string, needs ...verdict.ID) *Obligation {
		return &Obligation{ID: k.ID(name), Kind: k, Verdict: verdict.Proved, Strategy: "s", RestsOn: verdict.Premises, Needs: needs}
	}
	for _, c := range []struct {
		name string
		all  []*Obligation
		want string
	}{
		{"a kind that may not", []*Obligation{fact(verdict.Tail, "t"), fact(verdict.LiftingRule, "r", verdict.Tail.ID("t"))}, "may not rest on"},
		{"itself", []*Obligation{fact(verdict.HeadControl, "a", verdict.HeadControl.ID("a"))}, "does not come before it"},
		{"each other", []*Obligation{
			fact(verdict.HeadControl, "a", verdict.HeadControl.ID("b")), fact(verdict.HeadControl, "b", verdict.HeadControl.ID("a")),
		}, "does not come before it"},
		{"an earlier one", []*Obligation{fact(verdict.HeadControl, "a"), fact(verdict.HeadControl, "b", verdict.HeadControl.ID("a"))}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := NewLedger()
			for _, o := range c.all {
				require.NoError(t, l.Add(o))
			}
			err := l.Fill(&Signoff{Network: "n"})
			if c.want == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, c.want)
			}
		})
	}
}
