package head

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/tool"
)

// fake is a simulator that is a script.
func fake(t *testing.T, body string) *Simulator {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fake")
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o755))
	return &Simulator{Params: small, path: path}
}

// A simulator that dies or talks nonsense is an error with the case's seed, never
// a verdict.
func TestBrokenSimulators(t *testing.T) {
	for _, body := range []string{
		"exit 0",
		"echo broken >&2; exit 7",
		"head -c 80 >/dev/null; kill -9 $$",
		"head -c 80 >/dev/null; printf '\\003\\000\\000\\000aaaabbbbcccc'; sleep 5",
		"head -c 80 >/dev/null; printf '\\377\\377\\377\\377'; sleep 5",
	} {
		r, err := Run(context.Background(), fake(t, body), Campaign{Seed: 42, Cases: 3})
		var dead *DeadError
		require.ErrorAs(t, err, &dead, body)
		require.ErrorContains(t, err, "seed 42", body)
		require.Nil(t, r.Found)
	}
}

// A simulator that hangs is stopped.
func TestHangingSimulator(t *testing.T) {
	p, err := fake(t, "sleep 300").Start(context.Background(), 1, "")
	require.NoError(t, err)
	p.limit = 100 * time.Millisecond
	s := Plain("wait")
	_, err = p.Play([]planned{{Step: &s, limit: none}})
	var dead *DeadError
	require.ErrorAs(t, err, &dead)
	require.NoError(t, p.Close())
}

// One that hangs in the middle of a case is an error that names the case.
func TestSimulatorThatHangsMidCase(t *testing.T) {
	sim := fake(t, "head -c 80 >/dev/null; printf '\\003\\000'; sleep 300")
	sim.limit = 100 * time.Millisecond
	r, err := Run(context.Background(), sim, Campaign{Seed: 42, Cases: 3})
	var dead *DeadError
	require.ErrorAs(t, err, &dead)
	require.ErrorContains(t, err, "seed 42")
	require.Nil(t, r.Found)
}

func TestMissingVerilator(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := Build{Params: small}.Make(context.Background())
	var missing *tool.MissingError
	require.ErrorAs(t, err, &missing)
	require.Equal(t, "verilator", missing.Tool.Name)
}

func TestVerilogThatDoesNotCompile(t *testing.T) {
	_, err := Build{Params: small, Sources: []rtl.Source{{Name: "x.v", Text: []byte("module npu_head(; endmodule")}}}.Make(context.Background())
	var failed *rtl.ToolError
	require.ErrorAs(t, err, &failed)
	require.Contains(t, failed.Log, "syntax error")
}

func TestCoverageThatWasNotBuiltIn(t *testing.T) {
	_, err := fake(t, "exit 0").Start(context.Background(), 1, "file")
	require.ErrorContains(t, err, "without coverage")
}

// A campaign that is interrupted keeps what it did.
func TestInterrupted(t *testing.T) {
	sim, err := Build{Params: small}.Make(context.Background())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	r, err := Run(ctx, sim, Campaign{Seed: 1, Jobs: 1, Progress: func(n int) {
		if n == 20 {
			cancel()
		}
	}})
	var dead *DeadError
	require.True(t, err == nil || errors.As(err, &dead), "%v", err)
	require.EqualValues(t, 20, r.Cases)
}
