package reports

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec/verdict"
)

// The counts of a renewal are those of the obligations.
func TestRenewalIsAudited(t *testing.T) {
	l := NewLedger()
	for _, id := range []verdict.ID{"retarget/a", "retarget/b"} {
		require.NoError(t, l.Add(&Obligation{ID: id, Kind: verdict.Retarget, Verdict: verdict.Proved, Strategy: "counted", RestsOn: verdict.Computed}))
	}
	require.NoError(t, l.Add(&Obligation{ID: "bounds", Kind: verdict.Bounds, Verdict: verdict.Proved, Strategy: "x", RestsOn: verdict.Computed}))
	for _, c := range []struct {
		own, copied int
		renewed     []verdict.Kind
		right       bool
	}{
		{2, 1, []verdict.Kind{verdict.Retarget}, true},
		{3, 0, []verdict.Kind{verdict.Retarget}, false},
		{2, 2, []verdict.Kind{verdict.Retarget}, false},
		{0, 3, nil, false},
	} {
		err := l.Fill(&Signoff{Renewal: &Renewal{Own: c.own, Copied: c.copied, Renewed: c.renewed}})
		if c.right {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, "renewal: it says ")
		}
	}
}
