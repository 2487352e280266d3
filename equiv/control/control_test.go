package control

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/rtl"
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

// Rows of lanes and the monitor's ports are wider than a word; the claims are the same.
func TestHeadsOfManyLanesAreRead(t *testing.T) {
	ctx := context.Background()
	p := npu.Params{Lanes: 256, Features: 1280, Rows: 5120, Biases: 1000, Layers: 1}
	sources, err := npu.Sources(p)
	require.NoError(t, err)
	s, err := build(ctx, rtl.Yosys{}, npu.Map{}, p, sources)
	require.NoError(t, err)
	_, err = s.pair()
	require.NoError(t, err)
	panel, err := smt.NewPanel(ctx, opinions(t), logic, smt.Limits{}, 1)
	require.NoError(t, err)
	defer panel.Close()
	j := &judge{o: Options{}.withDefaults(), panel: panel}
	var some []proof
	for _, x := range s.proofs() {
		if slices.Contains([]string{"check_count", "layer", "product", "sum"}, x.name) {
			some = append(some, x)
		}
	}
	require.Len(t, some, 4)
	j.prove(ctx, s, some)
	for _, x := range some {
		require.Equal(t, verdict.Proved, x.fact.Verdict, "%s: %s", x.name, x.fact.Detail)
	}
}

// The table of what claims follow from names invariants, and has a row for each claim
// that is asked.
func TestTableOfLemmas(t *testing.T) {
	known := map[string]bool{}
	asked := map[string]bool{}
	all := slices.Clone(monitored)
	for _, a := range agreements {
		all = append(all, a.property)
	}
	for _, p := range all {
		known[p.name] = p.kind == invariant
		asked[p.name] = p.kind != goal
	}
	for claim, some := range from {
		require.True(t, asked[claim], claim)
		for _, name := range some {
			require.True(t, known[name], "%s: %s", claim, name)
		}
	}
	for name, is := range asked {
		require.True(t, !is || len(from[name]) > 0, name)
	}
}
