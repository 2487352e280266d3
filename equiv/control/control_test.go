package control

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

func opinions(t *testing.T) []smt.Opinion {
	t.Helper()
	z, err := smt.Z3()
	require.NoError(t, err)
	return []smt.Opinion{{Solver: z}}
}

// twoLayers is the instance that faults are planted in; single is quicker to prove.
var (
	twoLayers = Instances[0]
	single    = npu.Params{Lanes: 3, Features: 2, Rows: 3, Biases: 2, Layers: 1}
)

func requireProved(t *testing.T, p npu.Params) {
	t.Helper()
	var done, of []int
	facts, err := Prove(context.Background(), Options{
		Opinions: opinions(t), Jobs: 2, Instances: []npu.Params{p},
		Progress: func(n, total int) { done, of = append(done, n), append(of, total) },
	})
	require.NoError(t, err)
	require.IsIncreasing(t, done)
	require.Equal(t, of[0], done[len(done)-1])
	seen := make(map[verdict.ID]bool)
	for _, f := range facts {
		require.Equal(t, verdict.Proved, f.Verdict, "%s: %s: %s", f.Name, f.Claim, f.Detail)
		require.NotEmpty(t, f.Method, f.Name)
		require.False(t, seen[f.ID()], f.ID())
		seen[f.ID()] = true
	}
	want := 2 // of the netlist itself
	for i := range monitored {
		want += bit(monitored[i].possible(p))
	}
	want += len(agreements)
	require.Equal(t, want, len(facts))
}

func TestEveryClaimIsProved(t *testing.T) { requireProved(t, single) }
