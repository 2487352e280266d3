//go:build nightly

package chain

import "testing"

// TestNightlyMutantsOfRealChannels plants twelve faults of each kind in every
// subject.
func TestNightlyMutantsOfRealChannels(t *testing.T) {
	t.Logf("%d mutants left open", plantInNetlists(t, realSubjects(t), 12, 43))
}
