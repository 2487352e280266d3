package directed

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/rtl/npu"
)

var update = flag.Bool("update", false, "write testdata/faults.txt")

// table says of each fault which sequence of the default campaign finds it first, on which
// head, where that is not the usual one, and how many sequences on that head it takes. Of the faults
// that only the proofs find it says which claim does, and how many claims come before.
const table = "testdata/faults.txt"

// heads are those of the default campaign, in their order.
func heads() []npu.Params { return append([]npu.Params{head.DefaultParams}, Sizes()...) }

// drawn is the number of random sequences on head i. hashiflex fuzz head draws more on
// the heads of other sizes.
func drawn(i int) int {
	if i == 0 {
		return head.DefaultCases
	}
	return 1
}

// sequencesOn is the directed sequences on head i.
func sequencesOn(i int) []head.Aim {
	if i == 0 {
		return Aims(heads()[i])
	}
	return Brief(heads()[i])
}

// find runs the default campaign on a head with a fault, as hashiflex fuzz head does,
// until something is found.
func find(t *testing.T, f head.Fault) string {
	t.Helper()
	ctx := context.Background()
	for i, p := range heads() {
		c := head.Campaign{Aims: sequencesOn(i), Cases: drawn(i), Seed: 1, Jobs: 2}
		at := ""
		if i > 0 {
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
			return fmt.Sprintf("%s%s, sequence %d", r.Found.Origin(), at, r.Found.Case)
		}
	}
	return "NOT FOUND"
}

// campaigned are the faults that the campaign must find.
func campaigned() []head.Fault {
	all := head.Faults()
	for _, k := range head.Kinds() {
		all = append(all, k.Fault)
	}
	return all
}

// recorded is the table.
func recorded(t *testing.T) (names []string, by map[string]string) {
	t.Helper()
	text, err := os.ReadFile(table)
	require.NoError(t, err)
	by = map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, how, ok := strings.Cut(strings.TrimSpace(line), ": ")
		require.True(t, ok, line)
		names, by[name] = append(names, name), how
	}
	return names, by
}

// Every planted fault is found by the default campaign, always by the same sequence.
func TestFaultsAreFound(t *testing.T) {
	names, was := recorded(t)
	all := campaigned()
	now := map[string]string{}
	for i, f := range all {
		if !*update && i%sample != 0 {
			require.Contains(t, was, f.Name)
			continue
		}
		now[f.Name] = find(t, f)
		t.Logf("%s: %s", f.Name, now[f.Name])
		if !*update {
			require.Equal(t, was[f.Name], now[f.Name], f.Name)
		}
	}
	if *update {
		var text strings.Builder
		for _, f := range all {
			fmt.Fprintf(&text, "%s: %s\n", f.Name, now[f.Name])
		}
		for _, k := range head.Unseen() {
			fmt.Fprintf(&text, "%s: %s\n", k.Name, was[k.Name])
		}
		require.NoError(t, os.WriteFile(table, []byte(text.String()), 0o644))
		return
	}
	var want []string
	for _, f := range all {
		want = append(want, f.Name)
	}
	for _, k := range head.Unseen() {
		want = append(want, k.Name)
	}
	require.Equal(t, want, names)
}

// The table has what was asked for: enough faults, enough kinds that the first list of
// faults did not have, and each of them found, by a sequence or by a claim.
func TestTableOfFaults(t *testing.T) {
	names, by := recorded(t)
	require.GreaterOrEqual(t, len(names), 100)
	kinds := map[string]bool{}
	for _, k := range slices.Concat(head.Kinds(), head.Unseen()) {
		require.False(t, kinds[k.Kind], k.Kind)
		kinds[k.Kind] = true
		require.Contains(t, by, k.Name)
	}
	require.GreaterOrEqual(t, len(kinds), 40)
	methods := map[string]int{}
	for _, name := range names {
		how := by[name]
		switch {
		case strings.HasPrefix(how, "directed: ") && strings.Contains(how, " on LANES="):
			methods["directed, on a head of another size"]++
		case strings.HasPrefix(how, "directed: "):
			methods["directed"]++
		case strings.HasPrefix(how, "seed "):
			methods["random"]++
		case strings.HasPrefix(how, "proof: "):
			methods["proof"]++
		default:
			t.Errorf("%s: %s", name, how)
		}
		require.Regexp(t, `, (sequence|claim) [0-9]+$`, how, name)
	}
	t.Logf("%d faults, %d kinds of one each: %v", len(names), len(kinds), methods)
}
