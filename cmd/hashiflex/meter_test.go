package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// A point counts once, by its worst edge.
func TestLineCountsPointsOnce(t *testing.T) {
	r := &chain.Record{Layer: "stem"}
	for unit, verdicts := range map[string][2]verdict.Verdict{
		"0": {verdict.Proved, verdict.Proved},
		"1": {verdict.Proved, verdict.Refuted},
		"2": {verdict.Unknown, verdict.Proved},
		"3": {verdict.Proved, verdict.Failed},
	} {
		for i, edge := range verdict.Edges() {
			p := chain.Point{Unit: unit}
			p.Edge, p.Verdict = edge, verdicts[i]
			r.Points = append(r.Points, p)
		}
	}
	require.Equal(t, "stem: 1 point settled, 1 refuted, 2 open", line(r))
	r.Points = nil
	require.Equal(t, "stem: 0 points settled", line(r))
}
