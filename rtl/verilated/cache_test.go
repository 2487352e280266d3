package verilated

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl/tool"
)

// What was used last stays; what is no executable is not touched.
func TestPrune(t *testing.T) {
	dir := t.TempDir()
	begin := time.Now().Add(-time.Hour)
	for i, name := range []string{"model-a", "model-b", "model-c", "model-d", "verilated.o"} {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, nil, 0o600))
		require.NoError(t, os.Chtimes(path, begin, begin.Add(time.Duration(i)*time.Minute)))
	}
	require.True(t, cached(filepath.Join(dir, "model-a")))
	require.False(t, cached(filepath.Join(dir, "model-z")))
	require.NoError(t, prune(dir, 2))
	var left []string
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		left = append(left, e.Name())
	}
	require.Equal(t, []string{"model-a", "model-d", "verilated.o"}, left)
	require.NoError(t, prune(dir, 5))
	require.Error(t, prune(filepath.Join(dir, "nowhere"), 1))
}

// An executable that one tool built is not another's, whatever version they say.
func TestExecutablesOfAnotherTool(t *testing.T) {
	m := Model{Cache: t.TempDir()}
	name := func() string {
		c, err := m.toolchain(t.Context())
		require.NoError(t, err)
		return c.hash()
	}
	ours := name()
	require.Equal(t, ours, name())
	honest := os.Getenv("PATH")
	for _, tl := range []tool.Tool{tool.Verilator, tool.CXX} {
		f, err := tl.Find()
		require.NoError(t, err)
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, tl.Name), []byte("#!/bin/sh\nexec "+f.Path+" \"$@\"\n"), 0o755))
		t.Setenv("PATH", dir+string(os.PathListSeparator)+honest)
		require.NotEqual(t, ours, name(), tl.Name)
	}
	t.Setenv("PATH", honest)
	require.Equal(t, ours, name())
}
