package reports

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestMutationConcludes: a survivor is a failure, and so are counts that say nothing.
func TestMutationConcludes(t *testing.T) {
	of := func(s MutationScore) *Mutation {
		m := &Mutation{Total: s, Faults: []MutationScore{s}, Layers: []MutationScore{s}}
		for range s.Lived {
			m.Survivors = append(m.Survivors, Survivor{Mutant: 7, Point: "p", Where: "netlist", Fault: "shift", Why: "proved, and different"})
		}
		return m
	}
	require.Empty(t, (*Mutation)(nil).conclude())
	require.Empty(t, of(MutationScore{Killed: 3, Held: 1, Equal: 1, NotRead: 1}).conclude())
	require.Equal(t, []string{"mutant 7, netlist of p, shift: proved, and different"}, of(MutationScore{Killed: 3, Lived: 1}).conclude())
	for what, m := range map[string]*Mutation{
		"no mutants":             of(MutationScore{}),
		"none killed":            of(MutationScore{Equal: 5}),
		"a survivor left out":    {Total: MutationScore{Killed: 1, Lived: 1}, Faults: []MutationScore{{Killed: 1, Lived: 1}}, Layers: []MutationScore{{Killed: 1, Lived: 1}}},
		"faults do not add up":   {Total: MutationScore{Killed: 2}, Faults: []MutationScore{{Killed: 1}}, Layers: []MutationScore{{Killed: 2}}},
		"layers do not add up":   {Total: MutationScore{Killed: 2}, Faults: []MutationScore{{Killed: 2}}, Layers: []MutationScore{{Killed: 1}}},
		"fewer than none killed": of(MutationScore{Killed: -1, Equal: 5}),
	} {
		require.NotEmpty(t, m.conclude(), what)
		s := &Signoff{Mutation: m}
		s.Conclude()
		require.Equal(t, MachineryFailed, s.Conclusion, what)
	}
}
