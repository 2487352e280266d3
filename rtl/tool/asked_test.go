package tool

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestRemembered: a program is asked again once its file, the question or the
// environment is another, and after it failed.
func TestRemembered(t *testing.T) {
	dir := t.TempDir()
	program, count := filepath.Join(dir, "program"), filepath.Join(dir, "count")
	write := func(more string) {
		require.NoError(t, os.WriteFile(program, []byte("#!/bin/sh\necho >>"+count+"\necho said "+more+"\n"), 0o755))
	}
	times := func() int64 {
		info, err := os.Stat(count)
		require.NoError(t, err)
		return info.Size()
	}
	ask := func(args ...string) (string, error) {
		out, err := remembered(exec.Command(program, args...), program)
		return string(out), err
	}
	write("one")
	for range 3 {
		out, err := ask("version")
		require.NoError(t, err)
		require.Equal(t, "said one\n", out)
		require.EqualValues(t, 1, times())
	}
	_, err := ask("files")
	require.NoError(t, err)
	require.EqualValues(t, 2, times())
	t.Setenv("LD_LIBRARY_PATH", dir)
	_, err = ask("version")
	require.NoError(t, err)
	require.EqualValues(t, 3, times())
	write("another")
	out, err := ask("version")
	require.NoError(t, err)
	require.Equal(t, "said another\n", out)
	write("nothing; exit 1")
	for n := range int64(2) {
		_, err = ask("version")
		require.Error(t, err)
		require.EqualValues(t, 5+n, times())
	}
	require.NoError(t, os.Remove(program))
	_, err = ask("version")
	require.Error(t, err)
}
