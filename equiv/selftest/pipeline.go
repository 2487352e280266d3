package selftest

import (
	"fmt"
	"math/rand/v2"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// pipeline puts registers into the case's circuit, the same number on every path, and in half
// of the cases one more somewhere.
func (c *Case) pipeline(rng *rand.Rand) {
	levels := make([]int, len(c.Gate.Cells))
	for v := 1; v < len(levels); v++ {
		cell := &c.Gate.Cells[v]
		for _, a := range cell.Args[:cell.Op.Arity()] {
			levels[v] = max(levels[v], levels[a])
		}
		if !cell.Op.IsWiring() && cell.Op != netlist.OpConst && rng.IntN(4) == 0 {
			levels[v]++
		}
	}
	latency := -1
	if at := netlist.LatencyAt(levels[c.Gate.Outputs[0].Value], 1); rng.IntN(3) == 0 {
		latency = at + rng.IntN(3)
	}
	piped := netlist.Registered(c.Gate, levels, 1, latency)
	what := fmt.Sprintf("%d registers", len(piped.Regs))
	if rng.IntN(2) == 0 {
		piped, what = late(rng, piped), what+", and one more"
	}
	if len(piped.Regs) == 0 || piped.Check() != nil {
		return
	}
	if c.What != "" {
		what = c.What + ", " + what
	}
	c.Gate, c.Change, c.What = piped, Pipelined, what
}

// late is m with one more register before an operand of a cell.
func late(rng *rand.Rand, m *netlist.Module) *netlist.Module {
	to := netlist.New(m.Name)
	at := make([]netlist.Value, len(m.Cells))
	where := 1 + rng.IntN(len(m.Cells)-1)
	registers := map[netlist.Value]netlist.Reg{}
	for _, r := range m.Regs {
		registers[r.Q] = r
	}
	for v := 1; v < len(m.Cells); v++ {
		c := &m.Cells[v]
		switch c.Op {
		case netlist.OpInput:
			p := m.Inputs[c.Aux]
			at[v] = to.Input(p.Name, p.Width)
			continue
		case netlist.OpConst:
			at[v] = to.Const(int(c.Width), c.Aux)
			continue
		case netlist.OpReg:
			at[v] = to.Reg(registers[netlist.Value(v)].Name, int(c.Width))
			continue
		}
		var args [3]netlist.Value
		for i, a := range c.Args[:c.Op.Arity()] {
			args[i] = at[a]
		}
		if v == where {
			i := rng.IntN(c.Op.Arity())
			q := to.Reg("late", to.Width(args[i]))
			to.SetNext(q, args[i])
			args[i] = q
		}
		at[v] = to.Build(c.Op, int(c.Width), c.Aux, args[0], args[1], args[2])
	}
	for _, r := range m.Regs {
		to.SetNext(at[r.Q], at[r.D])
	}
	for _, p := range m.Outputs {
		to.Output(p.Name, at[p.Value])
	}
	return to
}

// inTime is the truth about a circuit with registers: whether, for one number of clocks, the
// output is the model's for the inputs of so many clocks before, whatever came in between, once
// no value of the power-up is left: registers may hold what comes from constants. If
// the circuit says how many clocks that are, it is this number. The inputs come in an order that
// seed draws.
func inTime(model *equiv.Model, m *netlist.Module, seed uint64) (equal bool, at []int64, err error) {
	out := m.Outputs[0].Value
	stages, err := netlist.Stages(m, out)
	if err != nil {
		return false, nil, err
	}
	least, most := stages.Range()
	all := inputs(model)
	rand.New(rand.NewPCG(seed, 1)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	got, err := played(m, model, all, stages.Settle, most)
	if err != nil {
		return false, nil, err
	}
	mask := ^uint64(0) >> (64 - m.Width(out))
	for n := least; n <= most; n++ {
		equal = true
		for i, xs := range all {
			if got[i+n] != uint64(model.Run(xs))&mask {
				equal, at = false, xs
				break
			}
		}
		if equal {
			return true, nil, nil
		}
	}
	return false, at, nil
}

// played are the outputs of a circuit, clock by clock, from the first input on, and for some
// clocks longer than there are inputs. The first one is there for some clocks before.
func played(m *netlist.Module, model *equiv.Model, all [][]int64, before, longer int) ([]uint64, error) {
	run, err := netlist.NewClocked(m, m.Outputs[0].Value, 1)
	if err != nil {
		return nil, err
	}
	port := map[string]int{}
	for i, v := range model.Vars {
		port[v.Port] = i
	}
	in, out := make([][]uint64, len(m.Inputs)), make([]uint64, 1)
	for i := range in {
		in[i] = make([]uint64, 1)
	}
	got := make([]uint64, 0, len(all)+longer)
	for t := -before; t < len(all)+longer; t++ {
		xs := all[min(max(t, 0), len(all)-1)]
		for i, p := range m.Inputs {
			at, ok := port[p.Name]
			if !ok {
				return nil, fmt.Errorf("input %s is none of the model's", p.Name)
			}
			in[i][0] = uint64(xs[at]) & (^uint64(0) >> (64 - p.Width))
		}
		run.Step(in, out)
		if t >= 0 {
			got = append(got, out[0])
		}
	}
	return got, nil
}

// decidePipeline is decide for a circuit with registers. It is proved or refuted with wires in
// place of them, if all paths have as many.
func decidePipeline(model *equiv.Model, m *netlist.Module, decide func(*equiv.Question) verdict.Verdict) verdict.Verdict {
	flat := settled(m)
	if flat == nil {
		return verdict.Unknown
	}
	return decide(equiv.NewQuestion(model, flat))
}
