package directed

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/rtl/npu"
)

var update = flag.Bool("update", false, "write testdata/faults.txt")

// table says of each fault which sequence of the default campaign finds it first, and
// on which head, where that is not the usual one.
const table = "testdata/faults.txt"

// find runs the default campaign on a head with a fault, as hashiflex fuzz head does,
// until something is found.
func find(t *testing.T, f head.Fault) string {
	t.Helper()
	ctx := context.Background()
	for i, p := range append([]npu.Params{head.DefaultParams}, Sizes()...) {
		c := head.Campaign{Aims: Aims(p), Cases: head.DefaultCases, Seed: 1, Jobs: 2}
		at := ""
		if i > 0 {
			c.Aims, c.Cases = Brief(p), 1
			at = " on " + p.String()
		}
		sources, err := f.Plant(p)
		require.NoError(t, err, f.Name)
		sim, err := head.Build{Params: p, Sources: sources, Quick: true}.Make(ctx)
		require.NoError(t, err, f.Name)
		r, err := head.Run(ctx, sim, c)
		require.NoError(t, err, f.Name)
		if r.Found != nil {
			require.False(t, r.Found.Carried, "%s: %v", f.Name, r.Found)
			return r.Found.Origin() + at
		}
	}
	return "NOT FOUND"
}

// Every planted fault is found by the default campaign, always by the same sequence.
func TestFaultsAreFound(t *testing.T) {
	was := map[string]string{}
	if text, err := os.ReadFile(table); err == nil {
		for line := range strings.Lines(string(text)) {
			name, by, _ := strings.Cut(strings.TrimSpace(line), ": ")
			was[name] = by
		}
	}
	var now strings.Builder
	all := head.Faults()
	for i, f := range all {
		if !*update && i%sample != 0 {
			require.Contains(t, was, f.Name)
			continue
		}
		by := find(t, f)
		fmt.Fprintf(&now, "%s: %s\n", f.Name, by)
		t.Logf("%s: %s", f.Name, by)
		if !*update {
			require.Equal(t, was[f.Name], by, f.Name)
		}
	}
	require.Len(t, was, len(all), "a fault is no longer planted")
	if *update {
		require.NoError(t, os.WriteFile(table, []byte(now.String()), 0o644))
	}
}
