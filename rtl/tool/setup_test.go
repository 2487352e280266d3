package tool

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const setup = "../../.ci/setup"

func TestSetupKnowsEveryTool(t *testing.T) {
	script, err := os.ReadFile(setup)
	require.NoError(t, err)
	for _, tl := range All() {
		require.Contains(t, strings.Fields(string(script)), tl.Name+":"+tl.Package)
	}
}

// setupOn runs the set-up on a machine that has the given fake programs and
// the few that any Debian has.
func setupOn(t *testing.T, fakes map[string]string) (code int, output string) {
	t.Helper()
	dir := fakePathOf(t, fakes)
	for _, name := range []string{"sh", "sed", "sort", "head", "dirname"} {
		if _, ok := fakes[name]; ok {
			continue
		}
		for _, bin := range []string{"/usr/bin/", "/bin/"} {
			if _, err := os.Stat(bin + name); err == nil {
				require.NoError(t, os.Symlink(bin+name, filepath.Join(dir, name)))
				break
			}
		}
	}
	cmd := exec.Command("/bin/sh", setup)
	// The script adds the folder where Go usually is behind this one: the
	// fake go comes first.
	cmd.Env = []string{"PATH=" + dir, "HOME=" + dir}
	out, err := cmd.CombinedOutput()
	if err != nil {
		require.IsType(t, &exec.ExitError{}, err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

func fakePathOf(t *testing.T, scripts map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, body := range scripts {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+body+"\n"), 0o755))
	}
	return dir
}

func TestSetup(t *testing.T) {
	with := func(more map[string]string, except ...string) map[string]string {
		m := map[string]string{"go": "echo go9.9.9", "id": "echo 1000"}
		for _, tl := range All() {
			m[tl.Name] = ""
		}
		for k, v := range more {
			m[k] = v
		}
		for _, e := range except {
			delete(m, e)
		}
		return m
	}
	for _, c := range []struct {
		name   string
		fakes  map[string]string
		code   int
		output []string
	}{
		{"all there", with(nil), 0, nil},
		{"go too old to understand go.mod", with(map[string]string{"go": "exit 1"}), 4, []string{"too old", "https://go.dev/dl"}},
		{"go too old", with(map[string]string{"go": "echo go1.19.8"}), 4, []string{"go1.19.8 is too old", "https://go.dev/dl"}},
		{"no root", with(map[string]string{"apt-get": "exit 1"}, "z3", "vvp"), 4, []string{"as root: apt-get install z3 iverilog"}},
		{"no sudo without a password", with(map[string]string{"apt-get": "", "sudo": "exit 1"}, "z3"), 4, []string{"as root: apt-get install z3"}},
		{"no apt", with(nil, "z3"), 4, []string{"by hand: z3"}},
		{"root", with(map[string]string{"apt-get": `echo "$@"`, "id": "echo 0"}, "yosys", "g++"), 0,
			[]string{"-q update", "-q -y --no-install-recommends install yosys g++"}},
		{"sudo", with(map[string]string{"apt-get": `echo "$@"`, "sudo": `shift; [ "$1" = true ] || "$@"`}, "cvc5"), 0,
			[]string{"--no-install-recommends install cvc5"}},
		{"apt fails", with(map[string]string{"apt-get": "exit 100", "id": "echo 0"}, "cvc5"), 4, []string{"as root: apt-get install cvc5"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out := setupOn(t, c.fakes)
			require.Equal(t, c.code, code, out)
			if c.output == nil {
				require.Empty(t, out)
			}
			for _, want := range c.output {
				require.Contains(t, out, want)
			}
		})
	}
}
