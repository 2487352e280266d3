package reports

import (
	"fmt"

	"github.com/hashiflex/hashiflex/reports/internal/words"
)

// Basis says whose word a proof is: who would have to be wrong for it to be. It is
// about the obligation alone; what it needs has one of its own.
type Basis string

// What proofs rest on. Only OneSolver is a single word: the others have two that
// came to the same by different ways, or no solver's at all.
const (
	OneSolver            Basis = "one solver"           // which nobody else was asked about, or answered
	TwoSolvers           Basis = "two solvers"          // different programs, asked the same
	FormsAndSolver       Basis = "normal forms, solver" // a strategy of this program, and a solver that was asked apart
	EnumerationAndSolver Basis = "enumeration, solver"  // every value tried, and a solver
	IntervalsAndSolver   Basis = "intervals, solver"    // ends of intervals, and a solver
	Computed             Basis = "computation"          // read off, counted or exhibited: no solver took part
	Simulated            Basis = "simulation"           // seen in runs, which are a sample
	Premises             Basis = "premises"             // what it needs, and nothing else
)

var bases = map[Basis]bool{
	OneSolver: true, TwoSolvers: true, FormsAndSolver: true, EnumerationAndSolver: true,
	IntervalsAndSolver: true, Computed: true, Simulated: true, Premises: true,
}

// OneSolver counts the points that are proved on one solver's word, over all edges,
// and the other obligations that are: by themselves, or by something that they need.
func (s *Signoff) OneSolver() (points, facts int) {
	for _, c := range s.Totals {
		points += c.OneSolver
	}
	for _, o := range s.Obligations {
		facts += o.OneSolver
	}
	return points, facts
}

// OneWord says in words what rests on one solver's word; "" where nothing does.
func (s *Signoff) OneWord() string {
	points, facts := s.OneSolver()
	if points+facts == 0 {
		return ""
	}
	proved := 0
	for _, c := range s.Totals {
		proved += c.Proved
	}
	return fmt.Sprintf("one solver's word alone is behind %s of %s proved points and %s other obligations",
		words.Number(points), words.Number(proved), words.Number(facts))
}
