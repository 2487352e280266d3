package chain

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"time"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec/crash"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// finish makes a layer's record from its chunks' outcomes: it discharges the
// tails and settles the points that wait for them.
func (p *prover) finish(ctx context.Context, t *task, outs []*outcome) (*Record, error) {
	r := &Record{Layer: t.layer.Name, Kind: t.layer.Kind(), Fanin: t.fanin}
	for _, u := range t.units {
		r.Units = append(r.Units, u.Name)
		r.Labels = append(r.Labels, label(u))
	}
	rules := equiv.Rules{}
	var tails []*equiv.Tail
	for _, o := range outs {
		r.Points = append(r.Points, o.points...)
		r.Chunks = append(r.Chunks, o.record)
		r.Vector = append(r.Vector, o.vectors...)
		r.Unlifted = append(r.Unlifted, o.unlifted...)
		r.Latency = append(r.Latency, o.latencies...)
		r.Reading = append(r.Reading, o.readings...)
		r.Stats.plus(o.stats)
		tails = append(tails, o.tails...)
		for rule := range o.rules {
			rules[rule] = true
		}
	}
	r.Rules = rules.Sorted()
	begin := time.Now()
	byKey, err := p.tails(ctx, r, tails)
	if err != nil {
		return nil, err
	}
	if err := p.again(ctx, t, r, byKey); err != nil {
		return nil, err
	}
	outs[0].took.since(Tails, begin)
	if err := p.timely(ctx, t, r, outs); err != nil {
		return nil, err
	}
	// Chunks hold a unit's netlist point before all RTL points: by unit is how
	// people read.
	order := map[string]int{}
	for i, u := range r.Units {
		order[u] = i
	}
	slices.SortStableFunc(r.Points, func(a, b Point) int { return order[a.Unit] - order[b.Unit] })
	proved := map[string]bool{"": true}
	for _, pt := range r.Points {
		if pt.Edge == verdict.GoldenRTL {
			proved[pt.Unit] = pt.Verdict == verdict.Proved
		}
	}
	// What assumed that a point would be proved says nothing about one that was
	// not.
	r.Vector = slices.DeleteFunc(r.Vector, func(v VectorRecord) bool { return v.Reason == verdict.EngineDisagree && !proved[v.Unit] })
	r.Unlifted = slices.DeleteFunc(r.Unlifted, func(f equiv.Fact) bool { return !proved[f.Name] })
	for _, o := range outs {
		for _, unit := range append([]string{""}, r.Units...) {
			if c, ok := o.covers[unit]; ok {
				if !proved[unit] {
					c = c.unproved(unit)
				}
				r.Cover.plus(c)
			}
		}
	}
	return r, ctx.Err()
}

// label is what a unit is called within its layer.
func label(u shiftadd.Unit) string {
	if u.Kind == shiftadd.KindChannel {
		return strconv.Itoa(u.Channel)
	}
	return u.Kind.String()
}

// again settles the points whose tails were not discharged. A hull may hold
// accumulators that no point of it reaches, so a difference on the hull is no
// verdict: those points are proved once more, each over its own interval.
func (p *prover) again(ctx context.Context, t *task, r *Record, tails map[string]*TailRecord) error {
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
	alone := *p
	alone.alone, alone.sample = true, nil
	for _, c := range t.chunks {
		part := &chunk{task: t, name: c.name, shared: c.shared}
		for _, at := range c.units {
			if redo[t.units[at].Name] {
				part.units = append(part.units, at)
			}
		}
		if len(part.units) == 0 {
			continue
		}
		outs, err := alone.chunks(ctx, part)
		if err != nil {
			return err
		}
		for _, out := range outs {
			for _, fresh := range out.points {
				for i := range r.Points {
					if pt := &r.Points[i]; pt.Unit == fresh.Unit && pt.Edge == fresh.Edge && pt.Reason == verdict.TailDiffers {
						*pt = fresh
					}
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
func (p *prover) tails(ctx context.Context, r *Record, tails []*equiv.Tail) (map[string]*TailRecord, error) {
	first := map[string]*equiv.Tail{}
	recs := map[string]*TailRecord{}
	for _, t := range tails {
		rec, ok := recs[t.Key]
		if !ok {
			first[t.Key] = t
			recs[t.Key] = &TailRecord{Key: t.Key, Lo: t.Range.Lo, Hi: t.Range.Hi, Users: 1}
			continue
		}
		rec.Lo, rec.Hi = min(rec.Lo, t.Range.Lo), max(rec.Hi, t.Range.Hi)
		rec.Users++
	}
	keys := make([]string, 0, len(recs))
	for k := range recs {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p.tail(ctx, first[k], recs[k])
		r.Tails = append(r.Tails, *recs[k])
	}
	return recs, nil
}

// tail discharges one tail: by enumeration, and by a solver where one confirms.
func (p *prover) tail(ctx context.Context, t *equiv.Tail, rec *TailRecord) {
	defer crash.Recover("tail "+rec.Key, verdict.Crashed(&rec.Verdict, &rec.Reason, &rec.Detail))
	iv := term.Interval{Lo: rec.Lo, Hi: rec.Hi}
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
