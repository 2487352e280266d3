package chain

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/sequential"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/crash"
	"github.com/hashiflex/hashiflex/spec/digest"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Refutation is a refuted compare point with everything that is needed to show and to
// explain it.
type Refutation struct {
	Layer *spec.Layer
	Unit  shiftadd.Unit
	Label string // of the unit within its layer
	Edge  verdict.Edge
	Model *equiv.Model
	// Sources hold the Verilog of Module and of Shared, which is nil where the
	// unit takes no shared terms. Gate is the two of them linked, with wires in the
	// place of registers; see Sequence.
	Sources              rtl.Sources
	Module, Shared, Gate *netlist.Module
	// Reference is the generator's netlist for the unit.
	Reference *netlist.Module
	// Sibling is the circuit of another output channel in the same file, or nil;
	// nil itself where there is none to be had.
	Sibling func(channel int) *netlist.Module
	Foreign *Foreign // whose hardware it is; nil: the generated one
	Inputs  []int64  // the witness, by variable of Model
	// Sequence is set if paths of different length are the fault. Gate then has its
	// registers.
	Sequence *equiv.Sequence
	Misread  string // see Witness
	// Confirm reports whether the user's files give an output on some inputs. It is nil if
	// what is executed is what was read; see source.Conversion.
	Confirm func(inputs []int64, want int64) bool
	// Timing is set if the output comes at the wrong clock, compared with the declared
	// one or with Beside. Gate is then Module.
	Timing *equiv.Timing
	Beside *Other
	// Run is set if a run over several clocks is the witness. Gate is then Module.
	Run *sequential.Trace
	// Words describe the fault of Run. Flat is the unrolled circuit without registers, or
	// nil if that has no fault by itself.
	Words string
	Flat  *netlist.Module
}

// Other is another compare point of the layer.
type Other struct {
	Unit   shiftadd.Unit
	Model  *equiv.Model
	Module *netlist.Module
}

// show passes a refuted point to the callback.
func (p *prover) show(ctx context.Context, pt *Point, t *task, c *circuit) {
	if p.o.Refuted == nil || pt.Verdict != verdict.Refuted {
		return
	}
	defer crash.Recover("witness of "+string(pt.Edge)+" of "+pt.Unit, pt.crashed)
	r := &Refutation{
		Layer: t.layer, Unit: c.unit, Label: label(c.unit), Edge: pt.Edge, Model: c.Model,
		Sources: c.sources.Written(), Module: c.module, Gate: c.Gate, Sibling: c.sibling, Foreign: c.foreign, Inputs: pt.Witness.Inputs, Sequence: pt.Witness.Sequence,
		Misread: pt.Witness.Misread,
	}
	if c.Gate != c.module {
		r.Shared = c.shared
	}
	if conv := c.sources.Conversion; conv != nil && conv.Icarus {
		r.Confirm = func(inputs []int64, want int64) bool {
			got, err := p.simulated(ctx, c, [][]int64{inputs})
			return err == nil && got[0] == want
		}
	}
	// The generator's original, without planted faults.
	reference, err := link(t.gen.Module(c.unit), t.gen.Shared())
	if err == nil {
		r.Reference = reference
		err = p.o.Refuted(ctx, r)
	}
	p.shown(pt, c.Question, err)
}

// showTiming passes a point whose output comes at the wrong clock to the callback.
func (p *prover) showTiming(ctx context.Context, pt *Point, t *task, c, other *circuit) {
	if p.o.Refuted == nil || pt.Verdict != verdict.Refuted {
		return
	}
	defer crash.Recover("witness of "+string(pt.Edge)+" of "+pt.Unit, pt.crashed)
	r := &Refutation{
		Layer: t.layer, Unit: c.unit, Label: label(c.unit), Edge: pt.Edge, Model: c.Model, Sources: c.sources.Written(),
		Module: c.module, Gate: c.module, Foreign: c.foreign, Inputs: pt.Witness.Inputs, Timing: pt.Witness.Timing,
	}
	if other != nil {
		r.Beside = &Other{Unit: other.unit, Model: other.Model, Module: other.module}
	}
	p.shown(pt, c.Question, p.o.Refuted(ctx, r))
}

// shown enters the result of the callback.
func (p *prover) shown(pt *Point, q *equiv.Question, err error) {
	if err != nil {
		pt.Verdict, pt.Reason, pt.Detail = verdict.Failed, verdict.ReplayDiffers, fmt.Sprintf("witness: %v", err)
		var broken *rtl.ToolError
		if errors.As(err, &broken) {
			pt.Reason = verdict.ToolFailed
			return
		}
		p.keepQuery(pt, q)
	}
}

// keepQuery stores the query about a point whose witness is wrong, to help find the faulty
// engine. It is the whole point in bit-vectors, without simplification by our engines. It
// stores nothing if the point has no such query.
func (p *prover) keepQuery(pt *Point, q *equiv.Question) {
	if p.o.Store == nil {
		return
	}
	query, err := q.Unlifted()
	if err != nil {
		return
	}
	text, err := query.Standalone("QF_BV")
	if err != nil {
		return
	}
	h := digest.Bytes(text)
	if err := p.o.Store.Query(h, string(text)); err != nil {
		pt.Detail += fmt.Sprintf("; its query is not kept: %v", err)
		return
	}
	pt.Queries = []string{h}
}

// sibling is the circuit of another channel, as it was read.
func sibling(t *task, design *rtl.Design, shared *netlist.Module, channel int) *netlist.Module {
	for _, u := range t.units {
		if u.Kind != shiftadd.KindChannel || u.Channel != channel {
			continue
		}
		read, err := elaborated(design, rtl.VerilogName(u.Name))
		if err != nil {
			return nil
		}
		gate, err := link(netlist.Decided(read), shared)
		if err != nil || len(gate.Outputs) != 1 {
			return nil
		}
		if registered(gate) {
			if gate, err = netlist.Transparent(gate, gate.Outputs[0].Name, gate.Outputs[0].Value); err != nil {
				return nil
			}
		}
		return gate
	}
	return nil
}
