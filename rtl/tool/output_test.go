package tool

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// TestAFloodIsNotKept: a process that prints on and on costs the limit, and no more.
func TestAFloodIsNotKept(t *testing.T) {
	for name, shared := range map[string]bool{"one pipe": true, "two pipes": false} {
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		cmd := Command(ctx, "/usr/bin/yes", strings.Repeat("flood ", 1000))
		out, said := &Output{}, &Output{Most: 10}
		cmd.Stdout, cmd.Stderr = out, said
		if shared {
			cmd.Stderr = out
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		require.Error(t, Run(cmd, 0), name)
		runtime.ReadMemStats(&after)
		require.Len(t, out.String(), MaxOutput, name)
		require.Greater(t, out.Lost(), 10*MaxOutput, name)
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16*MaxOutput), name)
	}
}

// TestNoOutputIsUnbounded: no package gives a process a buffer that grows with what
// it prints.
func TestNoOutputIsUnbounded(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", "{{.Dir}}", "github.com/hashiflex/hashiflex/...").Output()
	require.NoError(t, err)
	for dir := range strings.FieldsSeq(string(out)) {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		require.NoError(t, err)
		for _, f := range files {
			text, err := os.ReadFile(f)
			require.NoError(t, err)
			if strings.HasSuffix(f, "_test.go") || !strings.Contains(string(text), "tool.Command(") {
				continue
			}
			for _, bad := range []string{".CombinedOutput(", ".Output()", "said bytes.Buffer", "stderr bytes.Buffer", "out bytes.Buffer", "said   bytes.Buffer"} {
				require.NotContains(t, string(text), bad, f)
			}
		}
	}
}

// TestAHardLimitBelowOurs: a user's own limit on address space is kept where ours is
// higher; a process starts with it.
func TestAHardLimitBelowOurs(t *testing.T) {
	cmd := role(t, context.Background(), "under")
	said := &Output{}
	cmd.Stdout, cmd.Stderr = said, said
	require.NoError(t, Start(cmd, 0))
	// The child waits until its own limit is set.
	limit := unix.Rlimit{Cur: 3 << 30, Max: 3 << 30}
	require.NoError(t, unix.Prlimit(cmd.Process.Pid, unix.RLIMIT_AS, &limit, nil))
	require.NoError(t, cmd.Wait(), said.String())
	require.Equal(t, "3145728\n", said.String())
}

// TestABadTemporaryFolder: the message names the folder and not the tool.
func TestABadTemporaryFolder(t *testing.T) {
	nowhere := filepath.Join(t.TempDir(), "nowhere")
	t.Setenv("TMPDIR", nowhere)
	for _, tl := range []Tool{Z3, CVC5, Yosys} {
		_, err := tl.Find()
		var temp *TempError
		require.ErrorAs(t, err, &temp)
		require.ErrorContains(t, err, nowhere)
		require.NotContains(t, err.Error(), tl.Name)
	}
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	t.Setenv("TMPDIR", file)
	require.ErrorContains(t, TempFolder(), "no folder")
	t.Setenv("TMPDIR", t.TempDir())
	require.NoError(t, TempFolder())
}
