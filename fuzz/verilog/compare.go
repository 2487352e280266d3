package verilog

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
)

// Outcome is the result of comparing the three readings of one module.
type Outcome uint8

const (
	// Agree: where the netlist claims a value, all three readings agree.
	Agree Outcome = iota
	// UnknownInIcarus: the netlist and Verilator agree, but on some vector Icarus has x
	// where the netlist claims a value.
	UnknownInIcarus
	// NotAccepted: the front end refuses the module, or the cone of every output
	// contains an undefined word.
	NotAccepted
	// NotExecuted: the front end accepts the module, but a simulator does not.
	NotExecuted
	// AgainstIcarus and AgainstVerilator: the netlist agrees only with the other
	// simulator.
	AgainstIcarus
	AgainstVerilator
	// AgainstBoth: both simulators disagree with the netlist.
	AgainstBoth
)

var outcomes = []string{"agree", "x in Icarus only", "not accepted", "not executed", "against Icarus", "against Verilator", "against both"}

func (o Outcome) String() string { return outcomes[o] }

// Result is the comparison of one module.
type Result struct {
	Module   *Module
	Outcome  Outcome
	Accepted bool   // every output has a netlist
	Seed     uint64 // of the vectors
	Why      string // of a module that is not accepted or not executed: the tool and its message
	// The first difference.
	Output, Lane      int
	Input             uint64
	Netlist           uint64
	Icarus, Verilator rtl.Bits

	bus  []uint64
	said executed
}

// String describes the difference with the module's own names.
func (r Result) String() string {
	if r.Outcome < AgainstIcarus {
		if r.Why != "" {
			return fmt.Sprintf("%s: %v: %s", r.Module.Name, r.Outcome, r.Why)
		}
		return fmt.Sprintf("%s: %v", r.Module.Name, r.Outcome)
	}
	var in []string
	v := r.Input
	for _, s := range r.Module.Ins {
		in = append(in, fmt.Sprintf("%s=%d", s.Name, v&(1<<s.Width-1)))
		v >>= s.Width
	}
	return fmt.Sprintf("%s: %v: %s in lane %d (%s) is %d in the netlist, %v in Icarus, %v in Verilator",
		r.Module.Name, r.Outcome, r.Module.Outs[r.Output].Name, r.Lane, strings.Join(in, " "), r.Netlist, r.Icarus, r.Verilator)
}

// Readers are the two simulators, with their limits.
type Readers struct {
	Icarus    rtl.Icarus
	Verilator rtl.Verilator
	Words     int // that a memory may have and be read as registers, see rtl.Design.ModuleWithMemories
}

// icarusBatch is the number of modules that Icarus runs side by side. All their outputs
// are one net, and Icarus's time is quadratic in its width.
const icarusBatch = 10

// exhaustiveBits is the number of input bits that take all their values.
const exhaustiveBits = 8

// vectors are the stimulus of all modules of a batch. Their inputs are the low bits of
// one bus. Each value of the low bits comes once, in random order, with random bits
// above. So small modules are compared exhaustively, and registers see no pattern.
func vectors(seed uint64) []uint64 {
	r := rand.New(rand.NewPCG(seed, 0))
	bus := make([]uint64, 1<<exhaustiveBits)
	for i, low := range r.Perm(len(bus)) {
		high := r.Uint64()
		switch r.IntN(8) {
		case 0:
			high = 0
		case 1:
			high = ^high | high
		}
		bus[i] = (high<<exhaustiveBits | uint64(low)) & (1<<maxInputBits - 1)
	}
	return bus
}

// Compare reads the modules in three ways and compares their outputs on random vectors
// from the seed. All modules have the same dialect and distinct names. Results are in
// their order. It returns an error if a tool failed on all of them.
func Compare(ctx context.Context, r Readers, ms []*Module, seed uint64) ([]Result, error) {
	bus := vectors(seed)
	meanings, err := read(ctx, ms, r.Words, bus)
	if err != nil {
		return nil, err
	}
	var run []*Module
	for _, m := range ms {
		if accepted(meanings[m]) > 0 {
			run = append(run, m)
		}
	}
	said, err := simulate(ctx, r, run, seed, bus)
	if err != nil {
		return nil, err
	}
	results := make([]Result, len(ms))
	for i, m := range ms {
		results[i] = judge(m, meanings[m], bus, said[m])
	}
	return results, nil
}

// Again repeats the comparison: the front end reads the modules again, and the
// simulators' outputs are reused.
func Again(ctx context.Context, r Readers, old []Result) ([]Result, error) {
	var ms []*Module
	for _, o := range old {
		ms = append(ms, o.Module)
	}
	meanings, err := read(ctx, ms, r.Words, old[0].bus)
	if err != nil {
		return nil, err
	}
	results := make([]Result, len(ms))
	for i, m := range ms {
		results[i] = judge(m, meanings[m], old[i].bus, old[i].said)
	}
	return results, nil
}

// executed is what the simulators say about one module, by output and lane.
type executed struct {
	icarus, verilator [][]rtl.Bits
	refused           string // whose word, and what; or ""
}

// simulate runs the modules in both simulators.
func simulate(ctx context.Context, r Readers, ms []*Module, seed uint64, bus []uint64) (map[*Module]executed, error) {
	refused := map[*Module]string{}
	icarus, verilator := map[*Module][][]rtl.Bits{}, map[*Module][][]rtl.Bits{}
	for part := range slices.Chunk(ms, icarusBatch) {
		err := isolate(ctx, part, refused, func(ms []*Module) error {
			return execute(ctx, r.Icarus.Compile, ms, seed, bus, icarus)
		})
		if err != nil {
			return nil, err
		}
	}
	result := map[*Module]executed{}
	var left []*Module
	for _, m := range ms {
		if why, gone := refused[m]; gone {
			result[m] = executed{refused: "Icarus: " + why}
		} else {
			left = append(left, m)
		}
	}
	v := r.Verilator
	v.Uncounted = true
	err := isolate(ctx, left, refused, func(ms []*Module) error {
		return execute(ctx, func(ctx context.Context, s source.Sources, tb *rtl.Testbench) (rtl.Simulation, error) {
			return v.Compile(ctx, s, tb)
		}, ms, seed, bus, verilator)
	})
	for _, m := range left {
		if why, gone := refused[m]; gone {
			result[m] = executed{refused: "Verilator: " + why}
		} else {
			result[m] = executed{icarus: icarus[m], verilator: verilator[m]}
		}
	}
	return result, err
}

// accepted is how many outputs have a netlist without an undefined word.
func accepted(got meaning) (n int) {
	for _, c := range got.outs {
		if c.undefined == "" {
			n++
		}
	}
	return n
}

// judge finds the worst that the readings of m are to each other.
func judge(m *Module, got meaning, bus []uint64, said executed) Result {
	n := accepted(got)
	res := Result{Module: m, Accepted: got.refused == "" && n == len(m.Outs), bus: bus, said: said}
	switch {
	case got.refused != "":
		res.Outcome, res.Why = NotAccepted, got.refused
		return res
	case n == 0:
		res.Outcome, res.Why = NotAccepted, "undefined: "+got.outs[0].undefined
		return res
	case said.refused != "":
		res.Outcome, res.Why = NotExecuted, said.refused
		return res
	}
	for o, c := range got.outs {
		for lane := range c.value {
			if !c.known[lane] {
				continue
			}
			i, v, n := said.icarus[o][lane], said.verilator[o][lane], c.value[lane]
			outcome := Agree
			against := (i.Value^n)&^i.Unknown != 0
			switch {
			case v.Value != n && against:
				outcome = AgainstBoth
			case (v.Value^n)&^i.Unknown != 0:
				// Where Icarus says x, Verilator says anything.
				outcome = AgainstVerilator
			case against:
				outcome = AgainstIcarus
			case i.Unknown != 0:
				outcome = UnknownInIcarus
			}
			if outcome > res.Outcome {
				res.Outcome, res.Output, res.Lane, res.Input, res.Netlist, res.Icarus, res.Verilator = outcome, o, lane, bus[lane], n, i, v
			}
		}
	}
	return res
}

// compile is what makes a test bench ready for a simulator.
type compile func(context.Context, source.Sources, *rtl.Testbench) (rtl.Simulation, error)

// execute runs all modules side by side, on bits of the bus, and adds what their
// outputs are.
func execute(ctx context.Context, c compile, ms []*Module, seed uint64, bus []uint64, to map[*Module][][]rtl.Bits) error {
	var tb rtl.Testbench
	var in [][]uint64
	inputs := map[[2]int]int{} // by place and width on the bus
	for _, m := range ms {
		inst := rtl.Instance{Module: m.Name, Clock: m.Clock, Outs: m.Outs}
		lo := 0
		for _, s := range m.Ins {
			at := [2]int{lo, s.Width}
			if _, ok := inputs[at]; !ok {
				inputs[at] = len(in)
				tb.Inputs = append(tb.Inputs, rtl.Signal{Name: fmt.Sprintf("bus%d_%d", lo, s.Width), Width: s.Width})
				in = append(in, slice(bus, lo, s.Width))
			}
			inst.Ins = append(inst.Ins, rtl.Drive{Port: s.Name, Input: inputs[at]})
			lo += s.Width
		}
		tb.Under = append(tb.Under, inst)
	}
	sim, err := c(ctx, sources(ms), &tb)
	if err != nil {
		return err
	}
	defer sim.Close()
	got, err := sim.Run(ctx, seed, in)
	if err != nil {
		return err
	}
	for _, m := range ms {
		to[m], got = got[:len(m.Outs)], got[len(m.Outs):]
	}
	return nil
}

// slice is some bits of the bus, by lane.
func slice(bus []uint64, lo, width int) []uint64 {
	out := make([]uint64, len(bus))
	for i, v := range bus {
		out[i] = v >> lo & (1<<width - 1)
	}
	return out
}
