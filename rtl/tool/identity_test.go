package tool

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestIdentityOfEveryTool: what a tool's answers come from is among its files,
// wherever it lies.
func TestIdentityOfEveryTool(t *testing.T) {
	wants := map[string][]string{
		"yosys":        {"yosys", "techmap.v", "libc.so"},
		"z3":           {"z3", "libc.so"},
		"cvc5":         {"cvc5", "libcvc5.so", "libcvc5parser.so"},
		"iverilog":     {"iverilog", "ivl", "ivlpp", "vvp.tgt", "system.vpi"},
		"vvp":          {"vvp"},
		"verilator":    {"verilator", "perl", "verilator_bin", "verilated.cpp", "verilated.h", "svdpi.h"},
		"g++":          {"g++", "cc1plus", "collect2", "ld", "as"},
		"make":         {"make"},
		"boolector":    {"boolector", "libc.so"},
		"berkeley-abc": {"berkeley-abc"},
	}
	for _, tl := range All() {
		f, err := tl.Find()
		require.NoError(t, err)
		id, err := f.Identity()
		require.NoError(t, err)
		require.Len(t, id.SHA256, 64)
		require.NotEmpty(t, wants[tl.Name], tl.Name)
		for _, want := range wants[tl.Name] {
			found := false
			for _, file := range id.Files {
				require.Len(t, file.SHA256, 64)
				found = found || strings.Contains(filepath.Base(file.Path), want)
			}
			require.True(t, found, "%s: %s: %v", tl.Name, want, id.Files)
		}
		again, err := f.Identity()
		require.NoError(t, err)
		require.Equal(t, id, again)
	}
}

// TestIdentityChanges: whatever of a tool is changed without a new version makes
// another tool of it, and what is only moved, linked or touched does not.
func TestIdentityChanges(t *testing.T) {
	elsewhere := t.TempDir()
	write := func(path, text string) string {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o755))
		return path
	}
	behind := write(filepath.Join(elsewhere, "solver"), "#!/bin/sh\necho one\n")
	aside := write(filepath.Join(elsewhere, "aside"), "#!/bin/sh\n")
	rules := write(filepath.Join(elsewhere, "rules.txt"), "a")
	dir := fakePath(t, 0o755, map[string]string{"z3": "# asks\nexec " + behind + ` "$@"` + "\n"})
	path := filepath.Join(dir, "z3")
	identity := func() string {
		id, err := IdentityOf(path, "--rules", rules)
		require.NoError(t, err)
		return id.SHA256
	}
	seen := map[string]string{identity(): "as it is"}
	for _, c := range []struct {
		name   string
		same   bool
		change func()
	}{
		{"a program that it does not name", true, func() { write(aside, "#!/bin/sh\n# 2\n") }},
		{"touched", true, func() { require.NoError(t, os.Chtimes(path, time.Time{}, time.Unix(1, 0))) }},
		{"the script", false, func() { write(path, "#!/bin/sh\n# asks.\nexec "+behind+` "$@"`+"\n") }},
		{"the program behind it", false, func() { write(behind, "#!/bin/sh\necho two\n") }},
		{"its interpreter", false, func() { write(path, "#!/bin/bash\n# asks.\nexec "+behind+` "$@"`+"\n") }},
		{"by way of env", false, func() {
			write(filepath.Join(dir, "lang"), "1")
			write(path, "#!/usr/bin/env lang\n")
		}},
		{"the interpreter that env finds", false, func() { write(filepath.Join(dir, "lang"), "2") }},
		{"a file that it is given", false, func() { write(rules, "b") }},
	} {
		c.change()
		sum := identity()
		if c.same {
			require.Contains(t, seen, sum, c.name)
			continue
		}
		require.NotContains(t, seen, sum, c.name)
		seen[sum] = c.name
	}
	// The same program in another place, and by a link, is the same program.
	moved := filepath.Join(t.TempDir(), "z3")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	write(moved, string(text))
	link := filepath.Join(t.TempDir(), "other")
	require.NoError(t, os.Symlink(moved, link))
	for _, p := range []string{moved, link} {
		id, err := IdentityOf(p, "--rules", rules)
		require.NoError(t, err)
		require.Contains(t, seen, id.SHA256)
	}
}

func TestIdentityOfNothing(t *testing.T) {
	_, err := IdentityOf(filepath.Join(t.TempDir(), "none"))
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = IdentityOf(t.TempDir())
	require.Error(t, err)
}

// TestToolThatDoesNotSayItsFiles has a version and cannot be told from another one
// that says the same: it is of no use to anything that is remembered.
func TestToolThatDoesNotSayItsFiles(t *testing.T) {
	fakePath(t, 0o755, map[string]string{
		"iverilog":  "echo 'Icarus Verilog version 12.0 (stable)'",
		"verilator": "echo 'Verilator 5.006 2023-01-22 rev'",
	})
	for _, tl := range []Tool{Icarus, Verilator} {
		f, err := tl.Find()
		require.NoError(t, err)
		_, err = f.Identity()
		var broken *BrokenError
		require.ErrorAs(t, err, &broken)
		require.ErrorContains(t, err, "does not say where its own files are")
		require.ErrorContains(t, err, "apt-get install "+tl.Package)
	}
}
