package verdict

// Basis says whose word a proof is: who would have to be wrong for it to be. It is
// about the obligation alone; what it needs has one of its own. The zero value says
// nothing, and counts as the weakest; see OrWeakest.
//
// One solver's word is what nobody else came to: a lifting rule, an interval rule,
// a point in bit-vectors, a tail that is too wide to enumerate, a claim about the
// programmable head. What a strategy of this program concluded and a solver
// confirmed, from a text that was not written from the strategy's conclusion, has
// two of them.
type Basis string

const (
	OneSolver            Basis = "one solver"           // nobody else was asked, or answered
	TwoSolvers           Basis = "two solvers"          // different programs, asked the same
	FormsAndSolver       Basis = "normal forms, solver" // normal forms, or nets merged by their bits; a solver was asked apart
	EnumerationAndSolver Basis = "enumeration, solver"  // every value was tried; a solver was asked apart
	IntervalsAndSolver   Basis = "intervals, solver"    // ends of intervals; a solver was asked apart
	Computed             Basis = "computation"          // read off, counted or exhibited: no solver took part
	Simulated            Basis = "simulation"           // seen in runs, which are a sample
	Premises             Basis = "premises"             // what the obligation needs, and nothing else
)

// Known reports whether b is one of the constants.
func (b Basis) Known() bool {
	switch b {
	case OneSolver, TwoSolvers, FormsAndSolver, EnumerationAndSolver, IntervalsAndSolver, Computed, Simulated, Premises:
		return true
	}
	return false
}

// OrWeakest is b, or OneSolver where b says nothing.
func (b Basis) OrWeakest() Basis {
	if b == "" {
		return OneSolver
	}
	return b
}
