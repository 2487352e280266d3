package chain

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/sequential"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/portmap"
	"github.com/hashiflex/hashiflex/rtl/tool"
	"github.com/hashiflex/hashiflex/spec/crash"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// executed elaborates a module for execution clock by clock, with its input for reset.
func executed(d *rtl.Design, name, reset string) (m *netlist.Module, err error) {
	defer crash.Recover("elaboration of "+name, func(e *crash.Error) { err = e })
	return d.Sequential(name, sequential.MaxMemory, reset)
}

// adapted is executed for a module of the adapter.
func adapted(d *rtl.Design, name string) (*netlist.Module, error) {
	return executed(d, name, portmap.Reset)
}

// block is a unit as a block that computes over several clocks.
func (f *Foreign) block(u shiftadd.Unit, module *netlist.Module, channels int) *sequential.Block {
	b := &sequential.Block{Module: module, Protocol: f.Protocol, Inputs: 1, Outputs: 1, Declared: -1}
	for _, o := range module.Outputs {
		if o.Name != portmap.Done && o.Name != portmap.Ready {
			b.Output = o.Name
		}
	}
	if f.Protocol.Inputs == portmap.Serial {
		b.Inputs = f.Items
	}
	if f.Protocol.Serial {
		b.Outputs, b.Which = channels, u.Channel
	}
	if n, ok := f.Latency[u.Channel]; ok {
		b.Declared = n
	}
	return b
}

// sequential settles a point of hardware that computes over several clocks. It returns
// flat, the unrolled circuit, which the point is about; nil if there is none.
//
// Flat is a circuit of the inputs alone. It holds for every position of control in which a
// computation can begin. The point needs two facts: that there are no other positions, and
// the clock of the output.
func (p *prover) sequential(ctx context.Context, t *task, c *circuit, out *Outcome) (pt Point, flat *circuit) {
	pt = Point{Unit: c.unit.Name, Edge: verdict.GoldenRTL}
	defer crash.Recover("computation of "+pt.Unit, pt.crashed)
	if why := timed(c.Model, c.module); why != "" {
		pt.Reason, pt.Detail = verdict.NoClock, why
		return pt, nil
	}
	b := c.foreign.block(c.unit, c.module, t.layer.OutShape().C)
	begin := time.Now()
	un, err := b.Unroll(ctx)
	out.Took.since(Elaborate, begin)
	var open *sequential.Problem
	switch {
	case errors.As(err, &open):
		pt.Reason, pt.Detail = open.Reason, open.Words
		at := where{path: open.Path, port: open.Port, want: open.Want}
		p.run(ctx, &pt, t, c, nil, b, b.Declared, at, out)
		return pt, nil
	case err != nil:
		pt.Reason, pt.Detail = verdict.OpenControl, err.Error()
		return pt, nil
	}
	var at where
	for i, gate := range un.Gates {
		x := c.flattened(gate)
		by := p
		if i > 0 {
			// It has no own place among the points.
			alone := *p
			alone.alone = true
			by = &alone
		}
		one := Point{Unit: pt.Unit, Edge: verdict.GoldenRTL}
		if inputBits(gate) <= maxDirect {
			by.direct(ctx, &one, x.Question)
		}
		if one.Verdict != verdict.Proved {
			one = by.point(ctx, verdict.GoldenRTL, x, out)
		}
		out.rules.Collect(x.Gate)
		if i == 0 {
			pt, flat = one, x
		}
		if one.Verdict != verdict.Proved {
			pt, flat = one, x
			at = where{path: un.Paths[i], port: b.Output}
			break
		}
		if i > 0 {
			pt.Lemmas += one.Lemmas
			pt.Queries = append(pt.Queries, one.Queries...)
		}
	}
	if pt.Verdict != verdict.Proved {
		p.run(ctx, &pt, t, c, flat, b, un.First, at, out)
		return pt, flat
	}
	pt.Latency, pt.Clock, pt.Executed = &un.Latency, c.foreign.clockOf(c.module), true
	for _, f := range facts(b, un) {
		f.Name, f.Layer = pt.Unit, t.layer.Name
		f.Basis, f.Verdict = verdict.Computed, verdict.Proved
		out.Latencies = append(out.Latencies, f)
	}
	return pt, flat
}

// maxDirect is the largest number of input bits of a circuit for a direct query. Sums whose
// bits are computed one after another are then easy for bit-vectors, and hard as integers.
const maxDirect = 24

// inputBits is the number of input bits that a circuit reads.
func inputBits(gate *netlist.Module) (n int) {
	for _, p := range gate.Inputs {
		n += p.Width
	}
	return n
}

// Inverted names a register of a module, by its unit's name, that is reset while the port map does not
// reset it, with none that is reset when it does; see sequential.Block.Inverted. It is ""
// where there is none, and where the module cannot be read: then the run says why.
func (f *Foreign) Inverted(ctx context.Context, unit string, limits rtl.Limits) string {
	if f.Protocol == nil {
		return ""
	}
	d, _, err := rtl.Yosys{Limits: limits}.Read(ctx, f.Whole())
	if err != nil {
		return ""
	}
	m, err := adapted(d, rtl.VerilogName(unit))
	if err != nil {
		return ""
	}
	return (&sequential.Block{Module: m, Protocol: f.Protocol}).Inverted()
}

// facts are the facts that a point needs if its control was executed.
func facts(b *sequential.Block, un *sequential.Unrolled) []equiv.Fact {
	p := b.Protocol
	from := "from anything that registers hold"
	if p.Reset != "" {
		from = fmt.Sprintf("from what %s of %s leave", words.Count(p.Clocks, "clock"), p.Reset)
	}
	return []equiv.Fact{
		{
			Kind: verdict.Done, Method: "control executed",
			Claim: fmt.Sprintf("%s is 0 from the clock after a start of %s on, and 1 in clock %d for the first time, whatever the data", p.Done, b.Module.Name, un.First),
		},
		{
			Kind: verdict.Restart, Method: "control executed until it repeats",
			Claim: fmt.Sprintf("%s, every computation of %s begins in one of %s of control, with anything in %s, and ends before one of them", from, b.Module.Name, words.Count(un.Starts, "position"), registers(un.Data)),
		},
		{
			Kind: verdict.Idle, Method: "control executed until it repeats",
			Claim: fmt.Sprintf("while nobody starts it, %s stays in %s of control, tells of no output but its last, and keeps that", b.Module.Name, words.Count(un.Rests, "position")),
		},
	}
}

// registers names some registers.
func registers(names []string) string {
	const most = 8
	if len(names) == 0 {
		return "no register"
	}
	s := strings.Join(names[:min(len(names), most)], ", ")
	if len(names) > most {
		s += fmt.Sprintf(" and %d more", len(names)-most)
	}
	return s
}

// where is the clock in which a block is not as it should be: the way there, and the value
// of a port. Without a port nothing is known to be wrong there.
type where struct {
	path sequential.Path
	port string
	want bool
}

// run looks for a run that refutes an unproved point, and replays it in Icarus. flat is the
// unrolled circuit, or nil. A few computations show most faults. Others come after many, as
// when a counter is full, and the exploration knows the way there.
func (p *prover) run(ctx context.Context, pt *Point, t *task, c, flat *circuit, b *sequential.Block, first int, at where, out *Outcome) {
	if pt.Verdict == verdict.Failed {
		return
	}
	begin := time.Now()
	defer func() { out.Took.since(Settle, begin) }()
	found := pt.Witness
	player, err := b.NewPlayer(c.Model)
	if err != nil {
		pt.Verdict, pt.Reason, pt.Detail, pt.Witness = verdict.Unknown, verdict.PortMismatch, err.Error(), nil
		return
	}
	var tried [][]int64
	if found != nil {
		tried = append(tried, found.Inputs)
	}
	trace := player.Search(first, tried, p.o.Seed)
	if trace == nil && at.port != "" {
		trace = player.Follow(at.path, at.port, at.want, tried, p.o.Seed)
	}
	if trace == nil {
		if found != nil {
			pt.Verdict, pt.Reason, pt.Witness, pt.Strategy = verdict.Unknown, verdict.OpenControl, nil, ""
			pt.Detail = fmt.Sprintf("what is left of the circuit once control is executed differs from the model, and no run was found that shows it, neither of %d computations nor on the way of %s on which control comes there: %s", sequential.Computations, words.Count(len(at.path), "clock"), pt.Detail)
		}
		return
	}
	w := trace.Wrong
	inputs := trace.Sets[len(trace.Sets)-1]
	if w.Job >= 0 {
		inputs = trace.Sets[trace.Jobs[w.Job]]
	}
	why := pt.Detail
	pt.refuted(c.Model, &equiv.Counterexample{Inputs: inputs, Gold: w.Want, Gate: w.Got})
	pt.Detail = b.Says(w)
	if found == nil && why != "" {
		pt.Detail += "; " + why
	}
	pt.Witness.Run = trace
	runs := []played{{c, player, []*sequential.Trace{trace}}}
	got, err := p.execute(ctx, runs, p.icarusOf)
	if conv := c.sources.Conversion; err == nil && conv != nil && conv.Icarus {
		err = p.originalRun(ctx, runs, got, w.Port)
	}
	if err != nil {
		pt.unreplayed(err)
		return
	}
	last := got[0][0][len(trace.Steps)-1][w.Port]
	if last.Unknown != 0 {
		// The hardware's output is not determined.
		pt.Verdict, pt.Reason, pt.Witness, pt.Strategy = verdict.Unknown, verdict.Undefined, nil, ""
		pt.Detail = fmt.Sprintf("%s is x in a simulator: %s", w.Port, why)
		return
	}
	p.replayed(pt, player.Number(w.Port, last.Value), c.Question)
	if pt.Verdict == verdict.Refuted {
		var alone *netlist.Module
		if flat != nil && w.Port == b.Output {
			if _, got, err := flat.Execute([][]int64{inputs}); err == nil && got[0] == w.Got {
				alone = flat.Gate
			}
		}
		p.showRun(ctx, pt, t, c, alone)
	}
}

// compiler compiles a test bench for a simulator.
type compiler func(ctx context.Context, sources rtl.Sources, tb *rtl.Testbench) (rtl.Simulation, error)

func (p *prover) icarusOf(ctx context.Context, sources rtl.Sources, tb *rtl.Testbench) (rtl.Simulation, error) {
	return rtl.Icarus{Limits: p.o.Icarus}.Compile(ctx, sources, tb)
}

// originalRun is an error where Verilator executes the user's files otherwise than Icarus did
// what they were converted to, in the last clock of a run.
func (p *prover) originalRun(ctx context.Context, runs []played, converted [][][]map[string]rtl.Bits, port string) error {
	got, err := p.execute(ctx, runs, p.verilatorOf)
	if err != nil {
		return err
	}
	last := len(converted[0][0]) - 1
	icarus, verilator := converted[0][0][last][port], got[0][0][last][port]
	if icarus.Unknown == 0 && icarus.Value != verilator.Value {
		return misconverted(runs[0].sources, port, icarus, verilator)
	}
	return nil
}

func (p *prover) verilatorOf(ctx context.Context, sources rtl.Sources, tb *rtl.Testbench) (rtl.Simulation, error) {
	return rtl.Verilator{Limits: p.o.Icarus}.Compile(ctx, sources, tb)
}

// played is a unit with runs of it.
type played struct {
	*circuit
	player *sequential.Player
	traces []*sequential.Trace
}

// execute repeats the runs of some units in one simulator, in parallel. It returns the
// outputs by unit, by run, by step and by port.
func (p *prover) execute(ctx context.Context, units []played, by compiler) (all [][][]map[string]rtl.Bits, err error) {
	tb := &rtl.Testbench{}
	runs := 0
	for _, u := range units {
		inst := rtl.Instance{Module: rtl.VerilogName(u.module.Name), Clock: u.module.Clock}
		for _, in := range u.module.Inputs {
			inst.Ins = append(inst.Ins, rtl.Drive{Port: rtl.VerilogName(in.Name), Input: len(tb.Inputs)})
			tb.Inputs = append(tb.Inputs, rtl.Signal{Name: in.Name, Width: in.Width})
		}
		for _, o := range u.module.Outputs {
			inst.Outs = append(inst.Outs, rtl.Signal{Name: rtl.VerilogName(o.Name), Width: o.Width})
		}
		tb.Under = append(tb.Under, inst)
		runs = max(runs, len(u.traces))
	}
	sim, err := by(ctx, units[0].sources, tb)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, sim.Close()) }()
	all = make([][][]map[string]rtl.Bits, len(units))
	for n := range runs {
		steps := 0
		for _, u := range units {
			steps = max(steps, len(u.traces[n].Steps))
		}
		var in [][]uint64
		for _, u := range units {
			for i := range u.module.Inputs {
				words := u.player.Words(u.traces[n], i)
				in = append(in, append(words, make([]uint64, steps-len(words))...))
			}
		}
		res, err := sim.Run(ctx, uint64(n)+1, in)
		if err != nil {
			return nil, err
		}
		at := 0
		for k, u := range units {
			run := make([]map[string]rtl.Bits, len(u.traces[n].Steps))
			for s := range run {
				run[s] = map[string]rtl.Bits{}
				for i, o := range u.module.Outputs {
					run[s][o.Name] = res[at+i][s]
				}
			}
			all[k] = append(all[k], run)
			at += len(u.module.Outputs)
		}
	}
	return all, nil
}

// sampledRuns is the number of runs of each unit that two simulators repeat, and
// sampledUnits the number of units that are compiled together.
const (
	sampledRuns  = 8
	sampledUnits = 32
)

// readRuns executes the text of blocks in two simulators beside the netlists that were read
// from it. Points need the fact that they agree.
func (p *prover) readRuns(ctx context.Context, t *task, circuits []*circuit, out *Outcome) error {
	begin := time.Now()
	defer func() { out.Took.since(Simulate, begin) }()
	for some := range slices.Chunk(circuits, sampledUnits) {
		var units []played
		var facts []equiv.Fact
		for _, c := range some {
			player, err := c.foreign.block(c.unit, c.module, t.layer.OutShape().C).NewPlayer(c.Model)
			if err != nil {
				return err
			}
			u := played{circuit: c, player: player}
			clocks := 0
			for n := range sampledRuns {
				u.traces = append(u.traces, player.Sample(n, p.o.Seed))
				clocks += len(u.traces[n].Steps)
			}
			units = append(units, u)
			facts = append(facts, equiv.Fact{
				Kind: verdict.Reading, Name: c.unit.Name, Layer: t.layer.Name, Basis: verdict.Simulated, Verdict: verdict.Proved,
				Claim: fmt.Sprintf("%s: the netlist that was read gives what the simulators give in %s of %d computations each, %s together", c.module.Name, words.Count(sampledRuns, "run"), sequential.Computations, words.Count(clocks, "clock")),
			})
		}
		var ran []string
		for _, s := range []struct {
			name string
			by   compiler
		}{{tool.Icarus.Name, p.icarusOf}, {tool.Verilator.Name, p.verilatorOf}} {
			got, err := p.execute(ctx, units, s.by)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err == nil {
				ran = append(ran, s.name)
			}
			for k := range units {
				f := &facts[k]
				if err != nil {
					f.Verdict, f.Reason, f.Detail = verdict.Unknown, verdict.NotSimulated, err.Error()
				} else if d, x := differs(&units[k], got[k]); d != "" && f.Verdict == verdict.Proved {
					if f.Verdict, f.Reason, f.Detail = verdict.Failed, verdict.TwoReadings, "the readings differ: "+s.name+" "+d; x {
						f.Verdict, f.Reason, f.Detail = verdict.Unknown, verdict.Undefined, s.name+" "+d
					}
				}
			}
		}
		for _, f := range facts {
			f.Method = t.foreign.executed(ran)
			t.foreign.parted(&f)
			out.Readings = append(out.Readings, f)
		}
	}
	return nil
}

// differs describes the first difference between a simulator and the netlist, or is "".
// undefined says that the simulator has an x. That contradicts nothing: a simulator keeps
// an x where every value would give the same.
func differs(u *played, got [][]map[string]rtl.Bits) (words string, undefined bool) {
	for n, t := range u.traces {
		for k, want := range u.player.Expected(t) {
			for i, o := range u.module.Outputs {
				if want[i] == nil {
					continue
				}
				b := got[n][k][o.Name]
				switch {
				case b.Unknown == 0 && b.Value == *want[i]:
				case b.Unknown == 0:
					return fmt.Sprintf("gives %v for %s in clock %d after power-up, the netlist %d", b, o.Name, k, *want[i]), false
				case words == "":
					words, undefined = fmt.Sprintf("gives x for %s in clock %d after power-up, where the netlist has %d from every state at power-up that was tried", o.Name, k, *want[i]), true
				}
			}
		}
	}
	return words, undefined
}

// showRun passes a point that a run refutes to the callback.
func (p *prover) showRun(ctx context.Context, pt *Point, t *task, c *circuit, flat *netlist.Module) {
	if p.o.Refuted == nil {
		return
	}
	defer crash.Recover("witness of "+string(pt.Edge)+" of "+pt.Unit, pt.crashed)
	r := &Refutation{
		Layer: t.layer, Unit: c.unit, Label: label(c.unit), Edge: pt.Edge, Model: c.Model, Sources: c.sources.Written(),
		Module: c.module, Gate: c.module, Foreign: c.foreign, Inputs: pt.Witness.Inputs, Run: pt.Witness.Run, Words: pt.Detail, Flat: flat,
	}
	if reference, err := link(t.gen.Module(c.unit), t.gen.Shared()); err == nil {
		r.Reference = reference
	}
	p.shown(pt, c.Question, p.o.Refuted(ctx, r))
}
