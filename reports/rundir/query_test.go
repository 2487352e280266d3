package rundir

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEqualQueriesAtOnce keeps one text from many goroutines, as workers do whose
// obligations ask the same.
func TestEqualQueriesAtOnce(t *testing.T) {
	r, err := Open(Config{Dir: t.TempDir(), Identity: Identity{Network: "n"}, Program: "p"})
	require.NoError(t, err)
	defer r.Close()
	var wg sync.WaitGroup
	errs := make([]error, 200)
	for i := range errs {
		wg.Go(func() { _, errs[i] = r.Query([]byte("(assert false)\n")) })
	}
	wg.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
}
