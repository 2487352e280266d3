package equiv

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/merge"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// TestAMergeIsAnObligation: of a sum of carry-save words whose signs are extended
// once more than needed; a merge of other nets is not believed.
func TestAMergeIsAnObligation(t *testing.T) {
	c := z3(t)
	m := netlist.New("m")
	a, b := m.Input("a", 4), m.Input("b", 4)
	word := m.Xor(m.Sext(a, 8), m.Sext(b, 8))
	sum := m.Add(m.Sext(m.Slice(word, 0, 6), 8), m.Zext(b, 8))
	m.Output("y", sum)
	x, q := NewMerge(m), &Question{Gate: m}
	require.NotNil(t, x)
	require.Equal(t, word, x.Gate.Cells[sum].Args[0])
	require.Equal(t, verdict.Proved, c.Merge(context.Background(), q, x).Verdict)
	x.Changes = append(x.Changes, merge.Change{Cell: sum, Args: [3]netlist.Value{word, word}})
	got := c.Merge(context.Background(), q, x)
	require.Equal(t, verdict.Failed, got.Verdict)
	require.Equal(t, verdict.SolverDiffers, got.Reason)
	require.Nil(t, NewMerge(x.Gate), "nothing is left to merge")
}
