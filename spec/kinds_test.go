package spec

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Every kind that a file can name is one that Match tells apart, under its name, and
// the other way round.
func TestKindsAreThoseOfMatch(t *testing.T) {
	all := []string{}
	for _, k := range kinds {
		op := Match(k.decode(&object{all: &problems{}, asked: map[string]bool{}, m: map[string]any{}}),
			func(c *Conv) Op { return c }, func(a *Add) Op { return a }, func(p *Pool) Op { return p },
			func(p *MaxPool) Op { return p }, func(p *AvgPool) Op { return p }, func(c *Concat) Op { return c }, func(s *Split) Op { return s }, func(d *Dense) Op { return d })
		require.Equal(t, k.name, op.kind())
		require.Equal(t, k.name, op.clone().kind())
		require.Positive(t, op.inputs())
		all = append(all, k.name)
	}
	require.Equal(t, Kinds(), all)
	require.Len(t, all, 8, "one for each parameter of Match")
}
