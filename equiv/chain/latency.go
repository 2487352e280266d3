package chain

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/internal/plant"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// timely checks that the outputs of a user's layer have one latency, or the declared ones.
// A point is about its own output only, with its own latency. Outputs with different
// latencies never belong to the same input in one clock. Such a point is refuted by two
// inputs in sequence that show it, or left unknown. An output that never changes has every
// latency.
func (c *completion) timely(ctx context.Context, r *Record) error {
	t := c.task
	f := t.foreign
	if f == nil || f.Protocol != nil || !t.proves(verdict.GoldenRTL) {
		return nil
	}
	var same []*timedPoint // held to one latency
	var wrong []*timedPoint
	for i := range r.Points {
		pt := &r.Points[i]
		if pt.Edge != verdict.GoldenRTL || pt.Verdict != verdict.Proved || pt.Strategy == equiv.Constant {
			continue
		}
		x := &timedPoint{Point: pt, unit: t.units[slices.IndexFunc(t.units, func(u shiftadd.Unit) bool { return u.Name == pt.Unit })]}
		if pt.Latency != nil {
			x.latency = *pt.Latency
		}
		if x.unit.Kind != shiftadd.KindChannel && len(f.Latency) == 0 {
			continue // the modules of a pool are used one after the other
		}
		declared, ok := f.Latency[x.unit.Channel]
		switch {
		case !ok:
			same = append(same, x)
		case declared != x.latency:
			x.declared = &declared
			wrong = append(wrong, x)
		}
	}
	oneClock(r.Points)
	same = slices.DeleteFunc(same, func(x *timedPoint) bool { return x.Verdict != verdict.Proved })
	wrong = slices.DeleteFunc(wrong, func(x *timedPoint) bool { return x.Verdict != verdict.Proved })
	first := common(same)
	for _, x := range same {
		if x.latency != first.latency {
			x.beside = first
			wrong = append(wrong, x)
		}
	}
	if len(wrong) > 0 {
		w := &Work{}
		for _, x := range wrong {
			w.Late = append(w.Late, x.late())
		}
		out, err := c.follow(ctx, w)
		if err != nil {
			return err
		}
		for i, x := range wrong {
			*x.Point = out.Points[i]
		}
	}
	if len(wrong) == 0 && len(same) > 1 {
		r.Latency = append(r.Latency, equiv.Fact{
			Kind: verdict.Latency, Name: CommonLatency(t.layer.Name), Layer: t.layer.Name, Method: "compared", Basis: verdict.Computed, Verdict: verdict.Proved,
			Claim: fmt.Sprintf("the %d outputs whose latency is not declared have one, of %s", len(same), words.Count(first.latency, "clock")),
		})
	}
	return nil
}

// oneClock leaves outputs unknown whose clock, or edge, differs from that of the first one:
// their latencies cannot be compared.
func oneClock(points []Point) {
	var first *Point
	for i := range points {
		pt := &points[i]
		switch {
		case pt.Clock == "" || pt.Verdict != verdict.Proved:
		case first == nil:
			first = pt
		case pt.Clock != first.Clock:
			pt.Verdict, pt.Reason = verdict.Unknown, verdict.NoClock
			pt.Detail = fmt.Sprintf("several clocks: %s has %s, %s has %s", pt.Unit, pt.Clock, first.Unit, first.Clock)
		}
	}
}

// CommonLatency is the name of the fact that the outputs of a layer have one latency.
func CommonLatency(layer string) string { return layer + "/outputs" }

// timedPoint is a proved point with its latency.
type timedPoint struct {
	*Point
	unit     shiftadd.Unit
	latency  int
	declared *int        // that it should have instead
	beside   *timedPoint // that comes at another clock
}

// late is x as a part of a work.
func (x *timedPoint) late() Late {
	l := Late{Point: *x.Point, Latency: x.latency, Declared: x.declared}
	if x.beside != nil {
		l.Beside = &Output{x.beside.Unit, x.beside.latency}
	}
	return l
}

// common is the first point with the most frequent latency, nil if there is none.
func common(xs []*timedPoint) (first *timedPoint) {
	count := map[int]int{}
	for _, x := range xs {
		count[x.latency]++
	}
	for _, x := range xs {
		if first == nil || count[x.latency] > count[first.latency] {
			first = x
		}
	}
	return first
}

// read is a unit's circuit as it was read, and its registers' stages.
func read(t *task, d *rtl.Design, sources rtl.Sources, unit string) (*circuit, *netlist.Pipeline, error) {
	at := slices.IndexFunc(t.units, func(u shiftadd.Unit) bool { return u.Name == unit })
	if d == nil || at < 0 {
		return nil, nil, errors.New("it was not read")
	}
	u := t.units[at]
	m, err := d.Module(rtl.VerilogName(u.Name))
	if err != nil {
		return nil, nil, err
	}
	c, err := newCircuit(u, equiv.ModelOf(t.layer, u), netlist.Decided(m), nil)
	if err != nil {
		return nil, nil, err
	}
	c.sources, c.foreign = sources, t.foreign
	stages, err := netlist.Stages(c.module, c.Out)
	return c, stages, err
}

// mistimed refutes points whose outputs come at the wrong clock, or leaves them unknown. It
// reads the hardware again for that.
func (p *prover) mistimed(ctx context.Context, t *task, all []Late) (*Outcome, error) {
	out := newOutcome()
	sources := planted(ctx, plant.Verilog, t.foreign.Whole(), t.chunks[0].name)
	ds, err := p.front(ctx, sources, &ChunkRecord{Name: t.chunks[0].name}, out.Took)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	var design *rtl.Design
	if err == nil {
		design = ds.design
	}
	for i := range all {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		pt := all[i].Point
		p.late(ctx, t, &pt, &all[i], design, sources)
		out.Points = append(out.Points, pt)
	}
	return out, nil
}

// late refutes one point, or leaves it unknown.
func (p *prover) late(ctx context.Context, t *task, pt *Point, x *Late, d *rtl.Design, sources rtl.Sources) {
	pt.Verdict, pt.Reason = verdict.Unknown, verdict.NoLatency
	pt.Detail = fmt.Sprintf("its latency is %s, ", words.Count(x.Latency, "clock"))
	if x.Declared != nil {
		pt.Detail += fmt.Sprintf("declared are %s", words.Count(*x.Declared, "clock"))
	} else {
		pt.Detail += fmt.Sprintf("that of %s is %s", x.Beside.Unit, words.Count(x.Beside.Latency, "clock"))
	}
	open := func(why string) { pt.Detail += "; " + why }
	c, stages, err := read(t, d, sources, pt.Unit)
	if err != nil {
		open(err.Error())
		return
	}
	var s *equiv.Timing
	var other *circuit
	if x.Declared != nil {
		s = equiv.Late(c.Model, x.Latency, *x.Declared, stages.Settle, p.o.Seed)
	} else {
		var behind *netlist.Pipeline
		if other, behind, err = read(t, d, sources, x.Beside.Unit); err != nil {
			open(err.Error())
			return
		}
		s = equiv.Early(c.Model, x.Latency, other.Model, equiv.Beside{Unit: x.Beside.Unit, Latency: x.Beside.Latency}, max(stages.Settle, behind.Settle), p.o.Seed)
	}
	if s == nil {
		open("no inputs were found at which that shows")
		return
	}
	words := pt.Detail
	pt.refuted(c.Model, &equiv.Counterexample{Inputs: s.Inputs, Gold: s.Want, Gate: s.Gate})
	pt.Detail = words
	pt.Witness.Timing = s
	p.replayTiming(ctx, pt, c, other)
	p.showTiming(ctx, pt, t, c, other)
}

// replayTiming plays a timing on the netlists and in Icarus.
func (p *prover) replayTiming(ctx context.Context, pt *Point, c, other *circuit) {
	s := pt.Witness.Timing
	play := func(c *circuit, before, inputs []int64, want int64) (got int64, ok bool) {
		outs, err := c.Timeline(before, inputs, s.Settle, s.Clocks)
		if err != nil {
			pt.Verdict, pt.Reason, pt.Detail = verdict.Failed, verdict.ReplayDiffers, err.Error()
			return 0, false
		}
		if outs[s.Clocks] != want {
			pt.Verdict, pt.Reason = verdict.Failed, verdict.ReplayDiffers
			pt.Detail = fmt.Sprintf("%s after its inputs change, the netlist of %s gives %d and not %d", words.Count(s.Clocks, "clock"), c.module.Name, outs[s.Clocks], want)
			return 0, false
		}
		var steps [][]int64
		for range s.Settle {
			steps = append(steps, before)
		}
		for range s.Clocks + 1 {
			steps = append(steps, inputs)
		}
		sim, err := p.lanes(ctx, c, steps, s.Settle)
		if err != nil {
			pt.unreplayed(err)
			return 0, false
		}
		if got = sim[len(sim)-1]; got != want {
			pt.Verdict, pt.Reason = verdict.Failed, verdict.ReplayDiffers
			pt.Detail = fmt.Sprintf("%s after its inputs change, %s gives %d, the simulator says %d", words.Count(s.Clocks, "clock"), c.module.Name, want, got)
		}
		return got, got == want
	}
	got, ok := play(c, s.Before, s.Inputs, s.Gate)
	pt.Witness.Simulated = got
	if b := s.Beside; b != nil && ok {
		play(other, b.Before, b.Inputs, b.Gate)
	}
}
