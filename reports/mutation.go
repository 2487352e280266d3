package reports

import (
	"fmt"
	"slices"

	"github.com/hashiflex/hashiflex/spec/words"
)

// Mutation is how the prover did on faults that were planted in the generated circuits,
// one at a time. It says how far the check itself can be trusted. Nothing rests on it, but
// one mutant that lives is a failure.
type Mutation struct {
	Seed      uint64          `json:"seed"` // of the sample
	Total     MutationScore   `json:"total"`
	Faults    []MutationScore `json:"faults"` // by name
	Layers    []MutationScore `json:"layers"` // in the network's order
	Survivors []Survivor      `json:"survivors"`
}

// MutationScore counts mutants of one kind of fault, or of one layer.
type MutationScore struct {
	Name    string `json:"name"`
	Killed  int    `json:"killed"`   // refuted by a witness that replays
	Held    int    `json:"held"`     // neither proved nor refuted: it would stop a signoff
	Equal   int    `json:"equal"`    // the same function on all inputs, or proved where simulation sees no difference
	Lived   int    `json:"lived"`    // the verdict is false
	NotRead int    `json:"not_read"` // Verilog that no reader takes
}

// Survivor is a mutant on which prover and simulation disagree.
type Survivor struct {
	Mutant int     `json:"mutant"` // its number
	Point  string  `json:"point"`
	Where  string  `json:"where"` // netlist or Verilog
	Fault  string  `json:"fault"`
	Why    string  `json:"why"`
	Inputs []int64 `json:"inputs"` // that show it, by port of the model
}

// Mutants is how many there are.
func (s *MutationScore) Mutants() int { return s.Killed + s.Held + s.Equal + s.Lived + s.NotRead }

// Add adds the counts of o.
func (s *MutationScore) Add(o *MutationScore) {
	s.Killed, s.Held, s.Equal, s.Lived, s.NotRead = s.Killed+o.Killed, s.Held+o.Held, s.Equal+o.Equal, s.Lived+o.Lived, s.NotRead+o.NotRead
}

// Summary is the score in a few short parts.
func (m *Mutation) Summary() []string {
	t := &m.Total
	parts := []string{words.Count(t.Mutants(), "mutant"), words.Number(t.Killed) + " killed"}
	for _, x := range []struct {
		n    int
		what string
	}{{t.Held, "held"}, {t.Equal, "equal"}, {t.NotRead, "not read"}} {
		if x.n > 0 {
			parts = append(parts, words.Number(x.n)+" "+x.what)
		}
	}
	return append(parts, words.Count(t.Lived, "survivor"))
}

// conclude lists the reasons why nothing can be signed off with m.
func (m *Mutation) conclude() (failed []string) {
	if m == nil {
		return nil
	}
	var faults, layers MutationScore
	for _, list := range []struct {
		of  []MutationScore
		sum *MutationScore
	}{{m.Faults, &faults}, {m.Layers, &layers}} {
		for i := range list.of {
			list.sum.Add(&list.of[i])
		}
		list.sum.Name = m.Total.Name
	}
	t := &m.Total
	switch {
	case min(t.Killed, t.Held, t.Equal, t.Lived, t.NotRead) < 0 || t.Mutants() == 0 || faults != *t || layers != *t || t.Lived != len(m.Survivors):
		failed = append(failed, "mutants: the counts do not add up, or there are none")
	case t.Killed == 0:
		failed = append(failed, "mutants: none was killed")
	}
	for _, s := range m.Survivors {
		failed = append(failed, fmt.Sprintf("mutant %d, %s of %s, %s: %s", s.Mutant, s.Where, s.Point, s.Fault, s.Why))
	}
	return failed
}

// canonical is a copy with empty lists for nil ones.
func (m *Mutation) canonical() *Mutation {
	if m == nil {
		return nil
	}
	c := *m
	c.Faults, c.Layers, c.Survivors = list(m.Faults), list(m.Layers), slices.Clone(list(m.Survivors))
	for i := range c.Survivors {
		c.Survivors[i].Inputs = list(c.Survivors[i].Inputs)
	}
	return &c
}
