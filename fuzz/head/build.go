package head

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/rtl/tool"
)

//go:embed bench/bench.cpp
var bench string

// Build says what to simulate.
type Build struct {
	Params   npu.Params
	Coverage Coverage     // what to count; "" is nothing
	Quick    bool         // compile fast rather than run fast
	Cache    string       // folder of built simulators; "" is the user's cache folder
	Sources  []rtl.Source // in place of npu.Sources(Params): a head with a fault
}

// Coverage is what a simulator counts while it runs.
type Coverage string

// Counting lines halves the speed of the full head; every bit of every signal
// makes it many times as slow.
const (
	CoverLines   Coverage = "lines"
	CoverToggles Coverage = "toggles" // and lines
)

// buildMemory bounds the address space of the compiler.
const buildMemory = 4 << 30

// compileFlags are the compiler's, for models and runtime alike.
func (t *toolchain) compileFlags() []string {
	flags := []string{"-O2", "-std=c++17", "-DVM_SC=0", "-DVM_TRACE=0", "-DVM_COVERAGE=0"}
	if t.quick {
		flags[0] = "-O0"
	}
	if t.coverage != "" {
		flags[4] = "-DVM_COVERAGE=1"
	}
	return flags
}

// Make builds a simulator, or finds the one that was built from the same text by
// the same tools. A missing tool is a *tool.MissingError, Verilog that does not
// compile a *rtl.ToolError with what was said about it.
func (b Build) Make(ctx context.Context) (*Simulator, error) {
	sources := b.Sources
	if sources == nil {
		var err error
		if sources, err = npu.Sources(b.Params); err != nil {
			return nil, err
		}
	}
	verilator, err := tool.Verilator.Find()
	if err != nil {
		return nil, err
	}
	cxx, err := tool.CXX.Find()
	if err != nil {
		return nil, err
	}
	cache, err := b.cache()
	if err != nil {
		return nil, err
	}
	t := toolchain{verilator: verilator, cxx: cxx, cache: cache, coverage: b.Coverage, quick: b.Quick}
	if t.root, err = t.verilatorRoot(ctx); err != nil {
		return nil, err
	}
	path := filepath.Join(cache, simulatorPrefix+t.hash(sources))
	if cached(path) {
		return &Simulator{path: path, Params: b.Params, coverage: b.Coverage != ""}, nil
	}
	if err := t.model(ctx, sources, path); err != nil {
		return nil, err
	}
	if err := prune(cache, keptSimulators); err != nil {
		return nil, err
	}
	return &Simulator{path: path, Params: b.Params, coverage: b.Coverage != ""}, nil
}

// cache is the folder of built simulators, which only this user may write.
func (b Build) cache() (string, error) {
	dir := b.Cache
	if dir == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("head: no folder for built simulators: %w", err)
		}
		dir = filepath.Join(base, "hashiflex", "head")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("head: no folder for built simulators: %w", err)
	}
	return dir, nil
}

// toolchain makes models in a cache folder.
type toolchain struct {
	verilator, cxx tool.Found
	root           string // Verilator's own files
	cache          string
	coverage       Coverage
	quick          bool
}

// hash is the name of everything that a model depends on.
func (t *toolchain) hash(sources []rtl.Source) string {
	h := sha256.New()
	say := func(s string) { fmt.Fprintf(h, "%d %s\n", len(s), s) }
	say(t.verilator.Version)
	say(t.cxx.Version)
	say(strings.Join(t.compileFlags(), " "))
	say(string(t.coverage))
	say(bench)
	for _, s := range sources {
		say(s.Name)
		say(string(s.Text))
	}
	return hex.EncodeToString(h.Sum(nil))[:24]
}

// run runs one tool in a folder; what it says becomes part of the error.
func (t *toolchain) run(ctx context.Context, f tool.Found, dir string, args ...string) (string, error) {
	cmd := tool.Command(ctx, f.Path, args...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + dir, "LC_ALL=C"}
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := tool.Run(cmd, buildMemory); err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		const most = 2000
		text := strings.TrimSpace(said.String())
		return "", &rtl.ToolError{Tool: f.Tool.Name, Err: err, Log: text[:min(len(text), most)]}
	}
	return out.String(), nil
}

func (t *toolchain) verilatorRoot(ctx context.Context) (string, error) {
	out, err := t.run(ctx, t.verilator, t.cache, "--getenv", "VERILATOR_ROOT")
	root := strings.TrimSpace(out)
	if err == nil && root == "" {
		err = &rtl.ToolError{Tool: "verilator", Err: errors.New("does not say where its own files are")}
	}
	return root, err
}

// model makes the simulator of sources at path.
func (t *toolchain) model(ctx context.Context, sources []rtl.Source, path string) error {
	common, err := t.shared(ctx)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(t.cache, "making-")
	if err != nil {
		return fmt.Errorf("head: %w", err)
	}
	defer os.RemoveAll(dir)
	args := []string{"--cc", "--prefix", "Vhead", "--top-module", npu.Top, "--Mdir", "made", "-O3", "--x-initial", "unique"}
	switch t.coverage {
	case CoverLines:
		args = append(args, "--coverage-line")
	case CoverToggles:
		args = append(args, "--coverage-line", "--coverage-toggle")
	}
	for _, s := range sources {
		if err := os.WriteFile(filepath.Join(dir, s.Name), s.Text, 0o600); err != nil {
			return fmt.Errorf("head: %w", err)
		}
		args = append(args, s.Name)
	}
	if _, err := t.run(ctx, t.verilator, dir, args...); err != nil {
		return err
	}
	// One translation unit: a third of the time of many.
	made, err := filepath.Glob(filepath.Join(dir, "made", "*.cpp"))
	if err != nil {
		return fmt.Errorf("head: %w", err)
	}
	sort.Strings(made)
	var all strings.Builder
	for _, f := range made {
		fmt.Fprintf(&all, "#include \"%s\"\n", filepath.Base(f))
	}
	all.WriteString(bench)
	if err := os.WriteFile(filepath.Join(dir, "made", "all.cc"), []byte(all.String()), 0o600); err != nil {
		return fmt.Errorf("head: %w", err)
	}
	return t.once(path, func(path string) error {
		args := t.flags("-include", common.header, "-Imade", "-o", path, "made/all.cc")
		_, err := t.run(ctx, t.cxx, dir, append(append(args, common.objects...), "-lpthread", "-latomic")...)
		return err
	})
}

func (t *toolchain) flags(more ...string) []string {
	include := filepath.Join(t.root, "include")
	return append(append(t.compileFlags(), "-I"+include, "-I"+filepath.Join(include, "vltstd")), more...)
}

// headers are what every model includes; compiled once, they halve its time.
const headers = "#include \"verilated.h\"\n#include <cstdint>\n#include <cstdio>\n#include <cstdlib>\n#include <memory>\n#include <vector>\n"

// shared is what all models of one toolchain have in common.
type shared struct {
	header  string   // included first; its compiled form lies beside it
	objects []string // linked in
}

// shared makes the common parts, once for each cache folder.
func (t *toolchain) shared(ctx context.Context) (s shared, err error) {
	h := sha256.Sum256([]byte(t.verilator.Version + t.cxx.Version + strings.Join(t.compileFlags(), " ") + headers))
	tag := fmt.Sprintf("%x", h[:8])
	s.header = filepath.Join(t.cache, "headers-"+tag+".h")
	err = t.once(s.header, func(path string) error { return os.WriteFile(path, []byte(headers), 0o600) })
	if err == nil {
		err = t.once(s.header+".gch", func(path string) error {
			_, err := t.run(ctx, t.cxx, t.cache, t.flags("-x", "c++-header", s.header, "-o", path)...)
			return err
		})
	}
	names := []string{"verilated", "verilated_threads"}
	if t.coverage != "" {
		names = append(names, "verilated_cov")
	}
	for _, n := range names {
		if err != nil {
			return s, err
		}
		object := filepath.Join(t.cache, n+"-"+tag+".o")
		s.objects = append(s.objects, object)
		err = t.once(object, func(path string) error {
			_, err := t.run(ctx, t.cxx, t.cache, t.flags("-c", filepath.Join(t.root, "include", n+".cpp"), "-o", path)...)
			return err
		})
	}
	return s, err
}

// once makes a file unless it is there, in one motion, so that nobody finds half
// of it.
func (t *toolchain) once(path string, write func(path string) error) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	f, err := os.CreateTemp(t.cache, "making-*")
	if err != nil {
		return fmt.Errorf("head: %w", err)
	}
	defer os.Remove(f.Name())
	if err := f.Close(); err != nil {
		return fmt.Errorf("head: %w", err)
	}
	if err := write(f.Name()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("head: %w", err)
	}
	return nil
}
