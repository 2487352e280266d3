package runtime

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
)

// program puts a shell script on PATH, before everything else.
func program(t *testing.T, name, text string) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+text+"\n"), 0o755))
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
}

func image() floatnet.Tensor { return floatnet.NewTensor(spec.Shape{C: 1, H: 2, W: 2}) }

// What is missing or fails is an error that names it.
func TestWhatIsMissingIsNamed(t *testing.T) {
	t.Run("nothing installed", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		require.ErrorContains(t, Install(context.Background(), t.TempDir()), "npm")
		_, _, err := Open(context.Background(), t.TempDir(), nil, image(), Use{1, 1})
		require.ErrorContains(t, err, "node")
	})
	t.Run("a registry that is not there", func(t *testing.T) {
		program(t, "npm", "echo no such host >&2; exit 1")
		require.ErrorContains(t, Install(context.Background(), t.TempDir()), "no such host")
	})
	t.Run("a runtime that says an error", func(t *testing.T) {
		program(t, "node", `echo '{"Error":"no such operation"}'`)
		_, _, err := Open(context.Background(), t.TempDir(), nil, image(), Use{1, 1})
		require.ErrorContains(t, err, "no such operation")
	})
	t.Run("a runtime that dies", func(t *testing.T) {
		program(t, "node", "echo killed by me >&2")
		_, _, err := Open(context.Background(), t.TempDir(), nil, image(), Use{1, 1})
		require.ErrorContains(t, err, "killed by me")
	})
}

// A session answers with the output and then with times, and its process ends with it.
func TestSession(t *testing.T) {
	program(t, "node", `echo '{"Data":[1,2.5]}'; while read n; do echo "{\"Wall\":$n,\"Busy\":0.5}"; done`)
	s, out, err := Open(context.Background(), t.TempDir(), []byte("model"), image(), Use{1, 2})
	require.NoError(t, err)
	require.Equal(t, []float64{1, 2.5}, out)
	timing, err := s.Time(3)
	require.NoError(t, err)
	require.Equal(t, Timing{3 * time.Second, time.Second / 2}, timing)
	s.Close()
	_, err = s.Time(1)
	require.Error(t, err)
}
