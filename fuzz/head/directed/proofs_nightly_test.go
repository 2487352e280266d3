//go:build nightly

package directed

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/control"
	"github.com/hashiflex/hashiflex/equiv/datapath"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// claims are those of the default proofs about a head with a change, in the order in which
// prove head lists them. more says whether to go on with the claims about control.
func claims(t *testing.T, f head.Fault, more func([]equiv.Fact) bool) []equiv.Fact {
	t.Helper()
	z, err := smt.Z3()
	require.NoError(t, err)
	opinions := []smt.Opinion{{Solver: z}}
	sources := func(p npu.Params) ([]rtl.Source, error) { return f.Plant(p) }
	all, err := datapath.Prove(t.Context(), datapath.Options{Opinions: opinions, Jobs: 2, Sources: sources})
	require.NoError(t, err)
	if !more(all) {
		return all
	}
	rest, err := control.Prove(t.Context(), control.Options{Opinions: opinions, Jobs: 2, Sources: sources, Instances: control.Instances})
	require.NoError(t, err)
	return append(all, rest...)
}

// firstRefuted is the first claim that is refuted, and its number.
func firstRefuted(all []equiv.Fact) (string, bool) {
	for i := range all {
		if all[i].Verdict == verdict.Refuted {
			return fmt.Sprintf("proof: %s, claim %d", all[i].ID(), i+1), true
		}
	}
	return "NOT FOUND", false
}

// What no campaign finds, a claim of the default proofs refutes.
func TestUnseenFaultsAreRefuted(t *testing.T) {
	_, was := recorded(t)
	for _, k := range head.Unseen() {
		t.Run(k.Name, func(t *testing.T) {
			by, _ := firstRefuted(claims(t, k.Fault, func(all []equiv.Fact) bool {
				_, found := firstRefuted(all)
				return !found
			}))
			t.Logf("%s: %s", k.Name, by)
			require.Equal(t, was[k.Name], by)
		})
	}
}

// What changes nothing is proved as the head itself is.
func TestChangesThatChangeNothingAreProved(t *testing.T) {
	for _, f := range head.Alike() {
		t.Run(f.Name, func(t *testing.T) {
			for _, x := range claims(t, f, func([]equiv.Fact) bool { return true }) {
				require.Equal(t, verdict.Proved, x.Verdict, "%s: %s", x.ID(), x.Detail)
			}
		})
	}
}
