package signoff

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec/networks"
)

// Each knob is turned alone, and the costs are those of a run with that knob.
func TestKnobs(t *testing.T) {
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	l := net.Layer("stem")
	o := chain.Options{Jobs: 2}
	all := knobs(l, &o)
	var names []string
	for _, k := range all {
		names = append(names, k.Knob)
		require.Positive(t, k.Bits, k.Knob)
	}
	require.Equal(t, []string{"share=pairs", "subtract=invert", "widths=uniform", "tree=linear", "tree=carrysave"}, names)
	linear, err := shiftadd.New(l, shiftadd.Options{Tree: shiftadd.Linear})
	require.NoError(t, err)
	s := measure(linear, 1)
	require.Equal(t, s.Depth, all[3].Depth)
	require.Equal(t, s.Bits, all[3].Bits)
	balanced, err := shiftadd.New(l, shiftadd.Options{})
	require.NoError(t, err)
	require.Greater(t, all[3].Depth, measure(balanced, 2).Depth)

	o.Knobs.Tree = shiftadd.Linear
	back := knobs(l, &o)
	require.Equal(t, "tree=balanced", back[0].Knob)
	require.Nil(t, knobs(l, &chain.Options{Channels: []int{0}}))
	for _, l := range net.Layers {
		if l.Kind() == "add" {
			require.Nil(t, knobs(l, &chain.Options{}), l.Name)
		}
	}
}
