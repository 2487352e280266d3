package datapath

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Everything is proved, in the order in which it is listed, and each fact has a
// name and queries of its own.
func TestTheHeadIsProved(t *testing.T) {
	calls := 0
	facts, err := Prove(context.Background(), Options{Progress: func(done, total int) {
		calls++
		require.Equal(t, calls, done)
		require.Len(t, jobs(), total)
	}})
	require.NoError(t, err)
	require.Len(t, facts, calls)
	names := map[verdict.ID]bool{}
	for _, f := range facts {
		require.Equal(t, verdict.Proved, f.Verdict, "%s: %s %s\n%s", f.ID(), f.Reason, f.Detail, f.Trace)
		require.NotEmpty(t, f.Queries, f.ID())
		require.False(t, names[f.ID()], f.ID())
		names[f.ID()] = true
	}
}

// Everything, on one session.
func BenchmarkProve(b *testing.B) {
	for b.Loop() {
		asked := 0
		facts, err := Prove(context.Background(), Options{Jobs: 1, Keep: func(string, smt.Query, string) { asked++ }})
		require.NoError(b, err)
		b.ReportMetric(float64(len(facts)), "facts")
		b.ReportMetric(float64(asked), "queries")
	}
}
