package main

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/digest"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/onnx/zoo"
)

func TestMain(m *testing.M) {
	// A proof of an earlier run would hide what a test plants.
	if _, set := os.LookupEnv(cacheVariable); !set {
		os.Setenv(cacheVariable, cacheOff)
	}
	testscript.Main(m, map[string]func(){"hashiflex": main})
}

// TestScripts runs what a user could type. Besides the usual commands, scripts
// have "code N command…", which wants an exit code, "lines FILE N", and
// "picture FILE COLUMNS ROWS", which draws a PNG. "await FILE" waits for a file
// that is not empty. "fixed DIR" writes tiny without its dense layers, whose
// signoff needs no programmable head. "faulty FILE FAULT" writes the head's Verilog
// with a fault of package fuzz/head in it; a dash is none. "three DIR" writes a network
// of three layers that a person can write as Verilog. "sums DIR W1 W2 W3 W4" writes one
// whose weights have several terms; the integers are those of the first channel. "model DIR
// SEED" writes a small model with random weights, model.onnx, and pictures for it.
// "classifier FILE SEED SIZES…" writes a classifier alone, and "signedoff NETWORK DIR [HEADS]" the run
// directory of a signoff. "rehash RUN" makes the hashes of a run that was edited.
// "recipe github|gitlab CODE" runs the README's recipe for CI and wants the job's exit code.
// "damage DIR" changes a byte of each file below a folder.
// "conforms COMMAND FILE" wants FILE to be what COMMAND writes with --json.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			// For scripts that change PATH.
			bin, _, _ := strings.Cut(env.Getenv("PATH"), string(os.PathListSeparator))
			env.Setenv("SELF", filepath.Join(bin, "hashiflex"))
			source, err := filepath.Abs(filepath.Join("..", ".."))
			if err != nil {
				return err
			}
			env.Setenv("SOURCE", source)
			// Simulators of the head that other tests have built.
			cache, err := os.UserCacheDir()
			env.Setenv("XDG_CACHE_HOME", cache)
			env.Setenv(cacheVariable, cacheOff)
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code":       wantCode,
			"damage":     damage,
			"lines":      wantLines,
			"picture":    picture,
			"await":      await,
			"fixed":      fixed,
			"three":      three,
			"sums":       ofSums,
			"faulty":     faulty,
			"model":      model,
			"conforms":   conforms,
			"classifier": classifier,
			"signedoff":  signedOff,
			"rehash":     rehash,
			"recipe":     recipe,
		},
	})
}

func wantCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N command…")
	}
	code := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := err.(interface{ ExitCode() int })
		if !ok {
			ts.Fatalf("%v", err)
		}
		code = exit.ExitCode()
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// rehash makes SHA256SUMS of a run that was edited, as somebody would who wants it believed.
func rehash(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: rehash RUN")
	}
	dir := ts.MkAbs(args[0])
	table, err := digest.Tree(dir, func(name string) bool {
		return slices.Contains([]string{"SHA256SUMS", "lock", "timings.jsonl", "timings.sha256"}, name)
	})
	ts.Check(err)
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(table)) {
		fmt.Fprintf(&b, "%s  %s\n", table[name], name)
	}
	ts.Check(os.WriteFile(filepath.Join(dir, "SHA256SUMS"), []byte(b.String()), 0o644))
}

func conforms(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: conforms COMMAND FILE")
	}
	ts.Check(valid(args[0], ts.ReadFile(args[1])))
}

func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: await FILE")
	}
	const limit, pause = time.Minute, 5 * time.Millisecond
	for range limit / pause {
		if info, err := os.Stat(ts.MkAbs(args[0])); err == nil && info.Size() > 0 {
			return
		}
		time.Sleep(pause)
	}
	ts.Fatalf("%s is not there after %v", args[0], limit)
}

func wantLines(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: lines FILE N")
	}
	n := 0
	for _, c := range ts.ReadFile(args[0]) {
		if c == '\n' {
			n++
		}
	}
	if strconv.Itoa(n) != args[1] {
		ts.Fatalf("%s has %d lines, want %s", args[0], n, args[1])
	}
}

func fixed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: fixed DIR")
	}
	n, err := networks.Open("tiny")
	ts.Check(err)
	n = n.Clone()
	n.Name = "fixed"
	n.Layers = n.Layers[:len(n.Layers)-len(signoff.Dense(n))]
	ts.Check(spec.Save(n, ts.MkAbs(args[0])))
}

func three(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: three DIR")
	}
	word := func(frac int) spec.Format { return spec.Format{Signed: true, Width: 8, Frac: frac} }
	layer := func(name, input string, frac, channels int, codes []spec.Code, bias ...int32) *spec.Layer {
		return &spec.Layer{
			Name: name, Inputs: []string{input}, Out: spec.Requant{Format: word(frac), Rounding: spec.RND, Overflow: spec.SAT},
			Op: &spec.Conv{OutC: channels, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: 4, Codes: codes, Base: make([]int32, channels), Bias: bias},
		}
	}
	ts.Check(spec.Save(&spec.Network{
		Name: "three", Input: spec.Input{Shape: spec.Shape{C: 2, H: 2, W: 2}, Format: word(2)},
		Layers: []*spec.Layer{
			// x0 + 2 x1 + 3, x0 - x1, 5 - 4 x1
			layer("blend", spec.InputName, 2, 3, []spec.Code{1, 2, 1, -1, 0, -3}, 3, 0, 5),
			// (x0 + x1 - x2) / 2, (2 x0 + x2 - 7) / 2
			layer("scale", "blend", 1, 2, []spec.Code{1, 1, -1, 2, 0, 1}, 0, -7),
			layer("last", "scale", 1, 1, []spec.Code{1, 1}, 0),
		},
	}, ts.MkAbs(args[0])))
}

func model(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: model DIR SEED")
	}
	seed, err := strconv.ParseUint(args[1], 10, 64)
	ts.Check(err)
	dir := ts.MkAbs(args[0])
	opt := zoo.Options{Seed: seed, Divide: 16, Rows: 32, Columns: 32}
	z, err := zoo.Find("mobilenet_v1")
	ts.Check(err)
	ts.Check(os.MkdirAll(dir, 0o755))
	ts.Check(os.WriteFile(filepath.Join(dir, "model.onnx"), z.Build(opt), 0o644))
	ts.Check(zoo.Pictures(dir, z.Input(opt), 4, seed))
}

func ofSums(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 5 {
		ts.Fatalf("usage: sums DIR W1 W2 W3 W4")
	}
	codes := func(terms int, ws ...int64) (all []spec.Code) {
		for _, w := range ws {
			all = append(all, append(spec.Spell(w), make([]spec.Code, terms)...)[:terms]...)
		}
		return all
	}
	first := []int64{5, -3, 3, 3} // of channel 1, then those of channel 0 before them
	for i, a := range args[1:] {
		w, err := strconv.ParseInt(a, 10, 64)
		ts.Check(err)
		first = slices.Insert(first, i, w)
	}
	word := spec.Format{Signed: true, Width: 8, Frac: 3}
	out := spec.Requant{Format: word, Rounding: spec.RND, Overflow: spec.SAT}
	ts.Check(spec.Save(&spec.Network{
		Name: "sums", Input: spec.Input{Shape: spec.Shape{C: 4, H: 4, W: 4}, Format: word},
		Layers: []*spec.Layer{
			{Name: "sum", Inputs: []string{spec.InputName}, Out: out, Op: &spec.Conv{
				OutC: 2, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: 4, Terms: 2,
				Codes: codes(2, first...), Base: []int32{-4, -5}, Bias: []int32{9, -20},
			}},
			{Name: "blur", Inputs: []string{"sum"}, Out: out, Op: &spec.Conv{
				OutC: 2, Kernel: [2]int{3, 3}, Stride: [2]int{1, 1}, Pad: [4]int{1, 1, 1, 1}, Groups: 2, Bits: 5, Terms: 3,
				Codes: codes(3, 11, 21, 11, 21, 42, 21, 11, 21, 11, -1, 0, 1, -27, 0, 27, -1, 0, 1), Base: []int32{-8, -6}, Bias: []int32{0, 100},
			}},
		},
	}, ts.MkAbs(args[0])))
}

func faulty(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: faulty FILE FAULT")
	}
	sources, err := npu.Sources(head.DefaultParams)
	ts.Check(err)
	if args[1] != "-" {
		all := head.Faults()
		i := slices.IndexFunc(all, func(f head.Fault) bool { return f.Name == args[1] })
		if i < 0 {
			ts.Fatalf("no fault %q", args[1])
		}
		sources, err = all[i].Plant(head.DefaultParams)
		ts.Check(err)
	}
	var text []byte
	for _, s := range sources {
		text = append(text, s.Text...)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), text, 0o644))
}

func picture(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: picture FILE COLUMNS ROWS")
	}
	w, errW := strconv.Atoi(args[1])
	h, errH := strconv.Atoi(args[2])
	ts.Check(errW)
	ts.Check(errH)
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, color.RGBA{uint8(31 * x), uint8(17 * y), uint8(x * y), 255})
		}
	}
	f, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Check(png.Encode(f, img))
	ts.Check(f.Close())
}

// damage changes a byte in the middle of each file below a folder.
func damage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: damage DIR")
	}
	ts.Check(filepath.WalkDir(ts.MkAbs(args[0]), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text[len(text)/2] ^= 1
		return os.WriteFile(path, text, 0o600)
	}))
}
