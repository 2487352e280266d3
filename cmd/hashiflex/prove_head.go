package main

import (
	"bufio"
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

The head is a module npu_head with the ports and the register map of the shipped
one (README.md). Its sizes are those that it is elaborated with; the proofs are about
the same text with other sizes as well, which the parameters LANES, FEATURES, ROWS,
BIASES and LAYERS of npu_head give it. Of a head without them, the flags say the
sizes, and whole heads are not proved.

The proofs name modules and nets, as rtl/npu has them. --map FILE says what they are
called in your text; what is taken for granted about names is that, and no more. See
"go doc ./rtl/npu Map".

A claim is refuted only by a sequence that fails in Verilator against the reference.
It is kept as a witness that shows it with Icarus alone.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			defer o.limited(cmd)()
			return o.inTime(cmd, o.run(cmd))
		},
	}
	f := cmd.Flags()
	f.StringArrayVar(&o.own.verilog, "verilog", nil, "file of the head; may be given again")
	f.StringVar(&o.names, "map", "", "what the text calls the modules and nets that the proofs look at, in TOML")
	f.StringVar(&o.save, "save", "head-witness", "folder for the witness of a sequence that fails")
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
			if names, err = npu.ParseMap(string(text)); err != nil {
				err = fmt.Errorf("%s: %w", o.names, err)
			}
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
	sizes, err := headSizes(cmd, files, o.params)
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
	if err != nil {
		return headError(err, true)
	}
	w := bufio.NewWriter(cmd.OutOrStdout())
	if o.asJSON {
		w.Reset(io.Discard)
	}
	conclusion := o.report(w, &job, r)
	fmt.Fprintf(w, "%.0f s\n", time.Since(begin).Seconds())
	if f := r.Found; f != nil {
		err = keepHeadWitness(ctx, w, o.save, seqwitness.Case{Sequence: f.Sequence, Seed: f.Seed, Before: f.Before, Sources: r.Failing})
		err = errors.Join(err, o.traces(r))
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
}

func (o *headProof) output(j *headproof.Job, r *headproof.Result, c reports.Conclusion) *headOutput {
	out := &headOutput{Conclusion: provedOnly(c), Size: reports.HeadSize(j.Sizes), Executed: []headExecuted{}, Claims: []headClaim{}, NotDone: append(list(r.NotDone), notAtSize)}
	for _, x := range r.Campaigns {
		out.Executed = append(out.Executed, headExecuted{reports.HeadSize(x.Sizes), x.Directed, x.Drawn})
	}
	for i := range r.Facts {
		f := &r.Facts[i]
		out.Claims = append(out.Claims, headClaim{f.ID(), f.Claim, f.Verdict, f.Reason, f.Detail})
	}
	if r.Found != nil {
		out.Found, out.Witness = r.Found.Origin()+": "+r.Found.Error(), o.save
	}
	return out
}

// notAtSize is what no proof of a head says.
const notAtSize = "memories of more words, and layers of more features, than the sizes above: they are executed, not proved"

func assumedNames(m npu.Map) string {
	return fmt.Sprintf("the modules and nets that the proofs look at are what they are called: as in rtl/npu, but for %s and %s of the map",
		words.Count(len(m.Modules), "module"), words.Count(len(m.Nets), "net"))
}

// traces writes what the provers say of claims that are refuted beside the sequence.
func (o *headProof) traces(r *headproof.Result) error {
	var errs []error
	for i := range r.Facts {
		if f := &r.Facts[i]; f.Verdict == verdict.Refuted {
			errs = append(errs, os.WriteFile(filepath.Join(o.save, traceName(f)), []byte(f.Trace), 0o644))
		}
	}
	return machine(errors.Join(errs...))
}

func traceName(f *equiv.Fact) string { return signoff.HeadFolder(f.ID()) + ".txt" }
