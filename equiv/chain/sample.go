package chain

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/reading"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/rtl/tool"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/crash"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// simulated runs a circuit's Verilog through Icarus on the model's variables and
// returns the output as the model's format reads it. A bit that is x is an
// error. A module with registers gets a clock for each vector, and the outputs are
// those that it gives once its latency is over. Shared terms, if any, are simulated
// first, by their own module.
func (p *prover) simulated(ctx context.Context, c *circuit, vectors [][]int64) ([]int64, error) {
	if c.module.Clock == "" {
		return p.lanes(ctx, c, vectors, 0)
	}
	steps, first, step, err := clocked(c.module, vectors)
	if err != nil {
		return nil, err
	}
	outs, err := p.lanes(ctx, c, steps, first)
	if err != nil {
		return nil, err
	}
	res := make([]int64, len(vectors))
	for j := range res {
		res[j] = outs[(first+step*j)%len(outs)]
	}
	return res, nil
}

// lanes runs a circuit's Verilog through Icarus, a step for every lane, and returns
// every lane's output. Those before the one of number known mean nothing.
func (p *prover) lanes(ctx context.Context, c *circuit, steps [][]int64, known int) ([]int64, error) {
	mod, shared, m := c.module, c.shared, c.Model
	in := map[string][]uint64{}
	for i, v := range m.Vars {
		lane := make([]uint64, len(steps))
		for j := range steps {
			lane[j] = uint64(steps[j][i]) & (1<<v.Width - 1)
		}
		in[v.Port] = lane
	}
	if shared != nil {
		// The shared terms of other groups read what this channel does not have.
		for _, q := range shared.Inputs {
			if in[q.Name] == nil {
				in[q.Name] = make([]uint64, len(steps))
			}
		}
		outs, err := p.icarus(ctx, c.sources, shared, in, 0)
		if err != nil {
			return nil, err
		}
		for i, o := range shared.Outputs {
			in[o.Name] = outs[i]
		}
	}
	outs, err := p.icarus(ctx, c.sources, mod, in, known)
	if err != nil {
		return nil, err
	}
	w := mod.Outputs[0].Width
	res := make([]int64, len(steps))
	for j := range res {
		res[j] = int64(outs[0][j%len(outs[0])])
		if m.Signed() {
			res[j] = res[j] << (64 - w) >> (64 - w)
		}
	}
	return res, nil
}

func (p *prover) icarus(ctx context.Context, sources rtl.Sources, mod *netlist.Module, in map[string][]uint64, known int) ([][]uint64, error) {
	var ins, outs []rtl.Signal
	var lanes [][]uint64
	for _, q := range mod.Inputs {
		lane, ok := in[q.Name]
		if !ok {
			return nil, fmt.Errorf("module %s: nothing drives input %s", mod.Name, q.Name)
		}
		ins = append(ins, rtl.Signal{Name: rtl.VerilogName(q.Name), Width: q.Width})
		lanes = append(lanes, lane)
	}
	for _, q := range mod.Outputs {
		outs = append(outs, rtl.Signal{Name: rtl.VerilogName(q.Name), Width: q.Width})
	}
	name := rtl.VerilogName(mod.Name)
	if sources.Generated {
		sources = only(sources, name)
	}
	res, err := rtl.Icarus{Limits: p.o.Icarus, Clock: mod.Clock}.Run(ctx, sources, name, ins, outs, lanes)
	if err != nil {
		return nil, err
	}
	words := make([][]uint64, len(res))
	for i, lane := range res {
		words[i] = make([]uint64, len(lane))
		for j, b := range lane {
			if b.Unknown != 0 && (j >= known || len(lane) == 1) {
				return nil, fmt.Errorf("module %s: output %s is %v", mod.Name, mod.Outputs[i].Name, b)
			}
			words[i][j] = b.Value
		}
	}
	return words, p.original(ctx, sources, mod, ins, outs, lanes, words, known)
}

// original is an error where Verilator executes the user's files otherwise than Icarus did
// what they were converted to. Icarus does not read the files themselves then.
func (p *prover) original(ctx context.Context, sources rtl.Sources, mod *netlist.Module, ins, outs []rtl.Signal, lanes, want [][]uint64, known int) error {
	if sources.Conversion == nil || !sources.Conversion.Icarus {
		return nil
	}
	inst := rtl.Instance{Module: rtl.VerilogName(mod.Name), Clock: mod.Clock, Outs: outs}
	for i, s := range ins {
		inst.Ins = append(inst.Ins, rtl.Drive{Port: s.Name, Input: i})
	}
	if mod.Clock == "" {
		known = 0
	}
	sim, err := rtl.Verilator{Limits: p.o.Icarus, Uncounted: true}.Compile(ctx, sources, &rtl.Testbench{Inputs: ins, Under: []rtl.Instance{inst}})
	if err != nil {
		return err
	}
	got, err := sim.Run(ctx, 1, lanes)
	if err := errors.Join(err, sim.Close()); err != nil {
		return err
	}
	for i := range want {
		for j := range want[i] {
			if b := got[i][j]; j >= known && b.Value != want[i][j] {
				return misconverted(sources, outs[i].Name, want[i][j], b.Value)
			}
		}
	}
	return nil
}

// convertedError says that a conversion is not what it was made of.
type convertedError struct{ error }

func (e *convertedError) Unwrap() error { return e.error }

// misconverted is the error for an output that Icarus, which executes the conversion, and
// Verilator, which executes the files, do not agree on.
func misconverted(sources rtl.Sources, port string, icarus, verilator any) error {
	return &convertedError{fmt.Errorf("what %s wrote is not what the files say: %s is %v in Icarus, which executes %s, and %v in Verilator, which executes the files", sources.Conversion.By, port, icarus, source.ConvertedFile, verilator)}
}

// only is one module out of a generated file of many: modules are self-contained,
// and a simulator need not compile the others. A file in which the module's header
// is not found is passed on whole.
func only(sources rtl.Sources, module string) rtl.Sources {
	text := sources.Files[0].Text
	for _, head := range []string{"\nmodule " + module + " ", "\nmodule " + module + "(", "\nmodule " + module + "\n"} {
		at := bytes.Index(text, []byte(head))
		if at < 0 {
			continue
		}
		end := bytes.Index(text[at:], []byte("\nendmodule"))
		if end < 0 {
			break
		}
		one := rtl.Source{Name: sources.Files[0].Name, Text: text[at+1 : at+end+len("\nendmodule\n")]}
		return rtl.Sources{Files: []rtl.Source{one}, Generated: sources.Generated}
	}
	return sources
}

// unreplayed enters that a witness was not replayed. A text that the simulator does not
// read, as one in a newer language, is no failure: nobody has executed it.
func (pt *Point) unreplayed(err error) {
	var refused *rtl.SourceError
	if errors.As(err, &refused) {
		pt.Verdict, pt.Reason, pt.Strategy = verdict.Unknown, verdict.NotSimulated, ""
		pt.Detail = fmt.Sprintf("the netlist that was read gives %d where the model gives %d, and the simulator that has to confirm it does not read the text: %v; %s", pt.Witness.Netlist, pt.Witness.Gold, err, reading.Remedy)
		pt.Witness = nil
		return
	}
	pt.Verdict, pt.Reason, pt.Detail = verdict.Failed, verdict.ToolFailed, "replay: "+err.Error()
	var parted *convertedError
	if errors.As(err, &parted) {
		pt.Reason, pt.Detail = verdict.TwoReadings, err.Error()
	}
}

// simulate replays a witness in Icarus on the Verilog that was read. A witness
// on which the simulator agrees with the model is an engine error.
func (p *prover) simulate(ctx context.Context, pt *Point, c *circuit) {
	defer crash.Recover("replay of "+string(pt.Edge)+" of "+pt.Unit, pt.crashed)
	if pt.Witness.Sequence != nil {
		p.simulateSequence(ctx, pt, c)
		return
	}
	got, err := p.simulated(ctx, c, [][]int64{pt.Witness.Inputs})
	if err != nil {
		pt.unreplayed(err)
		return
	}
	p.replayed(pt, got[0], c.Question)
}

// replayed enters what a simulator gives on a witness.
func (p *prover) replayed(pt *Point, got int64, q *equiv.Question) {
	pt.Witness.Simulated = got
	if got != pt.Witness.Netlist {
		pt.Verdict, pt.Reason = verdict.Failed, verdict.ReplayDiffers
		pt.Detail = fmt.Sprintf("gold %d, gate %d, the simulator says %d", pt.Witness.Gold, pt.Witness.Netlist, got)
		p.keepQuery(pt, q)
	}
}

// vectors runs corner and random inputs through Icarus on the Verilog itself and
// through the netlist that was read from it. The two must agree, and where the
// point was proved the model must agree with them. The inputs and Icarus' outputs are
// for another simulator to repeat.
func (p *prover) vectors(ctx context.Context, c *circuit, proved bool) (rec VectorRecord, vs [][]int64, sim []int64) {
	rec = VectorRecord{Unit: c.unit.Name}
	defer crash.Recover("vectors of "+rec.Unit, verdict.Crashed(&rec.Verdict, &rec.Reason, &rec.Detail))
	vs = equiv.Vectors(c.Model, rand.New(rand.NewSource(p.o.Seed)), 64)
	rec.Vectors = len(vs)
	var err error
	sim, err = p.simulated(ctx, c, vs)
	if err != nil {
		rec.Verdict, rec.Reason, rec.Detail = verdict.Failed, verdict.ToolFailed, err.Error()
		return rec, vs, sim
	}
	rec.Simulators = []string{tool.Icarus.Name}
	gold, got, err := c.Execute(vs)
	if err != nil {
		rec.Verdict, rec.Reason, rec.Detail = verdict.Failed, verdict.ToolFailed, err.Error()
		return rec, vs, sim
	}
	for j, x := range vs {
		reason := verdict.EngineDisagree
		switch {
		case got[j] != sim[j]:
			reason = verdict.SimulatorDiffers
		case gold[j] == sim[j] || !proved:
			continue
		}
		rec.Verdict, rec.Reason = verdict.Failed, reason
		rec.Detail = fmt.Sprintf("inputs %v: model %d, netlist %d, simulator %d", x, gold[j], got[j], sim[j])
		return rec, vs, sim
	}
	rec.Verdict = verdict.Proved
	return rec, vs, sim
}

// unlifted proves a point of the sample without the lifter, while its circuit is
// at hand.
func (p *prover) unlifted(ctx context.Context, l *spec.Layer, c *circuit) (f equiv.Fact, err error) {
	layer := l.Name
	f = equiv.Fact{Kind: verdict.Unlifted, Name: c.unit.Name, Layer: layer, Claim: "golden = rtl in layer " + layer + ", written from the cells without the lifter", Method: "smt, bit-vectors as integers"}
	defer crash.Recover(string(f.ID()), verdict.Crashed(&f.Verdict, &f.Reason, &f.Detail))
	question := c.Question
	if c.settled != nil {
		f.Claim += ", of the RTL that the netlist came from"
	}
	if n := p.o.UnliftedFanIn; fanin(l, c.unit) > n && len(c.Gate.Inputs) > n {
		question = question.Held(n, p.o.Seed)
		f.Claim += fmt.Sprintf(", %d of %d inputs held at values of seed %d", len(c.Gate.Inputs)-n, len(c.Gate.Inputs), p.o.Seed)
	}
	a, q := equiv.Crosscheck(ctx, p.cells, question)
	f.Enter(a)
	if a.Reason.NoAnswer() && p.conf != nil && len(p.conf.Bits) > 0 {
		for _, part := range equiv.CrosscheckParts(ctx, p.cells, p.conf.Bits, question) {
			f.Method = "smt, sum as integers and what follows as bits"
			f.Enter(part)
		}
	}
	return f, keep(&f, p.o, q, "QF_BV")
}
