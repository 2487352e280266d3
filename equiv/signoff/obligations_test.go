package signoff

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// shelf keeps obligations by ID.
type shelf map[verdict.ID]reports.Obligation

func (s shelf) Record(_ int, o reports.Obligation) error {
	s[o.ID] = o
	return nil
}

// TestWhatDecided: a tail says whether it was enumerated or left to the solver, and
// merged nets are an obligation that their point needs.
func TestWhatDecided(t *testing.T) {
	rec := &chain.Record{
		Layer: "l", Units: []string{"u"}, Labels: []string{"0"},
		Tails: []chain.TailRecord{
			{Key: "narrow tail of the layer", Users: 1, Verdict: verdict.Proved, Query: "q1"},
			{Key: "wide tail of the layer..", Users: 1, Verdict: verdict.Proved, Query: "q2", Wide: true},
		},
		Points: []chain.Point{{
			Unit: "u", Edge: verdict.GoldenNetlist, Verdict: verdict.Proved, Strategy: equiv.Linear,
			Merges: 3, Queries: []string{"merge", "claim"}, Tail: "wide tail of the layer..",
		}},
	}
	for _, solvers := range [][]smt.Opinion{nil, {{}}} {
		book := shelf{}
		w := &writer{job: &Job{}, book: book, verdicts: map[verdict.ID]verdict.Verdict{}, premises: map[string][]verdict.ID{}}
		w.job.Chain.Opinions = solvers
		if solvers != nil {
			w.checks = []string{"a solver"}
		}
		require.NoError(t, w.layer(rec))
		require.Equal(t, "enumeration", book[verdict.TailID("l", rec.Tails[0].Key)].Strategy)
		require.Equal(t, "bit-vectors", book[verdict.TailID("l", rec.Tails[1].Key)].Strategy)
		point := book[verdict.Point{Layer: "l", Edge: verdict.GoldenNetlist, Label: "0"}.ID()]
		merge, ok := book[point.ID.Part(verdict.Merge)]
		require.True(t, ok)
		require.Contains(t, point.Needs, merge.ID)
		require.Equal(t, w.checks, merge.Checks)
		if solvers != nil {
			require.Equal(t, verdict.Proved, point.Verdict)
			require.Equal(t, []string{"merge"}, merge.Queries)
		} else {
			require.Equal(t, verdict.Unconfirmed, point.Reason)
		}
	}
}
