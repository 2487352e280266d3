//go:build nightly

package head

import (
	"testing"
	"time"
)

// TestNightly fuzzes every size for ten minutes, from seeds that no other test
// uses.
func TestNightly(t *testing.T) {
	for i, p := range append(sizes, small) {
		campaign(t, p, Campaign{Seed: int64(1_000_000 * (i + 1)), Time: 10 * time.Minute})
	}
}
