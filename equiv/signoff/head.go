package signoff

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/fuzz/head/directed"
	"github.com/hashiflex/hashiflex/fuzz/head/seqwitness"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/rtl/verilated"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/digest"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Head says what to check about the programmable head.
type Head struct {
	Small   npu.Params // the head that random sequences run on
	Cases   int        // sequences
	Program *npu.Program
	Images  int // that the program runs on
	Seed    int64
	Jobs    int
	Provers []Prover
	// Sources is the Verilog to check; nil: npu.Sources.
	Sources HeadSources
	// Progress gets the progress of each phase, one call at a time. It may be nil.
	Progress func(phase string, done, total int)
}

// Prover proves facts about the head.
type Prover struct {
	Name  string
	Prove func(context.Context, ProverRun) ([]equiv.Fact, error)
}

// ProverRun is the input of a prover.
type ProverRun struct {
	Sources  HeadSources
	Keep     func(hash string, text []byte) // takes the queries; for several goroutines
	Progress func(done, total int)
}

// HeadSources is the Verilog of a head of given sizes.
type HeadSources func(npu.Params) ([]rtl.Source, error)

// Dense lists the layers that are a program of the head.
func Dense(n *spec.Network) (ls []*spec.Layer) {
	for _, l := range n.Layers {
		if l.Kind() == "dense" {
			ls = append(ls, l)
		}
	}
	return ls
}

// The paper's rate and head, for comparison.
const (
	paperRate, paperIn, paperOut = 1_210_000, 1280, 1000

	clock = 1_000_000_000 // that rates are given for, in Hz
)

var paperLanes = []int{16, 125, 1000}

// The names of what the head does besides its provers, in progress messages and as units
// of a shard.
const (
	sequencesPhase = "head: sequences"
	imagesPhase    = "head: images"
)

// The simulators of both are built first; progress messages call that so.
const (
	buildPhase        = "head: simulator"
	buildProgramPhase = "head: simulator of the program"
)

// headJob is a Head under way.
type headJob struct {
	*Head
	ctx context.Context
	w   *writer
	out reports.Head

	ran   *fuzzed            // the campaign, once it has run
	shown *seqwitness.Folder // of the sequence that it found; nil: none was asked for
}

// fuzzed is what became of a campaign.
type fuzzed struct {
	rec    *campaignRecord
	found  *head.Found
	broken error // what a simulator failed of
}

// head finds out about the head and enters it. The error is a failure of the
// machine, or the context's.
func (w *writer) head(ctx context.Context, h *Head) (*reports.Head, error) {
	c := *h
	if c.Sources == nil {
		c.Sources = npu.Sources
	}
	if c.Progress == nil {
		c.Progress = func(string, int, int) {}
	}
	j := &headJob{Head: &c, ctx: ctx, w: w}
	for _, step := range []struct {
		name string
		run  func() error
	}{{"head: proofs", j.prove}, {sequencesPhase, j.campaign}, {imagesPhase, j.program}} {
		begin := time.Now()
		if err := step.run(); err != nil {
			return nil, err
		}
		if w.err != nil {
			return nil, w.err
		}
		if err := w.phaseTime(step.name, begin); err != nil {
			return nil, err
		}
	}
	j.rates()
	return &j.out, nil
}

// phaseTime records the time of a phase.
func (w *writer) phaseTime(phase string, begin time.Time) error {
	if w.store == nil {
		return nil
	}
	return w.store.run.Time(rundir.Timing{What: phase, Wall: time.Since(begin)})
}

// recall and remember use the run directory, if there is one. The key of a record
// covers the Verilog of all heads and what else is given.
func (j *headJob) recall(key rundir.Key, to any) bool {
	return key != "" && j.w.store.run.Recall(key, to)
}

func (j *headJob) remember(key rundir.Key, record any) error {
	if key == "" {
		return nil
	}
	return j.w.store.run.Remember(key, record)
}

func (j *headJob) key(kind string, about any) (rundir.Key, error) {
	if j.w.store == nil {
		return "", nil
	}
	var parts [][]byte
	for _, p := range []npu.Params{j.Small, j.Program.Params} {
		sources, err := j.Sources(p)
		if err != nil {
			return "", err
		}
		for _, s := range sources {
			parts = append(parts, []byte(s.Name), s.Text)
		}
	}
	text, err := json.Marshal(about)
	if err != nil {
		return "", err
	}
	return j.w.store.run.Key(kind, append(parts, text)...), nil
}

// prove lets the provers prove.
func (j *headJob) prove() error {
	for _, p := range j.Provers {
		if !j.w.shard.has(p.Name) {
			continue
		}
		begin := time.Now()
		facts, err := j.facts(p)
		if err == nil {
			err = j.w.phaseTime(p.Name, begin)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
		for i := range facts {
			f := &facts[i]
			if err := j.entered(f); err != nil {
				return err
			}
			proof := reports.HeadProof{ID: f.ID(), Kind: f.Kind, Name: f.Name, Claim: f.Claim, Verdict: j.w.verdicts[f.ID()]}
			if proof.Verdict == verdict.Proved {
				proof.Method = f.Method
			}
			j.out.Proofs = append(j.out.Proofs, proof)
		}
	}
	return nil
}

// entered records a fact. A refuted one gets a folder with a sequence that fails in
// Verilator and in Icarus, if the campaign finds one; the prover's own trace lies beside
// it. Else the trace is all that it has.
func (j *headJob) entered(f *equiv.Fact) error {
	if f.Verdict != verdict.Refuted || j.w.store == nil {
		return j.w.traced(f)
	}
	ran, err := j.campaigned(directed.Aims(j.Small))
	if err != nil {
		return err
	}
	if ran.found == nil {
		return j.w.traced(f)
	}
	if j.shown == nil {
		sources, err := j.Sources(ran.found.Sequence.Params)
		if err != nil {
			return err
		}
		j.shown, err = seqwitness.Build(j.ctx, seqwitness.Case{Sequence: ran.found.Sequence, Seed: ran.found.Seed, Before: ran.found.Before, Sources: sources})
		var again *seqwitness.ReplayError
		if errors.As(err, &again) { // the campaign says so
			return j.w.traced(f)
		}
		if err != nil {
			return err
		}
	}
	folder, err := j.shown.Of(f.ID())
	if err != nil {
		return err
	}
	o := j.w.obligation(f)
	if err := keepFolder(j.w.store.run, &o, folder); err != nil {
		return err
	}
	if _, err := j.w.store.run.WriteIn(rundir.Witnesses, HeadFolder(o.ID), TraceFile, []byte(f.Trace)); err != nil {
		return err
	}
	j.w.enter(o)
	return nil
}

// campaigned is the outcome of the campaign, which runs once.
func (j *headJob) campaigned(aims []head.Aim) (*fuzzed, error) {
	if j.ran != nil {
		return j.ran, nil
	}
	rec, found, broken, err := j.fuzz(aims)
	if err != nil {
		return nil, err
	}
	j.ran = &fuzzed{rec, found, broken}
	return j.ran, nil
}

func (j *headJob) facts(p Prover) ([]equiv.Fact, error) {
	key, err := j.key(p.Name, j.w.job.Chain.Limits)
	if err != nil {
		return nil, err
	}
	var facts []equiv.Fact
	if j.recall(key, &facts) && j.adopt(facts) {
		j.w.shard.ended(p.Name, key, verdict.Proved)
		return facts, nil
	}
	var mu sync.Mutex
	texts := map[string][]byte{}
	facts, err = p.Prove(j.ctx, ProverRun{
		Sources: j.Sources,
		Keep: func(hash string, text []byte) {
			mu.Lock()
			defer mu.Unlock()
			texts[hash] = text
		},
		Progress: func(done, total int) { j.Progress(p.Name, done, total) },
	})
	if err != nil {
		return nil, err
	}
	if len(facts) == 0 {
		return nil, errors.New("it proved nothing")
	}
	if err := j.keepQueries(facts, texts); err != nil {
		return nil, err
	}
	j.w.shard.ended(p.Name, key, gravest(facts))
	if gravest(facts) != verdict.Proved {
		return facts, nil
	}
	return facts, j.remember(key, facts)
}

// adopt takes over the queries of recalled facts where they are kept.
func (j *headJob) adopt(facts []equiv.Fact) bool {
	if !j.w.store.keepQueries {
		return true
	}
	for _, f := range facts {
		for _, q := range f.Queries {
			if !j.w.store.run.AdoptQuery(q) {
				return false
			}
		}
	}
	return true
}

// keepQueries keeps the queries of facts that are not proved, or all queries on
// request.
func (j *headJob) keepQueries(facts []equiv.Fact, texts map[string][]byte) error {
	if j.w.store == nil {
		return nil
	}
	for _, f := range facts {
		if f.Verdict == verdict.Proved && !j.w.store.keepQueries {
			continue
		}
		for _, hash := range f.Queries {
			text, ok := texts[hash]
			if !ok {
				return fmt.Errorf("%s: query %s was not handed over", f.ID(), hash)
			}
			if err := j.w.store.Query(hash, string(text)); err != nil {
				return err
			}
		}
	}
	return nil
}

// traced records a fact about the head or the stream. The trace of a refuted one is its
// witness, with the files to reproduce it.
func (w *writer) traced(f *equiv.Fact, files ...rtl.Source) error {
	o := w.obligation(f)
	if f.Verdict == verdict.Refuted {
		o.Witness = noFolder
		if w.store != nil {
			s, err := w.store.run.WriteIn(rundir.Witnesses, HeadFolder(f.ID()), TraceFile, []byte(f.Trace))
			if err != nil {
				return err
			}
			o.Witness = s.Path
			for _, file := range files {
				if _, err := w.store.run.WriteIn(rundir.Witnesses, HeadFolder(f.ID()), file.Name, file.Text); err != nil {
					return err
				}
			}
		}
	}
	w.enter(o)
	return nil
}

// campaignRecord is a campaign in which nothing was found.
type campaignRecord struct {
	Cases, Steps, Inferences, Cycles int64
	Bins                             int
	Missed                           []string
	Lines                            *head.Covered
}

// campaign runs directed and random sequences.
func (j *headJob) campaign() error {
	if !j.w.shard.has(sequencesPhase) {
		return nil
	}
	aims := directed.Aims(j.Small)
	key, err := j.key(string(verdict.HeadFuzz), []int64{j.Seed, int64(j.Cases), int64(len(aims))})
	if err != nil {
		return err
	}
	rec := new(campaignRecord)
	var found *head.Found
	var broken error
	if !j.recall(key, rec) {
		ran, err := j.campaigned(aims)
		if err != nil {
			return err
		}
		rec, found, broken = ran.rec, ran.found, ran.broken
	}
	c := &j.out.Campaign
	*c = reports.HeadCampaign{
		Size: HeadSize(j.Small), Seed: j.Seed, Cases: rec.Cases, Steps: rec.Steps, Inferences: rec.Inferences, Cycles: rec.Cycles,
	}
	o := reports.Obligation{
		ID: verdict.HeadFuzz.ID("campaign"), Kind: verdict.HeadFuzz,
		Claim: fmt.Sprintf("%d command sequences directed at kinds of faults and %d random ones from seed %d on a head of %v: responses, logits, status and the rules of AXI are the reference's", len(aims), j.Cases, j.Seed, j.Small),
	}
	switch {
	case found != nil:
		// How many other cases were run meanwhile is chance.
		*c = reports.HeadCampaign{Size: c.Size, Seed: j.Seed, Cases: int64(found.Case)}
		c.Found = found.Error()
		o.Detail = found.Error()
		if err := j.witness(&o, found.Sequence, found.Seed, found.Before); err != nil {
			return err
		}
		if o.Verdict != verdict.Refuted {
			c.Found = ""
		}
	case broken != nil:
		o.Verdict, o.Reason, o.Detail = verdict.Failed, verdict.SimulatorBroken, broken.Error()
	case rec.Cases != int64(j.Cases):
		o.Verdict, o.Reason, o.Detail = verdict.Unknown, verdict.Incomplete, fmt.Sprintf("%d cases were run", rec.Cases)
	default:
		o.Verdict, o.RestsOn, o.Strategy = verdict.Proved, verdict.Simulated, "simulation"
	}
	j.w.enter(o)
	j.w.shard.ended(sequencesPhase, key, o.Verdict)
	if o.Verdict != verdict.Proved {
		return nil
	}
	j.covered(rec)
	return j.remember(key, rec)
}

// fuzz is the campaign itself. broken is what a simulator failed of, err what
// else did.
func (j *headJob) fuzz(aims []head.Aim) (rec *campaignRecord, found *head.Found, broken, err error) {
	sources, err := j.Sources(j.Small)
	if err != nil {
		return nil, nil, nil, err
	}
	j.Progress(buildPhase, 0, 0)
	sim, err := head.Build{Params: j.Small, Coverage: verilated.CoverLines, Sources: sources}.Make(j.ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	dir, err := os.MkdirTemp("", "hashiflex-coverage-")
	if err != nil {
		return nil, nil, nil, err
	}
	defer os.RemoveAll(dir)
	c := head.Campaign{
		Aims: aims, Cases: j.Cases, Seed: j.Seed, Jobs: j.Jobs,
		Progress: func(n int) { j.Progress(sequencesPhase, n, len(aims)+j.Cases) },
	}
	for i := range max(j.Jobs, 1) {
		c.Coverage = append(c.Coverage, filepath.Join(dir, fmt.Sprint(i)))
	}
	r, err := head.Run(j.ctx, sim, c)
	if j.ctx.Err() != nil {
		return nil, nil, nil, j.ctx.Err()
	}
	rec = &campaignRecord{Cases: r.Cases, Steps: r.Steps, Inferences: r.Inferences, Cycles: r.Cycles, Bins: r.Bins.Total(), Missed: r.Bins.Missed()}
	if r.Found != nil || err != nil {
		var dead *head.DeadError
		if r.Found == nil && !errors.As(err, &dead) {
			return nil, nil, nil, err
		}
		return rec, r.Found, err, nil
	}
	rec.Lines, err = head.ReadCoverage(c.Coverage, sources)
	return rec, nil, nil, err
}

// covered records the coverage of a campaign.
func (j *headJob) covered(rec *campaignRecord) {
	j.out.Bins = reports.HeadCoverage{Total: rec.Bins, Hit: rec.Bins - len(rec.Missed)}
	for _, m := range rec.Missed {
		j.out.Bins.Missing = append(j.out.Bins.Missing, reports.HeadGap{Where: m, Count: 1})
	}
	j.out.Lines = reports.HeadCoverage{Total: rec.Lines.Lines, Hit: rec.Lines.LinesHit}
	for _, m := range rec.Lines.Missed {
		j.out.Lines.Missing = append(j.out.Lines.Missing, reports.HeadGap{Where: m.String(), Count: 1})
	}
	for _, c := range []struct {
		name, what string
		reports.HeadCoverage
	}{{"lines", "blocks of the Verilog", j.out.Lines}, {"bins", "functional situations", j.out.Bins}} {
		o := reports.Obligation{
			ID: verdict.HeadFuzz.ID(c.name), Kind: verdict.HeadFuzz,
			Claim:   fmt.Sprintf("the sequences reached all %d %s", c.Total, c.what),
			Verdict: verdict.Proved, RestsOn: verdict.Simulated, Strategy: "counted in the simulation",
		}
		if len(c.Missing) > 0 || c.Total == 0 {
			o.Verdict, o.Strategy, o.RestsOn, o.Reason = verdict.Unknown, "", "", verdict.NotReached
			o.Detail = fmt.Sprintf("%d of %d", c.Hit, c.Total)
			if len(c.Missing) > 0 {
				o.Detail += "; first of all " + c.Missing[0].Where
			}
		}
		j.w.enter(o)
	}
}

// programRecord is a program that ran with nothing found.
type programRecord struct{ Images, Cycles int64 }

// program runs the network's own program.
func (j *headJob) program() error {
	if !j.w.shard.has(imagesPhase) {
		return nil
	}
	p := j.Program
	key, err := j.key(string(verdict.HeadProgram), []any{j.Seed, j.Images, p.Writes()})
	if err != nil {
		return err
	}
	rec := new(programRecord)
	var found *head.Failure
	var broken error
	if !j.recall(key, rec) {
		if rec, found, broken, err = j.infer(); err != nil {
			return err
		}
	}
	out := &j.out.Program
	*out = reports.HeadProgram{Size: HeadSize(p.Params), Seed: j.Seed, Images: rec.Images, Cycles: rec.Cycles}
	for _, l := range p.Layers {
		out.Layers = append(out.Layers, DescribeLayer(l))
	}
	o := reports.Obligation{
		ID: verdict.HeadProgram.ID(j.w.job.Network.Name), Kind: verdict.HeadProgram,
		Claim: fmt.Sprintf("the network's %d dense layers on a head of %v give golden's logits for %d images of random features, each in %d cycles",
			len(p.Layers), p.Params, j.Images, npu.Cycles(p.Layers, p.Params.Lanes)),
	}
	switch {
	case found != nil:
		out.Images, out.Cycles, out.Found = int64(found.Step), 0, found.Error()
		o.Detail = found.Error()
		images := j.inferences()
		seq := images.Sequence(found.Step)
		if err := j.witness(&o, seq, j.Seed, len(seq.Steps)); err != nil {
			return err
		}
		if o.Verdict != verdict.Refuted {
			out.Found = ""
		}
	case broken != nil:
		o.Verdict, o.Reason, o.Detail = verdict.Failed, verdict.SimulatorBroken, broken.Error()
	case rec.Images != int64(j.Images):
		o.Verdict, o.Reason, o.Detail = verdict.Unknown, verdict.Incomplete, fmt.Sprintf("%d images were run", rec.Images)
	case rec.Cycles != rec.Images*npu.Cycles(p.Layers, p.Params.Lanes):
		o.Verdict, o.Reason, o.Detail = verdict.Unknown, verdict.CyclesDiffer, fmt.Sprintf("%d images took %d cycles", rec.Images, rec.Cycles)
	default:
		o.Verdict, o.RestsOn, o.Strategy = verdict.Proved, verdict.Simulated, "simulation"
	}
	j.w.enter(o)
	j.w.shard.ended(imagesPhase, key, o.Verdict)
	if o.Verdict != verdict.Proved {
		return nil
	}
	return j.remember(key, rec)
}

func (j *headJob) inferences() head.Inferences {
	return head.Inferences{
		Program: j.Program, Count: j.Images, Seed: j.Seed, Jobs: j.Jobs,
		Progress: func(n int) { j.Progress(imagesPhase, n, j.Images) },
	}
}

func (j *headJob) infer() (rec *programRecord, found *head.Failure, broken, err error) {
	sources, err := j.Sources(j.Program.Params)
	if err != nil {
		return nil, nil, nil, err
	}
	j.Progress(buildProgramPhase, 0, 0)
	sim, err := head.Build{Params: j.Program.Params, Sources: sources}.Make(j.ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	r, err := head.RunInferences(j.ctx, sim, j.inferences())
	if j.ctx.Err() != nil {
		return nil, nil, nil, j.ctx.Err()
	}
	var dead *head.DeadError
	if err != nil && r.Found == nil && !errors.As(err, &dead) {
		return nil, nil, nil, err
	}
	return &programRecord{r.Images, r.Cycles}, r.Found, err, nil
}

// rates sets the network's program and the paper's head side by side.
func (j *headJob) rates() {
	j.out.Rates = HeadRates(j.Program)
}

// HeadRates sets a program and the paper's head side by side.
func HeadRates(p *npu.Program) (rates []reports.HeadRate) {
	rate := func(ls []npu.Layer, lanes int) {
		var text strings.Builder
		fmt.Fprint(&text, ls[0].In)
		for _, l := range ls {
			fmt.Fprintf(&text, " → %d", l.Out)
		}
		c := npu.Cycles(ls, lanes)
		rates = append(rates, reports.HeadRate{
			Layers: text.String(), Lanes: lanes, Cycles: c, ImagesPerSecond: clock / c, Heads: npu.Heads(ls, lanes, paperRate, clock),
		})
	}
	rate(p.Layers, p.Params.Lanes)
	for _, lanes := range paperLanes {
		rate([]npu.Layer{{In: paperIn, Out: paperOut}}, lanes)
	}
	return rates
}

// HeadInputs lists the Verilog of the head with the sizes of a program, for the inputs of
// a signoff.
func HeadInputs(sources HeadSources, p npu.Params) ([]reports.Input, error) {
	if sources == nil {
		sources = npu.Sources
	}
	files, err := sources(p)
	if err != nil {
		return nil, err
	}
	var list []reports.Input
	for _, f := range files {
		list = append(list, reports.Input{Name: "head/" + f.Name, SHA256: digest.Bytes(f.Text)})
	}
	return list, nil
}

// HeadSize is the sizes of a head as a signoff lists them.
func HeadSize(p npu.Params) reports.HeadSize {
	return reports.HeadSize{Lanes: p.Lanes, Features: p.Features, Rows: p.Rows, Biases: p.Biases, Layers: p.Layers}
}

// DescribeLayer is a layer of a head's program in a line.
func DescribeLayer(l npu.Layer) string {
	s := fmt.Sprintf("%d features → %d outputs, shift %d, %v, %v, %v", l.In, l.Out, l.Shift, l.Rounding, l.Overflow, spec.Format{Signed: l.Signed, Width: l.Width})
	if l.ReLU {
		s += ", ReLU"
	}
	return s
}

// noFolder is the witness of a refuted obligation in a run without a directory.
const noFolder = "not kept"

// TraceFile is the file with the run that refutes an obligation, in its folder.
const TraceFile = "trace.txt"

// FolderOf is the obligation whose HeadFolder a folder is; "" if no kind fits. A name with
// what HeadFolder replaces is given as it is in the folder.
func FolderOf(folder string) (id verdict.ID) {
	for _, r := range verdict.Kinds() {
		if name, ok := strings.CutPrefix(folder, HeadFolder(r.Kind.ID(""))); ok && len(r.Kind.ID(name)) >= len(id) {
			id = r.Kind.ID(name)
		}
	}
	return id
}

// HeadFolder is the folder for the witness of an obligation. Unlike the ID, it is easy
// to type.
func HeadFolder(id verdict.ID) string {
	return strings.NewReplacer("/", ".", " ", "-").Replace(string(id))
}

// witness makes an obligation refuted by a failing sequence.
func (j *headJob) witness(o *reports.Obligation, seq head.Sequence, seed int64, before int) error {
	if j.w.store == nil {
		o.Verdict, o.Witness = verdict.Refuted, noFolder
		return nil
	}
	sources, err := j.Sources(seq.Params)
	if err != nil {
		return err
	}
	return HeadWitness(j.ctx, j.w.store.run, o, seqwitness.Case{Sequence: seq, Seed: seed, Before: before, Sources: sources})
}

// HeadWitness makes an obligation about the head refuted by a failing sequence, whose
// folder in the run directory is the witness. If the sequence does not fail again, our
// own tools are wrong, and the obligation is failed.
func HeadWitness(ctx context.Context, run *rundir.Run, o *reports.Obligation, c seqwitness.Case) error {
	folder := HeadFolder(o.ID)
	c.Obligation = o.ID
	f, err := seqwitness.Build(ctx, c)
	var again *seqwitness.ReplayError
	if errors.As(err, &again) {
		text, err := json.Marshal(c.Sequence)
		if err != nil {
			return err
		}
		s, err := run.WriteIn(rundir.Witnesses, folder, "sequence.json", text)
		o.Verdict, o.Reason, o.Witness = verdict.Failed, verdict.ReplayDiffers, s.Path
		o.Detail = again.Error() + ": " + o.Detail
		return err
	}
	if err != nil {
		return err
	}
	o.Verdict = verdict.Refuted
	return keepFolder(run, o, f)
}

// keepFolder writes a witness of the head into the run directory, for an obligation.
func keepFolder(run *rundir.Run, o *reports.Obligation, f *seqwitness.Folder) error {
	folder := HeadFolder(o.ID)
	for _, c := range f.Files {
		s, err := run.WriteIn(rundir.Witnesses, folder, c.Name, c.Text)
		if err != nil {
			return err
		}
		if c.Name == seqwitness.File {
			o.Witness = s.Path
		}
	}
	for _, s := range f.Witness.First {
		if s.Source != "" {
			o.Source = append(o.Source, s.Source)
		}
	}
	return nil
}
