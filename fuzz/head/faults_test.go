package head

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// faultBudget is how many cases a campaign has to find a fault: what
// hashiflex fuzz head runs by default.
const faultBudget = DefaultCases

// Every planted fault is found within the default budget, by a sequence that
// fails again when it is replayed, and that the head without the fault passes.
func TestFaultsAreFound(t *testing.T) {
	ctx := context.Background()
	good, err := Build{Params: small}.Make(ctx)
	require.NoError(t, err)
	lines := make([]func(), len(faults))
	var wg sync.WaitGroup
	next := make(chan int)
	for range 2 {
		wg.Go(func() {
			for i := range next {
				lines[i] = killFault(ctx, t, good, faults[i])
			}
		})
	}
	for i := range faults {
		next <- i
	}
	close(next)
	wg.Wait()
	for _, l := range lines {
		l()
	}
}

func killFault(ctx context.Context, t *testing.T, good *Simulator, f Fault) func() {
	bad := func(format string, args ...any) func() {
		return func() { t.Errorf("%s: "+format, append([]any{f.Name}, args...)...) }
	}
	sources, err := f.Plant(small)
	if err != nil {
		return bad("%v", err)
	}
	sim, err := Build{Params: small, Sources: sources, Quick: true}.Make(ctx)
	if err != nil {
		return bad("%v", err)
	}
	r, err := Run(ctx, sim, Campaign{Seed: 1, Cases: faultBudget})
	switch {
	case err != nil:
		return bad("%v", err)
	case r.Found == nil:
		return bad("not found in %d cases", r.Cases)
	}
	if err := Replay(ctx, sim, r.Found.Sequence); err == nil {
		return bad("its sequence of %d steps passes when replayed", len(r.Found.Sequence.Steps))
	}
	if err := Replay(ctx, good, r.Found.Sequence); err != nil {
		return bad("its sequence fails without the fault: %v", err)
	}
	return func() {
		t.Logf("%-48s case %4d, %2d of %2d steps: %s", f.Name, r.Found.Case, len(r.Found.Sequence.Steps), r.Found.Before, r.Found.Failure.Why)
	}
}
