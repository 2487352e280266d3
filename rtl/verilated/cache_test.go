package verilated

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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
	require.True(t, used(filepath.Join(dir, "model-a")))
	require.False(t, used(filepath.Join(dir, "model-z")))
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

// What a program that was killed left in the cache goes when it is old.
func TestPruneUnfinished(t *testing.T) {
	dir := t.TempDir()
	old := time.Now().Add(-2 * abandoned)
	for _, name := range []string{"making-1", "making-2"} {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, name, "made"), 0o700))
	}
	require.NoError(t, os.Chtimes(filepath.Join(dir, "making-1"), old, old))
	require.NoError(t, prune(dir, 1))
	require.NoDirExists(t, filepath.Join(dir, "making-1"))
	require.DirExists(t, filepath.Join(dir, "making-2"))
}

var small = Model{
	Files: []File{{Name: "m.v", Text: []byte("module m(input a, output b); assign b = ~a; endmodule\n")}},
	Top:   "m", Prefix: "Vm", Main: "#include \"Vm.h\"\nint main() { return 0; }\n", Quick: true,
}

// An executable or a part of one that is empty, cut or another's is made again, and not
// run.
func TestDamagedCache(t *testing.T) {
	m := small
	m.Cache = t.TempDir()
	path, err := m.Make(t.Context())
	require.NoError(t, err)
	good, err := os.ReadFile(path)
	require.NoError(t, err)
	runs := func() {
		t.Helper()
		again, err := m.Make(t.Context())
		require.NoError(t, err)
		require.Equal(t, path, again)
		require.NoError(t, exec.Command(path).Run())
	}
	runs()
	foreign := []byte("#!/bin/sh\nexit 1\n")
	for _, bad := range [][]byte{nil, foreign, good[:len(good)/2]} {
		require.NoError(t, os.WriteFile(path, bad, 0o700))
		runs()
	}
	require.NoError(t, os.Remove(path+sumSuffix))
	runs()
	require.NoError(t, os.Remove(path))
	require.NoError(t, os.Symlink("/bin/false", path))
	runs()
	// The parts that all executables share.
	entries, err := os.ReadDir(m.Cache)
	require.NoError(t, err)
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), sumSuffix) {
			require.NoError(t, os.WriteFile(filepath.Join(m.Cache, e.Name()), nil, 0o700))
		}
	}
	runs()
}

// A stage that hangs ends at its limit, with what it started; one that floods costs
// no memory.
func TestAStageThatHangs(t *testing.T) {
	m := small
	m.Cache, m.Time = t.TempDir(), time.Second
	f, err := tool.CXX.Find()
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, tool.CXX.Name), []byte("#!/bin/sh\ncase \"$*\" in *c++-header*) yes >&2;; esac\nexec "+f.Path+" \"$@\"\n"), 0o755))
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	_, err = m.Make(t.Context())
	var failed *StageError
	require.ErrorAs(t, err, &failed)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorContains(t, err, "stopped after 1s")
	require.Less(t, len(failed.Log), 2*tool.MaxOutput)
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
