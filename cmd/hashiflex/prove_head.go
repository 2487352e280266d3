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
	"github.com/hashiflex/hashiflex/equiv/headproof"
	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/equiv/smt"
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

// headProof is the flags of prove head.
type headProof struct {
	checkFlags
	params npu.Params
	names  string
	cases  int
	save   string
}

func proveHeadCommand() *cobra.Command {
	var o headProof
	cmd := &cobra.Command{
		Use:   "head",
		Short: "Prove a programmable head of your own",
		Long: `Prove the data and the control of a programmable head of your own, and run the
sequences of "hashiflex fuzz head" on it: the proofs are about what Yosys reads, the
sequences about what Verilator reads.

The head is a module with the register map of the shipped one (README.md). Its sizes
are those that it is elaborated with. Its control and each step of its data are proved
at them. Whole heads with all data are proved small: of the same text with other sizes,
which the parameters LANES, FEATURES, ROWS, BIASES and LAYERS give it. Of a head without
them, the flags say the sizes, and whole heads are not proved.

The proofs name the head, its ports, modules and nets, as rtl/npu has them. --map FILE
says what they are called in your text, and which port resets upside down; what is taken
for granted about names is that, and no more. See "go doc ./rtl/npu Map".

A claim is refuted only by a sequence that fails in Verilator against the reference.
It is kept as a witness that shows it with Icarus alone, in --save DIR; each refuted
claim has a folder of its own in DIR, for "hashiflex explain" and "hashiflex replay".`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			defer o.limited(cmd)()
			return o.inTime(cmd, o.run(cmd))
		},
	}
	f := cmd.Flags()
	f.StringArrayVar(&o.own.verilog, "verilog", nil, "file of the head; may be given again")
	f.StringVar(&o.names, "map", "", "what the text calls the ports, modules and nets that the proofs look at, in TOML")
	f.StringVar(&o.save, "save", "head-witness", "folder for the witnesses of a sequence that fails")
	f.IntVar(&o.cases, "cases", head.DefaultCases, "random sequences to run")
	sizeFlags(f, &o.params)
	f.DurationVar(&o.deadline, "deadline", 0, "of the whole command; what is not settled by then is not concluded (0: none)")
	o.solverFlags(f)
	jsonFlag(cmd, &o.asJSON)
	return cmd
}

func (o *headProof) run(cmd *cobra.Command) error {
	ctx := cmd.Context()
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if len(o.own.verilog) == 0 {
		bad("--verilog: which head? name its files")
	}
	if o.cases < 1 {
		bad("--cases %d: want 1 or more", o.cases)
	}
	if o.jobs < 1 {
		bad("--jobs %d: want 1 or more", o.jobs)
	}
	var names npu.Map
	if o.names != "" {
		text, err := bounded.ReadFile(o.names, bounded.Text)
		if err == nil {
			names, err = npu.ParseMap(string(text))
			err = o.ofMap(err)
		}
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	files, err := readHead(o.own.verilog)
	if err != nil {
		return err
	}
	hw := &own{sources: source.Of(files...), at: o.own.verilog[0]}
	if err := o.own.inspect(cmd, hw); err != nil {
		return err
	}
	var ports *npu.PortsError
	if hw.sources, err = names.Wrap(ctx, rtl.Yosys{Limits: toolLimits}, hw.sources); errors.As(err, &ports) {
		return o.ofMap(err)
	} else if err != nil {
		return headError(err, true)
	}
	sizes, err := headSizes(cmd, hw.sources.Files, o.params)
	if err != nil {
		return err
	}
	asked := &signoff.Job{}
	asked.Chain.Limits = smt.Limits{Query: o.timeout, Memory: o.memory << 20}
	if err := errors.Join(o.opinions(ctx, asked)...); err != nil {
		return err
	}
	job := headproof.Job{
		Sources: hw.sources, Map: names, Sizes: sizes, Opinions: asked.Chain.Opinions, Limits: asked.Chain.Limits,
		Yosys: toolLimits, Jobs: o.jobs, Cases: o.cases, Seed: o.seed,
		Progress: screenOf(cmd).progress.Report,
	}
	begin := time.Now()
	r, err := headproof.Run(ctx, job)
	var unnamed *headproof.NamesError
	if errors.As(err, &unnamed) {
		return o.ofMap(err)
	} else if err != nil {
		return headError(err, true)
	}
	w := bufio.NewWriter(cmd.OutOrStdout())
	if o.asJSON {
		w.Reset(io.Discard)
	}
	conclusion := o.report(w, &job, r)
	fmt.Fprintf(w, "%.0f s\n", time.Since(begin).Seconds())
	if f := r.Found; f != nil {
		err = o.witnesses(ctx, w, r, seqwitness.Case{Sequence: f.Sequence, Seed: f.Seed, Before: f.Before, Sources: r.Failing})
	}
	if o.asJSON {
		err = errors.Join(machine(writeJSON(cmd.OutOrStdout(), o.output(&job, r, conclusion))), err)
	}
	err = errors.Join(machine(w.Flush()), err, o.own.refusal(conclusion))
	if conclusion != reports.SignedOff {
		err = errors.Join(err, &verdictError{conclusion})
	}
	return err
}

// ofMap names the map in each of the problems of an error, or the head if there is no map.
func (o *headProof) ofMap(err error) error {
	if err == nil {
		return nil
	}
	at := o.names
	if at == "" {
		at = o.own.verilog[0]
	}
	var all []error
	for _, e := range parts(err) {
		all = append(all, fmt.Errorf("%s: %w", at, e))
	}
	return errors.Join(all...)
}

// report says what was found out, and what that comes to.
func (o *headProof) report(w io.Writer, j *headproof.Job, r *headproof.Result) reports.Conclusion {
	fmt.Fprintf(w, "npu_head with %v\n", j.Sizes)
	for _, c := range r.Campaigns {
		fmt.Fprintf(w, "executed    %d directed and %d random sequences with %v\n", c.Directed, c.Drawn, c.Sizes)
	}
	proved, refuted, open, failed := r.Count()
	fmt.Fprintf(w, "claims      %d: %d proved, %d refuted, %d not proved, %d failed\n", len(r.Facts), proved, refuted, open, failed)
	for i := range r.Facts {
		f := &r.Facts[i]
		if f.Verdict == verdict.Proved {
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
	}
	for _, n := range r.NotDone {
		fmt.Fprintf(w, "not done    %s\n", printable(n))
	}
	fmt.Fprintf(w, "not done    %s\n", notAtSize)
	fmt.Fprintf(w, "assumed     %s\n", assumedNames(j.Map))
	switch {
	case r.Found != nil:
		fmt.Fprintf(w, "FAILED with %s: %v\n", r.Found.Origin(), &r.Found.Failure)
		return reports.NetworkRefuted
	case failed > 0:
		return reports.MachineryFailed
	case open > 0 || len(r.NotDone) > 0:
		return reports.NotProved
	}
	fmt.Fprintln(w, "every claim is proved, of the sizes that it names")
	return reports.SignedOff
}

// headOutput is what prove head writes as JSON.
type headOutput struct {
	Conclusion string           `json:"conclusion"` // proved, refuted, not proved or failed
	Size       reports.HeadSize `json:"size"`
	Executed   []headExecuted   `json:"executed"`
	Claims     []headClaim      `json:"claims"`
	NotDone    []string         `json:"not_done"`
	Found      string           `json:"found"`   // what failed; empty: nothing
	Witness    string           `json:"witness"` // folder that explain takes; empty: nothing failed
}

// headExecuted is the sequences that ran on a head of some size.
type headExecuted struct {
	Size     reports.HeadSize `json:"size"`
	Directed int64            `json:"directed"`
	Drawn    int64            `json:"drawn"`
}

type headClaim struct {
	ID      verdict.ID      `json:"id"`
	Claim   string          `json:"claim"`
	Verdict verdict.Verdict `json:"verdict"`
	Reason  verdict.Reason  `json:"reason,omitempty"`
	Detail  string          `json:"detail,omitempty"`
	Witness string          `json:"witness,omitempty"` // folder that explain and replay take, of a refuted claim
}

func (o *headProof) output(j *headproof.Job, r *headproof.Result, c reports.Conclusion) *headOutput {
	out := &headOutput{Conclusion: provedOnly(c), Size: reports.HeadSize(j.Sizes), Executed: []headExecuted{}, Claims: []headClaim{}, NotDone: append(list(r.NotDone), notAtSize)}
	for _, x := range r.Campaigns {
		out.Executed = append(out.Executed, headExecuted{reports.HeadSize(x.Sizes), x.Directed, x.Drawn})
	}
	for i := range r.Facts {
		f := &r.Facts[i]
		claim := headClaim{ID: f.ID(), Claim: f.Claim, Verdict: f.Verdict, Reason: f.Reason, Detail: f.Detail}
		if f.Verdict == verdict.Refuted {
			claim.Witness = o.folder(f)
		}
		out.Claims = append(out.Claims, claim)
	}
	if r.Found != nil {
		out.Found, out.Witness = r.Found.Origin()+": "+r.Found.Error(), o.save
	}
	return out
}

// notAtSize is what no proof of a head says.
const notAtSize = "whole images on heads of more words, and of more features, than the small ones above: that the steps make an image is an argument in words (go doc ./equiv/datapath), and images are executed"

func assumedNames(m npu.Map) string {
	return fmt.Sprintf("the ports, modules and nets that the proofs look at are what they are called: as in rtl/npu, but for %s, %s and %s of the map",
		words.Count(len(m.Ports), "port"), words.Count(len(m.Modules), "module"), words.Count(len(m.Nets), "net"))
}

// witnesses writes the folder of the sequence that fails, and in it one for each claim
// that is refuted: the same sequence as its witness, and what its prover says beside it.
func (o *headProof) witnesses(ctx context.Context, w io.Writer, r *headproof.Result, c seqwitness.Case) error {
	folder, err := keepHeadWitness(ctx, w, o.save, c)
	if folder == nil {
		return err
	}
	errs := []error{err}
	refuted := 0
	for i := range r.Facts {
		f := &r.Facts[i]
		if f.Verdict != verdict.Refuted {
			continue
		}
		refuted++
		dir := o.folder(f)
		of, err := folder.Of(f.ID())
		if err == nil {
			err = writeHeadFolder(dir, of)
		}
		errs = append(errs, err, machine(os.WriteFile(filepath.Join(dir, signoff.TraceFile), []byte(f.Trace), 0o644)))
	}
	if refuted > 0 {
		fmt.Fprintf(w, "%s: a folder for each in %s, with its prover's trace\n", words.Count(refuted, "refuted claim"), printable(o.save))
	}
	return errors.Join(errs...)
}

// folder is that of the witness of a refuted claim.
func (o *headProof) folder(f *equiv.Fact) string {
	return filepath.Join(o.save, signoff.HeadFolder(f.ID()))
}
