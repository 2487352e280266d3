package tool

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// fakePath makes a folder with the given scripts the only one on PATH. The
// folder's name holds what a careless caller would hand to a shell.
func fakePath(t *testing.T, mode os.FileMode, scripts map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), `a b;'"c`)
	require.NoError(t, os.Mkdir(dir, 0o755))
	for name, body := range scripts {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+body), mode))
	}
	t.Setenv("PATH", dir)
	return dir
}

func TestFindEveryInstalledTool(t *testing.T) {
	for _, tl := range All() {
		f, err := tl.Find()
		require.NoError(t, err)
		require.True(t, filepath.IsAbs(f.Path), f.Path)
		require.True(t, AtLeast(f.Version, tl.Min), "%s %s", tl.Name, f.Version)
	}
}

func TestTableIsComplete(t *testing.T) {
	seen := map[string]bool{}
	optional := false
	for _, tl := range All() {
		require.False(t, seen[tl.Name], tl.Name)
		seen[tl.Name] = true
		for _, s := range []string{tl.Name, tl.Package, tl.Min, tl.Use, tl.Lost} {
			require.NotEmpty(t, s, tl.Name)
		}
		require.False(t, tl.Required && optional, "%s: required tools come first", tl.Name)
		optional = !tl.Required
	}
}

func TestFindMissing(t *testing.T) {
	fakePath(t, 0o755, nil)
	for _, tl := range All() {
		_, err := tl.Find()
		var missing *MissingError
		require.ErrorAs(t, err, &missing, tl.Name)
		require.Contains(t, err.Error(), "apt-get install "+tl.Package)
		require.Contains(t, err.Error(), tl.Lost)
	}
}

func TestFindNotExecutable(t *testing.T) {
	fakePath(t, 0o644, map[string]string{"yosys": "echo Yosys 0.23"})
	_, err := Yosys.Find()
	var missing *MissingError
	require.ErrorAs(t, err, &missing)
}

func TestFindNotAProgram(t *testing.T) {
	dir := fakePath(t, 0o755, nil)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "z3"), []byte{0x7f, 'E', 'L', 'F', 0, 0}, 0o755))
	_, err := Z3.Find()
	var broken *BrokenError
	require.ErrorAs(t, err, &broken)
	require.Error(t, errors.Unwrap(err))
}

func TestFindVersions(t *testing.T) {
	const good, old, broken = "good", "old", "broken"
	for _, c := range []struct {
		tool   Tool
		script string
		want   string
	}{
		{Yosys, "echo 'Yosys 0.23 (git sha1 7ce5011c24b)'", good},
		{Yosys, "echo 'Yosys 0.33+34 (git sha1 0)'", good},
		{Yosys, "echo 'Yosys 1.0'", good},
		{Yosys, "echo 'Yosys 0.9 (git sha1 0)'", old}, // 9 < 23, though the text sorts after it
		{Yosys, "echo 'Yosys 0.22'", old},
		{Yosys, "echo 'I am Yosys 0.23'", broken},
		{Yosys, "echo 'Yosys'", broken},
		{Yosys, "exit 0", broken},
		{Yosys, "echo 'Yosys 0.23'; exit 1", broken},
		{Yosys, "echo 'Yosys 0.23' >&2", good},
		{Yosys, "echo 'Yosys 0.23'; kill -9 $$", broken},
		{Z3, "echo 'Z3 version 4.8.12 - 64 bit'", good},
		{Z3, "echo 'Z3 version 4.8.7 - 64 bit'", old},
		{CVC5, "echo 'This is cvc5 version 1.0.3'", good},
		{CVC5, "echo 'This is cvc5 version 1.0.2'", old},
		{CVC5, "echo 'This is CVC4 version 1.8'", broken},
		{Verilator, "echo 'Verilator 5.006 2023-01-22 rev'", good},
		{Verilator, "echo 'Verilator 4.228 2022-10-01'", old},
		{Icarus, "echo 'Icarus Verilog version 12.0 (stable)'", good},
		{Icarus, "echo 'Icarus Verilog version 10.3'", old},
		{VVP, "echo 'Icarus Verilog runtime version 11.0 (stable) ()'", good},
		{CXX, "echo 12.2.0", good},
		{CXX, "echo 8.5.0", old},
		{CXX, "echo clang version 15.0", broken},
		{Make, "echo 'GNU Make 4.3'", good},
		{Make, "echo 'GNU Make 3.81'", old},
		{Coq, "echo 'The Coq Proof Assistant, version 8.16.1'; echo compiled with OCaml 4.13.1", good},
		{Coq, "echo 'The Coq Proof Assistant, version 8.9.0'", old},
		{ABC, "echo 'UC Berkeley, ABC 1.01 (compiled Feb  7 2023)'", good},
	} {
		t.Run(c.tool.Name+" "+c.script, func(t *testing.T) {
			fakePath(t, 0o755, map[string]string{c.tool.Name: c.script})
			f, err := c.tool.Find()
			got := good
			var o *TooOldError
			var b *BrokenError
			switch {
			case errors.As(err, &o):
				got = old
			case errors.As(err, &b):
				got = broken
			default:
				require.NoError(t, err)
				require.Contains(t, c.script, f.Version)
			}
			require.Equal(t, c.want, got, "%v", err)
			if err != nil {
				require.Contains(t, err.Error(), "apt-get install "+c.tool.Package)
				require.NotContains(t, err.Error(), "\n")
			}
		})
	}
}

func TestFindBoundsWhatItQuotes(t *testing.T) {
	fakePath(t, 0o755, map[string]string{"z3": "echo '" + strings.Repeat("x", 5000) + "'"})
	_, err := Z3.Find()
	require.Error(t, err)
	require.Less(t, len(err.Error()), 500)
}

func TestAtLeast(t *testing.T) {
	order := []string{"x.y", "0", "0.9", "0.23", "0.23.1", "1.0.3", "1.0.10", "5.006", "5.010", "12"}
	for i, a := range order {
		for j, b := range order {
			require.Equal(t, i >= j, AtLeast(a, b), "%s >= %s", a, b)
		}
	}
	require.True(t, AtLeast("11", "11.0"))
	require.True(t, AtLeast("11.0", "11"))
}
