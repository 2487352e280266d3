package witness

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/sequential"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/portmap"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Outputs are the outputs of the readings of a point on the witness.
type Outputs struct{ Gold, Netlist, Simulated int64 }

// Agree reports whether the witness no longer shows a difference.
func (o Outputs) Agree() bool { return o.Gold == o.Netlist && o.Gold == o.Simulated }

// Replay runs w again: the model of net, the netlist that Yosys reads from design, and
// Icarus on design. mended says that design is a repaired one, not the witness's own.
// The outputs of the witness's own design must be the recorded ones. net is the network
// of the recorded hashes; the caller has compared them.
//
// The error is a *FieldError for a witness that does not fit the network, a
// *ReplayError if the readings of the hardware disagree, or that of a tool.
func Replay(ctx context.Context, file string, w *Witness, net *spec.Network, design rtl.Sources, mended bool, yosys, icarus rtl.Limits) (Outputs, error) {
	bad := func(field, format string, args ...any) (Outputs, error) {
		return Outputs{}, &FieldError{File: file, Field: field, What: fmt.Sprintf(format, args...)}
	}
	l := net.Layer(w.Layer)
	if l == nil {
		return bad("layer", "network %s has no layer %q", net.Name, w.Layer)
	}
	u, ok := unitOf(l, w.Unit)
	if !ok {
		return bad("unit", "layer %s has no module %q", l.Name, w.Unit)
	}
	if design.Files == nil {
		return bad("brief", "it has no Verilog of its own; give one, or take the witness with the same cause that field folder names")
	}
	m := equiv.ModelOf(l, u)
	inputs := w.complete(inputsOf(m, l, u, nil))
	if len(inputs) != len(m.Vars) {
		return bad("inputs", "there are %d, the model has %d", len(inputs), len(m.Vars))
	}
	xs := make([]int64, len(m.Vars))
	for i, v := range m.Vars {
		in := inputs[i]
		switch {
		case in.Port != v.Port || in.Width != v.Width || in.Signed != v.Signed:
			return bad(fmt.Sprintf("inputs[%d]", i), "port %s of %s, the model has %s of %d", in.Port, words.Count(in.Width, "bit"), v.Port, v.Width)
		case !v.Range.Contains(in.Value):
			return bad(fmt.Sprintf("inputs[%d].value", i), "%d is not in %v", in.Value, v.Range)
		}
		if w.Clocked != nil && w.Clocked.Sequence && !v.Range.Contains(in.first()) {
			return bad(fmt.Sprintf("inputs[%d].before", i), "%d is not in %v", in.first(), v.Range)
		}
		xs[i] = in.Value
	}
	out := Outputs{Gold: m.Run(xs)}
	if w.Timing == nil && w.Run == nil && out.Gold != w.Gold {
		return bad("gold", "it is %d, the model gives %d", w.Gold, out.Gold)
	}
	p := point{design: design, adapter: []byte(w.Design.Adapter)}
	d, _, err := rtl.Yosys{Limits: yosys}.Read(ctx, p.sources())
	if err != nil {
		return out, err
	}
	for _, name := range []string{w.Design.Top, w.Design.Shared} {
		if _, err := d.Ports(name); err != nil && name != "" {
			return out, &rtl.SourceError{Tool: "replay", Messages: []rtl.Message{{
				File: design.Files[0].Name, Text: fmt.Sprintf("module %s: it is missing", name)}}}
		}
	}
	if w.Run != nil {
		if p.module, err = d.Sequential(w.Design.Top, sequential.MaxMemory, portmap.Reset); err != nil {
			return out, err
		}
		if out, err = w.replayRun(ctx, file, p, m, icarus); err == nil && !mended && (out.Netlist != w.Netlist || out.Gold != w.Gold) {
			return bad("netlist", "it is %d and should be %d, %s gives %d and should give %d", w.Netlist, w.Gold, w.Design.names(), out.Netlist, out.Gold)
		}
		return out, err
	}
	if p.module, err = moduleOf(d, w.Design.Top); err != nil {
		return out, err
	}
	if w.Timing != nil {
		if out, err = w.replayTiming(ctx, file, p, d, l, m, inputs, icarus); err == nil && !mended && (out.Netlist != w.Netlist || out.Gold != w.Gold) {
			return bad("netlist", "it is %d and should be %d, %s gives %d and should give %d", w.Netlist, w.Gold, w.Design.names(), out.Netlist, out.Gold)
		}
		return out, err
	}
	gate := p.module
	if w.Design.Shared != "" {
		if p.shared, err = d.Module(w.Design.Shared); err != nil {
			return out, err
		}
		if gate, err = netlist.Link(p.module, p.shared); err != nil {
			return out, err
		}
	}
	if len(gate.Outputs) != 1 {
		return out, fmt.Errorf("%s: module %s has %s instead of one", design.Files[0].Name, gate.Name, words.Count(len(gate.Outputs), "output"))
	}
	if p.clocked, out.Netlist, err = w.run(m, gate, xs, inputs); err != nil {
		return out, fmt.Errorf("%s: %w", design.Files[0].Name, err)
	}
	if out.Simulated, err = p.simulate(ctx, icarus, inputs, m.Signed(), out.Gold); err != nil {
		return out, err
	}
	if out.Netlist != out.Simulated && !w.Misread {
		return out, &ReplayError{out.Gold, out.Netlist, out.Simulated}
	}
	if !mended && out.Netlist != w.Netlist {
		return bad("netlist", "it is %d, %s gives %d", w.Netlist, w.Design.names(), out.Netlist)
	}
	return out, nil
}

// moduleOf reads a module as it is proved. An adapter's clock that mended hardware has
// no registers for is none of its inputs.
func moduleOf(d *rtl.Design, name string) (*netlist.Module, error) {
	m, err := d.Module(name)
	if err != nil {
		return nil, err
	}
	if len(m.Regs) > 0 || !slices.ContainsFunc(m.Inputs, func(p netlist.Port) bool { return p.Name == clock }) {
		return netlist.Decided(m), nil
	}
	var outs []netlist.Value
	for _, o := range m.Outputs {
		if !slices.Contains(outs, o.Value) {
			outs = append(outs, o.Value)
		}
	}
	m, _ = netlist.Cone(m, outs)
	return m, nil
}

// run executes a circuit on the witness. clocked is how a simulator has to run it,
// which mended hardware may need longer for.
func (w *Witness) run(m *equiv.Model, gate *netlist.Module, xs []int64, inputs []Input) (clocked *Clocked, got int64, err error) {
	root := gate.Outputs[0].Value
	stages, err := netlist.Stages(gate, root)
	if err != nil {
		return nil, 0, err
	}
	if gate.Clock != "" {
		clocked = &Clocked{Settle: stages.Settle, Clocks: stages.Settle}
	}
	if clocked == nil || w.Clocked == nil || !w.Clocked.Sequence {
		flat := gate
		if stages.Registers > 0 {
			if flat, err = netlist.Transparent(gate, gate.Outputs[0].Name, root); err != nil {
				return nil, 0, err
			}
		}
		_, all, err := equiv.NewQuestion(m, flat).Execute([][]int64{xs})
		if err != nil {
			return nil, 0, err
		}
		return clocked, all[0], nil
	}
	before := make([]int64, len(inputs))
	for i, in := range inputs {
		before[i] = in.first()
	}
	clocked.Sequence, clocked.GoldBefore = true, m.Run(before)
	player, err := equiv.NewQuestion(m, gate).NewPlayer(stages, 1)
	if err != nil {
		return nil, 0, err
	}
	var outs []int64
	for _, o := range player.Play([][]int64{before}, [][]int64{xs}) {
		outs = append(outs, o[0])
	}
	clocked.Clocks, got = equiv.Stray(outs, clocked.GoldBefore, w.Gold)
	return clocked, got, nil
}

// unitOf finds the compare point of a layer that a module name stands for.
func unitOf(l *spec.Layer, name string) (shiftadd.Unit, bool) {
	if l.Kind() == "dense" {
		return shiftadd.Unit{}, false
	}
	g, err := shiftadd.New(l, shiftadd.Options{Tree: shiftadd.Linear})
	if err != nil {
		return shiftadd.Unit{}, false
	}
	for _, u := range g.Modules() {
		if u.Name == name {
			return u, true
		}
	}
	return shiftadd.Unit{}, false
}
