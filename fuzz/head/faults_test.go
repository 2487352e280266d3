package head

import (
	"context"
	"errors"
	"flag"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// faultBudget is how many cases a campaign has to find a fault: what
// hashiflex fuzz head runs by default.
const faultBudget = DefaultCases

var update = flag.Bool("update", false, "keep the sequences that find the faults as regressions")

// rare is the case from which on a fault's sequence is worth keeping.
const rare = 25

// regression is where the sequence of a fault is kept.
func regression(name string) string {
	return filepath.Join("testdata", "regressions", strings.ReplaceAll(strings.ReplaceAll(name, " ", "-"), "'", "")+".json")
}

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
	if err := Replay(ctx, sim, r.Found.Sequence); !errors.As(err, new(*Failure)) {
		return bad("its sequence of %d steps does not fail when replayed: %v", len(r.Found.Sequence.Steps), err)
	}
	if err := Replay(ctx, good, r.Found.Sequence); err != nil {
		return bad("its sequence fails without the fault: %v", err)
	}
	if *update && r.Found.Case >= rare {
		seq := r.Found.Sequence
		seq.Name = f.Name
		if err := seq.Save(regression(f.Name)); err != nil {
			return bad("%v", err)
		}
	}
	// A kept sequence finds its fault at once.
	if seq, err := Load(regression(f.Name)); err == nil {
		if err := Replay(ctx, sim, seq); !errors.As(err, new(*Failure)) {
			return bad("its regression does not find it: %v", err)
		}
	}
	return func() {
		t.Logf("%-48s case %4d, %2d of %2d steps: %s", f.Name, r.Found.Case, len(r.Found.Sequence.Steps), r.Found.Before, r.Found.Failure.Why)
	}
}

// The head without faults passes every kept sequence.
func TestRegressions(t *testing.T) {
	sim, err := Build{Params: small}.Make(context.Background())
	require.NoError(t, err)
	files, err := filepath.Glob(filepath.Join("testdata", "regressions", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		seq, err := Load(file)
		require.NoError(t, err)
		require.NoError(t, Replay(context.Background(), sim, seq), file)
		require.Equal(t, regression(seq.Name), file)
	}
}

// A seed means one campaign: the same case, the same sequence, on any number of
// processes.
func TestSeedDecidesEverything(t *testing.T) {
	ctx := context.Background()
	sources, err := faults[11].Plant(small)
	require.NoError(t, err)
	sim, err := Build{Params: small, Sources: sources, Quick: true}.Make(ctx)
	require.NoError(t, err)
	r, err := Run(ctx, sim, Campaign{Seed: 1, Cases: faultBudget})
	require.NoError(t, err)
	require.NotNil(t, r.Found)
	require.Equal(t, r.Found.Seed, int64(r.Found.Case))
	again, err := Run(ctx, sim, Campaign{Seed: r.Found.Seed, Cases: 1, Jobs: 2})
	require.NoError(t, err)
	require.NotNil(t, again.Found)
	require.Equal(t, r.Found.Sequence, again.Found.Sequence)
	require.Equal(t, r.Found.Failure, again.Found.Failure)
	require.LessOrEqual(t, len(again.Found.Sequence.Steps), again.Found.Before)
}

// Each fault has a name of its own and changes the Verilog.
func TestFaultsAreWellFormed(t *testing.T) {
	require.GreaterOrEqual(t, len(faults), 25)
	seen := map[string]bool{}
	all := append(Faults(), Alike()...)
	for _, k := range append(Kinds(), Unseen()...) {
		require.False(t, seen[k.Kind], k.Kind)
		seen[k.Kind] = true
		all = append(all, k.Fault)
	}
	for _, f := range all {
		require.False(t, seen[f.Name], f.Name)
		seen[f.Name] = true
		_, err := f.Plant(small)
		require.NoError(t, err)
	}
	_, err := Fault{Name: "x", File: "npu_lane.v", Old: "acc", New: "b"}.Plant(small)
	require.ErrorContains(t, err, "times in npu_lane.v, want once")
	_, err = Fault{Name: "x", File: "none.v"}.Plant(small)
	require.ErrorContains(t, err, "no file none.v")
}
