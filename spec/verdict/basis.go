package verdict

// Basis names what a proof relies on: which parties would all have to be wrong for it to
// be wrong. It is about the obligation alone; its premises have their own. The zero value
// names nothing, and counts as the weakest; see OrWeakest.
//
// OneSolver means that no other party reached the conclusion: a lifting rule, an interval
// rule, a point in bit-vectors, a tail that is too wide to enumerate, a claim about the
// programmable head. A conclusion has two parties if a strategy of this program reached
// it and a solver confirmed it. The solver's query must not be derived from the
// strategy's conclusion.
type Basis string

const (
	OneSolver            Basis = "one solver"           // no other party was asked, or gave an answer
	TwoSolvers           Basis = "two solvers"          // different programs, asked the same
	FormsAndSolver       Basis = "normal forms, solver" // normal forms, or nets merged by their bits; and independently a solver
	EnumerationAndSolver Basis = "enumeration, solver"  // every value was tried; and independently a solver
	IntervalsAndSolver   Basis = "intervals, solver"    // ends of intervals; and independently a solver
	Computed             Basis = "computation"          // read off, counted or exhibited: no solver took part
	Simulated            Basis = "simulation"           // observed in runs, which are a sample
	Premises             Basis = "premises"             // only the premises of the obligation
)

// Known reports whether b is one of the constants.
func (b Basis) Known() bool {
	switch b {
	case OneSolver, TwoSolvers, FormsAndSolver, EnumerationAndSolver, IntervalsAndSolver, Computed, Simulated, Premises:
		return true
	}
	return false
}

// OrWeakest is b, or OneSolver if b is empty.
func (b Basis) OrWeakest() Basis {
	if b == "" {
		return OneSolver
	}
	return b
}
