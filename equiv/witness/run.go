package witness

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/explain"
	"github.com/hashiflex/hashiflex/equiv/sequential"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/portmap"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Run is how hardware is run that computes over several clocks: from power-up on, clock
// by clock. In the last clock one port is not what it should be.
type Run struct {
	*sequential.Trace
	Words string `json:"words"` // what is wrong
	Clock string `json:"clock,omitempty"`
}

// run builds the folder of a case that a run over several clocks refutes.
func (c *Case) run(ctx context.Context, w *Witness, design rtl.Sources, listings []*explain.Listing) (bench []byte, err error) {
	w.Run = &Run{c.Run, c.Words, c.Clock}
	wrong := c.Run.Wrong
	w.Gold, w.Netlist = wrong.Want, wrong.Got
	w.Output, w.Width = wrong.Port, c.Module.Outputs[c.Run.Port(c.Module)].Width
	w.Inputs = inputsOf(c.Model, c.Layer, c.Unit, c.Inputs)
	p := point{design: design, adapter: c.Adapter, module: c.Module}
	player, err := w.player(c.Model, c.Module)
	if err != nil {
		return nil, err
	}
	if w.Simulated, err = p.play(ctx, c.Icarus, player, c.Run); err != nil {
		return nil, err
	}
	if w.Simulated != w.Netlist || w.Gold == w.Netlist {
		return nil, &ReplayError{w.Gold, w.Netlist, w.Simulated}
	}
	w.Minimal = explain.Minimal{Inputs: c.Inputs, Gold: w.Gold, Gate: w.Netlist, Words: "computations were left out and inputs put to rest, one after another"}
	for _, in := range w.Inputs {
		if in.Moved {
			w.Minimal.Moved++
		}
	}
	w.Explanation = explain.Explanation{Causes: c.executed(listings)}
	return p.runBench(w, player), nil
}

// executed are the causes: those of the circuit that is left once control is executed,
// where that is wrong by itself, or else what is wrong in the run.
func (c *Case) executed(listings []*explain.Listing) []explain.Cause {
	if c.Flat != nil {
		e, err := explain.Explain(explain.Point{
			Layer: c.Layer, Unit: c.Unit, Question: equiv.NewQuestion(c.Model, c.Flat), Reference: c.Reference,
			Inputs: c.Inputs, Listings: listings, Foreign: c.Foreign,
		})
		if err == nil && len(e.Causes) > 0 {
			return e.Causes
		}
	}
	return []explain.Cause{explain.Mistimed(c.Module, c.Words, listings)}
}

// player executes the netlist of a run.
func (w *Witness) player(m *equiv.Model, module *netlist.Module) (*sequential.Player, error) {
	b := &sequential.Block{Module: module, Protocol: &portmap.Protocol{}, Inputs: 1, Outputs: 1}
	for _, o := range module.Outputs {
		if o.Name != portmap.Done && o.Name != portmap.Ready {
			b.Output = o.Name
		}
	}
	return b.NewPlayer(m)
}

// play runs a trace in Icarus, and gives the port that it is about in its last clock.
func (p point) play(ctx context.Context, limits rtl.Limits, player *sequential.Player, t *sequential.Trace) (int64, error) {
	var ins, outs []rtl.Signal
	var lanes [][]uint64
	for i, q := range p.module.Inputs {
		ins = append(ins, rtl.Signal{Name: rtl.VerilogName(q.Name), Width: q.Width})
		lanes = append(lanes, player.Words(t, i))
	}
	for _, q := range p.module.Outputs {
		outs = append(outs, rtl.Signal{Name: rtl.VerilogName(q.Name), Width: q.Width})
	}
	res, err := rtl.Icarus{Limits: limits, Clock: p.module.Clock}.Run(ctx, p.sources(), rtl.VerilogName(p.module.Name), ins, outs, lanes)
	if err != nil {
		return 0, err
	}
	got := res[t.Port(p.module)][len(t.Steps)-1]
	if got.Unknown != 0 {
		return 0, fmt.Errorf("module %s: output %s is %v in clock %d", p.module.Name, t.Wrong.Port, got, len(t.Steps))
	}
	return player.Number(t.Wrong.Port, got.Value), nil
}

// replayRun is Replay for a witness of a run.
func (w *Witness) replayRun(ctx context.Context, file string, p point, m *equiv.Model, icarus rtl.Limits) (out Outputs, err error) {
	bad := func(field, format string, args ...any) (Outputs, error) {
		return Outputs{}, &FieldError{File: file, Field: "run." + field, What: fmt.Sprintf(format, args...)}
	}
	t := w.Run.Trace
	switch {
	case t == nil || t.Wrong == nil || len(t.Steps) == 0:
		return bad("wrong", "there has to be a clock in which something is wrong")
	case t.Port(p.module) < 0:
		return bad("wrong.port", "module %s has no output %q", p.module.Name, t.Wrong.Port)
	}
	for k, s := range t.Sets {
		if len(s) != len(m.Vars) {
			return bad(fmt.Sprintf("sets[%d]", k), "there are %d inputs, the model has %d", len(s), len(m.Vars))
		}
		for i, v := range m.Vars {
			if !v.Range.Contains(s[i]) {
				return bad(fmt.Sprintf("sets[%d][%d]", k, i), "%d is not in %v", s[i], v.Range)
			}
		}
	}
	for k, s := range t.Steps {
		if s.Set < 0 || s.Set >= len(t.Sets) {
			return bad(fmt.Sprintf("steps[%d].set", k), "there is no set %d", s.Set)
		}
	}
	out.Gold = t.Wrong.Want
	if t.Wrong.Port == w.Output && t.Wrong.Port != portmap.Done && t.Wrong.Port != portmap.Ready {
		if j := t.Wrong.Job; j < 0 || j >= len(t.Jobs) || t.Jobs[j] < 0 || t.Jobs[j] >= len(t.Sets) {
			return bad("wrong.job", "there is no computation %d", j)
		}
		if gold := m.Run(t.Sets[t.Jobs[t.Wrong.Job]]); gold != out.Gold {
			return bad("wrong.want", "it is %d, the model gives %d", out.Gold, gold)
		}
	}
	player, err := w.player(m, p.module)
	if err != nil {
		return out, err
	}
	var known bool
	if out.Netlist, known = player.Last(t); !known {
		return out, fmt.Errorf("module %s: output %s depends on what registers hold at power-up", p.module.Name, t.Wrong.Port)
	}
	if out.Simulated, err = p.play(ctx, icarus, player, t); err != nil {
		return out, err
	}
	if out.Netlist != out.Simulated {
		return out, &ReplayError{out.Gold, out.Netlist, out.Simulated}
	}
	return out, nil
}

// scene says what is seen when.
func (r *Run) scene(w *Witness) string {
	return fmt.Sprintf("In clock %d after power-up the netlist gives %d, Icarus %d, and %d belongs there; the run has %s",
		len(r.Steps)-1, w.Netlist, w.Simulated, w.Gold, words.Count(len(r.Jobs), "computation"))
}

// runBench writes the test bench: every clock from power-up on, and a check in the last.
func (p point) runBench(w *Witness, player *sequential.Player) []byte {
	t := w.Run.Trace
	var b strings.Builder
	fmt.Fprintf(&b, "// %s, %s: %s.\n", w.Unit, w.Edge, ascii(w.Run.Words))
	b.WriteString("// The module is run from power-up on, clock by clock.\n`timescale 1ns / 1ps\nmodule bench;\n")
	for _, q := range p.module.Inputs {
		fmt.Fprintf(&b, "    reg %s%s;\n", bits(q.Width), id(q.Name))
	}
	fmt.Fprintf(&b, "    reg %s;\n", clock)
	for _, q := range p.module.Outputs {
		sign := ""
		if q.Name == player.Output && player.Model.Signed() {
			sign = "signed "
		}
		fmt.Fprintf(&b, "    wire %s%s%s;\n", sign, bits(q.Width), id(q.Name))
	}
	fmt.Fprintf(&b, "    %s point0 (\n        .%s(%s)", id(p.module.Name), id(p.module.Clock), clock)
	for _, q := range append(p.module.Inputs[:len(p.module.Inputs):len(p.module.Inputs)], p.module.Outputs...) {
		fmt.Fprintf(&b, ",\n        .%s(%s)", id(q.Name), id(q.Name))
	}
	b.WriteString("\n    );\n    initial begin\n        if ($test$plusargs(\"vcd\")) begin\n            $dumpfile(\"repro.vcd\");\n            $dumpvars(0, bench);\n        end\n")
	fmt.Fprintf(&b, "        %s = 0;\n", clock)
	lanes := make([][]uint64, len(p.module.Inputs))
	for i := range lanes {
		lanes[i] = player.Words(t, i)
	}
	for k, s := range t.Steps {
		fmt.Fprintf(&b, "        // clock %d%s\n", k, does(s))
		for i, q := range p.module.Inputs {
			if k == 0 || lanes[i][k] != lanes[i][k-1] {
				fmt.Fprintf(&b, "        %s = %d'd%d;\n", id(q.Name), q.Width, lanes[i][k])
			}
		}
		b.WriteString("        #10;\n")
		if k < len(t.Steps)-1 {
			fmt.Fprintf(&b, "        %s = 1;\n        #10 %s = 0;\n", clock, clock)
		}
	}
	port := id(t.Wrong.Port)
	fmt.Fprintf(&b, "        if (%s !== %s) begin\n            $display(\"FAIL: %s is %%0d and should be %d, in clock %d after power-up\", %s);\n",
		port, literal(t.Wrong.Want, w.Width), t.Wrong.Port, t.Wrong.Want, len(t.Steps)-1, port)
	b.WriteString("`ifdef HASHIFLEX_ICARUS\n            $finish_and_return(1);\n`else\n            $stop;\n`endif\n        end\n")
	b.WriteString("        $display(\"PASS: as it should be\");\n        $finish;\n    end\nendmodule\n")
	if len(p.adapter) > 0 {
		b.WriteString("\n// What the test bench drives.\n" + string(p.adapter))
	}
	return []byte(b.String())
}

// does says what a clock is for.
func does(s sequential.Step) string {
	switch {
	case s.Reset:
		return ": reset"
	case s.Start:
		return ": start"
	}
	return ""
}
