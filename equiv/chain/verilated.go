package chain

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/rtl/tool"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// sampled is a generated module that ran through Icarus, with its outputs there.
type sampled struct {
	rec    int // of its record in the outcome
	module *netlist.Module
	in     map[string][]uint64 // words by port, lane by lane
	want   []uint64            // of its one output
}

// sample notes the outputs of a module on its vectors, for another simulator to repeat.
func sample(rec int, c *circuit, vectors [][]int64, sim []int64) (sampled, error) {
	mod, shared, m := c.module, c.shared, c.Model
	s := sampled{rec: rec, module: mod, in: map[string][]uint64{}}
	for i, v := range m.Vars {
		word := make([]uint64, len(vectors))
		for j := range vectors {
			word[j] = uint64(vectors[j][i]) & (1<<v.Width - 1)
		}
		s.in[v.Port] = word
	}
	for _, y := range sim {
		s.want = append(s.want, uint64(y)&(1<<mod.Outputs[0].Width-1))
	}
	if shared == nil {
		return s, nil
	}
	// Shared terms are a module of their own, whose vectors run in Icarus; here their
	// values are inputs.
	cuts := make([]netlist.Value, len(shared.Inputs))
	in := make([][]uint64, len(shared.Inputs))
	for i, p := range shared.Inputs {
		cuts[i], in[i] = p.Value, s.in[p.Name]
		if in[i] == nil {
			in[i] = make([]uint64, len(vectors))
		}
	}
	prog, err := netlist.Compile(shared, cuts, outputs(shared))
	if err != nil {
		return s, err
	}
	outs := make([][]uint64, len(shared.Outputs))
	for i, o := range shared.Outputs {
		outs[i] = make([]uint64, len(vectors))
		s.in[o.Name] = outs[i]
	}
	prog.Run(len(vectors), in, outs)
	return s, nil
}

// verilator repeats the vectors of the sampled modules in Verilator and compares with
// Icarus. If its limits do not suffice, the record says so, and Icarus alone counts.
func (p *prover) verilator(ctx context.Context, sources rtl.Sources, all []sampled, out *Outcome) error {
	if len(all) == 0 {
		return nil
	}
	var text bytes.Buffer
	tb := &rtl.Testbench{}
	var lanes [][]uint64
	most := 0
	for _, s := range all {
		name := rtl.VerilogName(s.module.Name)
		text.Write(only(sources, name).Files[0].Text)
		inst := rtl.Instance{Module: name}
		for _, q := range s.module.Inputs {
			inst.Ins = append(inst.Ins, rtl.Drive{Port: rtl.VerilogName(q.Name), Input: len(tb.Inputs)})
			tb.Inputs = append(tb.Inputs, rtl.Signal{Name: q.Name, Width: q.Width})
			lanes = append(lanes, s.in[q.Name])
		}
		o := s.module.Outputs[0]
		inst.Outs = []rtl.Signal{{Name: rtl.VerilogName(o.Name), Width: o.Width}}
		tb.Under = append(tb.Under, inst)
		most = max(most, len(s.want))
	}
	for i := range lanes {
		lanes[i] = append(lanes[i][:len(lanes[i]):len(lanes[i])], make([]uint64, most-len(lanes[i]))...)
	}
	results, err := func() ([][]rtl.Bits, error) {
		sim, err := rtl.Verilator{Limits: p.o.Icarus}.Compile(ctx, source.One(sources.Files[0].Name, text.Bytes()), tb)
		if err != nil {
			return nil, err
		}
		res, err := sim.Run(ctx, 1, lanes)
		return res, errors.Join(err, sim.Close())
	}()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	for k, s := range all {
		rec := &out.Vectors[s.rec]
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			rec.Detail = fmt.Sprintf("too large for Verilator: %v; Icarus alone counts", err)
			continue
		case err != nil:
			rec.Verdict, rec.Reason, rec.Detail = verdict.Failed, verdict.ToolFailed, err.Error()
			continue
		}
		rec.Simulators = append(rec.Simulators, tool.Verilator.Name)
		for j, want := range s.want {
			if got := results[k][j].Value; got != want && rec.Verdict == verdict.Proved {
				rec.Verdict, rec.Reason = verdict.Failed, verdict.SimulatorDiffers
				rec.Detail = fmt.Sprintf("vector %d: iverilog gives the word %d, verilator %d", j, want, got)
			}
		}
	}
	return nil
}
