package headproof

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/rtl/npu"
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

// Few sequences are drawn for a head of which each takes long to begin, and as many as
// ever for a small one of the same text.
func TestSequencesOfALargeHead(t *testing.T) {
	large := Job{Sizes: npu.Params{Lanes: 4, Features: 1280, Rows: 90368, Biases: 389, Layers: 3}, Cases: 3000}
	all, of := large.runs()
	require.Equal(t, []npu.Params{large.Sizes, head.DefaultParams}, of[:2])
	require.Equal(t, []int{largeCases, 3000}, []int{all[0].Cases, all[1].Cases})
	small := Job{Sizes: head.DefaultParams, Cases: 3000}
	all, of = small.runs()
	require.Equal(t, head.DefaultParams, of[0])
	require.NotEqual(t, head.DefaultParams, of[1])
	require.Equal(t, 3000, all[0].Cases)
}
