package retarget

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/fuzz/head/seqwitness"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/digest"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Job says what to renew.
type Job struct {
	Was     *spec.Network // that was signed off
	Is      *spec.Network // with the new classifier; see New
	Cited   *Cited
	Samples [][]int32 // features to simulate besides the ends of their format and random ones
	Images  int       // to simulate; there are at least as many as samples and ends
	Seed    int64
	Jobs    int
	Dir     string // the renewed run's directory
	Tools   []reports.ToolRecord
	Program string // version of this program
	Command string // see reports.Signoff
	Reports func(*rundir.Finished) (map[string][]byte, error)
}

// DeliveredImages is the number of images of the test bench that a renewed run has.
const DeliveredImages = 3

// renewed are the kinds of obligations that a renewed run discharges itself.
var renewed = []verdict.Kind{verdict.Retarget, verdict.HeadProgram}

// Run shows that the new classifier fits and computes what golden says, and writes the
// renewed run. If the classifier does not fit, the error lists why, and nothing is
// written. The signoff can have any verdict: read its Conclusion.
func Run(ctx context.Context, j Job) (*reports.Signoff, error) {
	fit, prog, err := Fit(j.Was, j.Is, j.Cited.Params)
	if err != nil {
		return nil, err
	}
	run, err := rundir.Open(rundir.Config{
		Dir:      j.Dir,
		Identity: rundir.Identity{Network: j.Is.Name, Options: j.options()},
		Tools:    j.Tools,
		Render:   j.Reports,
	})
	if err != nil {
		return nil, err
	}
	s, err := j.renew(ctx, run, fit, prog)
	return s, errors.Join(err, run.Close())
}

func (j *Job) options() []reports.Setting {
	own := []reports.Setting{
		{Name: "renews", Value: "the run with evidence " + j.Cited.SHA256},
		{Name: "images of the new classifier", Value: fmt.Sprintf("%d, seed %d", j.Images, j.Seed)},
	}
	for _, o := range j.Cited.Run.Signoff.Options {
		if !slices.ContainsFunc(own, func(x reports.Setting) bool { return x.Name == o.Name }) {
			own = append(own, o)
		}
	}
	return own
}

func (j *Job) renew(ctx context.Context, run *rundir.Run, fit []reports.Obligation, prog *npu.Program) (*reports.Signoff, error) {
	began := time.Now()
	dense := signoff.Dense(j.Is)
	text := npu.FormatWrites(prog.Params, prog.Writes())
	if _, err := run.Write(rundir.Head, npu.WritesFile, text); err != nil {
		return nil, err
	}
	// From here on the file is the program.
	ws, err := npu.ParseWrites(text)
	if err != nil {
		return nil, err
	}
	if err := Holds(prog, dense, ws); err != nil {
		return nil, fmt.Errorf("retarget: the program does not hold the classifier: %w", err)
	}
	own := append(fit, reports.Obligation{
		ID: verdict.Retarget.ID("program"), Kind: verdict.Retarget,
		Claim:   fmt.Sprintf("%s with SHA-256 %s: after its %d writes, the head holds every weight, bias and descriptor of the classifier", npu.WritesFile, digest.Bytes(text), len(ws)),
		Verdict: verdict.Proved, Strategy: "read back", RestsOn: verdict.Computed,
	}, reports.Obligation{
		ID: verdict.Retarget.ID("cited run"), Kind: verdict.Retarget,
		Claim: fmt.Sprintf("the cited run, whose SHA256SUMS has the SHA-256 %s, is signed off: every file has its hash, and the verdict follows from the obligations",
			j.Cited.SHA256),
		Verdict: verdict.Proved, Strategy: "hashes", RestsOn: verdict.Computed,
	})
	program, ran, err := j.simulate(ctx, run, prog, ws, dense)
	if err != nil {
		return nil, err
	}
	own = append(own, ran)
	if err := run.Time(rundir.Timing{What: "head: images", Wall: time.Since(began)}); err != nil {
		return nil, err
	}

	if err := run.Inherit(j.Cited.Run); err != nil {
		return nil, err
	}
	copied := 0
	for o, err := range j.Cited.Run.Obligations() {
		if err != nil {
			return nil, err
		}
		if slices.Contains(renewed, o.Kind) {
			continue
		}
		if err := run.Record(copied, o); err != nil {
			return nil, err
		}
		copied++
	}
	for i, o := range own {
		if err := run.Record(copied+i, o); err != nil {
			return nil, err
		}
	}
	inputs, err := j.deliver(run, prog, ws, text)
	if err != nil {
		return nil, err
	}
	s := j.signoff(prog, program, inputs, copied, len(own))
	if err := run.Fill(s); err != nil {
		return nil, err
	}
	if err := run.Time(rundir.Timing{What: "run", Wall: time.Since(began)}); err != nil {
		return nil, err
	}
	return s, run.Finish(s)
}

// simulate runs the file's writes on the head's Verilog.
func (j *Job) simulate(ctx context.Context, run *rundir.Run, prog *npu.Program, ws []npu.Write, dense []*spec.Layer) (reports.HeadProgram, reports.Obligation, error) {
	images := Images(dense[0], j.Samples, j.Images, j.Seed)
	out := reports.HeadProgram{Size: signoff.HeadSize(prog.Params), Seed: j.Seed}
	for _, l := range prog.Layers {
		out.Layers = append(out.Layers, signoff.DescribeLayer(l))
	}
	cycles := npu.Cycles(prog.Layers, prog.Params.Lanes)
	o := reports.Obligation{
		ID: verdict.HeadProgram.ID(j.Is.Name), Kind: verdict.HeadProgram,
		Claim: fmt.Sprintf("the new classifier's %d dense layers, written from %s to a head of %v, give golden's logits for %d images, each in %d cycles",
			len(dense), npu.WritesFile, prog.Params, len(images), cycles),
	}
	run1, res, err := Simulate(ctx, prog, ws, dense, images, j.Jobs)
	var dead *head.DeadError
	switch {
	case ctx.Err() != nil:
		return out, o, ctx.Err()
	case res != nil && res.Found != nil:
		out.Images, out.Found, o.Detail = int64(res.Found.Step), res.Found.Error(), res.Found.Error()
		sources, err := npu.Sources(prog.Params)
		if err != nil {
			return out, o, err
		}
		seq := run1.Sequence(res.Found.Step)
		err = signoff.HeadWitness(ctx, run, &o, seqwitness.Case{Sequence: seq, Seed: j.Seed, Before: len(seq.Steps), Sources: sources})
		if o.Verdict != verdict.Refuted {
			out.Found = ""
		}
		return out, o, err
	case errors.As(err, &dead):
		o.Verdict, o.Reason, o.Detail = verdict.Failed, verdict.SimulatorBroken, dead.Error()
		return out, o, nil
	case err != nil:
		return out, o, err
	}
	out.Images, out.Cycles = res.Images, res.Cycles
	switch {
	case res.Images != int64(len(images)):
		o.Verdict, o.Reason, o.Detail = verdict.Unknown, verdict.Incomplete, fmt.Sprintf("%d images were run", res.Images)
	case res.Cycles != res.Images*cycles:
		o.Verdict, o.Reason, o.Detail = verdict.Unknown, verdict.CyclesDiffer, fmt.Sprintf("%d images took %d cycles", res.Images, res.Cycles)
	default:
		o.Verdict, o.RestsOn, o.Strategy = verdict.Proved, verdict.Simulated, "simulation"
	}
	return out, o, nil
}

// deliver writes the renewed network and all that it takes to use the program: the head,
// its register map, a driver in C and a test bench. It returns the hashes of the network's
// files and of the program's.
func (j *Job) deliver(run *rundir.Run, prog *npu.Program, ws []npu.Write, text []byte) ([]reports.Input, error) {
	topology, weights, err := spec.Encode(j.Is)
	if err != nil {
		return nil, err
	}
	var inputs []reports.Input
	for _, f := range []struct {
		name string
		text []byte
	}{{spec.TopologyFile, topology}, {spec.WeightsFile, weights}} {
		if _, err := run.Write(rundir.Network, f.name, f.text); err != nil {
			return nil, err
		}
		inputs = append(inputs, reports.Input{Name: f.name, SHA256: digest.Bytes(f.text)})
	}
	dense := signoff.Dense(j.Is)
	var images []npu.Image
	for _, features := range Images(dense[0], nil, DeliveredImages, j.Seed) {
		xs := make([]int64, len(features))
		for i, b := range features {
			if xs[i] = int64(b); prog.Signed {
				xs[i] = int64(int8(b))
			}
		}
		images = append(images, npu.Image{Features: features, Logits: Logits(dense, xs)})
	}
	files, err := npu.Deliver(prog, images)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if _, err := run.Write(rundir.Head, f.Name, f.Text); err != nil {
			return nil, err
		}
	}
	return append(inputs, reports.Input{Name: string(rundir.Head) + "/" + npu.WritesFile, SHA256: digest.Bytes(text)}), nil
}

// signoff is the cited signoff with what this run renewed.
func (j *Job) signoff(prog *npu.Program, program reports.HeadProgram, inputs []reports.Input, copied, own int) *reports.Signoff {
	was := j.Cited.Run.Signoff
	s := *was
	s.Program, s.Command, s.Options = j.Program, j.Command, j.options()
	var cited []reports.Input
	s.Inputs = slices.Clone(inputs)
	for _, in := range was.Inputs {
		switch {
		case slices.ContainsFunc(inputs, func(x reports.Input) bool { return x.Name == in.Name }):
			cited = append(cited, in)
		case in.Name != signoff.ImportFile:
			s.Inputs = append(s.Inputs, in)
		}
	}
	s.Tools = slices.Clone(was.Tools)
	for _, t := range j.Tools {
		if !slices.Contains(s.Tools, t) {
			s.Tools = append(s.Tools, t)
		}
	}
	h := *was.Head
	h.Program, h.Rates = program, signoff.HeadRates(prog)
	s.Head = &h
	if !slices.Contains(s.Trust, trust) {
		s.Trust = append(slices.Clone(s.Trust), trust)
	}
	changed, same := j.changes()
	s.Renewal = &reports.Renewal{
		Cited: j.Cited.SHA256, Program: was.Program, Inputs: cited, Renewed: renewed, Copied: copied, Own: own,
		Changed: changed, Same: append(same, "the head's Verilog with "+prog.Params.String()),
	}
	return &s
}

const trust = "the cited run of a renewed signoff: its hashes find damage, and not forgery"

// changes says what the new classifier changed and what is the same.
func (j *Job) changes() (changed, same []string) {
	old, now := signoff.Dense(j.Was), signoff.Dense(j.Is)
	if len(old) != len(now) {
		changed = append(changed, fmt.Sprintf("the classifier: %s, and %d before", words.Count(len(now), "dense layer"), len(old)))
	}
	for i, l := range now {
		if i >= len(old) || l.Name != old[i].Name {
			changed = append(changed, fmt.Sprintf("layer %s: new, %s", l.Name, words.Count(l.Op.(*spec.Dense).OutN, "output")))
			continue
		}
		if text := layerChanges(old[i], l); text != "" {
			changed = append(changed, "layer "+l.Name+": "+text)
		} else {
			same = append(same, "layer "+l.Name+" of the classifier")
		}
	}
	return changed, append(same, fmt.Sprintf("%s and the input, by the SHA-256 %.16s of what is encoded of them", words.Count(len(Hardened(j.Is)), "hardened layer"), HashOf(j.Is)))
}

func layerChanges(was, is *spec.Layer) string {
	a, b := was.Op.(*spec.Dense), is.Op.(*spec.Dense)
	text := ""
	add := func(format string, args ...any) {
		if text != "" {
			text += ", "
		}
		text += fmt.Sprintf(format, args...)
	}
	if a.OutN != b.OutN {
		add("%s, and %d before", words.Count(b.OutN, "output"), a.OutN)
	}
	if len(a.Weights) == len(b.Weights) {
		if n := differ(a.Weights, b.Weights); n > 0 {
			add("%d of %s", n, words.Count(len(b.Weights), "weight"))
		}
	} else {
		add("all %s", words.Count(len(b.Weights), "weight"))
	}
	if a.WeightFrac != b.WeightFrac {
		add("the weights' scale 2^%d, and 2^%d before", -b.WeightFrac, -a.WeightFrac)
	}
	if len(a.Bias) == len(b.Bias) {
		if n := differ(a.Bias, b.Bias); n > 0 {
			add("%d of %d biases", n, len(b.Bias))
		}
	} else {
		add("all %d biases", len(b.Bias))
	}
	if was.Out.Format != is.Out.Format {
		add("format %v, and %v before", is.Out.Format, was.Out.Format)
	}
	if was.Out.Rounding != is.Out.Rounding || was.Out.Overflow != is.Out.Overflow || (was.Out.Clamp == nil) != (is.Out.Clamp == nil) ||
		was.Out.Clamp != nil && *was.Out.Clamp != *is.Out.Clamp {
		add("rounding, overflow or clamp")
	}
	return text
}

func differ[T comparable](a, b []T) (n int) {
	for i := range a {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}
