package witness

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/explain"
	"github.com/hashiflex/hashiflex/equiv/sequential"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/crash"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Case is a refuted compare point with everything that its witness needs.
type Case struct {
	Obligation verdict.ID
	Network    Network
	Layer      *spec.Layer
	Unit       shiftadd.Unit
	Edge       verdict.Edge
	Model      *equiv.Model
	// Sources is the Verilog of Module and, if the layer shares terms, of Shared. If
	// generated, both are in the first file. Modules have the ports of that text.
	Sources        rtl.Sources
	Module, Shared *netlist.Module
	// Gate is Module with the shared terms in place, and Reference the generator's
	// circuit for it, or nil.
	Gate, Reference *netlist.Module
	// Sibling is the circuit of another channel, or nil; see explain.Point.
	Sibling func(channel int) *netlist.Module
	// Foreign says that Sources are user-written hardware, in which a module may
	// instantiate others. Adapter is Verilog that gives its modules the generator's
	// names and ports, or empty.
	Foreign bool
	Adapter []byte
	Inputs  []int64 // by variable of Model
	// Sequence is set if the fault is paths of different length. Gate then has its
	// registers; otherwise it has wires in their place.
	Sequence *equiv.Sequence
	// Timing is set if the output comes at the wrong clock. Beside is then the other
	// output that shows it, if one is needed, and Clock the user's name of the clock.
	Timing *equiv.Timing
	Beside *Beside
	// Run is set if a run over several clocks is the witness, and Words describe its
	// fault. Gate is then Module. Flat is the unrolled circuit without registers, or nil
	// if that has no fault by itself.
	Run   *sequential.Trace
	Words string
	Flat  *netlist.Module
	Clock string
	// Misread describes how both simulators read the text differently from Gate, or is
	// "". If it is set, only the simulators show the difference.
	Misread string
	// Confirm reports whether the user's files give an output on some inputs; nil: Sources
	// are these files.
	Confirm func(inputs []int64, want int64) bool
	// Conversion has the user's places of Sources, where these were converted; nil: they
	// were not.
	Conversion *source.Conversion
	Icarus     rtl.Limits
}

// question is what the case is refuted of.
func (c *Case) question() *equiv.Question { return equiv.NewQuestion(c.Model, c.Gate) }

// Folder is a finished witness.
type Folder struct {
	Witness *Witness
	Files   []Content // but explain.md, which Explain writes
}

// Content is one file of a folder.
type Content struct {
	Name string
	Text []byte
}

// ReplayError is a witness on which the readings of the hardware disagree, or none of
// them differs from the model. Then one of our engines is wrong.
type ReplayError struct{ Gold, Netlist, Simulated int64 }

func (e *ReplayError) Error() string {
	return fmt.Sprintf("the witness does not replay: the model gives %d, the netlist %d, the simulator %d", e.Gold, e.Netlist, e.Simulated)
}

// Build minimises, replays and explains a case. The error is a *ReplayError, or
// that of a tool.
func Build(ctx context.Context, c Case) (*Folder, error) {
	w := &Witness{
		Version: version, Obligation: c.Obligation, Network: c.Network,
		Layer: c.Layer.Name, Unit: c.Unit.Name, Edge: c.Edge,
		Output: c.Gate.Outputs[0].Name, Width: c.Gate.Outputs[0].Width,
		Misread: c.Misread != "",
	}
	design, listings, err := c.design()
	if err != nil {
		return nil, err
	}
	w.Design = Design{Top: rtl.VerilogName(c.Module.Name), Origin: c.Sources.Files[0].Name, Adapter: string(c.Adapter)}
	kept, err := w.Design.keep(design)
	if err != nil {
		return nil, err
	}
	if c.Shared != nil {
		w.Design.Shared = rtl.VerilogName(c.Shared.Name)
	}
	var bench []byte
	if c.Run != nil {
		bench, err = c.run(ctx, w, design, listings)
	} else if c.Timing != nil {
		w.Gold, w.Netlist = c.Timing.Want, c.Timing.Gate
		bench, err = c.timing(ctx, w, design, listings)
	} else {
		bench, err = c.function(ctx, w, design, listings)
	}
	if err != nil {
		return nil, err
	}
	c.original(&w.Explanation)
	f := &Folder{Witness: w}
	encoded, err := w.encode()
	if err != nil {
		return nil, err
	}
	var draw strings.Builder
	if err := w.Explanation.Cone.Draw(&draw); err != nil {
		return nil, err
	}
	f.Files = slices.Concat([]Content{{File, encoded}}, kept, []Content{
		{BenchFile, bench}, {ScriptFile, w.Design.script()}, {TraceFile, trace(w)}, {DrawFile, []byte(draw.String())},
	})
	return f, nil
}

// function fills in the witness of a circuit that computes something else, and writes
// its test bench.
func (c *Case) function(ctx context.Context, w *Witness, design rtl.Sources, listings []*explain.Listing) (bench []byte, err error) {
	small, stages, err := c.minimize()
	if err != nil {
		return nil, err
	}
	w.Gold, w.Netlist, w.Minimal = small.Gold, small.Gate, small
	w.Inputs = inputsOf(c.Model, c.Layer, c.Unit, small.Inputs)
	if stages != nil {
		w.Clocked = &Clocked{Settle: stages.Settle, Clocks: stages.Settle, Clock: c.Clock}
		if n, even := stages.Latency(); even {
			w.Clocked.Latency = &n
		}
	}
	if s := c.Sequence; s != nil {
		*w.Clocked = Clocked{Settle: s.Settle, Clocks: s.Clocks, Clock: c.Clock, Sequence: true, GoldBefore: s.GoldBefore}
		for i := range w.Inputs {
			in := &w.Inputs[i]
			in.Before, in.Moved = s.Before[i], in.Moved || s.Before[i] != in.Value
		}
	}
	top := point{design: design, adapter: c.Adapter, module: c.Module, shared: c.Shared, clocked: w.Clocked}
	if w.Simulated, err = top.simulate(ctx, c.Icarus, w.Inputs, c.Model.Signed(), w.Gold); err != nil {
		return nil, err
	}
	if w.Simulated != w.Netlist && !w.Misread || w.Simulated == w.Gold {
		return nil, &ReplayError{w.Gold, w.Netlist, w.Simulated}
	}
	w.Explanation = *c.explain(ctx, small.Inputs, stages, listings)
	return top.bench(w, c.Model.Signed())
}

// minimize is the witness made small, and the stages of the module's registers,
// nil where it has no clock.
func (c *Case) minimize() (small explain.Minimal, stages *netlist.Pipeline, err error) {
	if c.Module.Clock != "" {
		if stages, err = netlist.Stages(c.Module, c.Module.Outputs[0].Value); err != nil {
			return small, nil, fmt.Errorf("module %s: %w", c.Module.Name, err)
		}
	}
	s := c.Sequence
	switch {
	case c.Misread != "":
		small, err = c.asFound()
		return small, stages, err
	case s == nil:
		small, err = explain.Minimize(c.question(), c.Inputs)
		if err == nil && c.Confirm != nil && !c.Confirm(small.Inputs, small.Gate) {
			small, err = c.asFound()
			small.Words = "the inputs are as they were found; on smaller ones the files do not give what their conversion gives"
		}
		return small, stages, err
	case stages == nil:
		return small, nil, fmt.Errorf("module %s: a sequence, and no clock", c.Module.Name)
	}
	small = explain.Minimal{Inputs: s.Inputs, Gold: s.Gold, Gate: s.Gate, Words: "inputs were put to rest, or left as they were, one after another"}
	for i, in := range inputsOf(c.Model, c.Layer, c.Unit, s.Inputs) {
		if in.Moved || s.Before[i] != s.Inputs[i] {
			small.Moved++
		}
	}
	return small, stages, nil
}

// asFound returns the witness as the simulators showed it. It is not minimized, since
// minimizing uses the netlist, which here is not the hardware.
func (c *Case) asFound() (small explain.Minimal, err error) {
	gold, got, err := c.question().Execute([][]int64{c.Inputs})
	if err != nil {
		return small, err
	}
	small = explain.Minimal{Inputs: c.Inputs, Gold: gold[0], Gate: got[0], Words: "the inputs are as they were found; only a simulator shows the difference"}
	for _, in := range inputsOf(c.Model, c.Layer, c.Unit, c.Inputs) {
		if in.Moved {
			small.Moved++
		}
	}
	return small, nil
}

// explain finds the causes.
func (c *Case) explain(ctx context.Context, inputs []int64, stages *netlist.Pipeline, listings []*explain.Listing) *explain.Explanation {
	if c.Misread != "" {
		return &explain.Explanation{Causes: []explain.Cause{{Words: c.Misread, Node: c.Gate.Outputs[0].Name, Module: c.Module.Name}}}
	}
	if c.Sequence != nil {
		return &explain.Explanation{Causes: []explain.Cause{explain.Latency(c.Module, c.Module.Outputs[0].Value, stages, listings)}}
	}
	e, err := explain.Explain(explain.Point{
		Layer: c.Layer, Unit: c.Unit, Question: c.question(), Reference: c.Reference,
		Inputs: inputs, Listings: listings, Sibling: c.Sibling, Foreign: c.Foreign, Read: c.reader(ctx),
	})
	if err != nil {
		// The refutation stands without a cause.
		return &explain.Explanation{Causes: []explain.Cause{{
			Words: "no cause was found: " + err.Error(), Node: c.Gate.Outputs[0].Name, Module: c.Module.Name,
		}}}
	}
	return e
}

// original puts places in the user's files into an explanation of a converted text.
func (c *Case) original(e *explain.Explanation) {
	if c.Conversion == nil {
		return
	}
	for i := range e.Causes {
		at := &e.Causes[i]
		if said := c.Conversion.Said(at.Source); said != at.Source {
			at.Text = "written by " + c.Conversion.By + " as: " + at.Text
			at.Source = said
		}
		at.Words = c.Conversion.Said(at.Words)
	}
	for i := range e.Cone.Nodes {
		e.Cone.Nodes[i].Source = c.Conversion.Said(e.Cone.Nodes[i].Source)
	}
}

// reader reads the case's circuit again, with another text of one of its files. It is nil
// for generated hardware, and for channels after the first ones.
func (c *Case) reader(ctx context.Context) func(file, text string) *netlist.Module {
	if !c.Foreign || c.Shared != nil || c.Unit.Channel >= maxReread {
		return nil
	}
	limits := rtl.Limits{Time: rereadLimit, Memory: rereadMemory}
	top := rtl.VerilogName(c.Module.Name)
	return func(file, text string) (m *netlist.Module) {
		// A text that is no design need not be one that elaboration was written for.
		defer crash.Recover("elaboration of a changed text", func(*crash.Error) { m = nil })
		changed := c.Sources
		changed.Files = slices.Clone(changed.Files)
		at := slices.IndexFunc(changed.Files, func(f rtl.Source) bool { return f.Name == file })
		if at < 0 || ctx.Err() != nil {
			return nil
		}
		changed.Files[at].Text = []byte(text)
		p := point{design: changed, adapter: c.Adapter}
		d, _, err := rtl.Yosys{Limits: limits}.Read(ctx, p.sources())
		if err != nil {
			return nil
		}
		if m, err = d.Module(top); err != nil {
			return nil
		}
		if m = netlist.Decided(m); len(m.Regs) == 0 {
			return m
		}
		if m, err = netlist.Transparent(m, m.Outputs[0].Name, m.Outputs[0].Value); err != nil {
			return nil
		}
		return m
	}
}

const (
	// rereadLimit is for one text.
	rereadLimit  = 20 * time.Second
	rereadMemory = 1 << 29
	// Of a layer so many channels are explained with changed texts. If more are wrong,
	// it is by the same few causes.
	maxReread = 2
)

// inputsOf are the values of a model's variables; nil is all at rest.
func inputsOf(m *equiv.Model, l *spec.Layer, u shiftadd.Unit, values []int64) []Input {
	ins := make([]Input, len(m.Vars))
	for i, v := range m.Vars {
		rest := min(max(0, v.Range.Lo), v.Range.Hi)
		ins[i] = Input{Port: v.Port, Width: v.Width, Signed: v.Signed, Frac: inputFrac(l, u, i), Value: rest}
		if values != nil {
			ins[i].Value, ins[i].Moved = values[i], values[i] != rest
		}
	}
	return ins
}

// inputFrac is the number of fraction bits of the model's variable i.
func inputFrac(l *spec.Layer, u shiftadd.Unit, i int) int {
	if u.Kind == shiftadd.KindAdd {
		return l.InFormat(i).Frac
	}
	return l.InFormat(0).Frac
}

// design returns the Verilog of the case: only its modules if they are generated, which
// are self-contained, and otherwise all files. The listings begin with the case's own
// module.
func (c *Case) design() (rtl.Sources, []*explain.Listing, error) {
	if c.Foreign {
		return c.Sources, c.listings(), nil
	}
	file := c.Sources.Files[0]
	var listings []*explain.Listing
	var alone strings.Builder
	for _, m := range []*netlist.Module{c.Shared, c.Module} {
		if m == nil {
			continue
		}
		part, at, err := extract(file.Text, rtl.VerilogName(m.Name))
		if err != nil {
			return rtl.Sources{}, nil, fmt.Errorf("%s: %w", file.Name, err)
		}
		alone.WriteString(part)
		listings = append([]*explain.Listing{{Module: m.Name, File: file.Name, Line: at, Text: part}}, listings...)
	}
	return source.One(DesignFile, []byte(alone.String())), listings, nil
}
