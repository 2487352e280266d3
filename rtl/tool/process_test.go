package tool

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// TestMain lets the test binary play the processes that the tests start.
func TestMain(m *testing.M) {
	switch os.Getenv("TOOL_TEST_ROLE") {
	case "grow": // touches the megabytes named by the first argument
		mb, err := strconv.Atoi(os.Args[1])
		if err != nil {
			panic(err)
		}
		b := bytes.Repeat([]byte{1}, mb<<20)
		os.Stdout.Write(b[:1])
		os.Exit(0)
	case "under": // waits for a limit, and starts a program with a higher one of ours
		var limit unix.Rlimit
		for limit.Max != 3<<30 {
			if err := unix.Getrlimit(unix.RLIMIT_AS, &limit); err != nil {
				panic(err)
			}
		}
		cmd := Command(context.Background(), "/bin/sh", "-c", "ulimit -v")
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		if err := Run(cmd, 4<<30); err != nil {
			panic(err)
		}
		os.Exit(0)
	case "parent": // starts a child, says its number, then waits to be killed
		cmd := Command(context.Background(), "/bin/sleep", "300")
		if err := Start(cmd, 0); err != nil {
			panic(err)
		}
		os.Stdout.WriteString(strconv.Itoa(cmd.Process.Pid) + "\n")
		select {}
	case "ancestor": // starts a child that starts another one, which says its number
		cmd := Command(context.Background(), "/bin/sh", "-c", "sleep 300 & echo $!; wait")
		out, err := cmd.StdoutPipe()
		if err != nil {
			panic(err)
		}
		if err := Start(cmd, 0); err != nil {
			panic(err)
		}
		if _, err := io.CopyN(os.Stdout, out, 2); err != nil {
			panic(err)
		}
		_, _ = io.Copy(os.Stdout, out) // for ever
	}
	os.Exit(m.Run())
}

func role(t *testing.T, ctx context.Context, name string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := Command(ctx, self, args...)
	cmd.Env = append(os.Environ(), "TOOL_TEST_ROLE="+name)
	return cmd
}

// running reports whether process pid exists and is no zombie.
func running(pid int) bool {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return false
	}
	_, state, _ := strings.Cut(string(b), ") ")
	return !strings.HasPrefix(state, "Z")
}

func TestContextEndKillsTheWholeGroup(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	cmd := Command(ctx, "/bin/sh", "-c", "sleep 300 & echo $!; wait")
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, Start(cmd, 0))
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	grandchild, err := strconv.Atoi(strings.TrimSpace(line))
	require.NoError(t, err)
	require.True(t, running(grandchild))
	cancel()
	require.ErrorContains(t, cmd.Wait(), "killed")
	require.Eventually(t, func() bool { return !running(grandchild) }, 5*time.Second, 5*time.Millisecond)
}

func TestDeathOfTheParentKillsTheProgram(t *testing.T) {
	cmd := role(t, context.Background(), "parent")
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, Start(cmd, 0))
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	require.NoError(t, err)
	require.True(t, running(pid))
	// Only the parent: its child has a group of its own.
	require.NoError(t, unix.Kill(cmd.Process.Pid, unix.SIGKILL))
	require.Error(t, cmd.Wait())
	require.Eventually(t, func() bool { return !running(pid) }, 5*time.Second, 5*time.Millisecond)
}

// TestDeathOfTheParentKillsAllBelow: what a program that we started has started dies with
// us as well.
func TestDeathOfTheParentKillsAllBelow(t *testing.T) {
	parent := role(t, context.Background(), "ancestor")
	out, err := parent.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, parent.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	grandchild, err := strconv.Atoi(strings.TrimSpace(line))
	require.NoError(t, err)
	require.True(t, running(grandchild))
	require.NoError(t, parent.Process.Kill())
	require.Error(t, parent.Wait())
	require.Eventually(t, func() bool { return !running(grandchild) }, 5*time.Second, 10*time.Millisecond, "grandchild %d lives on", grandchild)
}

func TestMemoryLimit(t *testing.T) {
	// A Go program reserves address space generously; 2 GB lets it start.
	const limit = 2 << 30
	ok := role(t, context.Background(), "grow", "16")
	require.NoError(t, Run(ok, limit))
	tooMuch := role(t, context.Background(), "grow", "4096")
	var stderr bytes.Buffer
	tooMuch.Stderr = &stderr
	require.Error(t, Run(tooMuch, limit))
	require.Contains(t, stderr.String(), "memory")
}

func TestPeakRSS(t *testing.T) {
	small, big := role(t, context.Background(), "grow", "1"), role(t, context.Background(), "grow", "200")
	require.Zero(t, PeakRSS(small))
	require.NoError(t, Run(small, 0))
	require.NoError(t, Run(big, 0))
	require.Positive(t, PeakRSS(small))
	require.Less(t, PeakRSS(small), int64(100<<20))
	require.Greater(t, PeakRSS(big), int64(200<<20))
}

func TestTimeLimit(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	began := time.Now()
	require.ErrorContains(t, Run(Command(ctx, "/bin/sleep", "300"), 0), "killed")
	require.ErrorIs(t, ctx.Err(), context.DeadlineExceeded)
	require.Less(t, time.Since(began), 5*time.Second)
}

func TestStartOfNothing(t *testing.T) {
	require.Error(t, Run(Command(context.Background(), "/does/not/exist"), 1<<30))
}
