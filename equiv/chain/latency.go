package chain

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// timely holds the outputs of somebody else's layer to one latency, or each to that
// which is declared. A point is about its own output, and says with which latency that
// is the model's: outputs of different latency are at no clock those of one input. Such
// a point is refuted by two inputs in order that show it, or left unknown. An output
// that never changes has every latency.
func (p *prover) timely(ctx context.Context, t *task, r *Record, outs []*outcome) error {
	f := p.o.Foreign
	if f == nil || !p.o.Proves(verdict.GoldenRTL) {
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
	p.oneClock(r.Points)
	same = slices.DeleteFunc(same, func(x *timedPoint) bool { return x.Verdict != verdict.Proved })
	wrong = slices.DeleteFunc(wrong, func(x *timedPoint) bool { return x.Verdict != verdict.Proved })
	first := common(same)
	for _, x := range same {
		if x.latency != first.latency {
			x.beside = first
			wrong = append(wrong, x)
		}
	}
	design, sources := design(outs)
	for _, x := range wrong {
		if err := ctx.Err(); err != nil {
			return err
		}
		p.mistimed(ctx, t, x, design, sources)
	}
	if len(wrong) == 0 && len(same) > 1 {
		r.Latency = append(r.Latency, equiv.Fact{
			Kind: verdict.Latency, Name: CommonLatency(t.layer.Name), Layer: t.layer.Name, Method: "compared", Basis: verdict.Computed, Verdict: verdict.Proved,
			Claim: fmt.Sprintf("the %d outputs whose latency is not declared have one, of %s", len(same), clocks(first.latency)),
		})
	}
	return nil
}

// oneClock leaves outputs unknown that are counted in another clock, or on another edge,
// than the first one: no latency compares them.
func (p *prover) oneClock(points []Point) {
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

// common is the first point of the latency that most have, nil for none.
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

// design is what the chunks of somebody else's layer were read from: each reads all.
func design(outs []*outcome) (*rtl.Design, rtl.Sources) {
	for _, o := range outs {
		if o.design != nil {
			return o.design, o.sources
		}
	}
	return nil, rtl.Sources{}
}

// read is a unit's circuit as it was read, and its registers' stages.
func read(t *task, d *rtl.Design, sources rtl.Sources, u shiftadd.Unit) (*circuit, *netlist.Pipeline, error) {
	if d == nil {
		return nil, nil, errors.New("it was not read")
	}
	m, err := d.Module(rtl.VerilogName(u.Name))
	if err != nil {
		return nil, nil, err
	}
	c, err := newCircuit(u, equiv.ModelOf(t.layer, u), netlist.Decided(m), nil)
	if err != nil {
		return nil, nil, err
	}
	c.sources = sources
	stages, err := netlist.Stages(c.module, c.Out)
	return c, stages, err
}

// mistimed refutes a point whose output comes at the wrong clock, or leaves it unknown.
func (p *prover) mistimed(ctx context.Context, t *task, x *timedPoint, d *rtl.Design, sources rtl.Sources) {
	pt := x.Point
	pt.Verdict, pt.Reason = verdict.Unknown, verdict.NoLatency
	pt.Detail = fmt.Sprintf("its latency is %s, ", clocks(x.latency))
	if x.declared != nil {
		pt.Detail += fmt.Sprintf("declared are %s", clocks(*x.declared))
	} else {
		pt.Detail += fmt.Sprintf("that of %s is %s", x.beside.Unit, clocks(x.beside.latency))
	}
	open := func(why string) { pt.Detail += "; " + why }
	c, stages, err := read(t, d, sources, x.unit)
	if err != nil {
		open(err.Error())
		return
	}
	var s *equiv.Timing
	var other *circuit
	if x.declared != nil {
		s = equiv.Late(c.Model, x.latency, *x.declared, stages.Settle, p.o.Seed)
	} else {
		var late *netlist.Pipeline
		if other, late, err = read(t, d, sources, x.beside.unit); err != nil {
			open(err.Error())
			return
		}
		s = equiv.Early(c.Model, x.latency, other.Model, equiv.Beside{Unit: x.beside.Unit, Latency: x.beside.latency}, max(stages.Settle, late.Settle), p.o.Seed)
	}
	if s == nil {
		open("no inputs were found at which that shows")
		return
	}
	words := pt.Detail
	pt.refuted(c.Model, &equiv.Witness{Inputs: s.Inputs, Gold: s.Want, Gate: s.Gate})
	pt.Detail = words
	pt.Witness.Timing = s
	p.replayTiming(ctx, pt, c, other)
	p.showTiming(ctx, pt, t, x, c, other)
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
			pt.Detail = fmt.Sprintf("%d clocks after its inputs change, the netlist of %s gives %d and not %d", s.Clocks, c.module.Name, outs[s.Clocks], want)
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
			pt.Verdict, pt.Reason, pt.Detail = verdict.Failed, verdict.ToolFailed, "replay: "+err.Error()
			return 0, false
		}
		if got = sim[len(sim)-1]; got != want {
			pt.Verdict, pt.Reason = verdict.Failed, verdict.ReplayDiffers
			pt.Detail = fmt.Sprintf("%d clocks after its inputs change, %s gives %d, the simulator says %d", s.Clocks, c.module.Name, want, got)
		}
		return got, got == want
	}
	got, ok := play(c, s.Before, s.Inputs, s.Gate)
	pt.Witness.Simulated = got
	if b := s.Beside; b != nil && ok {
		play(other, b.Before, b.Inputs, b.Gate)
	}
}

// clocks is "1 clock" or "3 clocks".
func clocks(n int) string {
	if n == 1 {
		return "1 clock"
	}
	return fmt.Sprintf("%d clocks", n)
}
