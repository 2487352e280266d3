package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/chain"
)

// A point counts once, by its worst edge.
func TestLineCountsPointsOnce(t *testing.T) {
	r := &chain.Record{Layer: "stem"}
	for unit, verdicts := range map[string][2]equiv.Verdict{
		"0": {equiv.Proved, equiv.Proved},
		"1": {equiv.Proved, equiv.Refuted},
		"2": {equiv.Unknown, equiv.Proved},
		"3": {equiv.Proved, equiv.Failed},
	} {
		for i, edge := range []string{chain.GoldenNetlist, chain.GoldenRTL} {
			p := chain.Point{Unit: unit}
			p.Edge, p.Verdict = edge, verdicts[i]
			r.Points = append(r.Points, p)
		}
	}
	require.Equal(t, "stem: 1 point settled, 1 refuted, 2 open", line(r))
	r.Points = nil
	require.Equal(t, "stem: 0 points settled", line(r))
}
