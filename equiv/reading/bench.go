package reading

import (
	"cmp"
	"context"
	"fmt"
	"math/rand"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/tool"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// bench is all units in parallel, with the lanes of each. Inputs of one name are one word.
// Units without a common input have their vectors in the same lanes, and so have units with
// equal vectors. Units that share inputs come one after another.
type bench struct {
	units   []Unit
	tb      *rtl.Testbench
	input   map[string]int // by port
	begin   []int          // by unit: its first lane
	vectors [][][]int64    // by unit
	busy    []int          // by input: lanes that are taken
	total   int
	tail    int // lanes after the last vector, until all outputs are out
	settle  int // lanes before the first vector
}

func newBench(j *Job) (*bench, error) {
	b := &bench{units: j.Units, tb: &rtl.Testbench{}, input: map[string]int{}}
	joined := rtl.Instance{Module: j.Joint}
	for i := range j.Units {
		u := &j.Units[i]
		if len(u.Read.Outputs) != 1 || len(u.Gate.Outputs) != 1 {
			return nil, fmt.Errorf("module %s has other than one output", u.Name)
		}
		inst := rtl.Instance{Module: rtl.VerilogName(u.Read.Name), Clock: u.Read.Clock}
		joined.Clock = cmp.Or(joined.Clock, u.Read.Clock)
		for _, p := range u.Read.Inputs {
			at, known := b.input[p.Name]
			if !known {
				at = len(b.tb.Inputs)
				b.input[p.Name] = at
				b.tb.Inputs = append(b.tb.Inputs, rtl.Signal{Name: p.Name, Width: p.Width})
			}
			if w := b.tb.Inputs[at].Width; w != p.Width {
				return nil, fmt.Errorf("input %s has %s in module %s, and %d in another", p.Name, words.Count(p.Width, "bit"), u.Name, w)
			}
			inst.Ins = append(inst.Ins, rtl.Drive{Port: rtl.VerilogName(p.Name), Input: at})
		}
		o := u.Read.Outputs[0]
		inst.Outs = []rtl.Signal{{Name: rtl.VerilogName(o.Name), Width: o.Width}}
		joined.Outs = append(joined.Outs, rtl.Signal{Name: rtl.VerilogName(u.Name), Width: o.Width})
		b.tb.Under = append(b.tb.Under, inst)
		b.tail = max(b.tail, u.Latency)
		b.settle = max(b.settle, u.Settle)
	}
	if j.Joint != "" {
		for i, s := range b.tb.Inputs {
			joined.Ins = append(joined.Ins, rtl.Drive{Port: rtl.VerilogName(s.Name), Input: i})
		}
		b.tb.Under = []rtl.Instance{joined}
	}
	b.busy = make([]int, len(b.tb.Inputs))
	return b, nil
}

// add finds lanes for the vectors of a unit: the first from which on all of its
// inputs are free.
func (b *bench) add(unit int, s *equiv.Stimulus) {
	vs := slices.Concat(s.Inputs, s.Beyond)
	from := 0
	for _, p := range b.units[unit].Read.Inputs {
		from = max(from, b.busy[b.input[p.Name]])
	}
	for _, p := range b.units[unit].Read.Inputs {
		b.busy[b.input[p.Name]] = from + len(vs)
	}
	b.begin = append(b.begin, from)
	b.vectors = append(b.vectors, vs)
	b.total = max(b.total, from+len(vs))
}

// lanes are the words of all inputs: random ones while the design settles, then the vectors
// of all units, with random words for inputs that no unit uses in a lane, and then more
// until the last output is out.
func (b *bench) lanes(rng *rand.Rand) [][]uint64 {
	all := make([][]uint64, len(b.tb.Inputs))
	n := b.settle + b.total + b.tail
	for i, s := range b.tb.Inputs {
		all[i] = make([]uint64, n)
		for lane := range all[i] {
			all[i][lane] = rng.Uint64() & (1<<s.Width - 1)
		}
	}
	for i := range b.units {
		u := &b.units[i]
		variable := map[string]int{}
		for v := range u.Model.Vars {
			variable[u.Model.Vars[v].Port] = v
		}
		for _, p := range u.Read.Inputs {
			v, word := variable[p.Name], all[b.input[p.Name]]
			for k, x := range b.vectors[i] {
				word[b.settle+b.begin[i]+k] = uint64(x[v]) & (1<<p.Width - 1)
			}
		}
	}
	return all
}

// maxWrong is the largest number of vectors to try to refute a unit.
const maxWrong = 8

// judge compares the readings of one unit. It returns vectors on which both simulators
// contradict the model.
func (b *bench) judge(u *Unit, unit int, s *equiv.Stimulus, simulated map[string][][][]rtl.Bits, res *Result) (contradicted []*Difference, err error) {
	v := &res.Units[unit]
	gold, got, err := b.expected(u, unit, len(s.Inputs))
	if err != nil {
		return nil, err
	}
	first := b.settle + b.begin[unit] + u.Latency
	number := numbers(u)
	for k, x := range b.vectors[unit] {
		beyond := k >= len(s.Inputs)
		d := &Difference{Inputs: x, Simulated: map[string]rtl.Bits{}, Number: number}
		if !beyond {
			d.Gold = gold[k]
		}
		d.Netlist = got[k]
		differs, wrong := false, len(res.Ran) > 1 && !beyond
		for name, runs := range simulated {
			for _, run := range runs {
				bits := run[unit][first+k]
				same := bits.Unknown == 0 && number(bits.Value) == d.Netlist
				if old, ok := d.Simulated[name]; !ok || !same && old != bits {
					d.Simulated[name] = bits
				}
				differs = differs || !same
				wrong = wrong && bits.Unknown == 0 && number(bits.Value) != d.Gold
			}
		}
		if wrong && len(contradicted) < maxWrong {
			contradicted = append(contradicted, d)
		}
		if differs && (v.Difference == nil || v.Difference.alone(tool.Verilator.Name) && !d.alone(tool.Verilator.Name)) {
			v.Verdict, v.Reason, v.Difference = verdict.Failed, verdict.TwoReadings, d
			v.Detail = "the readings differ: " + d.String() + u.at(x)
			if beyond {
				v.Detail = "the readings differ outside of the model's ranges: " + d.String()[len("model 0, "):] + u.at(x)
			}
		}
	}
	if v.Difference != nil {
		return contradicted, nil
	}
	if len(res.NotRun) > 0 {
		v.Reason = verdict.NotSimulated
		var why []string
		for _, name := range []string{"iverilog", "verilator"} {
			if err := res.NotRun[name]; err != nil {
				why = append(why, err.Error())
			}
		}
		v.Detail = strings.Join(why, "; ")
		return contradicted, nil
	}
	v.Verdict = verdict.Proved
	return contradicted, nil
}

// refute shows that both simulators contradict the model on a vector by itself: held from
// power-up on until the design has settled. An output that needs other vectors before it,
// such as of a process that misses a change, is not a function of the inputs, and refutes
// nothing here.
func (b *bench) refute(ctx context.Context, unit int, contradicted []*Difference, sims []rtl.Simulation, v *Verdict) error {
	u := &b.units[unit]
	for _, d := range contradicted {
		at := u.Settle
		lanes := make([][]uint64, len(b.tb.Inputs))
		for i := range lanes {
			lanes[i] = make([]uint64, at+1)
		}
		for v := range u.Model.Vars {
			i, ok := b.input[u.Model.Vars[v].Port]
			for lane := 0; ok && lane <= at; lane++ {
				lanes[i][lane] = uint64(d.Inputs[v]) & (1<<b.tb.Inputs[i].Width - 1)
			}
		}
		wrong := true
		again := *d
		again.Simulated = map[string]rtl.Bits{}
		for _, sim := range sims {
			runs, err := execute(ctx, sim, lanes, b.tb.Clocked())
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				wrong = false
				break
			}
			for _, run := range runs {
				bits := run[unit][at]
				again.Simulated[sim.Simulator()] = bits
				wrong = wrong && bits.Unknown == 0 && d.Number(bits.Value) != d.Gold
			}
		}
		if wrong {
			v.Verdict, v.Reason, v.Difference = verdict.Refuted, "", &again
			v.Detail = again.String()
			return nil
		}
	}
	return nil
}

// expected is the model's outputs on a unit's vectors within the ranges, and the netlist's
// on all of them.
func (b *bench) expected(u *Unit, unit, within int) (gold, got []int64, err error) {
	for _, x := range b.vectors[unit][:within] {
		gold = append(gold, u.Model.Run(x))
	}
	got, err = u.Outputs(b.vectors[unit])
	return gold, got, err
}

// at lists the inputs that are not 0, as far as they fit.
func (u *Unit) at(x []int64) string {
	const most = 8
	var parts []string
	for i, v := range x {
		switch {
		case v == 0:
		case len(parts) == most:
			return ", at " + strings.Join(parts, " ") + " …"
		default:
			parts = append(parts, fmt.Sprintf("%s=%d", u.Model.Vars[i].Port, v))
		}
	}
	if parts == nil {
		return ", where all inputs are 0"
	}
	return ", at " + strings.Join(parts, " ") + ", other inputs 0"
}

// numbers reads words as the model's format says.
func numbers(u *Unit) func(uint64) int64 {
	shift := 64 - u.Read.Outputs[0].Width
	signed := u.Model.Signed()
	return func(word uint64) int64 {
		if signed {
			return int64(word<<shift) >> shift
		}
		return int64(word)
	}
}
