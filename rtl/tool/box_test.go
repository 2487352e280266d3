package tool

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestBox: a process reads and writes its folder, sees what it is given, and nothing
// else; neither do the processes that it starts.
func TestBox(t *testing.T) {
	_, err := Boxes()
	require.NoError(t, err, "without Landlock nothing is shown here")
	outside, inside, given := t.TempDir(), t.TempDir(), t.TempDir()
	for _, dir := range []string{outside, inside, given} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "text"), []byte("text of "+dir), 0o644))
	}
	b := Box{Write: []string{inside}, Read: []string{given}}
	sh := func(script string, args ...string) (string, error) {
		cmd := Command(context.Background(), "/bin/sh", append([]string{"-c", script, "sh"}, args...)...)
		cmd.Dir = inside
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		err := b.Run(cmd, 0)
		return out.String(), err
	}
	for _, c := range []struct {
		script, arg string
		works       bool
	}{
		{`cat "$1"`, filepath.Join(inside, "text"), true},
		{`cat "$1"`, filepath.Join(given, "text"), true},
		{`echo more > "$1" && mkdir d && mv "$1" d/new && rm -r d`, filepath.Join(inside, "new"), true},
		{`echo x > /dev/null`, "", true},
		{`cat "$1"`, filepath.Join(outside, "text"), false},
		{`sh -c 'cat "$1"' sh "$1"`, filepath.Join(outside, "text"), false},
		{`ln -s "$1" link && cat link`, filepath.Join(outside, "text"), false},
		{`cat ../../../../../../../../"$1"`, filepath.Join(outside, "text"), false},
		{`echo x > "$1"`, filepath.Join(outside, "new"), false},
		{`echo x > "$1"`, filepath.Join(given, "text"), false},
		{`rm "$1"`, filepath.Join(given, "text"), false},
		{`ls "$1"`, outside, false},
		{`cat /etc/passwd`, "", false},
	} {
		out, err := sh(c.script, c.arg)
		if c.works {
			require.NoError(t, err, "%s %s: %s", c.script, c.arg, out)
			continue
		}
		require.Error(t, err, "%s %s: %s", c.script, c.arg, out)
		require.NotContains(t, out, "text of", c.script)
	}
	// This program itself is in no box.
	_, err = os.ReadFile(filepath.Join(outside, "text"))
	require.NoError(t, err)
}

// TestBoxesEndNobodyElse: a thread that ends kills what it started, so that none may
// have started two.
func TestBoxesEndNobodyElse(t *testing.T) {
	b := Box{Write: []string{t.TempDir()}}
	var long []*exec.Cmd
	for i := range 60 {
		cmd := Command(context.Background(), "/bin/sleep", "3")
		require.NoError(t, Start(cmd, 0))
		long = append(long, cmd)
		if i%2 == 0 {
			cmd := Command(context.Background(), "/bin/sleep", "3")
			require.NoError(t, b.Start(cmd, 0))
			long = append(long, cmd)
		}
		require.NoError(t, b.Run(Command(context.Background(), "/bin/true"), 0))
		require.NoError(t, Run(Command(context.Background(), "/bin/true"), 0))
	}
	for _, cmd := range long {
		require.NoError(t, cmd.Wait())
	}
}

// TestBoxKeepsTheLeash: limits, kills and the end of threads are as without a box.
func TestBoxKeepsTheLeash(t *testing.T) {
	b := Box{Write: []string{t.TempDir()}}
	cmd := Command(context.Background(), "/bin/sh", "-c", "sleep 0.3; ulimit -v; echo done")
	var out bytes.Buffer
	cmd.Stdout = &out
	require.NoError(t, b.Start(cmd, 1<<30))
	// Threads that ended would take the process with them.
	for range 50 {
		go func() { runtime.LockOSThread() }()
	}
	require.NoError(t, cmd.Wait())
	require.Equal(t, "1048576\ndone\n", out.String())

	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	require.Error(t, b.Run(Command(ctx, "/bin/sh", "-c", "sleep 100 & sleep 100"), 0))
	require.ErrorIs(t, ctx.Err(), context.DeadlineExceeded)

	require.ErrorContains(t, Box{Write: []string{"/nowhere"}}.Run(Command(context.Background(), "/bin/true"), 0), "/nowhere")
	require.Error(t, b.Run(Command(context.Background(), "/nowhere"), 0))
}
