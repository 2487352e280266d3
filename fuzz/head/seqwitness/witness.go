package seqwitness

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/reports/seal"
	"github.com/hashiflex/hashiflex/spec/bounded"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Names of the folder's files.
const (
	File       = "witness.json"
	DesignFile = "design.v"
	BenchFile  = "bench.v"
	StepsFile  = "steps.hex"
	ScriptFile = "repro.sh"
	TraceFile  = "trace.vcd"
	WordsFile  = "explain.md"
)

// Kind distinguishes these witnesses from those of compare points, which have no kind.
const Kind = "head"

const version = 1

// SequenceWitness is the content of witness.json.
type SequenceWitness struct {
	Version    int           `json:"version"`
	Kind       string        `json:"kind"`
	Obligation verdict.ID    `json:"obligation"` // ID in the run's obligations; empty: not of a run
	Design     string        `json:"design_sha256"`
	Sequence   head.Sequence `json:"sequence"` // with the head's sizes and the seed of its memories
	Step       int           `json:"step"`     // the failing step; below 0 while the head is prepared
	Note       string        `json:"note"`     // what the step is for
	Why        string        `json:"why"`      // expected and got
	Icarus     string        `json:"icarus"`   // output of the test bench
	Agrees     bool          `json:"icarus_passes"`

	Seed   int64 `json:"seed"`   // of the case, as found
	Before int   `json:"before"` // steps, as found
	Tried  int   `json:"tried"`  // sequences played while shrinking
	Least  bool  `json:"least"`  // no further step can be left out

	// If the design is not this program's own.
	Changed []string `json:"changed"` // its lines, file:line: text
	First   []Signal `json:"first"`   // signals that go wrong first
	At      string   `json:"at"`      // when

	Sums map[string]string `json:"sums"` // see package seal
}

// Signal is a register or net that differs.
type Signal struct {
	Name   string `json:"name"` // hierarchical
	Source string `json:"source"`
	Got    string `json:"got"` // bits
	Want   string `json:"want"`
}

// Is reports whether path is a witness of the head: a folder, or the witness.json in one.
// It is false if path cannot be read.
func Is(path string) bool {
	_, text, err := read(path)
	return err == nil && kindOf(text) == Kind
}

func read(path string) (string, []byte, error) {
	if info, err := os.Stat(path); err != nil {
		return "", nil, err
	} else if info.IsDir() {
		path = filepath.Join(path, File)
	}
	text, err := bounded.ReadFile(path, bounded.Record)
	return path, text, err
}

// Load reads a witness: a folder, or the witness.json in one. design is its
// Verilog. The error is a *seal.FieldError or of the file system.
func Load(path string) (w *SequenceWitness, design []byte, err error) {
	path, text, err := read(path)
	if err != nil {
		return nil, nil, err
	}
	bad := func(field, format string, args ...any) (*SequenceWitness, []byte, error) {
		return nil, nil, &seal.FieldError{File: path, Field: field, What: fmt.Sprintf(format, args...)}
	}
	w = new(SequenceWitness)
	if err := seal.Decode(path, text, w); err != nil {
		return nil, nil, err
	}
	switch {
	case w.Kind != Kind:
		return bad("kind", "it is %q, want %q", w.Kind, Kind)
	case w.Version != version:
		return bad("version", "it is %d, this program reads %d", w.Version, version)
	}
	if err := w.Sequence.Params.Check(); err != nil {
		return bad("sequence", "%v", err)
	}
	at := filepath.Join(filepath.Dir(path), DesignFile)
	if design, err = bounded.ReadFile(at, bounded.Record); err != nil {
		return nil, nil, err
	}
	if have := seal.Sum(design); have != w.Design {
		return bad("design_sha256", "%s has the hash %s, the witness is of %s", at, have, w.Design)
	}
	return w, design, nil
}
