package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/fuzz/head/seqwitness"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/spec/bounded"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// replayHead runs the witness of a failing head again, on its own Verilog or on
// the mended one that is named.
func replayHead(cmd *cobra.Command, path, verilog string, asJSON bool) error {
	w, text, err := seqwitness.Load(path)
	if err != nil {
		return err
	}
	design := []rtl.Source{{Name: seqwitness.DesignFile, Text: text}}
	if verilog != "" {
		if design, err = readHead([]string{verilog}); err != nil {
			return err
		}
		mended, err := npu.Rewrap(text, source.Of(design...)) // a head under other names
		if err != nil {
			return err
		}
		design = mended.Files
	}
	// The folder may be a stranger's: what reaches outside of a simulation is refused
	// before a simulator sees it.
	if _, _, err := rtl.Simulated(rtl.Sources{Files: design}); err != nil {
		return err
	}
	failure, err := seqwitness.Replay(cmd.Context(), w, design...)
	if err != nil {
		return headError(err, verilog != "")
	}
	what, state := "the reference agrees", "it is fixed"
	o := replayOutput{Obligation: w.Obligation, Fixed: failure == nil}
	if failure != nil {
		what, state = failure.Error(), "it still fails"
		o.Why = what
	}
	if asJSON {
		if err := writeJSON(cmd.OutOrStdout(), &o); err != nil {
			return machine(err)
		}
	} else if _, err := fmt.Fprintf(cmd.OutOrStdout(), "%s: %s\n", printable(what), state); err != nil {
		return machine(err)
	}
	if failure == nil {
		return nil
	}
	return &verdictError{reports.NetworkRefuted}
}

// readHead reads files with the head and all of its modules.
func readHead(paths []string) (all []rtl.Source, err error) {
	for _, path := range paths {
		text, err := bounded.ReadFile(path, bounded.Record)
		if err != nil {
			return nil, err
		}
		all = append(all, rtl.Source{Name: filepath.Base(path), Text: text})
	}
	_, err = source.Read(source.Of(all...))
	return all, err
}

// headError says whose fault an error is: Verilog of the user's that does not
// compile is the input's, everything else ours.
func headError(err error, own bool) error {
	var failed *rtl.ToolError
	if own && errors.As(err, &failed) && failed.Tool == "verilator" {
		return err
	}
	return machine(err)
}

// keepHeadWitness writes the folder of a failing sequence and reports it on w. If it
// cannot make a folder, it keeps the sequence as it was found, and the folder is nil.
func keepHeadWitness(ctx context.Context, w io.Writer, dir string, c seqwitness.Case) (*seqwitness.Folder, error) {
	f, err := seqwitness.Build(ctx, c)
	if err != nil {
		path := dir + ".json"
		fmt.Fprintf(w, "no witness could be made; the sequence is in %s\n", printable(path))
		return nil, errors.Join(machine(err), machine(c.Sequence.Save(path)))
	}
	if err := writeHeadFolder(dir, f); err != nil {
		return nil, err
	}
	_, err = fmt.Fprintf(w, "%s, of %d: %s\n    hashiflex explain %s\n", words.Count(len(f.Witness.Sequence.Steps), "step"), f.Witness.Before,
		printable(f.Witness.Why), words.ShellQuote(printable(dir)))
	return f, machine(err)
}

func writeHeadFolder(dir string, f *seqwitness.Folder) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return machine(err)
	}
	for _, file := range f.Files {
		if err := os.WriteFile(filepath.Join(dir, file.Name), file.Text, 0o644); err != nil {
			return machine(err)
		}
	}
	return nil
}

// writeHeadWitnesses prints the next commands for a refuted head.
func writeHeadWitnesses(w io.Writer, j *signoff.Job, problems []reports.Obligation) {
	for _, o := range problems {
		if row, _ := o.Kind.Row(); o.Verdict != verdict.Refuted || !row.Head || j.Dir == "" {
			continue
		}
		path := filepath.Join(j.Dir, o.Witness)
		if filepath.Base(path) == seqwitness.File {
			fmt.Fprintf(w, "\nthe head fails; see why:\n    hashiflex explain %s\n", words.ShellQuote(printable(filepath.Dir(path))))
		} else {
			fmt.Fprintf(w, "\nthe head fails; see why:\n    less %s\n", words.ShellQuote(printable(path)))
		}
	}
}

// found prints a failing case and keeps its witness.
func (o *headFuzz) found(ctx context.Context, w io.Writer, f *head.Found) error {
	o.output.Found = f.Origin() + ": " + f.Error()
	fmt.Fprintf(w, "FAILED after %s, %s: %v\n", words.Count(f.Case, "sequence"), f.Origin(), &f.Failure)
	return errors.Join(&verdictError{reports.NetworkRefuted},
		o.keep(ctx, w, seqwitness.Case{Sequence: f.Sequence, Seed: f.Seed, Before: f.Before}))
}

// keep writes the witness of a failing sequence to where the flags say.
func (o *headFuzz) keep(ctx context.Context, w io.Writer, c seqwitness.Case) error {
	sources, err := o.sources(ctx, c.Sequence.Params)
	if err != nil {
		return err
	}
	c.Sources = sources
	dir := o.save
	if dir == "" {
		dir = fmt.Sprintf("head-%d", c.Seed) // 0: one that is directed
	}
	o.output.Witness = dir
	_, err = keepHeadWitness(ctx, w, dir, c)
	return err
}
