package control

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/rtl/npu"
)

func solver(t *testing.T) smt.Solver {
	t.Helper()
	z, err := smt.Z3()
	require.NoError(t, err)
	return z
}

// small is the instance that tests look at.
var small = npu.Params{Lanes: 2, Features: 3, Rows: 4, Biases: 3, Layers: 2}

func TestEveryClaimIsProved(t *testing.T) {
	facts, err := Prove(context.Background(), Options{Solver: solver(t), Jobs: 2, Instances: []npu.Params{small}})
	require.NoError(t, err)
	require.Len(t, facts, len(claims))
	seen := make(map[string]bool)
	for _, f := range facts {
		require.Equal(t, equiv.Proved, f.Verdict, "%s: %s: %s", f.Name, f.Claim, f.Detail)
		require.False(t, seen[f.ID()], f.ID())
		seen[f.ID()] = true
	}
}
