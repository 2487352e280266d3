package witness

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/explain"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Timing says how to run hardware whose output comes at the wrong clock: hold the
// inputs at their earlier values, then apply their final values, and read the output
// some clocks later.
type Timing struct {
	Settle     int    `json:"settle"` // clocks for which inputs are held before
	Clocks     int    `json:"clocks"` // clocks after which the output is read
	Latency    int    `json:"latency"`
	Clock      string `json:"clock,omitempty"` // the user's name of the clock
	GoldBefore int64  `json:"gold_before"`     // the model's output for the first inputs
	GoldAfter  int64  `json:"gold_after"`      // and for the second
	Declared   *int   `json:"declared,omitempty"`
	Beside     *Other `json:"beside,omitempty"`
}

// Other is an output of the layer with another latency. At the clock of the check, it
// belongs to one of the two input vectors, and the witness's own output belongs to the
// other.
type Other struct {
	Unit       string  `json:"unit"`
	Top        string  `json:"top"`
	Latency    int     `json:"latency"`
	Inputs     []Input `json:"inputs"` // by variable of its model
	Output     string  `json:"output"`
	Width      int     `json:"width"`
	GoldBefore int64   `json:"gold_before"`
	GoldAfter  int64   `json:"gold_after"`
	Netlist    int64   `json:"netlist"` // when the witness's output is read
	Simulated  int64   `json:"simulated"`
}

// Beside is another compare point of a case.
type Beside struct {
	Unit   shiftadd.Unit
	Model  *equiv.Model
	Module *netlist.Module
}

// wrong reports whether the outputs are wrong some clocks after the inputs change, and
// the correct value of the witness's own output. other is the output of Beside, if
// there is one.
func (t *Timing) wrong(clock int, own, other int64) (want int64, wrong bool) {
	if b := t.Beside; b != nil {
		before, after := own == t.GoldBefore && other == b.GoldBefore, own == t.GoldAfter && other == b.GoldAfter
		want = t.GoldAfter
		if other == b.GoldBefore && other != b.GoldAfter {
			want = t.GoldBefore
		}
		return want, !before && !after
	}
	want = t.GoldAfter
	if clock < *t.Declared {
		want = t.GoldBefore
	}
	return want, own != want
}

// words say what is wrong, for a cause.
func (t *Timing) words() string {
	of := ""
	if t.Clock != "" {
		of = " of " + t.Clock
	}
	s := fmt.Sprintf("latency is %s%s, ", words.Count(t.Latency, "clock"), of)
	if b := t.Beside; b != nil {
		return s + fmt.Sprintf("that of %s is %s: there is no clock at which the outputs belong to one input; the port map can declare latencies", b.Unit, words.Count(b.Latency, "clock"))
	}
	return s + fmt.Sprintf("the port map declares %s", words.Count(*t.Declared, "clock"))
}

// stepped are the inputs of a model that change from before to after.
func stepped(m *equiv.Model, l *spec.Layer, u shiftadd.Unit, before, after []int64) []Input {
	ins := inputsOf(m, l, u, after)
	for i := range ins {
		ins[i].Before, ins[i].Moved = before[i], ins[i].Moved || before[i] != ins[i].Value
	}
	return ins
}

// timing builds the folder of a case whose output comes at the wrong clock.
func (c *Case) timing(ctx context.Context, w *Witness, design rtl.Sources, listings []*explain.Listing) (bench []byte, err error) {
	t := c.Timing
	w.Inputs = stepped(c.Model, c.Layer, c.Unit, t.Before, t.Inputs)
	w.Timing = &Timing{
		Settle: t.Settle, Clocks: t.Clocks, Latency: t.Latency, Clock: c.Clock,
		GoldBefore: t.GoldBefore, GoldAfter: t.Gold, Declared: t.Declared,
	}
	own := point{design: design, adapter: c.Adapter, module: c.Module}
	sim, err := own.steps(ctx, c.Icarus, w.Inputs, c.Model.Signed(), t.Settle, t.Clocks)
	if err != nil {
		return nil, err
	}
	w.Simulated = sim[t.Clocks]
	var other *point
	if b := t.Beside; b != nil {
		o := c.Beside.Module.Outputs[0]
		x := &Other{
			Unit: c.Beside.Unit.Name, Top: rtl.VerilogName(c.Beside.Module.Name), Latency: b.Latency,
			Inputs: stepped(c.Beside.Model, c.Layer, c.Beside.Unit, b.Before, b.Inputs),
			Output: o.Name, Width: o.Width, GoldBefore: b.GoldBefore, GoldAfter: b.Gold, Netlist: b.Gate,
		}
		w.Timing.Beside = x
		other = &point{design: design, adapter: c.Adapter, module: c.Beside.Module}
		if sim, err = other.steps(ctx, c.Icarus, x.Inputs, c.Beside.Model.Signed(), t.Settle, t.Clocks); err != nil {
			return nil, err
		}
		if x.Simulated = sim[t.Clocks]; x.Simulated != x.Netlist {
			return nil, &ReplayError{b.Gate, x.Netlist, x.Simulated}
		}
	}
	x := int64(0)
	if t.Beside != nil {
		x = t.Beside.Gate
	}
	if want, wrong := w.Timing.wrong(t.Clocks, w.Netlist, x); w.Simulated != w.Netlist || !wrong || want != w.Gold {
		return nil, &ReplayError{w.Gold, w.Netlist, w.Simulated}
	}
	w.Minimal = explain.Minimal{Inputs: t.Inputs, Gold: w.Gold, Gate: w.Netlist, Words: "inputs were put to rest, or left as they were, one after another"}
	for _, in := range w.Inputs {
		if in.Moved {
			w.Minimal.Moved++
		}
	}
	w.Explanation = explain.Explanation{Causes: []explain.Cause{explain.Mistimed(c.Module, w.Timing.words(), listings)}}
	return own.timingBench(w, other, c.Model.Signed()), nil
}

// steps runs a point in Icarus, and gives its outputs from the clock on at which inputs
// change.
func (p point) steps(ctx context.Context, limits rtl.Limits, ins []Input, signed bool, settle, clocks int) ([]int64, error) {
	res, err := p.run(ctx, limits, ins, settle, clocks+1)
	if err != nil {
		return nil, err
	}
	return p.known(res[len(res)-clocks-1:], signed)
}

// replayTiming is Replay for a witness of timing.
func (w *Witness) replayTiming(ctx context.Context, file string, p point, d *rtl.Design, l *spec.Layer, m *equiv.Model, inputs []Input, icarus rtl.Limits) (out Outputs, err error) {
	t := w.Timing
	bad := func(field, format string, args ...any) (Outputs, error) {
		return Outputs{}, &FieldError{File: file, Field: "timing." + field, What: fmt.Sprintf(format, args...)}
	}
	if (t.Declared == nil) == (t.Beside == nil) {
		return bad("declared", "there has to be either this or beside")
	}
	const most = 1 << 20
	if t.Settle < 0 || t.Settle > most {
		return bad("settle", "%d is not from 0 to %d", t.Settle, most)
	}
	type side struct {
		point
		model *equiv.Model
		ins   []Input
		gold  [2]int64
		field string
		outs  []int64
		sim   []int64
	}
	sides := []*side{{point: p, model: m, ins: inputs, gold: [2]int64{t.GoldBefore, t.GoldAfter}}}
	if b := t.Beside; b != nil {
		u, ok := unitOf(l, b.Unit)
		if !ok {
			return bad("beside.unit", "layer %s has no module %q", l.Name, b.Unit)
		}
		x := &side{point: p, model: equiv.ModelOf(l, u), ins: b.Inputs, gold: [2]int64{b.GoldBefore, b.GoldAfter}, field: "beside."}
		if x.module, err = moduleOf(d, b.Top); err != nil {
			return out, err
		}
		sides = append(sides, x)
	}
	settle := t.Settle
	for _, s := range sides {
		if len(s.module.Outputs) != 1 {
			return out, fmt.Errorf("module %s has %s instead of one", s.module.Name, words.Count(len(s.module.Outputs), "output"))
		}
		stages, err := netlist.Stages(s.module, s.module.Outputs[0].Value)
		if err != nil {
			return out, fmt.Errorf("module %s: %w", s.module.Name, err)
		}
		settle = max(settle, stages.Settle)
	}
	for _, s := range sides {
		if len(s.ins) != len(s.model.Vars) {
			return bad(s.field+"inputs", "there are %d, the model has %d", len(s.ins), len(s.model.Vars))
		}
		before, after := make([]int64, len(s.ins)), make([]int64, len(s.ins))
		for i, in := range s.ins {
			v := s.model.Vars[i]
			if in.Port != v.Port || in.Width != v.Width || in.Signed != v.Signed || !v.Range.Contains(in.Value) || !v.Range.Contains(in.first()) {
				return bad(fmt.Sprintf("%sinputs[%d]", s.field, i), "it does not fit the model's %s in %v", v.Port, v.Range)
			}
			before[i], after[i] = in.first(), in.Value
		}
		if have := [2]int64{s.model.Run(before), s.model.Run(after)}; have != s.gold {
			return bad(s.field+"gold_before", "it is %d and then %d, the model gives %d and %d", s.gold[0], s.gold[1], have[0], have[1])
		}
		if s.outs, err = equiv.NewQuestion(s.model, s.module).Timeline(before, after, settle, settle); err != nil {
			return out, err
		}
		if s.sim, err = s.steps(ctx, icarus, s.ins, s.model.Signed(), settle, settle); err != nil {
			return out, err
		}
		for k := range s.outs {
			if s.outs[k] != s.sim[k] {
				return out, &ReplayError{s.gold[1], s.outs[k], s.sim[k]}
			}
		}
	}
	for k, own := range sides[0].outs {
		other := int64(0)
		if len(sides) == 2 {
			other = sides[1].outs[k]
		}
		want, wrong := t.wrong(k, own, other)
		if out = (Outputs{want, own, sides[0].sim[k]}); wrong {
			break
		}
		out.Gold = own
	}
	return out, nil
}

// timingBench writes the test bench. It applies the earlier inputs, then the final
// ones, and checks every clock from then on.
func (p point) timingBench(w *Witness, other *point, signed bool) []byte {
	t := w.Timing
	var b strings.Builder
	fmt.Fprintf(&b, "// %s, %s: %s.\n", w.Unit, w.Edge, ascii(t.words()))
	b.WriteString("// Inputs are held, then they change; outputs are looked at clock by clock.\n`timescale 1ns / 1ps\nmodule bench;\n")
	points, inputs := []*point{&p}, w.Inputs
	if other != nil {
		points = append(points, other)
		inputs = append(inputs[:len(inputs):len(inputs)], t.Beside.Inputs...)
	}
	value := map[string]Input{}
	for _, in := range inputs {
		value[in.Port] = in
	}
	var ports []netlist.Port
	clocked, seen := false, map[string]bool{}
	for _, x := range points {
		clocked = clocked || x.module.Clock != ""
		for _, q := range x.inputs() {
			if !seen[q.Name] {
				seen[q.Name] = true
				ports = append(ports, q)
			}
		}
	}
	for _, q := range ports {
		fmt.Fprintf(&b, "    reg %s%s;\n", bits(q.Width), id(q.Name))
	}
	if clocked {
		fmt.Fprintf(&b, "    reg %s;\n", clock)
	}
	b.WriteString("    integer n;\n")
	outs := []string{"hashiflex_own", "hashiflex_other"}
	for i, x := range points {
		sign := ""
		if signed {
			sign = "signed "
		}
		o := x.module.Outputs[0]
		fmt.Fprintf(&b, "    wire %s%s%s;\n    %s point%d (\n", sign, bits(o.Width), outs[i], id(x.module.Name), i)
		if x.module.Clock != "" {
			fmt.Fprintf(&b, "        .%s(%s),\n", id(x.module.Clock), clock)
		}
		for _, q := range x.inputs() {
			fmt.Fprintf(&b, "        .%s(%s),\n", id(q.Name), id(q.Name))
		}
		fmt.Fprintf(&b, "        .%s(%s)\n    );\n", id(o.Name), outs[i])
	}
	b.WriteString("    initial begin\n        if ($test$plusargs(\"vcd\")) begin\n            $dumpfile(\"repro.vcd\");\n            $dumpvars(0, bench);\n        end\n")
	edge := "            #10;\n"
	if clocked {
		fmt.Fprintf(&b, "        %s = 0;\n", clock)
		edge = fmt.Sprintf("            #10 %s = 1;\n            #10 %s = 0;\n", clock, clock)
	}
	for _, q := range ports {
		fmt.Fprintf(&b, "        %s = %s;\n", id(q.Name), literal(value[q.Name].first(), q.Width))
	}
	// Another design may have more registers.
	hold := 2*t.Settle + 16
	fmt.Fprintf(&b, "        #10;\n        for (n = 0; n < %d; n = n + 1) begin\n%s        end\n", hold, edge)
	for _, q := range ports {
		if value[q.Name].Moved {
			fmt.Fprintf(&b, "        %s = %s;\n", id(q.Name), literal(value[q.Name].Value, q.Width))
		}
	}
	width := p.module.Outputs[0].Width
	fmt.Fprintf(&b, "        for (n = 0; n <= %d; n = n + 1) begin\n            #10;\n", hold)
	if x := t.Beside; x != nil {
		fmt.Fprintf(&b, "            if (!(%s === %s && %s === %s) && !(%s === %s && %s === %s)) begin\n",
			outs[0], literal(t.GoldBefore, width), outs[1], literal(x.GoldBefore, x.Width), outs[0], literal(t.GoldAfter, width), outs[1], literal(x.GoldAfter, x.Width))
		fmt.Fprintf(&b, "                $display(\"FAIL: %%0d clocks after the inputs change, %s gives %%0d and %s %%0d; the model gives %d and %d before, %d and %d then\", n, %s, %s);\n",
			w.Unit, x.Unit, t.GoldBefore, x.GoldBefore, t.GoldAfter, x.GoldAfter, outs[0], outs[1])
	} else {
		fmt.Fprintf(&b, "            if (%s !== (n < %d ? %s : %s)) begin\n", outs[0], *t.Declared, literal(t.GoldBefore, width), literal(t.GoldAfter, width))
		fmt.Fprintf(&b, "                $display(\"FAIL: %%0d clocks after the inputs change, %s gives %%0d; with latency %d it is %d before %d clocks and %d from then on\", n, %s);\n",
			w.Unit, *t.Declared, t.GoldBefore, *t.Declared, t.GoldAfter, outs[0])
	}
	fmt.Fprintf(&b, "`ifdef HASHIFLEX_ICARUS\n                $finish_and_return(1);\n`else\n                $stop;\n`endif\n            end\n%s        end\n", edge)
	fmt.Fprintf(&b, "        $display(\"PASS: at every clock as the model gives\");\n        $finish;\n    end\nendmodule\n")
	if len(p.adapter) > 0 {
		b.WriteString("\n// What the test bench drives.\n" + string(p.adapter))
	}
	return []byte(b.String())
}
