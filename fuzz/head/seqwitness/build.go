package seqwitness

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/reports/seal"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Case is a failing sequence with everything that is needed to show it.
type Case struct {
	Obligation verdict.ID
	Sequence   head.Sequence
	Seed       int64        // of the case, as found
	Before     int          // steps, as found
	Sources    []rtl.Source // the Verilog that fails
}

// Content is one file of a folder.
type Content struct {
	Name string
	Text []byte
}

// Folder is a finished witness.
type Folder struct {
	Witness *SequenceWitness
	Files   []Content
}

// ReplayError is a sequence that does not fail again.
type ReplayError struct{ Err error }

func (e *ReplayError) Error() string { return "the witness does not replay: " + e.Err.Error() }

func (e *ReplayError) Unwrap() error { return e.Err }

// Build makes the folder of a case. The error is a *ReplayError, or that of a tool.
func Build(ctx context.Context, c Case) (*Folder, error) {
	sim, err := head.Build{Params: c.Sequence.Params, Sources: c.Sources, Quick: true}.Make(ctx)
	if err != nil {
		return nil, err
	}
	small, err := head.Shrink(ctx, sim, c.Sequence)
	if err != nil {
		var dead *head.DeadError
		if errors.As(err, &dead) || ctx.Err() != nil {
			return nil, err
		}
		return nil, &ReplayError{err}
	}
	tape, failure, err := head.Record(ctx, sim, small.Sequence)
	if err != nil {
		return nil, err
	}
	if failure == nil {
		return nil, &ReplayError{errors.New("it failed only once")}
	}
	design := join(c.Sources)
	w := &SequenceWitness{
		Version: version, Kind: Kind, Obligation: c.Obligation, Design: seal.Sum(design),
		Sequence: small.Sequence, Step: failure.Step, Note: failure.Note, Why: failure.Why,
		Seed: c.Seed, Before: c.Before, Tried: small.Tried, Least: small.Least,
		Changed: []string{}, First: []Signal{},
	}
	played, err := inIcarus(ctx, c.Sources, tape)
	if err != nil {
		return nil, err
	}
	w.Icarus, w.Agrees = played.Said, played.Pass
	vcd := undated(played.VCD)
	if err := w.compare(ctx, c.Sources, tape, vcd); err != nil {
		return nil, err
	}
	var steps bytes.Buffer
	if _, err := tape.WriteTo(&steps); err != nil {
		return nil, err
	}
	text, err := seal.Encode(w, &w.Sums)
	if err != nil {
		return nil, err
	}
	return &Folder{w, []Content{
		{File, text}, {DesignFile, design}, {BenchFile, tape.Bench().Text}, {StepsFile, steps.Bytes()},
		{ScriptFile, []byte(script)}, {TraceFile, vcd}, {WordsFile, []byte(w.Explain())},
	}}, nil
}

// Of is the folder as the witness of another obligation that the sequence breaks.
func (f *Folder) Of(id verdict.ID) (*Folder, error) {
	w := *f.Witness
	w.Obligation, w.Sums = id, nil
	text, err := seal.Encode(&w, &w.Sums)
	if err != nil {
		return nil, err
	}
	files := slices.Clone(f.Files)
	for i := range files {
		switch files[i].Name {
		case File:
			files[i].Text = text
		case WordsFile:
			files[i].Text = []byte(w.Explain())
		}
	}
	return &Folder{&w, files}, nil
}

// join is the Verilog as one file, with the names of its source files.
func join(sources []rtl.Source) []byte {
	var b bytes.Buffer
	for _, s := range sources {
		fmt.Fprintf(&b, "// %s\n%s", s.Name, s.Text)
	}
	return b.Bytes()
}

func inIcarus(ctx context.Context, sources []rtl.Source, tape *head.Tape) (played *head.Played, err error) {
	p, err := head.NewPlayer(ctx, sources, tape)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	return p.Play(ctx, tape, false, true)
}

// mostCompared is the largest number of cycles to play a second time, to find the signal
// that differs first.
const mostCompared = 100_000

// compare fills in the differences from the head of this program, if the sequence passes
// there.
func (w *SequenceWitness) compare(ctx context.Context, sources []rtl.Source, tape *head.Tape, vcd []byte) error {
	own, err := npu.Sources(w.Sequence.Params)
	if err != nil {
		return err
	}
	w.Changed = append(w.Changed, changed(own, sources)...)
	if len(w.Changed) == 0 || tape.Cycles() > mostCompared {
		return nil
	}
	sim, err := head.Build{Params: w.Sequence.Params, Quick: true}.Make(ctx)
	if err != nil {
		return err
	}
	if _, failure, err := head.Record(ctx, sim, w.Sequence); err != nil {
		return err
	} else if failure != nil {
		return nil // no reference to compare with
	}
	played, err := inIcarus(ctx, own, tape)
	if err != nil {
		return err
	}
	first, at, err := firstDifference(vcd, undated(played.VCD))
	if err != nil {
		return err
	}
	for i := range first {
		first[i].Source = sourceOf(sources, first[i].Name)
	}
	w.First, w.At = append(w.First, first...), at
	return nil
}

// maxChanged is the largest number of changed lines in a list.
const maxChanged = 8

// changed lists the lines of sources that differ from own, file by file: those between the
// equal beginning and the equal end of a file.
func changed(own, sources []rtl.Source) (lines []string) {
	for _, s := range sources {
		i := slices.IndexFunc(own, func(o rtl.Source) bool { return o.Name == s.Name })
		if i < 0 {
			lines = append(lines, s.Name+": a file of its own")
			continue
		}
		a, b := strings.Split(string(own[i].Text), "\n"), strings.Split(string(s.Text), "\n")
		from := 0
		for from < min(len(a), len(b)) && a[from] == b[from] {
			from++
		}
		if from == len(a) && from == len(b) {
			continue
		}
		to := 0
		for to < min(len(a), len(b))-from && a[len(a)-1-to] == b[len(b)-1-to] {
			to++
		}
		if from == len(b)-to {
			lines = append(lines, fmt.Sprintf("%s:%d: without %s", s.Name, from+1, words.Count(len(a)-len(b), "line")))
		}
		for k := from; k < len(b)-to; k++ {
			lines = append(lines, fmt.Sprintf("%s:%d: %s", s.Name, k+1, strings.TrimSpace(b[k])))
		}
	}
	if len(lines) > maxChanged {
		lines = append(lines[:maxChanged], fmt.Sprintf("and %d more", len(lines)-maxChanged))
	}
	return lines
}

// Replay plays w again on design: nil when it agrees with the reference now. mended
// says that design is not the witness's own.
func Replay(ctx context.Context, w *SequenceWitness, design ...rtl.Source) (*head.Failure, error) {
	sim, err := head.Build{Params: w.Sequence.Params, Sources: design, Quick: true}.Make(ctx)
	if err != nil {
		return nil, err
	}
	_, failure, err := head.Record(ctx, sim, w.Sequence)
	return failure, err
}

func kindOf(text []byte) string {
	var k struct {
		Kind string `json:"kind"`
	}
	if json.Unmarshal(text, &k) != nil {
		return ""
	}
	return k.Kind
}

// script compiles and runs the test bench with Icarus alone.
const script = `#!/bin/sh
# Shows the failure with Icarus Verilog and nothing else; exit 1 while it is there,
# 0 once it is gone. Another design may be given: sh repro.sh mended.v
set -eu
here=$(cd "$(dirname "$0")" && pwd)
design=${1:-$here/design.v}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
iverilog -g2005 -s bench -o "$work/bench.vvp" "$design" "$here/bench.v"
cp "$here/steps.hex" "$work"
(cd "$work" && vvp -n bench.vvp)
`
