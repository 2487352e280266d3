package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/headproof"
	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/fuzz/head/directed"
	"github.com/hashiflex/hashiflex/fuzz/head/seqwitness"
	"github.com/hashiflex/hashiflex/reports"
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

// A refuted claim has a folder with the sequence that fails, for replay, and what its
// prover says.
func TestWitnessesOfAHead(t *testing.T) {
	ctx := context.Background()
	all := head.Faults()
	i := slices.IndexFunc(all, func(f head.Fault) bool { return f.Name == "bias added twice" })
	sources, err := all[i].Plant(head.DefaultParams)
	require.NoError(t, err)
	sim, err := head.Build{Params: head.DefaultParams, Sources: sources, Quick: true}.Make(ctx)
	require.NoError(t, err)
	ran, err := head.Run(ctx, sim, head.Campaign{Aims: directed.Brief(head.DefaultParams), Cases: 50, Seed: 1, Jobs: 1})
	if err != nil {
		require.NotNil(t, ran.Found, "%v", err)
	}
	f := ran.Found
	o := &headProof{save: filepath.Join(t.TempDir(), "found")}
	r := &headproof.Result{Found: f, Failing: sources, Facts: []equiv.Fact{
		{Kind: verdict.HeadLane, Name: "step", Claim: "a lane adds", Verdict: verdict.Proved},
		{Kind: verdict.HeadControl, Name: "3-9/sum", Claim: "its own bias", Verdict: verdict.Refuted, Trace: "cycle 3\n"},
	}}
	var out strings.Builder
	require.NoError(t, o.witnesses(ctx, &out, r, seqwitness.Case{Sequence: f.Sequence, Seed: f.Seed, Before: f.Before, Sources: sources}))
	require.Contains(t, out.String(), "1 refuted claim: a folder for each in ")
	claims := o.output(&headproof.Job{Sizes: head.DefaultParams}, r, reports.NetworkRefuted).Claims
	require.Empty(t, claims[0].Witness)
	require.NotEmpty(t, claims[1].Witness)
	trace, err := os.ReadFile(filepath.Join(claims[1].Witness, signoff.TraceFile))
	require.NoError(t, err)
	require.Equal(t, "cycle 3\n", string(trace))
	for _, dir := range []string{o.save, claims[1].Witness} {
		var text bytes.Buffer
		require.Equal(t, exitRefuted, run([]string{"replay", dir}, &text, &text), text.String())
		require.Contains(t, text.String(), "it still fails")
	}
	w, _, err := seqwitness.Load(claims[1].Witness)
	require.NoError(t, err)
	require.Equal(t, verdict.ID("head control/3-9/sum"), w.Obligation)
}
