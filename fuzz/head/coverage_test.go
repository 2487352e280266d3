package head

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl/verilated"
)

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
