package headproof

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/control"
	"github.com/hashiflex/hashiflex/equiv/datapath"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/fuzz/head/directed"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Job is a head to judge, and with what. There must be an opinion.
type Job struct {
	Sources  rtl.Sources // as Map.Wrap makes them
	Map      npu.Map
	Sizes    npu.Params // that Sources is elaborated with
	Opinions []smt.Opinion
	Limits   smt.Limits
	Yosys    rtl.Limits
	Jobs     int
	Cases    int   // sequences that are drawn, beside those that are directed
	Seed     int64 // of the first that is drawn
	Progress func(phase string, done, total int)
}

// Result is what was found out. Facts come in a fixed order: data, then control.
type Result struct {
	Facts     []equiv.Fact
	Campaigns []Campaign
	Found     *head.Found  // a sequence that fails; nil: none did
	Failing   []rtl.Source // the head that it fails on
	NotDone   []string     // what could not be asked, and why
}

// Campaign is the sequences that were run at some sizes.
type Campaign struct {
	Sizes           npu.Params
	Directed, Drawn int64
}

// Run judges a head. The error is of the machine, of Verilog that a reader refuses, or a
// *NamesError.
func Run(ctx context.Context, j Job) (*Result, error) {
	if j.Progress == nil {
		j.Progress = func(string, int, int) {}
	}
	r := &Result{}
	if err := j.named(ctx); err != nil {
		return nil, err
	}
	if err := j.execute(ctx, r); err != nil {
		return nil, err
	}
	if err := j.prove(ctx, r); err != nil {
		return nil, err
	}
	r.confirm()
	return r, nil
}

// at is the head resized.
func (j *Job) at(ctx context.Context, p npu.Params) ([]rtl.Source, error) {
	if p == j.Sizes {
		return j.Sources.Files, nil
	}
	s, err := npu.Resize(ctx, rtl.Yosys{Limits: j.Yosys}, j.Sources, p)
	return s.Files, err
}

// largeCases is how many sequences are drawn at most for a large head: each begins with
// the whole of its memories. The others are drawn for the same text at a small size.
const largeCases = 20

// runs are the campaigns on heads of the sizes that are executed: the head as it is, a
// small one in its place if it is large, and those at the ends of the ranges.
func (j *Job) runs() (all []head.Campaign, of []npu.Params) {
	add := func(p npu.Params, aims []head.Aim, cases int) {
		all = append(all, head.Campaign{Aims: aims, Cases: cases, Seed: j.Seed, Jobs: j.Jobs})
		of = append(of, p)
	}
	if directed.Large(j.Sizes) {
		add(j.Sizes, directed.Aims(j.Sizes), min(j.Cases, largeCases))
		add(head.DefaultParams, directed.Aims(head.DefaultParams), j.Cases)
	} else {
		add(j.Sizes, directed.Aims(j.Sizes), j.Cases)
	}
	for _, p := range directed.Sizes() {
		add(p, directed.Brief(p), 1)
	}
	return all, of
}

// execute runs the campaigns, until something is found.
func (j *Job) execute(ctx context.Context, r *Result) error {
	all, of := j.runs()
	for i, p := range of {
		sources, err := j.at(ctx, p)
		var none *npu.NoSizesError
		if errors.As(err, &none) {
			r.NotDone = append(r.NotDone, "heads of other sizes: "+none.Why)
			return nil
		}
		if err != nil {
			return err
		}
		c := all[i]
		total := len(c.Aims) + c.Cases
		c.Progress = func(n int) { j.Progress("sequences, "+p.String(), n, total) }
		sim, err := head.Build{Params: p, Sources: sources}.Make(ctx)
		if err != nil {
			return err
		}
		done, err := head.Run(ctx, sim, c)
		if err != nil && done.Found == nil {
			return errors.Join(err, ctx.Err())
		}
		r.Campaigns = append(r.Campaigns, Campaign{p, done.Directed.Cases, done.Cases})
		if done.Found != nil {
			r.Found, r.Failing = done.Found, sources
			return nil
		}
	}
	return nil
}

// prove asks the claims: of small heads whole, and of the head as it is its control and
// each step of its data. Of a text that has one size alone, only the latter.
func (j *Job) prove(ctx context.Context, r *Result) error {
	own := []npu.Params{j.Sizes}
	instances, sizes := control.Instances, own
	other := j.Sizes // than its own, which any text has
	other.Rows++
	_, err := npu.Resize(ctx, rtl.Yosys{Limits: j.Yosys}, j.Sources, other)
	var fixed *npu.NoSizesError
	if errors.As(err, &fixed) {
		if instances = nil; j.Sizes.Rows <= playableRows {
			instances, sizes = own, nil
		}
		r.NotDone = append(r.NotDone, "the data of whole heads, which is proved at small sizes: "+fixed.Why)
	} else if err != nil {
		return err
	}
	sources := func(p npu.Params) ([]rtl.Source, error) {
		if fixed != nil {
			return j.Sources.Files, nil
		}
		return j.at(ctx, p)
	}
	r.Facts, err = datapath.Prove(ctx, datapath.Options{
		Opinions: j.Opinions, Limits: j.Limits, Jobs: j.Jobs, Yosys: j.Yosys, Sources: sources, Map: j.Map,
		Sizes: own, Fixed: fixed != nil,
		Progress: func(done, total int) { j.Progress("data", done, total) },
	})
	if err != nil {
		return err
	}
	facts, err := control.Prove(ctx, control.Options{
		Opinions: j.Opinions, Limits: j.Limits, Jobs: j.Jobs, Yosys: j.Yosys, Sources: sources, Map: j.Map,
		Instances: instances, Sizes: sizes, Seed: uint64(j.Seed),
		Progress: func(done, total int) { j.Progress("control", done, total) },
	})
	r.Facts = append(r.Facts, facts...)
	return err
}

// playableRows is how many weight rows a head of fixed sizes has at most of which goals
// of the control are asked: the random master reaches them within the images of a small
// head. Of larger ones, the campaign alone shows that runs reach what the claims are about.
const playableRows = 64

// confirm keeps a claim refuted only where a sequence fails.
func (r *Result) confirm() {
	if r.Found != nil {
		return
	}
	for i := range r.Facts {
		if f := &r.Facts[i]; f.Verdict == verdict.Refuted {
			f.Verdict, f.Reason = verdict.Unknown, verdict.NoStrategy
			f.Detail = fmt.Sprintf("its prover refutes it, and no sequence in Verilator shows that: %s", f.Detail)
		}
	}
}

// Count is how many claims came to each verdict.
func (r *Result) Count() (proved, refuted, open, failed int) {
	for _, f := range r.Facts {
		switch f.Verdict {
		case verdict.Proved:
			proved++
		case verdict.Refuted:
			refuted++
		case verdict.Failed:
			failed++
		default:
			open++
		}
	}
	return proved, refuted, open, failed
}
