package tool

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// The files of a tool that its answers come from, besides the program: what it
// starts, and what it loads from folders of its own. Where they lie is asked of the
// tool itself, so that a wrapper gives those of the tool behind it.

// ask runs the tool and gives what it prints, whatever it ends with.
func (f Found) ask(args ...string) []byte {
	ctx, cancel := context.WithTimeout(context.Background(), versionLimit)
	defer cancel()
	cmd := Command(ctx, f.Path, args...)
	cmd.Dir = os.TempDir()
	out, _ := remembered(cmd, f.Path)
	return out
}

// within lists the regular files of a folder whose names match one of the patterns.
func within(dir string, patterns ...string) []string {
	var list []string
	for _, p := range patterns {
		// Only a pattern that is malformed is an error; these are constants.
		names, _ := filepath.Glob(filepath.Join(dir, p))
		for _, n := range names {
			if regular(n) {
				list = append(list, n)
			}
		}
	}
	return list
}

func (f Found) nameless(out []byte, args ...string) error {
	return &BrokenError{f.Tool, f.Path, args, "where its own files are", beginning(out), nil}
}

// yosysParts are the cell libraries in its share folder, beside its program.
func yosysParts(f Found) ([]string, error) {
	real, err := filepath.EvalSymlinks(f.Path)
	if err != nil {
		return nil, err
	}
	dir := filepath.Dir(real)
	return append(within(filepath.Join(dir, "share"), "*.v"), within(filepath.Join(dir, "..", "share", "yosys"), "*.v")...), nil
}

// ivl is the compiler proper, as iverilog says that it starts it. Its folder holds
// the preprocessor, the code generators and the modules that vvp loads.
var ivl = regexp.MustCompile(`\| (/.*)/ivl -v`)

func icarusParts(f Found) ([]string, error) {
	args := []string{"-v", "-t", "null", os.DevNull}
	out := f.ask(args...)
	m := ivl.FindSubmatch(out)
	if m == nil {
		return nil, f.nameless(out, args...)
	}
	return within(string(m[1]), "*"), nil
}

// verilatorParts are the program behind the script that is called verilator, and
// the runtime that its models are compiled with.
func verilatorParts(f Found) ([]string, error) {
	args := []string{"--getenv", "VERILATOR_ROOT"}
	out := f.ask(args...)
	root := strings.TrimSpace(string(out))
	if !filepath.IsAbs(root) {
		return nil, f.nameless(out, args...)
	}
	list := within(filepath.Join(root, "bin"), "verilator_bin")
	if real, err := filepath.EvalSymlinks(f.Path); err == nil {
		list = append(list, within(filepath.Dir(real), "verilator_bin")...)
	}
	if p, err := exec.LookPath("verilator_bin"); err == nil {
		list = append(list, p)
	}
	if len(list) == 0 {
		return nil, f.nameless(out, args...)
	}
	include := filepath.Join(root, "include")
	return append(append(list, within(include, "*")...), within(filepath.Join(include, "vltstd"), "*")...), nil
}

// cxxParts are the programs that the compiler's driver starts.
func cxxParts(f Found) ([]string, error) {
	var list []string
	for _, p := range []string{"cc1plus", "as", "collect2", "ld"} {
		// A program that it has not of its own it finds on PATH.
		if path, err := exec.LookPath(strings.TrimSpace(string(f.ask("-print-prog-name=" + p)))); err == nil {
			list = append(list, path)
		}
	}
	return list, nil
}
