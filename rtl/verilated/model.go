package verilated

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/hashiflex/hashiflex/rtl/tool"
)

// File is Verilog with its file name for Verilator. This program chooses the names,
// since they reach a command line.
type File struct {
	Name string
	Text []byte
}

// Coverage says what an executable counts while it runs.
type Coverage string

// Counting lines halves the speed of a large design; every bit of every signal
// makes it many times as slow.
const (
	CoverLines   Coverage = "lines"   // and the branches of statements
	CoverToggles Coverage = "toggles" // and lines
)

// Model says what to compile.
type Model struct {
	Files  []File   // compiled, in this order
	Beside []File   // only taken in by others
	Top    string   // module
	Prefix string   // of the C++ classes; the program includes "<Prefix>.h"
	Args   []string // more of Verilator's
	Main   string   // the C++ program

	// Parts are models that are compiled one by one, each with its Main, which has no main,
	// and linked to the program: what is too large for one run of the tools. Their Quick,
	// Cache, Memory and Time are this model's.
	Parts []Model

	Coverage Coverage
	Quick    bool          // compile fast rather than run fast
	Cache    string        // folder of executables and runtimes; "" is the user's cache folder
	Memory   int64         // bytes of address space of each stage; 0 is 4 GiB
	Time     time.Duration // of each stage; 0 is 30 minutes
}

// StageError says that a stage failed: Verilator does not accept the Verilog, or a
// process failed.
type StageError struct {
	Tool string
	Err  error
	Log  string // its standard error
}

func (e *StageError) Error() string { return fmt.Sprintf("%s: %v: %s", e.Tool, e.Err, e.Log) }
func (e *StageError) Unwrap() error { return e.Err }

// What a stage may take unless a Model says otherwise. The largest layers that people
// simulate take minutes.
const (
	defaultMemory = 4 << 30
	defaultTime   = 30 * time.Minute
)

// Make compiles the executable, or finds it in the cache if the same tools made it from
// the same input, and returns its path. The error is a *tool.MissingError for a missing
// tool, and a *StageError for a failed stage.
func (m Model) Make(ctx context.Context) (string, error) {
	t, err := m.toolchain(ctx)
	if err != nil {
		return "", err
	}
	path := filepath.Join(t.cache, executablePrefix+t.hash())
	if intact(path) && used(path) {
		return path, nil
	}
	if err := t.make(ctx, path); err != nil {
		return "", err
	}
	return path, prune(t.cache, keptExecutables)
}

// toolchain finds the tools, and the folder for what they make.
func (m *Model) toolchain(ctx context.Context) (*toolchain, error) {
	verilator, err := tool.Verilator.Find()
	if err != nil {
		return nil, err
	}
	cxx, err := tool.CXX.Find()
	if err != nil {
		return nil, err
	}
	cache, err := m.cache()
	if err != nil {
		return nil, err
	}
	t := &toolchain{Model: m, verilator: verilator, cxx: cxx, cache: cache}
	for _, f := range []tool.Found{verilator, cxx} {
		id, err := f.Identity()
		if err != nil {
			return nil, err
		}
		t.tools += id.SHA256
	}
	if t.root, err = t.verilatorRoot(ctx); err != nil {
		return nil, err
	}
	return t, nil
}

// cache is the folder of executables, which only this user may write.
func (m *Model) cache() (string, error) {
	dir := m.Cache
	if dir == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("verilated: no folder for executables: %w", err)
		}
		dir = filepath.Join(base, "hashiflex", "verilated")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("verilated: no folder for executables: %w", err)
	}
	return dir, nil
}

// toolchain makes one model in a cache folder.
type toolchain struct {
	*Model
	verilator, cxx tool.Found
	tools          string // the hashes of their files
	root           string // Verilator's own files
	cache          string
}

// compileFlags are the compiler's, for models and runtime alike.
func (t *toolchain) compileFlags() []string {
	flags := []string{"-O2", "-std=c++17", "-DVM_SC=0", "-DVM_TRACE=0", "-DVM_COVERAGE=0"}
	if t.Quick {
		flags[0] = "-O0"
	}
	if t.Coverage != "" {
		flags[4] = "-DVM_COVERAGE=1"
	}
	return flags
}

// hash is the name of everything that an executable depends on.
func (t *toolchain) hash() string {
	h := sha256.New()
	say := func(s string) { fmt.Fprintf(h, "%d %s\n", len(s), s) }
	say(t.tools)
	say(strings.Join(t.compileFlags(), " "))
	say(strings.Join(t.Args, " "))
	for _, s := range []string{t.Top, t.Prefix, string(t.Coverage), t.Main} {
		say(s)
	}
	if t.Coverage != "" {
		say(counter)
	}
	for _, files := range [][]File{t.Files, t.Beside} {
		say(fmt.Sprint(len(files)))
		for _, f := range files {
			say(f.Name)
			say(string(f.Text))
		}
	}
	for _, p := range t.parts() {
		say(p.hash())
	}
	return hex.EncodeToString(h.Sum(nil))[:24]
}

// run runs one stage in a folder, and in a box with nothing but that folder and,
// for the compiler, what models have in common.
func (t *toolchain) run(ctx context.Context, f tool.Found, dir string, args ...string) (string, error) {
	limit := cmp.Or(t.Time, defaultTime)
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd := tool.Command(limited, f.Path, args...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + dir, "LC_ALL=C"}
	var out, said tool.Output
	cmd.Stdout, cmd.Stderr = &out, &said
	box := tool.Box{Write: []string{dir}}
	if f.Tool.Name == tool.CXX.Name {
		box.Write = append(box.Write, t.cache)
	}
	if err := box.Run(cmd, cmp.Or(t.Memory, defaultMemory)); err != nil {
		switch {
		case ctx.Err() != nil:
			err = ctx.Err()
		case limited.Err() != nil:
			err = fmt.Errorf("stopped after %v: %w", limit, limited.Err())
		}
		return "", &StageError{Tool: f.Tool.Name, Err: err, Log: strings.TrimSpace(said.String())}
	}
	return out.String(), nil
}

// roots remembers where each verilator's files are, for as long as this program runs.
var roots sync.Map // by program, hash of its files and PATH

func (t *toolchain) verilatorRoot(ctx context.Context) (string, error) {
	key := [3]string{t.verilator.Path, t.tools, os.Getenv("PATH")}
	if root, ok := roots.Load(key); ok {
		return root.(string), nil
	}
	out, err := t.run(ctx, t.verilator, t.cache, "--getenv", "VERILATOR_ROOT")
	root := strings.TrimSpace(out)
	if err == nil && root == "" {
		err = &StageError{Tool: "verilator", Err: errors.New("does not say where its own files are")}
	}
	if err == nil {
		roots.Store(key, root)
	}
	return root, err
}

// parts are the model's, with this toolchain.
func (t *toolchain) parts() (all []*toolchain) {
	for _, m := range t.Parts {
		m.Quick, m.Cache, m.Memory, m.Time = t.Quick, t.Cache, t.Memory, t.Time
		p := *t
		p.Model = &m
		all = append(all, &p)
	}
	return all
}

// make makes the executable at path.
func (t *toolchain) make(ctx context.Context, path string) error {
	common, err := t.runtime(ctx)
	if err != nil {
		return err
	}
	objects := common.objects
	for _, p := range t.parts() {
		object := filepath.Join(t.cache, "part-"+p.hash()+".o")
		if err := p.compile(ctx, object, common, "-c"); err != nil {
			return err
		}
		objects = append(objects, object)
	}
	return t.compile(ctx, path, common, append(objects, "-lpthread", "-latomic")...)
}

// compile makes the file at path, unless it is there, of the model's own files; more are
// the compiler's last arguments.
func (t *toolchain) compile(ctx context.Context, path string, common runtime, more ...string) error {
	if intact(path) {
		return nil
	}
	dir, err := os.MkdirTemp(t.cache, unfinished)
	if err != nil {
		return fmt.Errorf("verilated: %w", err)
	}
	defer os.RemoveAll(dir)
	args := []string{"--cc", "--prefix", t.Prefix, "--top-module", t.Top, "--Mdir", "made"}
	switch t.Coverage {
	case CoverLines:
		args = append(args, "--coverage-line")
	case CoverToggles:
		args = append(args, "--coverage-line", "--coverage-toggle")
	}
	args = append(args, t.Args...)
	for _, f := range slices.Concat(t.Files, t.Beside) {
		at := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
			return fmt.Errorf("verilated: %w", err)
		}
		if err := os.WriteFile(at, f.Text, 0o600); err != nil {
			return fmt.Errorf("verilated: %w", err)
		}
	}
	for _, f := range t.Files {
		args = append(args, f.Name)
	}
	if _, err := t.run(ctx, t.verilator, dir, args...); err != nil {
		return err
	}
	// One translation unit: a third of the time of many.
	made, err := filepath.Glob(filepath.Join(dir, "made", "*.cpp"))
	if err != nil {
		return fmt.Errorf("verilated: %w", err)
	}
	sort.Strings(made)
	var all strings.Builder
	if t.Coverage != "" {
		if err := plainCounters(filepath.Join(dir, "made")); err != nil {
			return fmt.Errorf("verilated: %w", err)
		}
		all.WriteString(counter)
	}
	for _, f := range made {
		fmt.Fprintf(&all, "#include \"%s\"\n", filepath.Base(f))
	}
	all.WriteString(t.Main)
	if err := os.WriteFile(filepath.Join(dir, "made", "all.cc"), []byte(all.String()), 0o600); err != nil {
		return fmt.Errorf("verilated: %w", err)
	}
	return t.once(path, func(path string) error {
		_, err := t.run(ctx, t.cxx, dir, append(t.flags("-include", common.header, "-Imade", "-o", path, "made/all.cc"), more...)...)
		return err
	})
}

func (t *toolchain) flags(more ...string) []string {
	include := filepath.Join(t.root, "include")
	return append(append(t.compileFlags(), "-I"+include, "-I"+filepath.Join(include, "vltstd")), more...)
}

// headers are what every model includes; compiled once, they halve its time.
const headers = "#include \"verilated.h\"\n#include <cstdint>\n#include <cstdio>\n#include <cstdlib>\n#include <memory>\n#include <vector>\n"

// runtime is what all models of one toolchain have in common.
type runtime struct {
	header  string   // included first; its compiled form lies beside it
	objects []string // linked in
}

// runtime makes the common parts, once for each cache folder.
func (t *toolchain) runtime(ctx context.Context) (s runtime, err error) {
	h := sha256.Sum256([]byte(t.tools + strings.Join(t.compileFlags(), " ") + headers))
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
	if t.Coverage != "" {
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

// once makes a file unless it is there and intact. The file and its hash appear each in
// one motion, the hash first, so that nobody takes half a file for a whole one.
func (t *toolchain) once(path string, write func(path string) error) error {
	if intact(path) {
		return nil
	}
	f, err := os.CreateTemp(t.cache, unfinished+"*")
	if err != nil {
		return fmt.Errorf("verilated: %w", err)
	}
	defer os.Remove(f.Name())
	if err := f.Close(); err != nil {
		return fmt.Errorf("verilated: %w", err)
	}
	if err := write(f.Name()); err != nil {
		return err
	}
	if err := t.seal(f.Name(), path); err != nil {
		return fmt.Errorf("verilated: %w", err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("verilated: %w", err)
	}
	return nil
}
