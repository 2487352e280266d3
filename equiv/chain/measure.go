package chain

import (
	"maps"
	"slices"
	"time"
)

// Phases of a run.
const (
	Generate  = "generate"  // shift-adder netlists
	Settle    = "settle"    // normal forms, and witnesses where there are some
	Confirm   = "confirm"   // solvers on the claims before the cut
	Tails     = "tails"     // enumeration, and solvers on the tails
	Write     = "write"     // Verilog
	Yosys     = "yosys"     // Yosys, and parsing what it prints
	Strict    = "strict"    // the strict reader
	Elaborate = "elaborate" // from a front end's cells to a netlist
	Unlifted  = "unlifted"  // points proved without the lifter
	Simulate  = "simulate"  // vectors
	Keep      = "keep"      // the store
	Facts     = "facts"     // rules and interfaces
	Solving   = "solver"    // everything that one solver process did, in any phase
)

// Measurement is the time and memory of one phase. It is not part of a record: times differ
// from run to run.
type Measurement struct {
	Phase  string
	Object string        // the layer, or the solver
	Wall   time.Duration // summed over the workers
	Peak   int64         // largest resident size of a process, in bytes; 0: not known
}

// Phases sums measurements up by phase.
type Phases map[string]Measurement

// since adds the time from begin until now.
func (ps Phases) since(phase string, begin time.Time) { ps.add(phase, time.Since(begin), 0) }

func (ps Phases) add(phase string, wall time.Duration, peak int64) {
	m := ps[phase]
	m.Phase, m.Wall, m.Peak = phase, m.Wall+wall, max(m.Peak, peak)
	ps[phase] = m
}

func (ps Phases) plus(o Phases) {
	for _, m := range o {
		ps.add(m.Phase, m.Wall, m.Peak)
	}
}

// measured reports the phases of an object; the caller does not hold mu.
func (r *run) measured(object string, took Phases) {
	if r.o.Measure == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, phase := range slices.Sorted(maps.Keys(took)) {
		m := took[phase]
		m.Object = object
		r.o.Measure(m)
	}
}
