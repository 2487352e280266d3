package rate

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
)

// A small measurement of everything.
func TestRun(t *testing.T) {
	n, err := networks.Open("tiny")
	require.NoError(t, err)
	var dense []*spec.Layer
	for _, l := range n.Layers {
		if l.Kind() == "dense" {
			dense = append(dense, l)
		}
	}
	p, err := npu.Room(dense, 3)
	require.NoError(t, err)
	prog, err := npu.Assemble(dense, p)
	require.NoError(t, err)
	r, err := Run(context.Background(), Config{Cases: 30, Both: 5, Program: prog, Images: 20, Loads: 2, Seed: 3})
	require.NoError(t, err)
	for _, c := range []struct {
		Rate
		count int64
	}{{r.Verilator, 30}, {r.Icarus, 5}, {r.Lines, 20}, {r.Toggles, 2}, {r.Loads, 2}} {
		require.Equal(t, c.count, c.Count)
		require.Positive(t, c.CPU)
		require.Positive(t, c.PerSecond())
	}
	require.Positive(t, r.Ratio)
	require.GreaterOrEqual(t, r.Steps, 10.0)
	require.Positive(t, r.Fewest)
	require.Zero(t, Rate{Count: 3}.PerSecond())
}
