package witness

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hashiflex/hashiflex/equiv/explain"
	"github.com/hashiflex/hashiflex/reports/seal"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/spec/bounded"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Names of the folder's files.
const (
	File       = "witness.json"
	DesignFile = "design.v" // of generated hardware; other people's files have their own names
	BenchFile  = "bench.v"
	ScriptFile = "repro.sh"
	TraceFile  = "trace.vcd"
	DrawFile   = "cone.svg"
	WordsFile  = "explain.md"
	// PrologueFile comes before the design, so that only the user's macros are defined.
	PrologueFile = "prologue.v"
)

// version of witness.json.
const version = 2

// Witness is the content of witness.json.
type Witness struct {
	Version    int          `json:"version"`
	Obligation verdict.ID   `json:"obligation"` // ID in the run's obligations
	Network    Network      `json:"network"`
	Layer      string       `json:"layer"`
	Unit       string       `json:"unit"` // module of the layer, as package shiftadd names it
	Edge       verdict.Edge `json:"edge"`
	Design     Design       `json:"design"`
	Inputs     []Input      `json:"inputs"` // by variable of the model
	Output     string       `json:"output"` // port
	Width      int          `json:"width"`  // of the output, in bits
	Gold       int64        `json:"gold"`   // what the model gives
	Netlist    int64        `json:"netlist"`
	Simulated  int64        `json:"simulated"` // by Icarus, on the Verilog
	// Misread says that simulators read the Verilog differently from the netlist, so
	// the netlist does not show the difference.
	Misread bool `json:"misread,omitempty"`
	// Clocked says how to run hardware with registers; nil: it has none.
	Clocked *Clocked `json:"clocked,omitempty"`
	// Timing says that the output comes at the wrong clock, and how to see that. Gold
	// is the correct output there.
	Timing *Timing `json:"timing,omitempty"`
	// Run says how hardware is run that computes over several clocks. Gold is what
	// Output should be in its last one.
	Run *Run `json:"run,omitempty"`

	Minimal     explain.Minimal     `json:"minimal"`
	Explanation explain.Explanation `json:"explanation"`

	// Brief says that this is a single file, not a folder. It has only the inputs that
	// are not at rest, and neither design nor cone. Folder is the sibling folder with a
	// full witness of the same causes; "": none.
	Brief  bool   `json:"brief,omitempty"`
	Folder string `json:"folder,omitempty"`

	// Sums are the SHA-256 hashes of the other fields' compact JSON.
	Sums map[string]string `json:"sums"`
}

// hardware is what the hardware gives.
func (w *Witness) hardware() int64 {
	if w.Misread {
		return w.Simulated
	}
	return w.Netlist
}

// Network identifies the network of the model.
type Network struct {
	Name     string `json:"name"`
	Open     string `json:"open"` // embedded name or directory, as the run was told
	Topology string `json:"topology_sha256"`
	Weights  string `json:"weights_sha256"`
}

// Design identifies the hardware of the witness.
type Design struct {
	Files   []Kept   `json:"files"`             // in the order in which they are compiled
	Extra   []Kept   `json:"extra,omitempty"`   // files that they include
	Defines []Define `json:"defines,omitempty"` // that hold for all of them
	Top     string   `json:"top"`
	Shared  string   `json:"shared,omitempty"` // module of the layer's shared terms
	Origin  string   `json:"origin"`           // file that the modules were read from
	// Simulated are the files that the script compiles in place of Files if those have
	// assertions that simulators do not support: the same text without assertions.
	Simulated []Kept `json:"simulated,omitempty"`
	// Adapter is Verilog after the files that gives user-written modules the
	// generator's names and ports.
	Adapter string `json:"adapter,omitempty"`
}

// Input is the value of one port, in its format.
type Input struct {
	Port   string `json:"port"`
	Width  int    `json:"width"`
	Signed bool   `json:"signed,omitempty"`
	Frac   int    `json:"frac"`
	Value  int64  `json:"value"`
	Moved  bool   `json:"moved,omitempty"` // it is not at rest
	// Before is the value that a sequence begins with.
	Before int64 `json:"before,omitempty"`
}

// Clocked says how to run hardware with registers. Hold the inputs for some clocks, at
// rest or, for a sequence, at their earlier values. Then apply their final values and
// read the output some clocks later.
type Clocked struct {
	Settle int `json:"settle"` // clocks for which inputs are held before
	Clocks int `json:"clocks"` // clocks after which the output is read
	// Latency is the hardware's latency, in clocks of Clock, the user's name; nil: it
	// has no single latency.
	Latency *int   `json:"latency,omitempty"`
	Clock   string `json:"clock,omitempty"`
	// Sequence says that the output belongs to neither of the two input vectors.
	// GoldBefore is the model's output for the first.
	Sequence   bool  `json:"sequence,omitempty"`
	GoldBefore int64 `json:"gold_before,omitempty"`
}

// FieldError says which field makes a witness unusable.
type FieldError = seal.FieldError

// encode is w with its sums.
func (w *Witness) encode() ([]byte, error) { return seal.Encode(w, &w.Sums) }

// Load reads a witness: a folder, the witness.json in one, or a brief witness. design
// is its Verilog, which a brief one lacks. The error is a *FieldError or comes from the
// file system.
func Load(path string) (w *Witness, design rtl.Sources, err error) {
	if info, err := os.Stat(path); err != nil {
		return nil, design, err
	} else if info.IsDir() {
		path = filepath.Join(path, File)
	}
	text, err := bounded.ReadFile(path, bounded.Record)
	if err != nil {
		return nil, design, err
	}
	bad := func(field, format string, args ...any) (*Witness, rtl.Sources, error) {
		return nil, design, &FieldError{File: path, Field: field, What: fmt.Sprintf(format, args...)}
	}
	w = new(Witness)
	if err := seal.Decode(path, text, w); err != nil {
		return nil, design, err
	}
	if w.Version != version {
		return bad("version", "it is %d, this program reads %d", w.Version, version)
	}
	if w.Brief {
		return w, design, nil
	}
	design, err = w.Design.load(filepath.Dir(path))
	var field *FieldError
	if errors.As(err, &field) {
		field.File = path
	}
	if err != nil {
		return nil, rtl.Sources{}, err
	}
	return w, design, nil
}
