package chain

import (
	"context"
	"fmt"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/explain"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec/crash"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// pipelined settles a point of hardware whose output depends on registers. It returns flat,
// the circuit with wires in place of registers, which the point is about; nil if there is
// none.
//
// If every path from an input crosses the same number of registers, the output after that
// many clocks is flat's for the inputs. That is a fact of its own, which the point needs. If
// paths differ in length, the point is not proved. It is refuted by inputs for which flat is
// wrong, or by a sequence on c, or it is unknown.
func (p *prover) pipelined(ctx context.Context, layer string, c *circuit, out *Outcome) (pt Point, flat *circuit) {
	pt = Point{Unit: c.unit.Name, Edge: verdict.GoldenRTL}
	defer crash.Recover("registers of "+pt.Unit, pt.crashed)
	gate := c.Gate
	if why := timed(c.Model, gate); why != "" {
		pt.Reason, pt.Detail = verdict.NoClock, why
		return pt, nil
	}
	o := gate.Outputs[0]
	stages, err := netlist.Stages(gate, o.Value)
	if err == nil {
		var wires *netlist.Module
		if wires, err = netlist.Transparent(gate, o.Name, o.Value); err == nil {
			flat = c.flattened(wires)
		}
	}
	if err != nil {
		pt.Reason, pt.Detail = verdict.NoLatency, err.Error()
		return pt, nil
	}
	latency, even := stages.Latency()
	if !even {
		return p.uneven(ctx, c, flat, stages)
	}
	pt = p.point(ctx, verdict.GoldenRTL, flat, out)
	pt.Latency, pt.Clock = &latency, c.foreign.clockOf(gate)
	if stages.Settle > latency {
		pt.Settles = stages.Settle
	}
	out.Latencies = append(out.Latencies, equiv.Fact{
		Kind: verdict.Latency, Name: pt.Unit, Layer: layer, Method: "counted", Basis: verdict.Computed, Verdict: verdict.Proved,
		Claim: fmt.Sprintf("latency %d: so many registers of %s are on every path from an input of %s to %s%s", latency, pt.Clock, gate.Name, o.Name, pt.Warm()),
	})
	return pt, flat
}

// uneven refutes a point with paths of different length, or leaves it unknown.
func (p *prover) uneven(ctx context.Context, c, flat *circuit, stages *netlist.Pipeline) (Point, *circuit) {
	// Of the settled circuit only what is wrong counts.
	alone := *p
	alone.alone = true
	pt := alone.point(ctx, verdict.GoldenRTL, flat, newOutcome())
	if pt.Verdict == verdict.Refuted || pt.Verdict == verdict.Failed || pt.Verdict == verdict.Vacuous || pt.Reason == verdict.Undefined || pt.Reason == verdict.PortMismatch {
		return pt, flat
	}
	pt = Point{Unit: pt.Unit, Edge: verdict.GoldenRTL, Reason: verdict.NoLatency, Detail: explain.Latency(c.Gate, c.Out, stages, nil).Words}
	s, err := c.SearchSequence(stages, p.o.Seed)
	switch {
	case err != nil:
		pt.Detail += "; " + err.Error()
		return pt, flat
	case s == nil:
		pt.Detail += "; no inputs were found at which that shows"
		return pt, flat
	}
	pt.refuted(c.Model, &equiv.Counterexample{Inputs: s.Inputs, Gold: s.Gold, Gate: s.Gate})
	pt.Detail = fmt.Sprintf("gold %d and then %d, gate %d in between", s.GoldBefore, s.Gold, s.Gate)
	pt.Witness.Sequence = s
	return pt, c
}

// simulateSequence replays a sequence in Icarus on the Verilog that was read.
func (p *prover) simulateSequence(ctx context.Context, pt *Point, c *circuit) {
	s := pt.Witness.Sequence
	var steps [][]int64
	for range s.Settle {
		steps = append(steps, s.Before)
	}
	for range s.Settle + 1 {
		steps = append(steps, s.Inputs)
	}
	outs, err := p.lanes(ctx, c, steps, s.Settle)
	if err != nil {
		pt.unreplayed(err)
		return
	}
	_, got := equiv.Stray(outs[s.Settle:], s.GoldBefore, s.Gold)
	p.replayed(pt, got, c.Question)
}

// Warm is the first clock from which on the point holds, in words, if it does not hold from
// its first inputs on: ", from clock 65 after power-up on".
func (p *Point) Warm() string {
	if p.Settles == 0 {
		return ""
	}
	return ", from clock " + words.Number(p.Settles) + " after power-up on"
}

// registered reports whether the one output of a circuit is behind a register.
func registered(gate *netlist.Module) bool {
	if len(gate.Outputs) != 1 {
		return false
	}
	stages, err := netlist.Stages(gate, gate.Outputs[0].Value)
	return err != nil || stages.Registers > 0
}

// clocked is vectors for a simulator that runs a circuit clock by clock. The output of the
// first vector is read at clock first, and those of the others at intervals of step.
func clocked(mod *netlist.Module, vectors [][]int64) (lanes [][]int64, first, step int, err error) {
	stages, err := netlist.Stages(mod, mod.Outputs[0].Value)
	if err != nil {
		return nil, 0, 0, fmt.Errorf("module %s: %w", mod.Name, err)
	}
	latency, even := stages.Latency()
	if !even {
		for _, v := range vectors {
			for range stages.Settle + 1 {
				lanes = append(lanes, v)
			}
		}
		return lanes, stages.Settle, stages.Settle + 1, nil
	}
	for range stages.Settle - latency {
		lanes = append(lanes, vectors[0])
	}
	lanes = append(lanes, vectors...)
	for range latency {
		lanes = append(lanes, vectors[len(vectors)-1])
	}
	return lanes, stages.Settle, 1, nil
}
