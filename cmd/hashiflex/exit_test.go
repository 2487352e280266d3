package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/rtl/tool"
	"github.com/hashiflex/hashiflex/spec/crash"
)

func TestWorst(t *testing.T) {
	rank := map[int]int{0: 0, 2: 1, 3: 2, 4: 3, 1: 4}
	require.Equal(t, exitProved, worst())
	for a := range 5 {
		for b := range 5 {
			want := a
			if rank[b] > rank[a] {
				want = b
			}
			require.Equal(t, want, worst(a, b), "%d %d", a, b)
		}
	}
}

// TestACrashIsNoVerdict: a panic on the way ends in one line, which says what was
// being done and where it broke, and in the code of a machine that failed.
func TestACrashIsNoVerdict(t *testing.T) {
	root := rootCommand()
	root.AddCommand(&cobra.Command{Use: "divide", RunE: func(_ *cobra.Command, args []string) error {
		return fmt.Errorf("%d", 1/(len(args)-1))
	}})
	var stdout, stderr bytes.Buffer
	require.Equal(t, exitMachine, execute(root, []string{"divide", "zero"}, &stdout, &stderr))
	require.Regexp(t, `^hashiflex: hashiflex divide: crash at cmd/hashiflex/exit_test\.go:\d+: runtime error: integer divide by zero\n$`, stderr.String())
	require.Empty(t, stdout.String())
}

func TestConclusionCode(t *testing.T) {
	for c, want := range map[reports.Conclusion]int{
		reports.SignedOff: 0, reports.NetworkRefuted: 1, reports.NotProved: 2, reports.MachineryFailed: 4, "": 2, "gibberish": 2,
	} {
		require.Equal(t, want, conclusionCode(c), c)
		require.Equal(t, want, exitCode(&verdictError{c}))
	}
}

func TestExitCode(t *testing.T) {
	plain := errors.New("bad")
	for _, c := range []struct {
		err  error
		want int
	}{
		{nil, 0},
		{plain, 3},
		{fs.ErrNotExist, 3},
		{machine(plain), 4},
		{fmt.Errorf("layer: %w", machine(plain)), 4},
		{&tool.MissingError{}, 4},
		{&tool.TooOldError{}, 4},
		{&tool.BrokenError{}, 4},
		{&rundir.LockedError{}, 4},
		{&rundir.ForeignError{}, 3},
		{fmt.Errorf("x: %w", context.Canceled), 4},
		{fmt.Errorf("layer: %w", &crash.Error{}), 4},
		{errors.Join(plain, &tool.MissingError{}), 4},
		{errors.Join(plain, &verdictError{reports.NetworkRefuted}), 1},
		{errors.Join(&tool.MissingError{}, &verdictError{reports.NetworkRefuted}), 1},
		{errors.Join(plain, &verdictError{reports.NotProved}), 3},
		{fmt.Errorf("all: %w", errors.Join(plain, &tool.MissingError{})), 4},
		{machine(fmt.Errorf("x: %w", errors.Join(plain, plain))), 4},
		{fmt.Errorf("%w and %w", plain, context.Canceled), 4},
		{fmt.Errorf("all: %w", errors.Join(plain, plain)), 3},
	} {
		require.Equal(t, c.want, exitCode(c.err), "%v", c.err)
	}
	require.NoError(t, machine(nil))
}

func TestReportIsOneLinePerProblem(t *testing.T) {
	var b bytes.Buffer
	list := errors.Join(errors.New("first\n  goes on"), errors.New("second \x1b[31m\u009b1m\u202e"))
	one := fmt.Errorf("a file: %w", errors.New("alone"))
	two := fmt.Errorf("%w and %w", errors.New("this"), errors.New("that"))
	newScreen().report(&b, errors.Join(fmt.Errorf("network: %w", list), errors.New("third"), one, two, &verdictError{reports.NotProved}))
	require.Equal(t, "hashiflex: first goes on\nhashiflex: second ?[31m?1m?\nhashiflex: third\nhashiflex: a file: alone\nhashiflex: this and that\n", b.String())
}

// broken is a writer that fails, as a full disk or a closed pipe does.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestOutputThatFails(t *testing.T) {
	var stderr bytes.Buffer
	require.Equal(t, exitMachine, run([]string{"doctor", "--json"}, broken{}, &stderr))
	require.Equal(t, "hashiflex: no space left\n", stderr.String())
	stderr.Reset()
	require.Equal(t, exitMachine, run([]string{"generate", "--network", "tiny", "-o", t.TempDir()}, broken{}, &stderr))
	require.Contains(t, stderr.String(), "hashiflex: no space left\n")
	stderr.Reset()
	require.Equal(t, exitMachine, run([]string{"doctor"}, broken{}, &stderr))
	require.Equal(t, "hashiflex: no space left\n", stderr.String())
}

func TestShortened(t *testing.T) {
	require.Equal(t, "short", shortened("short"))
	long := shortened("begin" + strings.Repeat("ü", 230_000) + "end")
	require.Less(t, len(long), 3*maxMessage)
	require.True(t, strings.HasPrefix(long, "begin") && strings.HasSuffix(long, "end"))
	require.Contains(t, long, "(226008 characters)")
}
