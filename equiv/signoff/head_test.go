package signoff

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/fuzz/head/seqwitness"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// claims is a prover of facts that are known beforehand, and counts its runs.
func claims(runs *int, facts ...equiv.Fact) Prover {
	return Prover{Name: "head: lanes", Prove: func(context.Context, ProverRun) ([]equiv.Fact, error) {
		*runs++
		return facts, nil
	}}
}

var laneFact = equiv.Fact{Kind: "head lane", Name: "step", Claim: "a lane adds", Method: "smt", Verdict: verdict.Proved}

// headed is a job that looks at tiny's head as well; enough sequences for all bins.
func headed(t *testing.T, dir string, provers ...Prover) *Job {
	t.Helper()
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	params, err := npu.Room(Dense(net), 3)
	require.NoError(t, err)
	prog, err := npu.Assemble(Dense(net), params)
	require.NoError(t, err)
	j := job(t, dir)
	j.Head = &Head{Small: head.DefaultParams, Cases: 1500, Images: 20, Program: prog, Seed: 1, Jobs: 2, Provers: provers}
	return j
}

// part leaves most of the network out: what is tested is the head.
func part(j *Job) *Job {
	j.Chain.Layers = []string{"residual"}
	return j
}

// obligations of a finished run, by ID.
func obligations(t *testing.T, dir string) map[verdict.ID]reports.Obligation {
	t.Helper()
	f, err := rundir.Read(dir)
	require.NoError(t, err)
	require.NoError(t, f.Verify())
	all := map[verdict.ID]reports.Obligation{}
	for o, err := range f.Obligations() {
		require.NoError(t, err)
		all[o.ID] = o
	}
	return all
}

func TestHeadIsPartOfASignoff(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	runs := 0
	r := run(t, headed(t, a, claims(&runs, laneFact)))
	require.Equal(t, reports.SignedOff, r.Signoff.Conclusion, "%v\n%v", r.Signoff.Reasons, r.Problems)
	h := r.Signoff.Head
	require.EqualValues(t, 1500, h.Campaign.Cases)
	require.Empty(t, h.Campaign.Found)
	require.Positive(t, h.Lines.Total)
	require.Equal(t, h.Lines.Total, h.Lines.Hit)
	require.Equal(t, h.Bins.Total, h.Bins.Hit)
	require.EqualValues(t, 20, h.Program.Images)
	require.Len(t, h.Program.Layers, 2)
	require.Equal(t, h.Program.Cycles, 20*h.Rates[0].Cycles)
	require.Equal(t, []reports.HeadProof{{ID: "head lane/step", Kind: "head lane", Name: "step", Claim: "a lane adds", Verdict: verdict.Proved, Method: "smt"}}, h.Proofs)
	for id, o := range obligations(t, a) {
		require.Equal(t, verdict.Proved, o.Verdict, id)
	}

	j := headed(t, b, claims(&runs, laneFact))
	j.Head.Jobs = 1
	run(t, j)
	require.Equal(t, sums(t, a), sums(t, b), "another number of workers")
	require.Equal(t, 2, runs)

	// Everything is known: nothing runs again.
	j = headed(t, a, claims(&runs, laneFact))
	j.Head.Progress = func(phase string, _, _ int) { t.Errorf("%s runs again", phase) }
	run(t, j)
	require.Equal(t, 2, runs)
	require.Equal(t, sums(t, b), sums(t, a))
}

// Without the head, a network with dense layers is not signed off.
func TestHeadIsMissed(t *testing.T) {
	j := headed(t, "")
	j.Head = nil
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	j.Network = net
	r := run(t, part(j))
	require.Nil(t, r.Signoff.Head)
	require.Contains(t, strings.Join(r.Signoff.Reasons, "\n"), "layer logits (a run of a part leaves the programmable head out)")
}

// planted is the head with a fault.
func planted(t *testing.T, name string) HeadSources {
	t.Helper()
	all := head.Faults()
	i := slices.IndexFunc(all, func(f head.Fault) bool { return f.Name == name })
	require.GreaterOrEqual(t, i, 0, name)
	return all[i].Plant
}

func TestHeadWithAFaultIsRefuted(t *testing.T) {
	dir := t.TempDir()
	runs := 0
	j := part(headed(t, dir, claims(&runs, laneFact)))
	j.Head.Sources = planted(t, "bias added twice")
	r := run(t, j)
	require.Equal(t, reports.NetworkRefuted, r.Signoff.Conclusion)
	require.Contains(t, r.Signoff.Head.Campaign.Found, "directed: ")
	all := obligations(t, dir)
	for _, id := range []verdict.ID{verdict.HeadFuzz.ID("campaign"), verdict.HeadProgram.ID("tiny")} {
		o := all[id]
		require.Equal(t, verdict.Refuted, o.Verdict, id)
		w, _, err := seqwitness.Load(filepath.Join(dir, o.Witness))
		require.NoError(t, err)
		require.Equal(t, id, w.Obligation)
		require.NotEmpty(t, o.Detail)
	}
	// A refutation is not kept for the next run.
	run(t, part(headed(t, dir, claims(&runs, laneFact))))
	require.Equal(t, verdict.Proved, obligations(t, dir)["head fuzz/campaign"].Verdict)
}

// A claim that its prover refutes has the failing sequence as its witness, beside the
// prover's trace.
func TestHeadClaimThatIsRefutedHasAFolder(t *testing.T) {
	dir := t.TempDir()
	runs := 0
	bad := laneFact
	bad.Name, bad.Verdict, bad.Trace = "bad", verdict.Refuted, "cycle 3: 7, want 8\n"
	j := part(headed(t, dir, claims(&runs, bad)))
	j.Head.Sources = planted(t, "bias added twice")
	run(t, j)
	all := obligations(t, dir)
	for _, id := range []verdict.ID{bad.ID(), verdict.HeadFuzz.ID("campaign")} {
		path := filepath.Join(dir, all[id].Witness)
		w, design, err := seqwitness.Load(path)
		require.NoError(t, err)
		require.Equal(t, id, w.Obligation)
		failure, err := seqwitness.Replay(t.Context(), w, rtl.Source{Name: seqwitness.DesignFile, Text: design})
		require.NoError(t, err)
		require.NotNil(t, failure)
	}
	text, err := os.ReadFile(filepath.Join(dir, filepath.Dir(all[bad.ID()].Witness), "trace.txt"))
	require.NoError(t, err)
	require.Equal(t, bad.Trace, string(text))
}

// A proof that fails shows its trace; one that is open is not a proof.
func TestHeadProofsThatFail(t *testing.T) {
	bad, open := laneFact, laneFact
	bad.Name, bad.Verdict, bad.Trace = "bad", verdict.Refuted, "cycle 3: 7, want 8\n"
	open.Name, open.Verdict, open.Reason, open.Needs = "open", verdict.Unknown, verdict.SolverUnknown, []verdict.ID{bad.ID()}
	on := laneFact
	on.Name, on.Needs = "on", []verdict.ID{open.ID()}
	dir := t.TempDir()
	runs := 0
	j := part(headed(t, dir, claims(&runs, bad, open, on)))
	j.Head.Cases = 1
	r := run(t, j)
	require.Equal(t, reports.NetworkRefuted, r.Signoff.Conclusion)
	all := obligations(t, dir)
	text, err := os.ReadFile(filepath.Join(dir, all[bad.ID()].Witness))
	require.NoError(t, err)
	require.Equal(t, bad.Trace, string(text))
	require.Equal(t, verdict.Unknown, all[open.ID()].Verdict)
	require.Equal(t, verdict.Unknown, all[on.ID()].Verdict, "it rests on one that is open")
	require.Equal(t, []verdict.Verdict{verdict.Refuted, verdict.Unknown, verdict.Unknown},
		[]verdict.Verdict{r.Signoff.Head.Proofs[0].Verdict, r.Signoff.Head.Proofs[1].Verdict, r.Signoff.Head.Proofs[2].Verdict})
	// One sequence does not reach everything, and that is said.
	require.Equal(t, verdict.Unknown, all["head fuzz/bins"].Verdict)
	j = part(headed(t, dir, claims(&runs, bad, open, on)))
	j.Head.Cases = 1
	run(t, j)
	require.Equal(t, 2, runs, "only what is proved is kept")
}

// A simulator that dies is no verdict on the hardware.
func TestHeadWhoseSimulatorDies(t *testing.T) {
	dir := t.TempDir()
	runs := 0
	j := part(headed(t, dir, claims(&runs, laneFact)))
	j.Head.Sources = func(p npu.Params) ([]rtl.Source, error) {
		sources, err := npu.Sources(p)
		last := &sources[len(sources)-1]
		last.Text = []byte(strings.Replace(string(last.Text), "endmodule", "always @(posedge clk) if (m_axis_tvalid & m_axis_tready & m_axis_tlast) $stop;\nendmodule", 1))
		return sources, err
	}
	r := run(t, j)
	require.Equal(t, reports.MachineryFailed, r.Signoff.Conclusion)
	all := obligations(t, dir)
	for _, id := range []verdict.ID{verdict.HeadFuzz.ID("campaign"), verdict.HeadProgram.ID("tiny")} {
		require.Equal(t, verdict.Failed, all[id].Verdict, id)
		require.Equal(t, verdict.SimulatorBroken, all[id].Reason)
	}
	require.Contains(t, all["head fuzz/campaign"].Detail, "directed: ")
	require.Contains(t, all["head program/tiny"].Detail, "image ")
}
