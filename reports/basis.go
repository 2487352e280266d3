package reports

import (
	"fmt"

	"github.com/hashiflex/hashiflex/spec/words"
)

// OneSolver counts what is proved on the word of a single solver, directly or through a
// premise: the points over all edges, and the other obligations (facts).
func (s *Signoff) OneSolver() (points, facts int) {
	for _, c := range s.Totals {
		points += c.OneSolver
	}
	for _, o := range s.Obligations {
		facts += o.OneSolver
	}
	return points, facts
}

// OneWord describes what rests on a single solver's word; "" if nothing does.
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
