package bench

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestStyles: a hand-written module and the gates made of it are proved and measured; a style
// without so many operands is left out.
func TestStyles(t *testing.T) {
	all, err := styles(context.Background(), &Styles{Gates: 8, From: []string{"tree", "no such style"}}, t.Logf)
	require.NoError(t, err)
	require.Len(t, all, 1)
	s := all[0]
	require.Equal(t, "tree", s.Name)
	require.Equal(t, 8, s.FanIn)
	require.True(t, s.Gates && s.Proved, s.Open)
	require.Positive(t, s.Read)
	require.Positive(t, s.Proof)
	require.Greater(t, s.Whole, s.Proof)
	require.Greater(t, s.Busy, s.Proof/100)

	none, err := styles(context.Background(), &Styles{FanIns: []int{1 << 20}, Bits: 1 << 20}, t.Logf)
	require.NoError(t, err)
	require.Empty(t, none)
}
