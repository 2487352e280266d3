package smt

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A solver is the same under any name: as a link, as a copy, and behind a script
// that hands on what is asked. Another one is another.
func TestOneSolverUnderTwoNames(t *testing.T) {
	identity := func(s Solver) Identity {
		session, err := Start(t.Context(), s, Limits{})
		require.NoError(t, err)
		defer session.Close()
		return session.Identity()
	}
	named := func(path string) Solver { return Solver{Name: "other", Path: path, Args: []string{"-in", "-smt2"}} }
	dir := t.TempDir()
	link, double, wrapper := filepath.Join(dir, "link"), filepath.Join(dir, "copy"), filepath.Join(dir, "wrapper")
	require.NoError(t, os.Symlink(z3Path(t), link))
	program, err := os.ReadFile(z3Path(t))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(double, program, 0o755))
	require.NoError(t, os.WriteFile(wrapper, []byte("#!/bin/sh\nexec '"+z3Path(t)+"' \"$@\"\n"), 0o755))

	first := identity(Table[0].solver(z3Path(t), ""))
	require.Equal(t, "Z3", first.Name)
	require.NotEmpty(t, first.Version)
	for _, path := range []string{link, double, wrapper} {
		same, err := first.Same(identity(named(path)))
		require.NoError(t, err)
		require.True(t, same, path)
	}
	second, err := CVC5()
	require.NoError(t, err)
	same, err := first.Same(identity(second))
	require.NoError(t, err)
	require.False(t, same)
}

// What a solver does not say, or says otherwise, leaves its file.
func TestIdentityByFile(t *testing.T) {
	dir := t.TempDir()
	path := func(name, text string) string {
		p := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(p, []byte(text), 0o755))
		return p
	}
	a, double, b := path("a", "one"), path("double", "one"), path("b", "two")
	for _, c := range []struct {
		x, y Identity
		want bool
	}{
		{Identity{Path: a}, Identity{Path: a}, true},
		{Identity{Path: a}, Identity{Path: double}, true},
		{Identity{Path: a}, Identity{Path: b}, false},
		{Identity{"S", "1", a}, Identity{"T", "1", double}, true},
		{Identity{"S", "1", a}, Identity{"S", "2", b}, false},
		{Identity{"S", "1", a}, Identity{"S", "1", b}, true},
	} {
		same, err := c.x.Same(c.y)
		require.NoError(t, err)
		require.Equal(t, c.want, same, "%v %v", c.x, c.y)
	}
	_, err := Identity{Path: a}.Same(Identity{Path: filepath.Join(dir, "gone")})
	require.ErrorIs(t, err, os.ErrNotExist)
}
