package directed

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/rtl/verilated"
)

// A campaign reaches every line of the Verilog and every functional bin. Bits that
// it does not toggle belong to words that a small head cannot count up to.
func TestCoverage(t *testing.T) {
	ctx := context.Background()
	sim, err := head.Build{Params: head.DefaultParams, Coverage: verilated.CoverToggles, Quick: true}.Make(ctx)
	require.NoError(t, err)
	dir := t.TempDir()
	files := []string{filepath.Join(dir, "0"), filepath.Join(dir, "1")}
	r, err := head.Run(ctx, sim, head.Campaign{Aims: Aims(head.DefaultParams), Seed: 1, Cases: 1500, Jobs: 2, Coverage: files})
	require.NoError(t, err)
	require.Nil(t, r.Found)
	require.EqualValues(t, 1500, r.Cases)
	require.Positive(t, r.FewestInferences)
	require.GreaterOrEqual(t, r.Steps, 15*r.Cases)
	require.Empty(t, r.Bins.Missed())
	sources, err := npu.Sources(head.DefaultParams)
	require.NoError(t, err)
	c, err := head.ReadCoverage(files, sources)
	require.NoError(t, err)
	require.Positive(t, c.Lines)
	for _, p := range c.Missed {
		require.Equal(t, verilated.Toggle, p.Kind, "not reached: %v", p)
		require.NotEmpty(t, p.Why(), "nobody knows why it does not change: %v", p)
	}
	t.Logf("lines %d of %d, toggles %d of %d, bins %d, %d inferences", c.LinesHit, c.Lines, c.TogglesHit, c.Toggles, r.Bins.Total(), r.Inferences)
	require.Greater(t, float64(c.TogglesHit), 0.9*float64(c.Toggles))
}
