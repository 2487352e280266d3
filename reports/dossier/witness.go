package dossier

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/hashiflex/hashiflex/reports/vcd"
)

// WitnessSummary is a counterexample: an input on which model and hardware differ. A
// compare point has all fields; any other obligation has only Text.
type WitnessSummary struct {
	File string // of the run directory

	Module    string // "": the obligation is no compare point; see Text
	Output    string // port
	Inputs    []Input
	Zero      int // number of further inputs, which are 0
	Gold      int64
	Netlist   int64
	Simulated int64
	Causes    []Cause
	Minimal   string   // in which sense the input is minimal
	Cone      []Signal // the failing cone in topological order; empty: not kept
	Full      string   // sibling folder with a witness of the same cause that has a cone

	Text []string // lines, the first maxLines
	More int      // lines that Text leaves out

	Trace   *vcd.Trace // the end of the simulation that showed it; nil: none
	NoTrace string     // why an existing dump cannot be shown
}

// Input is the value at one port.
type Input struct {
	Port  string `json:"port"`
	Value int64  `json:"value"`
}

// Cause is one fault.
type Cause struct {
	Words  string `json:"words"`
	Source string `json:"source"` // file:line
	Text   string `json:"text"`   // the source text
}

// Signal is a signal of a failing cone. It has a value with all inputs at rest and a
// value on the witness. If Paired, the gold values are the correct ones.
type Signal struct {
	Name     string `json:"name"`
	Op       string `json:"op"`
	Width    int    `json:"width"`
	Source   string `json:"source"`
	Gate     int64  `json:"gate"`
	Gold     int64  `json:"gold"`
	Paired   bool   `json:"paired"`
	RestGate int64  `json:"rest_gate"`
	RestGold int64  `json:"rest_gold"`
	Root     bool   `json:"root"`  // the fault is in its definition
	First    bool   `json:"first"` // the first that differs
	Drawn    bool   `json:"drawn"` // on a path from the inputs through the cause to the output
	Reads    []int  `json:"reads"` // indices of signals before it
}

// Differs reports whether the signal is wrong on the witness.
func (s *Signal) Differs() bool { return s.Root || s.Paired && s.Gate != s.Gold }

// Limits: a longer witness file is refused, a larger cone is cut.
const (
	maxWitness = 64 << 20 // bytes of a file
	maxCone    = 1000     // signals
	maxLines   = 200
)

// Files in the folder of a witness: its description, and the simulator's dump.
const (
	wordsFile = "explain.md"
	traceFile = "trace.vcd"
)

// traced limits how much of a simulator's dump is shown.
var traced = vcd.Limits{Moments: 12, Signals: 28}

// witness reads a counterexample. That of a compare point must give the values of model
// and hardware, and they must differ.
func (r *reader) witness(name string, point bool) (*WitnessSummary, error) {
	text, err := r.read(name)
	if err != nil {
		return nil, fmt.Errorf("witness: %w", err)
	}
	// Other fields are allowed.
	var w struct {
		Module string `json:"module"`
		Design struct {
			Top string `json:"top"`
		} `json:"design"`
		Unit        string  `json:"unit"`
		Output      string  `json:"output"`
		Inputs      []Input `json:"inputs"`
		Gold        *int64  `json:"gold"`
		Netlist     *int64  `json:"netlist"`
		Simulated   *int64  `json:"simulated"`
		Folder      string  `json:"folder"`
		Explanation struct {
			Causes []Cause `json:"causes"`
			Cone   struct {
				Nodes []Signal `json:"nodes"`
			} `json:"cone"`
		} `json:"explanation"`
		Minimal struct {
			Words string `json:"words"`
		} `json:"minimal"`
	}
	if !point {
		return r.inWords(name, text)
	}
	if err := json.Unmarshal(text, &w); err != nil {
		return nil, fmt.Errorf("witness %s: %w", name, err)
	}
	if w.Gold == nil || w.Netlist == nil || w.Simulated == nil {
		return nil, fmt.Errorf("witness %s: it does not say what model, netlist and simulator give", name)
	}
	if *w.Gold == *w.Netlist || *w.Gold == *w.Simulated {
		return nil, fmt.Errorf("witness %s: model (%d), netlist (%d) and simulator (%d) do not differ", name, *w.Gold, *w.Netlist, *w.Simulated)
	}
	x := &WitnessSummary{
		File: name, Output: w.Output, Gold: *w.Gold, Netlist: *w.Netlist, Simulated: *w.Simulated,
		Causes: w.Explanation.Causes, Minimal: w.Minimal.Words, Cone: w.Explanation.Cone.Nodes, Full: w.Folder,
	}
	for _, x.Module = range []string{w.Module, w.Design.Top, w.Unit, "the hardware"} {
		if x.Module != "" {
			break
		}
	}
	for _, in := range w.Inputs {
		if in.Value == 0 {
			x.Zero++
		} else {
			x.Inputs = append(x.Inputs, in)
		}
	}
	if len(x.Cone) > maxCone {
		return nil, fmt.Errorf("witness %s: a cone of %d signals, at most %d are expected", name, len(x.Cone), maxCone)
	}
	for i, s := range x.Cone {
		for _, at := range s.Reads {
			if at < 0 || at >= i {
				return nil, fmt.Errorf("witness %s: signal %d of the cone reads signal %d, which is not before it", name, i, at)
			}
		}
	}
	return x, nil
}

// inWords returns the witness of an obligation that is no compare point. Its text is
// the description beside it, or else the file itself.
func (r *reader) inWords(name string, text []byte) (*WitnessSummary, error) {
	words, err := r.read(path.Join(path.Dir(name), wordsFile))
	switch {
	case err == nil:
		text = words
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("witness: %w", err)
	}
	x := &WitnessSummary{File: name}
	for line := range strings.Lines(string(bytes.TrimRight(text, "\n"))) {
		if len(x.Text) == maxLines {
			x.More++
			continue
		}
		x.Text = append(x.Text, strings.TrimRight(strings.ReplaceAll(line, "\t", "    "), "\r\n"))
	}
	dump, err := r.read(path.Join(path.Dir(name), traceFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("witness: %w", err)
	default:
		if x.Trace, err = vcd.Last(dump, traced); err != nil {
			x.NoTrace = err.Error()
		}
	}
	return x, nil
}

// read reads a file of the run directory.
func (r *reader) read(name string) ([]byte, error) {
	f, err := r.run.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxWitness+1))
	if err == nil && len(text) > maxWitness {
		err = fmt.Errorf("%s: more than %d bytes", name, maxWitness)
	}
	return text, err
}
