package shiftadd

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec/networks"
)

// A module without names is the same circuit, cell by cell.
func TestBareIsTheModule(t *testing.T) {
	n, err := networks.Open("tiny")
	require.NoError(t, err)
	for _, l := range n.Layers {
		if l.Kind() == "dense" {
			continue
		}
		for _, o := range []Options{{}, {Tree: CarrySave}, {Share: Pairs}, {Subtract: InvertCarry, Widths: Uniform}} {
			g, err := New(l, o)
			require.NoError(t, err)
			for _, u := range g.Modules() {
				whole, bare := g.Module(u), g.Bare(u)
				require.Equal(t, whole.Cells, bare.Cells, u.Name)
				require.NoError(t, netlist.Same(whole, bare))
				if u.Kind == KindChannel {
					require.Empty(t, bare.Names)
				}
			}
		}
	}
}
