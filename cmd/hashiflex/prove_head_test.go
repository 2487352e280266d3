package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/headproof"
	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// What prove head writes as JSON is as its schema describes, whatever it found out: a
// whole run takes minutes.
func TestHeadOutput(t *testing.T) {
	o := &headProof{save: "found"}
	j := &headproof.Job{Sizes: head.DefaultParams}
	facts := []equiv.Fact{
		{Kind: verdict.HeadLane, Name: "product", Claim: "a lane multiplies", Verdict: verdict.Proved},
		{Kind: verdict.HeadControl, Name: "grant", Claim: "it is <granted>", Verdict: verdict.Unknown, Reason: verdict.SolverTime, Detail: "no answer"},
	}
	for want, r := range map[string]*headproof.Result{
		"proved":     {Facts: facts[:1]},
		"not proved": {Facts: facts, Campaigns: []headproof.Campaign{{Sizes: head.DefaultParams, Directed: 3, Drawn: 4}}, NotDone: []string{"a claim"}},
		"failed":     {Facts: []equiv.Fact{{Kind: verdict.HeadLane, Name: "product", Verdict: verdict.Failed}}},
	} {
		var table, text strings.Builder
		require.NoError(t, writeJSON(&text, o.output(j, r, o.report(&table, j, r))))
		require.NoError(t, valid("prove head", text.String()), text.String())
		var out headOutput
		require.NoError(t, json.Unmarshal([]byte(text.String()), &out))
		require.Equal(t, want, out.Conclusion)
		require.Len(t, out.Claims, len(r.Facts))
		require.Contains(t, out.NotDone, notAtSize)
		require.Equal(t, 3, out.Size.Lanes)
		require.Empty(t, out.Witness)
	}
}

// A command without a run directory does not say that one would resume.
func TestDeadlineOfACommandWithoutARun(t *testing.T) {
	c := &checkFlags{deadline: 5}
	for path, resumes := range map[string]bool{"prove": true, "prove head": false} {
		cmd, _, err := rootCommand().Find(strings.Fields(path))
		require.NoError(t, err)
		require.Equal(t, resumes, strings.Contains((&interruptedError{deadline: c.deadline, bare: cmd.Flags().Lookup("output") == nil}).Error(), "resumes"), path)
	}
}
