package verilog_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/fuzz/verilog"
)

// agreed is what must hold of any modules.
func agreed(t *testing.T, tally *verilog.Tally) {
	t.Helper()
	for _, r := range tally.Found {
		assert.NotEmpty(t, verilog.Listed(r), "%v\n%s", r, r.Module.Text)
	}
	require.Zero(t, tally.Outcomes[verilog.AgainstBoth], "both simulators read otherwise")
	require.Empty(t, tally.Failed)
}

// judge is what must hold of a campaign, however long it was.
func judge(t *testing.T, tally *verilog.Tally) {
	t.Helper()
	agreed(t, tally)
	require.Greater(t, 2*tally.Compared(), tally.Modules, "most modules are accepted\n%s", tally.Record())
}

// The short comparison of every day.
func TestReadings(t *testing.T) {
	tally, err := campaign(300).Run(t.Context())
	require.NoError(t, err)
	t.Logf("seed %d\n%s", *seed, tally.Record())
	judge(t, tally)
}

// Packed arrays of several dimensions, which are vectors by the time that the front end
// reads them.
func TestPackedArrays(t *testing.T) {
	c := campaign(*packed)
	c.Packed = true
	tally, err := c.Run(t.Context())
	require.NoError(t, err)
	t.Logf("seed %d\n%s", *seed, tally.Record())
	agreed(t, tally)
	require.Greater(t, 3*tally.Compared(), tally.Modules, "many modules are accepted\n%s", tally.Record())
}
