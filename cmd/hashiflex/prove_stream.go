package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/signoff"
	equivstream "github.com/hashiflex/hashiflex/equiv/stream"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/rtl/tool"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// streamProof is the flags of prove stream.
type streamProof struct {
	checkFlags
	streamKnobs
	only []string
	save string
}

func proveStreamCommand() *cobra.Command {
	var o streamProof
	cmd := &cobra.Command{
		Use:   "stream",
		Short: "Prove the chip between the layers, with blocks of your own",
		Long: `Prove the chip that "hashiflex generate --stream" writes with the same flags: every
block, the top level, and that the blocks together never stand still. That is the part of a
signoff between the layers. The arithmetic inside of blocks is proved by "hashiflex prove".

A table [block."stem.window"] of the project puts a module of your own into the place of
that block. It keeps the contract of the block for every stall pattern, or is refuted. Then
--save is a folder with a test bench, in which Icarus shows the run, and its waveform.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			defer o.begin(cmd)()
			return o.inTime(cmd, o.run(cmd))
		},
	}
	networkFlag(cmd, &o.network)
	o.project.flags(cmd)
	o.streamKnobs.flags(cmd)
	o.knobs.flags(cmd)
	f := cmd.Flags()
	f.StringArrayVar(&o.only, "block", nil, "only this block, as in stem.window; may be given again")
	f.StringVar(&o.save, "save", "stream-witness", "folder for the runs of what is refuted")
	f.IntVar(&o.jobs, "jobs", 2, "blocks at a time")
	f.DurationVar(&o.deadline, "deadline", 0, "of the whole command; what is not settled by then is not concluded (0: none)")
	jsonFlag(cmd, &o.asJSON)
	return cmd
}

func (o *streamProof) run(cmd *cobra.Command) error {
	var errs []error
	errs = append(errs, o.opened)
	if err := tool.TempFolder(); err != nil {
		return err
	}
	if o.jobs < 1 {
		errs = append(errs, fmt.Errorf("--jobs %d: want 1 or more", o.jobs))
	}
	net, _, err := openHashed(o.network)
	errs = append(errs, err)
	j := &signoff.Job{Network: net}
	j.Chain.Knobs, err = o.knobs.options()
	errs = append(errs, err)
	if net != nil && o.project.Project != nil {
		errs = append(errs, o.project.Check(net))
		o.headless = o.headless || !o.project.Scope(net).Head
	}
	for _, t := range []tool.Tool{tool.Yosys, tool.Icarus, tool.VVP} {
		errs = append(errs, record(j, t))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	chip, err := o.stream(net)
	if err == nil {
		err = o.blocks(cmd, j, &chip.Design)
	}
	if err != nil {
		return err
	}
	chip.Design.Datapath = j.Chain.Knobs
	d, err := stream.Generate(net, chip.Design)
	if err != nil {
		return err
	}
	for _, at := range o.only {
		if !hasBlock(d, at) {
			errs = append(errs, fmt.Errorf("--block: %w", d.NoBlock(at)))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	begin := time.Now()
	sources, found, err := o.prove(cmd.Context(), cmd, net, d)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(cmd.OutOrStdout())
	if o.asJSON {
		w.Reset(io.Discard)
	}
	folders, err := o.witnesses(d, sources, found)
	conclusion := o.report(w, d, found, folders)
	fmt.Fprintf(w, "%.0f s\n", time.Since(begin).Seconds())
	if o.asJSON {
		err = errors.Join(err, machine(writeJSON(cmd.OutOrStdout(), o.output(d, found, folders, conclusion))))
	}
	err = errors.Join(machine(w.Flush()), err)
	if conclusion != reports.SignedOff {
		err = errors.Join(err, &verdictError{conclusion})
	}
	return err
}

// prove proves a design. Errors come from its text and from the machine.
func (o *streamProof) prove(ctx context.Context, cmd *cobra.Command, net *spec.Network, d *stream.Design) (sources rtl.Sources, found *equivstream.Result, err error) {
	files, err := d.Skeleton()
	if err != nil {
		return sources, nil, err
	}
	if sources, err = d.With(files); err != nil {
		return sources, nil, err
	}
	knobs, err := o.knobs.options()
	if err != nil {
		return sources, nil, err
	}
	found, err = equivstream.Prove(ctx, equivstream.Options{
		Network: net, Map: &d.Map, Sources: sources, Own: d.Own, Blocks: o.only,
		Datapaths: func(layer string) (rtl.Sources, error) {
			files, err := d.Datapaths(layer)
			return rtl.Sources{Files: files, Generated: true}, err
		},
		Layer:   func(l *spec.Layer) (*shiftadd.Generator, error) { return shiftadd.New(l, knobs) },
		Modules: d.Modules, Yosys: toolLimits, Jobs: o.jobs,
		Progress: func(done, total int) { screenOf(cmd).progress.Report("stream", done, total) },
	})
	var refused *rtl.SourceError
	var warned *rtl.WarningError
	switch {
	case errors.As(err, &refused):
		err = messages(refused.Messages)
	case errors.As(err, &warned):
		err = messages(warned.Warnings)
	default:
		err = machine(err)
	}
	return sources, found, err
}

// witnesses keeps the runs of what is refuted, each in a folder.
func (o *streamProof) witnesses(d *stream.Design, sources rtl.Sources, found *equivstream.Result) (folders map[verdict.ID]string, err error) {
	folders = map[verdict.ID]string{}
	var whole *rtl.Source
	keep := func(id verdict.ID, name, trace string, r *equivstream.Replay) {
		if r == nil || !r.Shown || err != nil {
			return
		}
		if whole == nil {
			var one rtl.Source
			if one, err = equivstream.Whole(sources); err != nil {
				return
			}
			whole = &one
		}
		dir := filepath.Join(o.save, name)
		err = machine(os.MkdirAll(dir, 0o755))
		for _, f := range append([]rtl.Source{{Name: signoff.TraceFile, Text: []byte(trace)}, *whole}, r.Files...) {
			if err == nil {
				err = machine(os.WriteFile(filepath.Join(dir, f.Name), f.Text, 0o644))
			}
		}
		folders[id] = dir
	}
	for i := range found.Facts {
		f := &found.Facts[i]
		switch f.Kind {
		case verdict.StreamBlock:
			for k := range d.Map.Blocks {
				if x := found.Blocks[k]; x != nil && d.Map.Blocks[k].Instance == f.Name {
					keep(f.ID(), f.Name, f.Trace, x.Replay)
				}
			}
		case verdict.StreamFlow:
			keep(f.ID(), "flow", f.Trace, found.Still)
		case verdict.StreamRate:
			keep(f.ID(), f.Name+".rate", f.Trace, found.Late[f.Name])
		}
	}
	return folders, err
}

// report says what was found out, and what that comes to.
func (o *streamProof) report(w io.Writer, d *stream.Design, found *equivstream.Result, folders map[verdict.ID]string) reports.Conclusion {
	fmt.Fprintf(w, "%s: %s\n", d.Map.Top, words.Count(len(d.Map.Blocks), "block"))
	for i := range d.Map.Blocks {
		if at := d.Map.Blocks[i].Instance; d.Own(at) {
			fmt.Fprintf(w, "own         %s\n", at)
		}
	}
	count := map[verdict.Verdict]int{}
	claim := ""
	for i := range found.Facts {
		f := &found.Facts[i]
		count[f.Verdict]++
		if f.Kind == verdict.StreamWhole && f.Verdict == verdict.Proved {
			claim = f.Claim
		}
	}
	fmt.Fprintf(w, "claims      %d: %d proved, %d refuted, %d not proved, %d failed\n", len(found.Facts),
		count[verdict.Proved], count[verdict.Refuted], len(found.Facts)-count[verdict.Proved]-count[verdict.Refuted]-count[verdict.Failed], count[verdict.Failed])
	for i := range found.Facts {
		f := &found.Facts[i]
		if f.Verdict == verdict.Proved && f.Kind == verdict.StreamRate {
			fmt.Fprintf(w, "rate        %s: %s\n", f.Name, printable(f.Detail))
			continue
		}
		if f.Verdict == verdict.Proved && (o.only == nil || f.Kind != verdict.StreamBlock) {
			continue
		}
		fmt.Fprintf(w, "%-11s %s: %s", f.Verdict, f.ID(), printable(f.Claim))
		if f.Reason != "" {
			fmt.Fprintf(w, " (%s)", f.Reason)
		}
		if f.Detail != "" {
			fmt.Fprintf(w, "\n            %s", printable(f.Detail))
		}
		fmt.Fprintln(w)
		if dir := folders[f.ID()]; dir != "" {
			fmt.Fprintf(w, "            see the run in %s: trace.txt, wave.vcd\n", printable(dir))
		}
	}
	fmt.Fprintln(w, "assumed     the modules of the layers compute them: hashiflex prove")
	switch {
	case count[verdict.Refuted] > 0:
		return reports.NetworkRefuted
	case count[verdict.Failed] > 0:
		return reports.MachineryFailed
	case count[verdict.Proved] < len(found.Facts):
		return reports.NotProved
	}
	if claim != "" {
		fmt.Fprintf(w, "%s\n", printable(claim))
	}
	return reports.SignedOff
}

// streamOutput is what prove stream writes as JSON.
type streamOutput struct {
	Conclusion string        `json:"conclusion"` // proved, refuted, not proved or failed
	Top        string        `json:"top"`
	Own        []string      `json:"own"` // blocks of the project's
	Claims     []streamClaim `json:"claims"`
}

type streamClaim struct {
	ID      verdict.ID      `json:"id"`
	Claim   string          `json:"claim"`
	Verdict verdict.Verdict `json:"verdict"`
	Reason  verdict.Reason  `json:"reason,omitempty"`
	Detail  string          `json:"detail,omitempty"`
	Witness string          `json:"witness,omitempty"` // folder with the run of what is refuted
}

func (o *streamProof) output(d *stream.Design, found *equivstream.Result, folders map[verdict.ID]string, c reports.Conclusion) *streamOutput {
	out := &streamOutput{Conclusion: provedOnly(c), Top: d.Map.Top, Own: []string{}, Claims: []streamClaim{}}
	for i := range d.Map.Blocks {
		if at := d.Map.Blocks[i].Instance; d.Own(at) {
			out.Own = append(out.Own, at)
		}
	}
	for _, f := range found.Facts {
		out.Claims = append(out.Claims, claimOf(&f, folders[f.ID()]))
	}
	return out
}

func claimOf(f *equiv.Fact, witness string) streamClaim {
	return streamClaim{f.ID(), f.Claim, f.Verdict, f.Reason, f.Detail, witness}
}

func hasBlock(d *stream.Design, at string) bool {
	for i := range d.Map.Blocks {
		if d.Map.Blocks[i].Instance == at {
			return true
		}
	}
	return false
}
