package smt

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Real solvers pass, also where they are stopped before they answer.
func TestExamineRealSolvers(t *testing.T) {
	for name := range presets {
		s := start(t, name, Limits{})
		require.NoError(t, s.Examine(context.Background()), name)
		require.Equal(t, 1, s.Stats().Sat, name)
		require.Equal(t, 1, s.Stats().Unsat, name)
		gone, cancel := context.WithCancel(context.Background())
		cancel()
		require.NoError(t, s.Examine(gone), name)
	}
}

// A solver that gives the same answer to everything, or a wrong model, is found
// out.
func TestExamineFindsOut(t *testing.T) {
	for name, c := range map[string]struct{ answer, value, want string }{
		"always unsat": {"unsat", "", "where sat is right"},
		"always sat":   {"sat", "((x #xfe))", "where unsat is right"},
		"wrong model":  {"sat", "((x #xff))", "says x = 255, where 254 is right"},
	} {
		script := "#!/bin/sh\nwhile read -r line; do case $line in\n" +
			"'(get-info :version)') echo '(:version \"1\")';;\n" +
			"'(check-sat)') echo '" + c.answer + "';;\n" +
			"'(get-value'*) echo '" + c.value + "';;\n" +
			"'(echo '*) line=${line#*\\\"}; echo \"${line%\\\"*}\";;\nesac; done\n"
		path := filepath.Join(t.TempDir(), "solver")
		require.NoError(t, os.WriteFile(path, []byte(script), 0o755))
		s, err := Start(context.Background(), Solver{Name: "odd", Path: path}, Limits{})
		require.NoError(t, err, name)
		defer s.Close()
		err = s.Examine(context.Background())
		require.ErrorContains(t, err, c.want, name)
		require.ErrorContains(t, err, "solver odd ("+path+")", name)
	}
}
