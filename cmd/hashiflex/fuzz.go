package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/cmd/hashiflex/internal/progress"
	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/fuzz/head/seqwitness"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/rtl/verilated"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/words"
)

func fuzzCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "fuzz",
		Short: "Look for failures with random inputs in a simulator",
		Args:  cobra.NoArgs,
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
	verilog  string
}

func fuzzHeadCommand() *cobra.Command {
	var o headFuzz
	cmd := &cobra.Command{
		Use:   "head",
		Short: "Fuzz the programmable head against its reference",
		Long: `Run random command sequences (programs, images, stalls, resets, illegal accesses)
on the programmable head in Verilator and compare every step with the reference.

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
			switch {
			case o.replay != "":
				return o.runReplay(cmd)
			case o.network != "":
				return o.runNetwork(cmd)
			}
			return o.runCampaign(cmd)
		},
	}
	f := cmd.Flags()
	f.IntVar(&o.campaign.Cases, "cases", head.DefaultCases, "sequences to run; 0 is no limit")
	f.Int64Var(&o.campaign.Seed, "seed", 1, "seed of the first case")
	f.DurationVar(&o.campaign.Time, "time", 0, "stop after this time; 0 is no limit")
	f.IntVar(&o.campaign.Jobs, "jobs", runtime.GOMAXPROCS(0), "simulators at a time")
	p := head.DefaultParams
	f.IntVar(&o.params.Lanes, "lanes", p.Lanes, "multipliers")
	f.IntVar(&o.params.Features, "features", p.Features, "features of a layer, at most")
	f.IntVar(&o.params.Rows, "rows", p.Rows, "weight rows")
	f.IntVar(&o.params.Biases, "biases", p.Biases, "bias words")
	f.IntVar(&o.params.Layers, "layers", p.Layers, "layers, at most")
	f.StringVar(&o.coverage, "coverage", "", "list what was not reached: lines, or toggles (and lines; slower)")
	f.StringVar(&o.replay, "replay", "", "run this saved sequence and nothing else")
	f.StringVar(&o.network, "network", "", "run this network's dense layers on a head that fits them")
	f.StringArrayVar(&o.images, "image", nil, "with --network: a picture to run first; may be repeated")
	f.StringVar(&o.save, "save", "", "folder for the witness of a failing sequence (default: head-SEED)")
	f.StringVar(&o.verilog, "verilog", "", "file with a head of your own: module npu_head, whose parameters' defaults are the sizes of these flags, and all that it uses")
	return cmd
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
		errs = append(errs, fmt.Errorf("--coverage %q: want lines or toggles", o.coverage))
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
func (o *headFuzz) runReplay(cmd *cobra.Command) error {
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
		fmt.Fprintln(cmd.OutOrStdout(), failure)
		return &verdictError{reports.NetworkRefuted}
	case err != nil:
		return machine(err)
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: %s, all as in the reference\n", o.replay, words.Count(len(seq.Steps), "step"))
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

func (o *headFuzz) runCampaign(cmd *cobra.Command) error {
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
	p := progress.Start(cmd.ErrOrStderr(), "fuzz head", o.campaign.Cases)
	o.campaign.Progress = ticker(p)
	p.Line("seed %d", o.campaign.Seed)
	r, err := head.Run(cmd.Context(), sim, o.campaign)
	p.Close()
	w := bufio.NewWriter(cmd.OutOrStdout())
	fmt.Fprintf(w, "seed %d: %d sequences, %d steps, %d checked inferences, %d cycles, %.1f s\n",
		o.campaign.Seed, r.Cases, r.Steps, r.Inferences, r.Cycles, r.Elapsed.Seconds())
	missed := r.Bins.Missed()
	fmt.Fprintf(w, "functional bins: %d of %d\n", r.Bins.Total()-len(missed), r.Bins.Total())
	// A campaign that ended at a failure says nothing about what it would have reached.
	if r.Found == nil {
		for _, m := range missed {
			fmt.Fprintf(w, "  not reached: %s\n", m)
		}
	}
	if o.coverage != "" && err == nil {
		err = machine(o.writeCoverage(w, files, o.params, unexplained(r.Cases)))
	} else {
		err = machine(err)
	}
	if f := r.Found; f != nil {
		err = errors.Join(err, o.found(cmd.Context(), w, f))
	}
	return errors.Join(machine(w.Flush()), err, machine(cmd.Context().Err()))
}

// sources is the Verilog to run.
func (o *headFuzz) sources(p npu.Params) ([]rtl.Source, error) {
	if o.verilog == "" {
		return npu.Sources(p)
	}
	own, err := readHead(o.verilog)
	return []rtl.Source{own}, err
}

// simulator is the head to run.
func (o *headFuzz) simulator(ctx context.Context, p npu.Params) (*head.Simulator, error) {
	sources, err := o.sources(p)
	if err != nil {
		return nil, err
	}
	sim, err := head.Build{Params: p, Coverage: verilated.Coverage(o.coverage), Sources: sources}.Make(ctx)
	return sim, headError(err, o.verilog != "")
}

// writeCoverage lists what was not reached; unknown is what to say of a bit that
// has no known reason.
func (o *headFuzz) writeCoverage(w *bufio.Writer, files []string, p npu.Params, unknown string) error {
	sources, err := o.sources(p)
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

// unexplained says what is known of a bit that nothing explains: a campaign that
// is shorter than the usual one tells little.
func unexplained(cases int64) string {
	if cases < head.DefaultCases {
		return fmt.Sprintf("not reached in so few cases, %d of the usual %d", cases, head.DefaultCases)
	}
	return fmt.Sprintf("NOT EXPLAINED after %d cases", cases)
}

// ticker moves the bar, and says a line every few seconds where there is none.
func ticker(p *progress.Progress) func(int) {
	const pause = 10 * time.Second
	last, before := time.Now(), 0
	return func(done int) {
		p.Add(done - before)
		before = done
		if time.Since(last) >= pause {
			last = time.Now()
			p.Line("%d done", done)
		}
	}
}

// runNetwork runs a network's dense layers on a head of full size.
func (o *headFuzz) runNetwork(cmd *cobra.Command) error {
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
	p := progress.Start(cmd.ErrOrStderr(), "fuzz head", count)
	images := head.Inferences{
		Program: prog, Images: features, Want: want, Count: count, Time: o.campaign.Time,
		Seed: o.campaign.Seed, Jobs: o.campaign.Jobs, Coverage: files, Progress: ticker(p),
	}
	r, err := head.RunInferences(cmd.Context(), sim, images)
	p.Close()
	w := bufio.NewWriter(cmd.OutOrStdout())
	fmt.Fprintf(w, "seed %d: %d images, the first %d from pictures, on %d lanes, %.1f s\n",
		o.campaign.Seed, r.Images, min(int(r.Images), len(features)), lanes, r.Elapsed.Seconds())
	if r.Images > 0 {
		fmt.Fprintf(w, "%d cycles an image, %d by the formula\n", r.Cycles/r.Images, npu.Cycles(prog.Layers, lanes))
	}
	if o.coverage != "" && err == nil {
		err = o.writeCoverage(w, files, params, "not reached by the one program of this network")
	}
	err = machine(err)
	if r.Found != nil {
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
