package everyday

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestCorpus: what the corpus holds at least.
func TestCorpus(t *testing.T) {
	ms, err := Modules(960)
	require.NoError(t, err)
	faults, styles, widest := 0, map[string]bool{}, 0
	for _, m := range ms {
		faults += len(m.Faults)
		styles[m.Style] = true
		widest = max(widest, m.FanIn)
	}
	t.Logf("%d modules, %d styles, %d faults", len(ms), len(styles), faults)
	require.GreaterOrEqual(t, len(ms), 90)
	require.GreaterOrEqual(t, faults, 250)
	require.Equal(t, 960, widest)
}
