package chain

import (
	"context"
	"errors"
	"slices"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/spec/crash"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// crashed makes a panic the point's verdict.
func (pt *Point) crashed(e *crash.Error) {
	verdict.Crashed(&pt.Verdict, &pt.Reason, &pt.Detail)(e)
}

// crashed ends the run: a panic between obligations, such as of a callback, is
// nobody's verdict.
func (r *run) crashed(e *crash.Error) { r.fail(e) }

// locked calls f, which may panic, with the state of the run to itself.
func (r *run) locked(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
}

// elaborated is d.Module with a panic as an error.
func elaborated(d *rtl.Design, name string) (m *netlist.Module, err error) {
	defer crash.Recover("elaboration of "+name, func(e *crash.Error) { err = e })
	return d.Module(name)
}

// notRead is the reason for hardware that is not to be had.
func notRead(err error) verdict.Reason {
	var c *crash.Error
	if errors.As(err, &c) {
		return verdict.EngineCrashed
	}
	return verdict.NotRead
}

// chunks is chunk, with a panic outside of any one obligation as the verdict of the
// units that it is about: of a chunk that crashed, each half is proved for itself,
// down to the unit that crashes alone.
func (p *prover) chunks(ctx context.Context, c *chunk) (outs []*outcome, err error) {
	crashed := crash.Catch("chunk "+c.name, func() {
		var out *outcome
		if out, err = p.chunk(ctx, c); err == nil {
			outs = []*outcome{out}
		}
	})
	if crashed == nil {
		return outs, err
	}
	if len(c.units) == 1 {
		out := &outcome{rules: equiv.Rules{}, record: ChunkRecord{Name: c.name, Units: 1}, took: phases{}}
		out.points = failedPoints(p.o, c.task, c.units, crashed)
		return []*outcome{out}, nil
	}
	half := len(c.units) / 2
	for i, units := range [][]int{c.units[:half], c.units[half:]} {
		part, err := p.chunks(ctx, &chunk{task: c.task, name: c.name + "ab"[i:i+1], units: units, shared: c.shared})
		if err != nil {
			return nil, err
		}
		outs = slices.Concat(outs, part)
	}
	return outs, nil
}

// finished is finish, with a panic as the verdict of all of the layer's points.
func (p *prover) finished(ctx context.Context, t *task, outs []*outcome) (rec *Record, err error) {
	crashed := crash.Catch("layer "+t.layer.Name, func() { rec, err = p.finish(ctx, t, outs) })
	if crashed == nil {
		return rec, err
	}
	all := make([]int, len(t.units))
	rec = &Record{Layer: t.layer.Name, Kind: t.layer.Kind(), Fanin: t.fanin}
	for i, u := range t.units {
		all[i] = i
		rec.Units, rec.Labels = append(rec.Units, u.Name), append(rec.Labels, label(u))
	}
	rec.Points = failedPoints(p.o, t, all, crashed)
	return rec, nil
}

// failedPoints are all points of some units of a task.
func failedPoints(o *Options, t *task, units []int, crashed error) (pts []Point) {
	for _, at := range units {
		for _, edge := range o.Edges {
			pts = append(pts, Point{
				Unit: t.units[at].Name, Edge: edge,
				Verdict: verdict.Failed, Reason: verdict.EngineCrashed, Detail: crashed.Error(),
			})
		}
	}
	return pts
}
