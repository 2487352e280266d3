package example

import (
	"fmt"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Stream is the chip of Small: the second layer reads the first, and the last adds the
// outputs of both.
func Stream() *reports.Stream {
	block := func(instance, kind, layer string, states, clocks int, holds, takes int) reports.StreamBlock {
		b := reports.StreamBlock{
			Instance: instance, Kind: kind, Layer: layer, Lanes: 1, Verdict: verdict.Proved, States: states,
			Holds: []int{holds}, Takes: []int{takes}, Rows: 12, Row: 12, Clocks: clocks,
		}
		if kind == "join" {
			b.Holds, b.Takes = []int{holds, holds}, []int{takes, takes}
		}
		if kind == "window" {
			b.Starved, b.Held = 6, 2
		}
		if kind == "fifo" {
			b.Places = &reports.StreamPlaces{Needed: 15, Least: 15, Stands: 12, Less: "14 lose 10 clocks a frame, 12 are a deadlock"}
		}
		return b
	}
	return &reports.Stream{
		Top: "small_stream", Claim: "For every well-formed frame and every stall pattern, small_stream gives its receiver the features.",
		Design: "chunks/small_stream.v.gz",
		Blocks: []reports.StreamBlock{
			block("entry.framer", "framer", "input", 641, 144, 2, 1),
			block("stem.window", "window", "stem", 1537, 144, 29, 2),
			block("stem.apply", "apply", "stem", 4, 144, 2, 1),
			block("stem.split", "fork", "stem", 8, 144, 2, 1),
			block("depthwise.window", "window", "depthwise", 1488, 150, 30, 2),
			block("depthwise.apply", "apply", "depthwise", 4, 144, 2, 1),
			block("add.fifo_b", "fifo", "add", 171, 144, 15, 14),
			block("add.pair", "join", "add", 12, 144, 2, 1),
			block("add.apply", "apply", "add", 4, 144, 2, 1),
		},
	}
}

// stream enters the obligations of the chip.
func (w *writer) stream(s *reports.Signoff) error {
	if w.r.Stream == nil {
		return nil
	}
	c := *w.r.Stream
	c.Blocks = append([]reports.StreamBlock(nil), c.Blocks...)
	s.Stream = &c
	inside := map[string]bool{}
	for _, l := range w.r.Layers {
		inside[l.Name] = true
	}
	var needs []verdict.ID
	fact := func(kind verdict.Kind, name, layer, claim string, needs ...verdict.ID) (reports.Obligation, error) {
		o := reports.Obligation{
			ID: kind.ID(name), Kind: kind, Claim: claim, Verdict: verdict.Proved, RestsOn: verdict.Computed,
			Strategy: "all states of control, pixels as tokens", Needs: needs,
		}
		if inside[layer] {
			o.Layer = layer
		}
		return w.entered(o)
	}
	for i := range c.Blocks {
		b := &c.Blocks[i]
		reset, err := fact(verdict.StreamReset, b.Instance, b.Layer, "What reset leaves unknown in "+b.Instance+" decides nothing.")
		if err != nil {
			return err
		}
		o, err := fact(verdict.StreamBlock, b.Instance, b.Layer, b.Instance+" gives what it should, in order.", reset.ID)
		if err != nil {
			return err
		}
		needs, b.Verdict = append(needs, o.ID), o.Verdict
		if o.Verdict != verdict.Proved {
			b.Clocks = 0
		}
	}
	wiring, err := fact(verdict.StreamWiring, c.Top, "", c.Top+" connects its blocks as the graph says.")
	if err != nil {
		return err
	}
	for _, kind := range []verdict.Kind{verdict.StreamFlow, verdict.StreamWhole} {
		o := reports.Obligation{
			ID: kind.ID(c.Top), Kind: kind, Claim: fmt.Sprintf("%s of %s", kind, c.Top), Verdict: verdict.Proved,
			RestsOn: verdict.Premises, Strategy: "composition", Needs: append(append([]verdict.ID(nil), needs...), wiring.ID),
		}
		for i := range c.Blocks {
			if v := c.Blocks[i].Verdict; v != verdict.Proved {
				o.Verdict, o.Strategy, o.Reason, o.Needs, o.RestsOn = verdict.Unknown, "", verdict.Premise, nil, ""
				o.Detail = c.Blocks[i].Instance + " is not proved"
			}
		}
		if _, err := w.entered(o); err != nil {
			return err
		}
	}
	return nil
}
