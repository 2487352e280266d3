package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hashiflex/hashiflex/cmd/hashiflex/internal/progress"
	"github.com/hashiflex/hashiflex/equiv/propose"
	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/fuzz/head/directed"
	"github.com/hashiflex/hashiflex/fuzz/head/seqwitness"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/rtl/verilated"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/words"
)

func fuzzCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "fuzz",
		Short: "Look for failures with random inputs in a simulator",
		Args:  known,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(fuzzHeadCommand())
	return cmd
}

// headFuzz is the flags of fuzz head.
type headFuzz struct {
	params   npu.Params
	campaign head.Campaign
	coverage string
	replay   string
	network  string
	images   []string
	save     string
	verilog  []string
	directed string
	own      []rtl.Source // what verilog names, as it is
	asJSON   bool
	output   fuzzOutput // what asJSON writes, as far as it is known
}

// fuzzOutput is what fuzz head writes as JSON.
type fuzzOutput struct {
	Seed       int64     `json:"seed"`
	Runs       []fuzzRun `json:"runs"`        // one for each size of the head
	Bins       int       `json:"bins"`        // functional coverage bins
	BinsMissed []string  `json:"bins_missed"` // not reached
	Values     int       `json:"values"`      // single numbers that chance seldom hits, and that were asked for
	Proposed   []string  `json:"proposed"`    // values that only a solver's data hit
	Impossible []string  `json:"impossible"`  // values that nothing hits, as the solver proves
	Open       []string  `json:"open"`        // values that are left, with the reason
	Found      string    `json:"found"`       // what failed; empty: nothing
	Witness    string    `json:"witness"`     // folder that explain takes, or file; empty: none
}

// fuzzRun is what ran on a head of some size.
type fuzzRun struct {
	Size       reports.HeadSize `json:"size"`
	Directed   int64            `json:"directed"` // sequences
	Drawn      int64            `json:"drawn"`    // random sequences
	Images     int64            `json:"images"`   // with --network
	Steps      int64            `json:"steps"`
	Inferences int64            `json:"inferences"`
	Cycles     int64            `json:"cycles"`
}

// ran enters a campaign into the output.
func (o *headFuzz) ran(size npu.Params, r *head.Result) {
	o.output.Runs = append(o.output.Runs, fuzzRun{
		Size: reports.HeadSize(size), Directed: r.Directed.Cases, Drawn: r.Cases, Steps: r.Directed.Steps + r.Steps,
		Inferences: r.Directed.Inferences + r.Inferences, Cycles: r.Directed.Cycles + r.Cycles,
	})
}

// What --directed takes.
const (
	directedAll  = "all"  // on this head, and on others of sizes at the ends of their ranges
	directedOwn  = "own"  // on this head
	directedNone = "none" // sequences that are drawn, and nothing else
)

// wideHead is the number of lanes from which on it takes longer to compile a head well than
// to run the few sequences for another size.
const wideHead = 128

// drawnBeside is the number of random sequences for each of the other sizes.
const drawnBeside = 100

func fuzzHeadCommand() *cobra.Command {
	var o headFuzz
	cmd := &cobra.Command{
		Use:   "head",
		Short: "Fuzz the programmable head against its reference",
		Long: `Run command sequences (programs, images, stalls, resets, illegal accesses) on the
programmable head in Verilator and compare every step with the reference: first
those that are directed at kinds of faults, such as addresses with a bit wrong or
ties at each shift, then random ones, then both on heads of other sizes. A solver (Z3)
proposes data for single values that none of them hit, such as a sum of products that is
a power of two; what it proposes is run, too.

The sizes of a head of your own are those that it is elaborated with. Where it has
no parameters LANES, FEATURES, ROWS, BIASES and LAYERS, the flags say them, and no
other sizes are run.

Case i is drawn from seed S+i: what a campaign reports is run again by --seed with
that number and --cases 1. A failing sequence is made as small as possible and
kept in a folder with all that it takes to see it in Icarus; see explain and replay.
--replay runs a sequence out of a file.

With --network, the head is built to fit the network's dense layers and runs them:
on --image files through the reference model first, then on random features.

Exit 0 if nothing was found, 1 if something was.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.check(cmd); err != nil {
				return err
			}
			if err := o.read(cmd); err != nil {
				return err
			}
			run := o.runCampaign
			switch {
			case o.replay != "":
				run = o.runReplay
			case o.network != "":
				run = o.runNetwork
			}
			o.output = fuzzOutput{Seed: o.campaign.Seed, Runs: []fuzzRun{}, BinsMissed: []string{}, Proposed: []string{}, Impossible: []string{}, Open: []string{}}
			out := cmd.OutOrStdout()
			if !o.asJSON {
				return run(cmd, out)
			}
			err := run(cmd, io.Discard)
			return errors.Join(machine(writeJSON(out, &o.output)), err)
		},
	}
	f := cmd.Flags()
	f.IntVar(&o.campaign.Cases, "cases", head.DefaultCases, "sequences to run; 0 is no limit")
	f.Int64Var(&o.campaign.Seed, "seed", 1, "seed of the first case")
	f.DurationVar(&o.campaign.Time, "time", 0, "stop after this time; 0 is no limit")
	f.IntVar(&o.campaign.Jobs, "jobs", runtime.GOMAXPROCS(0), "simulators at a time")
	sizeFlags(f, &o.params)
	jsonFlag(cmd, &o.asJSON)
	f.StringVar(&o.coverage, "coverage", "", "list what was not reached: lines, or toggles (and lines; slower)")
	f.StringVar(&o.replay, "replay", "", "run this saved sequence and nothing else")
	f.StringVar(&o.network, "network", "", "run this network's dense layers on a head that fits them")
	f.StringArrayVar(&o.images, "image", nil, "with --network: a picture to run first; may be repeated")
	f.StringVar(&o.save, "save", "", "folder for the witness of a failing sequence (default: head-SEED)")
	f.StringArrayVar(&o.verilog, "verilog", nil, "file with a head of your own: module npu_head, and all that it uses; may be repeated")
	f.StringVar(&o.directed, "directed", directedAll, "sequences that are directed at kinds of faults: all, own (at this head's sizes only) or none")
	return cmd
}

// sizeFlags are the sizes of a head.
func sizeFlags(f *pflag.FlagSet, to *npu.Params) {
	p := head.DefaultParams
	f.IntVar(&to.Lanes, "lanes", p.Lanes, "multipliers")
	f.IntVar(&to.Features, "features", p.Features, "features of a layer, at most")
	f.IntVar(&to.Rows, "rows", p.Rows, "weight rows")
	f.IntVar(&to.Biases, "biases", p.Biases, "bias words")
	f.IntVar(&to.Layers, "layers", p.Layers, "layers, at most")
}

func (o *headFuzz) check(cmd *cobra.Command) error {
	var errs []error
	if o.campaign.Cases < 0 {
		errs = append(errs, fmt.Errorf("--cases %d: want 0 or more", o.campaign.Cases))
	}
	if o.campaign.Time < 0 {
		errs = append(errs, fmt.Errorf("--time %v: want 0 or more", o.campaign.Time))
	}
	if o.campaign.Cases == 0 && o.campaign.Time == 0 {
		errs = append(errs, errors.New("--cases 0 without --time: the campaign would never end"))
	}
	if o.campaign.Jobs < 1 {
		errs = append(errs, fmt.Errorf("--jobs %d: want 1 or more", o.campaign.Jobs))
	}
	switch verilated.Coverage(o.coverage) {
	case "", verilated.CoverLines, verilated.CoverToggles:
	default:
		errs = append(errs, fmt.Errorf("--coverage %w", noneOf(o.coverage, string(verilated.CoverLines), string(verilated.CoverToggles))))
	}
	switch o.directed {
	case directedAll, directedOwn, directedNone:
	default:
		errs = append(errs, fmt.Errorf("--directed %w", noneOf(o.directed, directedAll, directedOwn, directedNone)))
	}
	if len(o.images) > 0 && o.network == "" {
		errs = append(errs, errors.New("--image: --network names the network, and is missing"))
	}
	if o.replay != "" && o.network != "" {
		errs = append(errs, errors.New("--replay and --network exclude each other"))
	}
	return errors.Join(append(errs, o.params.Check())...)
}

// runReplay runs a saved sequence.
func (o *headFuzz) runReplay(cmd *cobra.Command, out io.Writer) error {
	seq, err := head.Load(o.replay)
	if err != nil {
		return err
	}
	sim, err := o.simulator(cmd.Context(), seq.Params)
	if err != nil {
		return err
	}
	err = head.Replay(cmd.Context(), sim, seq)
	var failure *head.Failure
	switch {
	case errors.As(err, &failure):
		o.output.Found = failure.Error()
		fmt.Fprintln(out, failure)
		return &verdictError{reports.NetworkRefuted}
	case err != nil:
		return machine(err)
	}
	o.output.Runs = append(o.output.Runs, fuzzRun{Size: reports.HeadSize(seq.Params), Drawn: 1, Steps: int64(len(seq.Steps))})
	_, err = fmt.Fprintf(out, "%s: %s, all as in the reference\n", o.replay, words.Count(len(seq.Steps), "step"))
	return machine(err)
}

// coverageFiles are where the processes of a campaign write their counts.
func (o *headFuzz) coverageFiles() (files []string, remove func(), err error) {
	if o.coverage == "" {
		return nil, func() {}, nil
	}
	dir, err := os.MkdirTemp("", "hashiflex-coverage-")
	if err != nil {
		return nil, nil, machine(err)
	}
	for j := range o.campaign.Jobs {
		files = append(files, filepath.Join(dir, fmt.Sprintf("%d.dat", j)))
	}
	return files, func() { os.RemoveAll(dir) }, nil
}

func (o *headFuzz) runCampaign(cmd *cobra.Command, out io.Writer) error {
	if o.directed != directedNone {
		o.campaign.Aims = directed.Aims(o.params)
	}
	p := screenOf(cmd).progress
	p.Plan(fuzzPhases(&o.campaign, o.sizes())...)
	p.Report(buildPhase, 0, 0)
	sim, err := o.simulator(cmd.Context(), o.params)
	if err != nil {
		return err
	}
	files, remove, err := o.coverageFiles()
	if err != nil {
		return err
	}
	defer remove()
	o.campaign.Coverage = files
	total := o.campaign.Cases
	if total > 0 {
		total += len(o.campaign.Aims)
	}
	o.campaign.Progress = ticker(p, sequencesPhase, total)
	p.Line("seed %d", o.campaign.Seed)
	r, err := head.Run(cmd.Context(), sim, o.campaign)
	w := bufio.NewWriter(out)
	o.ran(o.params, r)
	if r.Directed.Cases > 0 {
		fmt.Fprintf(w, "directed: %d sequences, %d steps, %d checked inferences, %d cycles\n",
			r.Directed.Cases, r.Directed.Steps, r.Directed.Inferences, r.Directed.Cycles)
	}
	fmt.Fprintf(w, "seed %d: %d sequences, %d steps, %d checked inferences, %d cycles, %.1f s\n",
		o.campaign.Seed, r.Cases, r.Steps, r.Inferences, r.Cycles, r.Elapsed.Seconds())
	missed := r.Bins.Missed()
	o.output.Bins, o.output.BinsMissed = r.Bins.Total(), list(missed)
	fmt.Fprintf(w, "functional bins: %d of %d\n", r.Bins.Total()-len(missed), r.Bins.Total())
	// A campaign that ended at a failure says nothing about coverage.
	if r.Found == nil {
		for _, m := range missed {
			fmt.Fprintf(w, "  not reached: %s\n", m)
		}
	}
	if o.coverage != "" && err == nil {
		err = machine(o.writeCoverage(cmd.Context(), w, files, o.params, unexplained(r.Cases)))
	} else {
		err = machine(err)
	}
	if o.directed != directedNone && r.Found == nil && err == nil {
		r.Found, err = o.fill(cmd.Context(), w, sim, r)
		err = machine(err)
	}
	switch f := r.Found; {
	case f != nil:
		err = errors.Join(err, o.found(cmd.Context(), w, f))
	case err == nil && len(o.sizes()) > 0:
		err = o.otherSizes(cmd, w, r.Elapsed)
	}
	return errors.Join(machine(w.Flush()), err, machine(cmd.Context().Err()))
}

// fill asks a solver for the values that a campaign did not hit, and runs what it proposes.
func (o *headFuzz) fill(ctx context.Context, w io.Writer, sim *head.Simulator, r *head.Result) (*head.Found, error) {
	z3, err := smt.Z3()
	if err != nil {
		return nil, err
	}
	s, err := propose.New(ctx, []smt.Opinion{{Solver: z3}})
	if err != nil {
		return nil, err
	}
	defer s.Close()
	chance, all := r.Bins.Values()
	f, err := head.Fill(ctx, sim, r.Bins, r.Bins.Goals(), s)
	if f == nil {
		return nil, err
	}
	o.output.Values, o.output.Proposed, o.output.Impossible, o.output.Open = all, list(f.Hit), list(f.Unreachable), list(f.Open)
	fmt.Fprintf(w, "single values: %d of %d hit, %d more by what a solver proposed; of %d it proves that nothing hits them\n", chance, all, len(f.Hit), len(f.Unreachable))
	if f.Found == nil {
		for _, v := range f.Open {
			fmt.Fprintf(w, "  left: %s\n", v)
		}
	}
	return f.Found, err
}

// sizes are those of other heads to run.
func (o *headFuzz) sizes() []npu.Params {
	if o.directed != directedAll || o.coverage != "" {
		return nil
	}
	return directed.Sizes()
}

// otherSizes runs the head with sizes at the ends of their ranges, as far as the time
// of the campaign goes.
func (o *headFuzz) otherSizes(cmd *cobra.Command, w *bufio.Writer, spent time.Duration) error {
	for _, size := range o.sizes() {
		c := head.Campaign{Aims: directed.Brief(size), Cases: drawnBeside, Seed: o.campaign.Seed, Jobs: o.campaign.Jobs}
		if o.campaign.Cases > 0 {
			c.Cases = min(c.Cases, o.campaign.Cases)
		}
		if directed.Large(size) {
			c.Cases = 1 // each takes long to begin
		}
		if limit := o.campaign.Time; limit > 0 {
			if c.Time = limit - spent; c.Time <= 0 {
				fmt.Fprintf(w, "%v: not run, the time is over\n", size)
				continue
			}
		}
		var none *npu.NoSizesError
		if _, err := o.sources(cmd.Context(), size); errors.As(err, &none) {
			fmt.Fprintf(w, "no other sizes: %v\n", err)
			return nil
		}
		p := screenOf(cmd).progress
		p.Report(of(buildPhase, size), 0, 0)
		sim, err := o.simulator(cmd.Context(), size)
		if err != nil {
			return err
		}
		c.Progress = ticker(p, of(sequencesPhase, size), c.Cases+len(c.Aims))
		r, err := head.Run(cmd.Context(), sim, c)
		spent += r.Elapsed
		o.ran(size, r)
		missed, of := r.Bins.Sized()
		fmt.Fprintf(w, "%v: %d sequences, %d of them directed, %d cycles, %d of %d bins of addresses and carries\n",
			size, r.Directed.Cases+r.Cases, r.Directed.Cases, r.Directed.Cycles+r.Cycles, of-len(missed), of)
		if r.Found != nil || err != nil {
			err = machine(err)
			if r.Found != nil {
				err = errors.Join(err, o.found(cmd.Context(), w, r.Found))
			}
			return err
		}
	}
	return nil
}

// read reads a head of the user's own, and which sizes it has.
func (o *headFuzz) read(cmd *cobra.Command) error {
	if len(o.verilog) == 0 {
		return nil
	}
	var err error
	if o.own, err = readHead(o.verilog); err != nil {
		return err
	}
	if o.network != "" || o.replay != "" {
		return nil // they say which sizes
	}
	o.params, err = headSizes(cmd, o.own, o.params)
	return err
}

// headSizes is the sizes of a head of the user's own. The flags may say them where the
// text does not, and must not say others.
func headSizes(cmd *cobra.Command, own []rtl.Source, said npu.Params) (npu.Params, error) {
	have, err := npu.SizesOf(cmd.Context(), rtl.Yosys{}, source.Of(own...))
	var missing *npu.SizesError
	elaborated := !errors.As(err, &missing)
	if err != nil && elaborated {
		return have, headError(err, true)
	}
	var errs []error
	values := have.Named()
	for i, n := range said.Named() {
		flag := strings.ToLower(n.Name)
		given := cmd.Flags().Changed(flag)
		switch {
		case !elaborated && slices.Contains(missing.Missing, n.Name) && !given:
			errs = append(errs, fmt.Errorf("%s has no parameter %s: --%s says it", npu.Top, n.Name, flag))
		case given && (elaborated || !slices.Contains(missing.Missing, n.Name)) && values[i].Value != n.Value:
			errs = append(errs, fmt.Errorf("--%s %d: %s is elaborated with %s = %d", flag, n.Value, npu.Top, n.Name, values[i].Value))
		}
	}
	if len(errs) > 0 {
		return have, errors.Join(errs...)
	}
	if elaborated {
		return have, nil
	}
	return said, said.Check()
}

// sources is the Verilog to run.
func (o *headFuzz) sources(ctx context.Context, p npu.Params) ([]rtl.Source, error) {
	if o.own == nil {
		return npu.Sources(p)
	}
	if p == o.params {
		return o.own, nil
	}
	s, err := npu.Resize(ctx, rtl.Yosys{}, source.Of(o.own...), p)
	return s.Files, err
}

// simulator is the head to run.
func (o *headFuzz) simulator(ctx context.Context, p npu.Params) (*head.Simulator, error) {
	sources, err := o.sources(ctx, p)
	if err != nil {
		return nil, err
	}
	quick := p != o.params && p.Lanes > wideHead
	sim, err := head.Build{Params: p, Coverage: verilated.Coverage(o.coverage), Sources: sources, Quick: quick}.Make(ctx)
	return sim, headError(err, o.own != nil)
}

// writeCoverage lists coverage gaps; unknown is the text for a bit without a known
// reason.
func (o *headFuzz) writeCoverage(ctx context.Context, w *bufio.Writer, files []string, p npu.Params, unknown string) error {
	sources, err := o.sources(ctx, p)
	if err != nil {
		return err
	}
	c, err := head.ReadCoverage(files, sources)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "lines: %d of %d, toggles: %d of %d\n", c.LinesHit, c.Lines, c.TogglesHit, c.Toggles)
	// A wide word has many bits that a small head never moves: one line a reason.
	signals, bits := map[string][]string{}, map[string]int{}
	for _, m := range c.Missed {
		if m.Kind != verilated.Toggle {
			fmt.Fprintf(w, "  not reached: %s\n", m)
			continue
		}
		why := cmp.Or(m.Why(), unknown)
		bits[why]++
		if s := fmt.Sprintf("%s:%d %s", m.File, m.Line, m.Signal()); !slices.Contains(signals[why], s) {
			signals[why] = append(signals[why], s)
		}
	}
	for _, why := range slices.Sorted(maps.Keys(bits)) {
		fmt.Fprintf(w, "  not toggled, %s, %s: %s\n", words.Count(bits[why], "bit"), why, strings.Join(signals[why], ", "))
	}
	return nil
}

// unexplained is the text for a bit without a known reason. A campaign that is shorter
// than usual says little about it.
func unexplained(cases int64) string {
	if cases < head.DefaultCases {
		return fmt.Sprintf("not reached in so few cases, %d of the usual %d", cases, head.DefaultCases)
	}
	return fmt.Sprintf("NOT EXPLAINED after %d cases", cases)
}

// ticker begins a phase and reports what is done of it, and says a line every few seconds
// where there is no bar.
func ticker(p *progress.Progress, phase string, total int) func(int) {
	const pause = 10 * time.Second
	last := time.Now()
	p.Report(phase, 0, total)
	return func(done int) {
		p.Report(phase, done, total)
		if time.Since(last) >= pause {
			last = time.Now()
			p.Line("%d done", done)
		}
	}
}

// runNetwork runs a network's dense layers on a head of full size.
func (o *headFuzz) runNetwork(cmd *cobra.Command, out io.Writer) error {
	n, err := networks.OpenOrLoad(o.network)
	if err != nil {
		return err
	}
	dense := signoff.Dense(n)
	lanes := signoff.HeadLanes
	if cmd.Flags().Changed("lanes") {
		lanes = o.params.Lanes
	}
	params, err := npu.Room(dense, lanes)
	if err != nil {
		return fmt.Errorf("network %s: %w", n.Name, err)
	}
	prog, err := npu.Assemble(dense, params)
	if err != nil {
		return fmt.Errorf("network %s: %w", n.Name, err)
	}
	screenOf(cmd).progress.Report(buildPhase, 0, 0)
	features, want, err := throughGolden(cmd.Context(), n, dense, o.images)
	if err != nil {
		return err
	}
	sim, err := o.simulator(cmd.Context(), params)
	if err != nil {
		return err
	}
	files, remove, err := o.coverageFiles()
	if err != nil {
		return err
	}
	defer remove()
	count := o.campaign.Cases
	if !cmd.Flags().Changed("cases") {
		count = max(100, len(features))
	}
	p := screenOf(cmd).progress
	images := head.Inferences{
		Program: prog, Images: features, Want: want, Count: count, Time: o.campaign.Time,
		Seed: o.campaign.Seed, Jobs: o.campaign.Jobs, Coverage: files, Progress: ticker(p, imagesPhase, count),
	}
	r, err := head.RunInferences(cmd.Context(), sim, images)
	o.output.Runs = append(o.output.Runs, fuzzRun{Size: reports.HeadSize(params), Images: r.Images, Cycles: r.Cycles})
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "seed %d: %d images, the first %d from pictures, on %d lanes, %.1f s\n",
		o.campaign.Seed, r.Images, min(int(r.Images), len(features)), lanes, r.Elapsed.Seconds())
	if r.Images > 0 {
		fmt.Fprintf(w, "%d cycles an image, %d by the formula\n", r.Cycles/r.Images, npu.Cycles(prog.Layers, lanes))
	}
	if o.coverage != "" && err == nil {
		err = o.writeCoverage(cmd.Context(), w, files, params, "not reached by the one program of this network")
	}
	err = machine(err)
	if r.Found != nil {
		o.output.Found = r.Found.Error()
		fmt.Fprintf(w, "FAILED: %v\n", r.Found)
		seq := images.Sequence(r.Found.Step)
		err = errors.Join(err, &verdictError{reports.NetworkRefuted},
			o.keep(cmd.Context(), w, seqwitness.Case{Sequence: seq, Seed: o.campaign.Seed, Before: len(seq.Steps)}))
	}
	return errors.Join(machine(w.Flush()), err, machine(cmd.Context().Err()))
}

// throughGolden runs pictures through the whole network: what reaches the head,
// and what should leave it.
func throughGolden(ctx context.Context, n *spec.Network, dense []*spec.Layer, files []string) (features [][]uint8, logits [][]int32, err error) {
	if len(files) == 0 {
		return nil, nil, nil
	}
	model, err := golden.New(n)
	if err != nil {
		return nil, nil, err
	}
	for _, file := range files {
		tr, err := runPicture(ctx, model, n, file)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", file, err)
		}
		in, ok := tr.Output(dense[0].Inputs[0])
		out, also := tr.Output(dense[len(dense)-1].Name)
		if !ok || !also {
			return nil, nil, fmt.Errorf("%s: network %s has no layer %s", file, n.Name, strings.Join(dense[0].Inputs, ", "))
		}
		x := make([]uint8, len(in.Data))
		for i, v := range in.Data {
			x[i] = uint8(v)
		}
		features, logits = append(features, x), append(logits, out.Data)
	}
	return features, logits, nil
}

func runPicture(ctx context.Context, model *golden.Executor, n *spec.Network, file string) (*golden.Trace, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	frame, err := golden.ReadFrame(bufio.NewReader(f), n.Input)
	if err != nil {
		return nil, err
	}
	return model.Run(ctx, frame)
}
