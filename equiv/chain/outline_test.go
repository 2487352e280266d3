package chain

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// TestOutline: what is said before a run is what the run then does.
func TestOutline(t *testing.T) {
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	o := Options{Edges: []verdict.Edge{verdict.GoldenNetlist}, Jobs: 1}
	said, err := Outline(net, o)
	require.NoError(t, err)
	res, err := Run(t.Context(), net, o)
	require.NoError(t, err)
	seen := map[equiv.Strategy]bool{}
	i := 0
	for _, r := range res.Records {
		for k := range r.Points {
			require.Equal(t, r.Layer, said[i].Layer)
			require.Equal(t, r.Labels[k], said[i].Label)
			require.Equal(t, r.Points[k].Strategy, said[i].Strategy, "%s/%s", r.Layer, r.Labels[k])
			seen[said[i].Strategy] = true
			i++
		}
	}
	require.Len(t, said, i)
	require.Greater(t, len(seen), 1)
}

func TestOutlineOfAPart(t *testing.T) {
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	said, err := Outline(net, Options{Layers: []string{"project"}, Channels: []int{2}})
	require.NoError(t, err)
	require.Len(t, said, 1)
	require.Equal(t, "2", said[0].Label)
	_, err = Outline(net, Options{Layers: []string{"logits"}})
	require.ErrorContains(t, err, "dense")
}
