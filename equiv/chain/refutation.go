package chain

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/spec"
)

// Refutation is a refuted compare point with all that it takes to show and to
// explain it.
type Refutation struct {
	Layer *spec.Layer
	Unit  shiftadd.Unit
	Label string // of the unit within its layer
	Edge  string
	Model *equiv.Model
	// Source holds the Verilog of Module and of Shared, which is nil where the
	// unit takes no shared terms. Gate is the two of them linked.
	Source               rtl.Source
	Module, Shared, Gate *netlist.Module
	// Reference is what the generator builds for the unit.
	Reference *netlist.Module
	Inputs    []int64 // the witness, by variable of Model
}

// show hands a refuted point to who wants to show it.
func (p *prover) show(ctx context.Context, pt *Point, t *task, u shiftadd.Unit, source rtl.Source, shared, mod, gate *netlist.Module, m *equiv.Model) {
	if p.o.Refuted == nil || pt.Verdict != equiv.Refuted {
		return
	}
	r := &Refutation{
		Layer: t.layer, Unit: u, Label: label(u), Edge: pt.Edge, Model: m,
		Source: source, Module: mod, Gate: gate, Inputs: pt.Witness.Inputs,
	}
	if gate != mod {
		r.Shared = shared
	}
	// The generator's own, whatever has been planted since.
	reference, err := link(t.gen.Module(u), t.gen.Shared())
	if err == nil {
		r.Reference = reference
		err = p.o.Refuted(ctx, r)
	}
	if err != nil {
		pt.Verdict, pt.Reason, pt.Detail = equiv.Failed, equiv.ReplayDiffers, fmt.Sprintf("witness: %v", err)
		var broken *rtl.ToolError
		if errors.As(err, &broken) {
			pt.Reason = equiv.ToolFailed
		}
	}
}
