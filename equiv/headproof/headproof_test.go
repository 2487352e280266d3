package headproof

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// What only a prover says is no refutation; what a sequence shows is one.
func TestAClaimIsRefutedOnlyWithASequence(t *testing.T) {
	facts := func() []equiv.Fact {
		return []equiv.Fact{{Verdict: verdict.Proved}, {Verdict: verdict.Refuted, Detail: "it says"}, {Verdict: verdict.Failed}}
	}
	r := &Result{Facts: facts()}
	r.confirm()
	require.Equal(t, verdict.Unknown, r.Facts[1].Verdict)
	require.Contains(t, r.Facts[1].Detail, "it says")
	proved, refuted, open, failed := r.Count()
	require.Equal(t, []int{1, 0, 1, 1}, []int{proved, refuted, open, failed})

	r = &Result{Facts: facts(), Found: &head.Found{}}
	r.confirm()
	require.Equal(t, verdict.Refuted, r.Facts[1].Verdict)
}
