package control

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
)

// TestEveryOutputOfTheMonitorIsJudged, and every property is one: an output that has no
// row would be claimed by nobody, and a row without an output would be judged without
// being looked at.
func TestEveryOutputOfTheMonitorIsJudged(t *testing.T) {
	monitor := func(names ...string) *netlist.Module {
		m := netlist.New("monitor")
		for _, n := range names {
			m.Output(n, m.Input("of "+n, 1))
		}
		return m
	}
	var all []string
	for i := range monitored {
		all = append(all, monitored[i].output())
	}
	all = append(append(all, conditions...), pins)
	s, err := newSystem(twoLayers, monitor(all...), monitored, conditions)
	require.NoError(t, err)
	require.Len(t, s.proofs(), len(monitored))

	_, err = newSystem(twoLayers, monitor(append(all, "rule_more")...), monitored, conditions)
	require.ErrorContains(t, err, "rule_more of the monitor is no property")
	for i, n := range all {
		_, err := newSystem(twoLayers, monitor(slices.Delete(slices.Clone(all), i, i+1)...), monitored, conditions)
		require.ErrorContains(t, err, n)
	}
}

// TestPropertiesHaveNamesAndWords of their own; the names are those of facts.
func TestPropertiesHaveNamesAndWords(t *testing.T) {
	all := slices.Clone(monitored)
	for _, a := range agreements {
		all = append(all, a.property)
	}
	require.Len(t, all, perInstance)
	seen := map[string]bool{}
	for i := range all {
		p := &all[i]
		require.False(t, seen[p.name], p.name)
		require.Less(t, p.kind, kinds, p.name)
		require.NotEmpty(t, p.text, p.name)
		require.NotContains(t, p.claim(twoLayers), "%", p.name)
		require.True(t, p.where == nil || p.kind == goal, p.name)
		seen[p.name] = true
	}
}
