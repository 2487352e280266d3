package reports

import (
	"fmt"

	"github.com/hashiflex/hashiflex/spec/words"
)

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
