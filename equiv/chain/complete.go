package chain

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/crash"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// completed makes a layer's record from the outcomes of its chunks, with a panic as the
// verdict of all of the layer's points.
func (r *run) completed(ctx context.Context, runner Runner, t *task, outs []*Outcome) (rec *Record, took Phases, err error) {
	c := &completion{run: r, runner: runner, task: t, all: newOutcome()}
	crashed := crash.Catch("layer "+t.layer.Name, func() {
		for _, o := range outs {
			c.all.add(o)
		}
		rec, err = c.record(ctx)
	})
	if crashed == nil {
		return rec, c.all.Took, err
	}
	units := make([]int, len(t.units))
	for i := range units {
		units[i] = i
	}
	rec = t.record()
	rec.Points = failedPoints(t, units, crashed)
	return rec, c.all.Took, nil
}

// record is the record of a layer of which nothing is known yet.
func (t *task) record() *Record {
	r := &Record{Layer: t.layer.Name, Kind: t.layer.Kind(), Fanin: t.fanin}
	for _, u := range t.units {
		r.Units = append(r.Units, u.Name)
		r.Labels = append(r.Labels, label(u))
	}
	return r
}

// completion makes a record. What its chunks leave open it hands to the runner as
// further works: tails that points share, points whose tails differ on the hull, and
// outputs at the wrong clock.
type completion struct {
	run    *run
	runner Runner
	task   *task
	all    *Outcome // of all chunks
}

// follow runs a work that the layer's chunks have left, and adds to the time taken.
func (c *completion) follow(ctx context.Context, w *Work) (*Outcome, error) {
	w.Network, w.Layer, w.Terms = c.run.network, c.task.layer.Name, c.run.terms
	out, err := c.runner.Run(ctx, w)
	if err == nil {
		c.all.Took.plus(out.Took)
	}
	return out, err
}

func (c *completion) record(ctx context.Context) (*Record, error) {
	r := c.task.record()
	r.Points, r.Chunks, r.Vector, r.Stats = c.all.Points, c.all.Chunks, c.all.Vectors, c.all.Stats
	r.Unlifted, r.Latency, r.Sweep, r.Reading = c.all.Unlifted, c.all.Latencies, c.all.Sweeps, c.all.Readings
	rules := equiv.Rules{}
	for _, rule := range c.all.Rules {
		rules[rule] = true
	}
	r.Rules = rules.Sorted()
	byKey, err := c.tails(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := c.again(ctx, r, byKey); err != nil {
		return nil, err
	}
	if err := c.timely(ctx, r); err != nil {
		return nil, err
	}
	// Chunks hold a unit's netlist point before all RTL points: by unit is how
	// people read.
	order := map[string]int{}
	for i, u := range r.Units {
		order[u] = i
	}
	slices.SortStableFunc(r.Points, func(a, b Point) int { return order[a.Unit] - order[b.Unit] })
	// Somebody else's hardware is covered as a whole or not at all.
	proved := map[string]bool{"": true}
	for _, pt := range r.Points {
		if pt.Edge == verdict.GoldenRTL {
			proved[pt.Unit] = pt.Verdict == verdict.Proved
			if c.task.foreign != nil && !proved[pt.Unit] {
				proved[""] = false
			}
		}
	}
	// What assumed that a point would be proved says nothing about one that was
	// not.
	r.Vector = slices.DeleteFunc(r.Vector, func(v VectorRecord) bool { return v.Reason == verdict.EngineDisagree && !proved[v.Unit] })
	r.Unlifted = slices.DeleteFunc(r.Unlifted, func(f equiv.Fact) bool { return !proved[f.Name] })
	for _, unit := range append([]string{""}, r.Units...) {
		if cover, ok := c.all.Covers[unit]; ok {
			if !proved[unit] {
				of := []string{unit}
				if unit == "" {
					of = c.task.foreign.modules(c.task.layer.Name)
				}
				cover = cover.unproved(of...)
			}
			r.Cover.plus(cover)
		}
	}
	return r, ctx.Err()
}

// label is what a unit is called within its layer.
func label(u shiftadd.Unit) string {
	if u.Kind == shiftadd.KindChannel {
		return strconv.Itoa(u.Channel)
	}
	if u.Kind == shiftadd.KindPass {
		return u.Kind.String() + strconv.Itoa(u.Channel)
	}
	return u.Kind.String()
}

// again settles the points whose tails were not discharged. A hull may hold
// accumulators that no point of it reaches, so a difference on the hull is no
// verdict: those points are proved once more, each over its own interval.
func (c *completion) again(ctx context.Context, r *Record, tails map[string]*TailRecord) error {
	redo := map[string]bool{}
	for i := range r.Points {
		pt := &r.Points[i]
		tr := tails[pt.Tail]
		if pt.Tail == "" || tr.Verdict == verdict.Proved {
			continue
		}
		pt.Verdict, pt.Reason, pt.Detail = tr.Verdict, tr.Reason, tr.Detail
		if tr.Reason == verdict.TailDiffers {
			redo[pt.Unit] = true
		}
	}
	if len(redo) == 0 {
		return nil
	}
	for _, whole := range c.task.chunks {
		part := &chunk{task: c.task, name: whole.name, shared: whole.shared}
		for _, at := range whole.units {
			if redo[c.task.units[at].Name] {
				part.units = append(part.units, at)
			}
		}
		if len(part.units) == 0 {
			continue
		}
		out, err := c.follow(ctx, c.run.work(part, true))
		if err != nil {
			return err
		}
		for _, fresh := range out.Points {
			for i := range r.Points {
				if pt := &r.Points[i]; pt.Unit == fresh.Unit && pt.Edge == fresh.Edge && pt.Reason == verdict.TailDiffers {
					*pt = fresh
				}
			}
		}
	}
	// A tail that no point rests on any more claims nothing.
	used := map[string]bool{}
	for _, pt := range r.Points {
		used[pt.Tail] = true
	}
	r.Tails = slices.DeleteFunc(r.Tails, func(tr TailRecord) bool { return !used[tr.Key] })
	return nil
}

// tails discharges every distinct tail once, over the hull of its intervals.
func (c *completion) tails(ctx context.Context, r *Record) (map[string]*TailRecord, error) {
	hulls := map[string]*Hull{}
	for _, t := range c.all.Tails {
		h, ok := hulls[t.Key]
		if !ok {
			hulls[t.Key] = &Hull{t, t.Range, 1}
			continue
		}
		h.Range.Lo, h.Range.Hi = min(h.Range.Lo, t.Range.Lo), max(h.Range.Hi, t.Range.Hi)
		h.Users++
	}
	recs := map[string]*TailRecord{}
	if len(hulls) == 0 {
		return recs, nil
	}
	w := &Work{}
	for _, key := range slices.Sorted(maps.Keys(hulls)) {
		w.Tails = append(w.Tails, *hulls[key])
	}
	out, err := c.follow(ctx, w)
	if err != nil {
		return nil, err
	}
	r.Tails = out.Discharged
	for i := range out.Discharged {
		// A copy: again deletes from r.Tails.
		rec := out.Discharged[i]
		recs[rec.Key] = &rec
	}
	return recs, nil
}

// tail discharges one tail: by enumeration, and by a solver where one confirms.
func (p *prover) tail(ctx context.Context, t *equiv.Tail, rec *TailRecord) {
	defer crash.Recover("tail "+rec.Key, verdict.Crashed(&rec.Verdict, &rec.Reason, &rec.Detail))
	iv := spec.Range{Lo: rec.Lo, Hi: rec.Hi}
	u, differs, err := t.Enumerate(iv)
	rec.Wide = err != nil
	switch {
	case err != nil && p.conf == nil:
		rec.Reason, rec.Detail = verdict.TailTooWide, err.Error()
		return
	case differs:
		rec.Reason, rec.Detail = verdict.TailDiffers, fmt.Sprintf("at accumulator %d", t.Mul*u+t.Add)
		return
	}
	if p.conf != nil {
		a := p.conf.Tail(ctx, t, iv, rec.Wide)
		rec.Query, rec.Basis = a.Query, a.Basis
		if rec.Basis == verdict.TwoSolvers {
			rec.By = a.By
		}
		if a.Sat && err != nil {
			// Nothing disagrees: too wide to enumerate, it is the solver's alone.
			rec.Reason, rec.Detail = verdict.TailDiffers, "a solver finds an accumulator"
			return
		}
		if a.Verdict != verdict.Proved {
			rec.Verdict, rec.Reason, rec.Detail = a.Verdict, a.Reason, a.Detail
			return
		}
		if !rec.Wide {
			rec.Basis = verdict.EnumerationAndSolver
		}
		rec.Detail = a.Detail
	} else {
		rec.Basis = verdict.Computed
	}
	rec.Verdict = verdict.Proved
}

func (c *Coverage) plus(o Coverage) {
	c.Cells += o.Cells
	c.CellsCovered += o.CellsCovered
	c.Ports += o.Ports
	c.PortsCovered += o.PortsCovered
	c.Uncovered = append(c.Uncovered, o.Uncovered[:min(len(o.Uncovered), maxUncovered-len(c.Uncovered))]...)
}
