package reading

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"slices"
	"sort"
	"strings"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/tool"
	"github.com/hashiflex/hashiflex/rtl/verilated"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Unit is one module that was read, with one output.
type Unit struct {
	Name string
	Read *netlist.Module // as it was read, registers included
	// The question's circuit is Read with wires in place of registers. It has no
	// undefined value.
	*equiv.Question
	// Latency is the number of registers on every path. Settle is the number of clocks
	// after which the output no longer depends on earlier contents of registers.
	Latency, Settle int
}

// Job is a design to compare the readings of.
type Job struct {
	Sources rtl.Sources
	Units   []Unit
	// Joint is a module with all units, each output with the unit's Verilog name. A
	// simulator runs it in place of every unit's own module; "" means there is none.
	Joint    string
	Seed     int64
	Random   int         // random vectors for each unit
	Whole    int         // see equiv.StimulusOptions
	Literals []int64     // constants of the text; see equiv.StimulusOptions
	Lost     []int64     // see equiv.StimulusOptions
	Solver   smt.Checker // finds vectors at boundaries; nil: none
	Ask      int         // questions to it for each unit
	Limits   rtl.Limits  // of each simulator's process
	// Lines also counts which lines of the sources were entered.
	Lines bool
}

// powerUps is the number of power-up states of a clocked design in a simulator without x.
const powerUps = 3

// Result is the result of comparing the readings.
type Result struct {
	Units []Verdict // in the job's order
	// Ran are the simulators that executed the text; NotRun says why others did not.
	Ran    []string
	NotRun map[string]error
	// Lines is the number of places in the user's text that Verilator counts. Unentered
	// are those that no vector reached, in order.
	Lines     int
	Unentered []verilated.Point
}

// Verdict is about one unit.
type Verdict struct {
	Verdict verdict.Verdict
	Reason  verdict.Reason
	Detail  string
	Vectors int
	// Whole, Boundaries, Reached and Impossible are the stimulus's.
	Whole                           bool
	Boundaries, Reached, Impossible int
	Missed                          []string
	Difference                      *Difference // of Refuted and of two readings
}

// Difference is one vector and the outputs of all sides on it.
type Difference struct {
	Inputs    []int64 // by variable of the model
	Gold      int64
	Netlist   int64
	Simulated map[string]rtl.Bits // by simulator
	// Number reads a word of a simulator as the model's format says.
	Number func(uint64) int64
}

// Misread reports whether a simulator differs from the netlist.
func (d *Difference) Misread() bool {
	for _, b := range d.Simulated {
		if b.Unknown != 0 || d.Number(b.Value) != d.Netlist {
			return true
		}
	}
	return false
}

// alone reports whether one simulator, and no other, differs from the netlist.
func (d *Difference) alone(simulator string) bool {
	for name, b := range d.Simulated {
		if same := b.Unknown == 0 && d.Number(b.Value) == d.Netlist; same == (name == simulator) {
			return false
		}
	}
	return len(d.Simulated) > 1
}

// String lists the values of all sides.
func (d *Difference) String() string {
	parts := []string{fmt.Sprintf("model %d", d.Gold), fmt.Sprintf("netlist %d", d.Netlist)}
	names := make([]string, 0, len(d.Simulated))
	for n := range d.Simulated {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		if b := d.Simulated[n]; b.Unknown != 0 {
			parts = append(parts, n+" "+b.String())
		} else {
			parts = append(parts, fmt.Sprintf("%s %d", n, d.Number(b.Value)))
		}
	}
	return strings.Join(parts, ", ")
}

// Compare runs the job. Errors are the context's, or defects of this program. Everything
// that a simulator does is part of the result.
func Compare(ctx context.Context, j Job) (*Result, error) {
	b, err := newBench(&j)
	if err != nil {
		return nil, err
	}
	stimuli := make([]*equiv.Stimulus, len(j.Units))
	whole := true
	res := &Result{Units: make([]Verdict, len(j.Units)), NotRun: map[string]error{}}
	for i := range j.Units {
		u := &j.Units[i]
		s, err := u.Question.NewStimulus(ctx, equiv.StimulusOptions{
			Seed: j.Seed, Random: j.Random, Whole: j.Whole, Solver: j.Solver, Ask: j.Ask, Literals: j.Literals, Lost: j.Lost,
		})
		if err != nil {
			return nil, fmt.Errorf("module %s: %w", u.Name, err)
		}
		stimuli[i] = s
		res.Units[i] = Verdict{
			Vectors: len(s.Inputs) + len(s.Beyond), Whole: s.Whole,
			Boundaries: s.Boundaries, Reached: s.Reached, Impossible: s.Impossible, Missed: s.Missed,
		}
		b.add(i, s)
		whole = whole && s.Whole
	}
	lanes := b.lanes(rand.New(rand.NewSource(j.Seed)))
	var sims []rtl.Simulation
	defer func() {
		for _, s := range sims {
			// A folder that is not removed does not affect the verdict.
			_ = s.Close()
		}
	}()
	simulated := map[string][][][]rtl.Bits{} // by simulator, run, output, lane
	for _, s := range []struct {
		name    string
		compile func() (rtl.Simulation, error)
	}{
		{tool.Icarus.Name, func() (rtl.Simulation, error) { return rtl.Icarus{Limits: j.Limits}.Compile(ctx, j.Sources, b.tb) }},
		{tool.Verilator.Name, func() (rtl.Simulation, error) {
			return rtl.Verilator{Limits: j.Limits}.Compile(ctx, j.Sources, b.tb)
		}},
	} {
		sim, err := s.compile()
		if err == nil {
			sims = append(sims, sim)
			simulated[s.name], err = execute(ctx, sim, lanes, b.tb.Clocked())
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			delete(simulated, s.name)
			var refused *rtl.SourceError
			if errors.As(err, &refused) {
				err = fmt.Errorf("%w; %s", err, Remedy)
			}
			res.NotRun[s.name] = err
			continue
		}
		res.Ran = append(res.Ran, s.name)
		if c, ok := sim.(rtl.Covering); ok && j.Lines {
			res.lines(c.Entered(), whole && !b.tb.Clocked())
		}
	}
	for i := range j.Units {
		wrong, err := b.judge(&j.Units[i], i, stimuli[i], simulated, res)
		if err != nil {
			return nil, err
		}
		if err := b.refute(ctx, i, wrong, sims, &res.Units[i]); err != nil {
			return nil, err
		}
	}
	return res, j.unsettled(ctx, res)
}

// unsettled takes back that readings differ where Verilator alone does, and warns that it
// finds loops. It takes a vector for one net. So a vector whose bits depend on other bits of
// it, as in a netlist of gates, is a loop to it, which it does not always run to the end.
// Such a text is not executed by it.
func (j *Job) unsettled(ctx context.Context, res *Result) error {
	const code = "UNOPTFLAT"
	var loops []rtl.Message
	for i := range res.Units {
		v := &res.Units[i]
		if v.Reason != verdict.TwoReadings || !v.Difference.alone(tool.Verilator.Name) {
			continue
		}
		if loops == nil {
			said, err := rtl.Verilator{Limits: j.Limits}.Lint(ctx, j.Sources)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if loops = slices.DeleteFunc(said, func(m rtl.Message) bool { return !strings.HasPrefix(m.Text, code) }); err != nil || len(loops) == 0 {
				return nil
			}
		}
		v.Verdict, v.Reason, v.Difference = verdict.Unknown, verdict.NotSimulated, nil
		v.Detail = fmt.Sprintf("%s; Verilator alone differs and warns of loops that it may not settle (%v): bits of a vector depend on other bits of it; make them nets of one bit, in Yosys by splitnets", strings.TrimPrefix(v.Detail, "the readings differ: "), loops[0])
	}
	return nil
}

// Remedy is what helps where a simulator does not read a text that the front end reads.
const Remedy = `write it otherwise, or name a program that converts it, as in convert = "sv2v" (--convert)`

// execute runs all lanes, and a clocked design from several states at power-up.
func execute(ctx context.Context, sim rtl.Simulation, lanes [][]uint64, clocked bool) (runs [][][]rtl.Bits, err error) {
	_, covers := sim.(rtl.Covering) // knows no x, and begins with random values
	for n := range powerUps {
		out, err := sim.Run(ctx, uint64(n)+1, lanes)
		if err != nil {
			return nil, err
		}
		runs = append(runs, out)
		if !clocked || !covers {
			break
		}
	}
	return runs, nil
}

// lines separates entered from unentered lines. If all inputs were tried, unentered lines
// do not contribute to any function, and do not count.
func (r *Result) lines(entered map[verilated.Point]int64, whole bool) {
	for p, n := range entered {
		if n == 0 && whole {
			continue
		}
		r.Lines++
		if n == 0 {
			r.Unentered = append(r.Unentered, p)
		}
	}
	slices.SortFunc(r.Unentered, func(a, b verilated.Point) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return strings.Compare(a.Name, b.Name)
	})
}
