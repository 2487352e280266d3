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
	Elaborate = "elaborate" // from Yosys' cells to a netlist
	Unlifted  = "unlifted"  // points proved without the lifter
	Simulate  = "simulate"  // vectors
	Keep      = "keep"      // the store
	Facts     = "facts"     // rules and interfaces
	Solving   = "solver"    // all that one solver process was busy with, whatever the phase
)

// Measurement is what one phase took. It is no part of a record: times differ
// from run to run.
type Measurement struct {
	Phase  string
	Object string        // the layer, or the solver
	Wall   time.Duration // summed over the workers
	Peak   int64         // largest resident size of a process, in bytes; 0: not known
}

// phases sums measurements up by phase.
type phases map[string]Measurement

// since adds the time from begin until now.
func (ps phases) since(phase string, begin time.Time) { ps.add(phase, time.Since(begin), 0) }

func (ps phases) add(phase string, wall time.Duration, peak int64) {
	m := ps[phase]
	m.Phase, m.Wall, m.Peak = phase, m.Wall+wall, max(m.Peak, peak)
	ps[phase] = m
}

// measured reports the phases of an object; the caller does not hold mu.
func (r *run) measured(object string, all ...phases) {
	if r.o.Measure == nil {
		return
	}
	sum := phases{}
	for _, ps := range all {
		for _, m := range ps {
			sum.add(m.Phase, m.Wall, m.Peak)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, phase := range slices.Sorted(maps.Keys(sum)) {
		m := sum[phase]
		m.Object = object
		r.o.Measure(m)
	}
}
