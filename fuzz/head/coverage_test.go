package head

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/rtl/verilated"
)

// A campaign reaches every line of the Verilog and every functional bin. Bits that
// it does not toggle belong to words that a small head cannot count up to.
func TestCoverage(t *testing.T) {
	ctx := context.Background()
	sim, err := Build{Params: small, Coverage: verilated.CoverToggles, Quick: true}.Make(ctx)
	require.NoError(t, err)
	dir := t.TempDir()
	files := []string{filepath.Join(dir, "0"), filepath.Join(dir, "1")}
	r, err := Run(ctx, sim, Campaign{Seed: 1, Cases: 1500, Jobs: 2, Coverage: files})
	require.NoError(t, err)
	require.Nil(t, r.Found)
	require.EqualValues(t, 1500, r.Cases)
	require.Positive(t, r.FewestInferences)
	require.GreaterOrEqual(t, r.Steps, 15*r.Cases)
	require.Empty(t, r.Bins.Missed())
	sources, err := npu.Sources(small)
	require.NoError(t, err)
	c, err := ReadCoverage(files, sources)
	require.NoError(t, err)
	require.Positive(t, c.Lines)
	for _, p := range c.Missed {
		require.Equal(t, verilated.Toggle, p.Kind, "not reached: %v", p)
		require.NotEmpty(t, p.Why(), "nobody knows why it does not change: %v", p)
	}
	t.Logf("lines %d of %d, toggles %d of %d, bins %d, %d inferences", c.LinesHit, c.Lines, c.TogglesHit, c.Toggles, r.Bins.Total(), r.Inferences)
	require.Greater(t, float64(c.TogglesHit), 0.9*float64(c.Toggles))
}

// Coverage can miss: a campaign of one case does not reach everything.
func TestCoverageCanMiss(t *testing.T) {
	ctx := context.Background()
	sim, err := Build{Params: small, Coverage: verilated.CoverToggles, Quick: true}.Make(ctx)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "0")
	r, err := Run(ctx, sim, Campaign{Seed: 1, Cases: 1, Coverage: []string{file}})
	require.NoError(t, err)
	require.NotEmpty(t, r.Bins.Missed())
	c, err := ReadCoverage([]string{file}, nil)
	require.NoError(t, err)
	require.Less(t, c.LinesHit, c.Lines)
	require.Len(t, c.Missed, c.Lines-c.LinesHit+c.Toggles-c.TogglesHit)
}

func TestReadCoverageRefusesNonsense(t *testing.T) {
	for _, text := range []string{"C 'x'", "C '\x01f\x02a.v\x01l\x02z\x01page\x02v_line' 1", "C '\x01l\x021' 1", "C '\x01f\x02a.v\x01page\x02v_line' many"} {
		file := filepath.Join(t.TempDir(), "c")
		require.NoError(t, os.WriteFile(file, []byte(text+"\n"), 0o600))
		_, err := ReadCoverage([]string{file}, nil)
		require.ErrorContains(t, err, "verilated: coverage: ", "%q", text)
	}
	_, err := ReadCoverage([]string{filepath.Join(t.TempDir(), "none")}, nil)
	require.Error(t, err)
}
