package head

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What was used last stays; what is no simulator is not touched.
func TestPrune(t *testing.T) {
	dir := t.TempDir()
	begin := time.Now().Add(-time.Hour)
	for i, name := range []string{"head-a", "head-b", "head-c", "head-d", "verilated.o"} {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, nil, 0o600))
		require.NoError(t, os.Chtimes(path, begin, begin.Add(time.Duration(i)*time.Minute)))
	}
	require.True(t, cached(filepath.Join(dir, "head-a")))
	require.False(t, cached(filepath.Join(dir, "head-z")))
	require.NoError(t, prune(dir, 2))
	var left []string
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		left = append(left, e.Name())
	}
	require.Equal(t, []string{"head-a", "head-d", "verilated.o"}, left)
	require.NoError(t, prune(dir, 5))
	require.Error(t, prune(filepath.Join(dir, "nowhere"), 1))
}
