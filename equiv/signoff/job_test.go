package signoff

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/internal/plant"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// job is a complete check of tiny, but for its dense layers, with a small sample.
func job(t *testing.T, dir string) *Job {
	t.Helper()
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	net = net.Clone()
	net.Layers = net.Layers[:len(net.Layers)-len(Dense(net))]
	z3, err := smt.Z3()
	require.NoError(t, err)
	return &Job{
		Network: net, Dir: dir, Program: "test",
		Tools: []reports.ToolRecord{{Name: "z3", Version: "some"}},
		Chain: chain.Options{
			Edges: verdict.Edges(), Jobs: 2, Opinions: []smt.Opinion{{Solver: z3}}, Seed: 1, Vectors: 1,
			// What is tested here is what becomes of answers.
			Unlifted: 3, UnliftedFanIn: 32, UnliftedSolver: answering(t, "unsat"),
		},
	}
}

// answering is a solver that answers every query alike.
func answering(t *testing.T, answer string) *smt.Solver {
	t.Helper()
	path, err := filepath.Abs("testdata/answer")
	require.NoError(t, err)
	return &smt.Solver{Name: "says " + answer, Path: path, Args: []string{answer}}
}

// result is what became of a job.
type result struct {
	Signoff *reports.Signoff
	Details
}

// run runs a job on hardware that hooks, if any, put faults into.
func run(t *testing.T, j *Job, hooks ...plant.Hooks) *result {
	t.Helper()
	r := new(result)
	j.Details = &r.Details
	var err error
	ctx := context.Background()
	for _, h := range hooks {
		ctx = plant.With(ctx, h)
	}
	r.Signoff, err = Run(ctx, *j)
	require.NoError(t, err)
	return r
}

// sums are the hashes of everything in a finished directory, which is checked
// against itself first.
func sums(t *testing.T, dir string) string {
	t.Helper()
	f, err := rundir.Read(dir)
	require.NoError(t, err)
	require.NoError(t, f.Verify())
	b, err := os.ReadFile(filepath.Join(dir, "SHA256SUMS"))
	require.NoError(t, err)
	return string(b)
}

func TestSignoffIsTheSameEveryTime(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	r := run(t, job(t, a))
	require.Equal(t, reports.SignedOff, r.Signoff.Conclusion, "%v\n%v", r.Signoff.Reasons, r.Problems)
	require.Zero(t, r.Resumed)
	require.Empty(t, r.Problems)

	j := job(t, b)
	j.Chain.Jobs = 1
	run(t, j)
	require.Equal(t, sums(t, a), sums(t, b), "another number of workers")

	r = run(t, job(t, a))
	require.Equal(t, len(r.Signoff.Layers), r.Resumed, "everything is known")
	require.Equal(t, sums(t, b), sums(t, a))

	// Every kind of obligation is there, and each query and chunk is named.
	kinds := map[verdict.Kind]int{}
	f, err := rundir.Read(a)
	require.NoError(t, err)
	for o, err := range f.Obligations() {
		require.NoError(t, err)
		kinds[o.Kind]++
		require.Equal(t, verdict.Proved, o.Verdict, o.ID)
		if o.Kind != verdict.Compare {
			continue
		}
		require.NotEmpty(t, o.Checks, o.ID)
		require.NotEmpty(t, o.Needs, o.ID)
		if o.Edge == verdict.GoldenRTL {
			c, err := f.Open(o.Chunk)
			require.NoError(t, err)
			text, err := io.ReadAll(c)
			require.NoError(t, err)
			module := strings.Fields(o.Claim)[1]
			require.Contains(t, string(text), "module "+module+" ", o.ID)
		}
	}
	for _, kind := range []verdict.Kind{
		verdict.Compare, verdict.Range, verdict.Tail, verdict.Lifting, verdict.Vectors, verdict.Bounds,
		verdict.LiftingRule, verdict.IntervalRule, verdict.Interface, verdict.Assumptions, verdict.Unlifted,
	} {
		require.NotZero(t, kinds[kind], kind)
	}
	require.Equal(t, 3, kinds[verdict.Unlifted])
}

// TestMutantsOfASignoff: the score is in the signoff, the same every time, and recalled
// where nothing has changed.
func TestMutantsOfASignoff(t *testing.T) {
	dir := t.TempDir()
	var tried int
	mutated := func(dir string) *Job {
		j := job(t, dir)
		j.Chain.Layers = []string{"residual", "last"}
		j.Mutants = &Mutants{Count: 60, Seed: 3, Progress: func(_ string, done, _ int) { tried = done }}
		return j
	}
	r := run(t, mutated(dir))
	m := r.Signoff.Mutation
	require.Equal(t, 60, m.Total.Mutants())
	require.Equal(t, 60, tried)
	require.Greater(t, m.Total.Killed, 30)
	require.Empty(t, m.Survivors)
	require.Len(t, m.Layers, 2)
	require.Contains(t, r.Signoff.Options, reports.Setting{Name: "mutants", Value: "60 from seed 3"})
	was := sums(t, dir)
	tried = 0
	run(t, mutated(dir))
	require.Zero(t, tried, "they are planted again")
	require.Equal(t, was, sums(t, dir))
	require.Equal(t, m, run(t, mutated("")).Signoff.Mutation)
}

// cancelled stops a job once it has finished n layers.
func cancelled(t *testing.T, j *Job, n int) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	j.Chain.Progress = func(p chain.Progress) {
		if p.Record != nil {
			n--
		}
		if n <= 0 {
			cancel()
		}
	}
	_, err := Run(ctx, *j)
	require.ErrorIs(t, err, context.Canceled)
	_, err = rundir.Read(j.Dir)
	require.Error(t, err, "the run is not finished")
}

func TestStoppedRunResumes(t *testing.T) {
	whole, dir := t.TempDir(), t.TempDir()
	run(t, job(t, whole))
	j := job(t, dir)
	j.Chain.Jobs = 1
	cancelled(t, j, 3)
	r := run(t, job(t, dir))
	require.GreaterOrEqual(t, r.Resumed, 3)
	require.Less(t, r.Resumed, len(r.Signoff.Layers))
	require.Equal(t, sums(t, whole), sums(t, dir))
}

func TestLayerWhoseFilesAreGoneIsProvedAgain(t *testing.T) {
	dir := t.TempDir()
	run(t, job(t, dir))
	want := sums(t, dir)
	require.NoError(t, os.Remove(filepath.Join(dir, "chunks", "stem.0.v.gz")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "chunks", "last.0.netlists.gz"), []byte("x"), 0o644))
	r := run(t, job(t, dir))
	require.Equal(t, len(r.Signoff.Layers)-2, r.Resumed)
	require.Equal(t, want, sums(t, dir))
}

func TestQueriesAreKeptOnRequest(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	j := job(t, a)
	j.Chain.KeepQueries = true
	run(t, j)
	f, err := rundir.Read(a)
	require.NoError(t, err)
	n := 0
	for o, err := range f.Obligations() {
		require.NoError(t, err)
		for _, q := range o.Queries {
			n++
			require.FileExists(t, filepath.Join(a, "queries", q+".smt2"), o.ID)
		}
	}
	require.Positive(t, n)
	want := sums(t, a)

	// Resumed from a run that kept them, they are still there; from one that did
	// not, the layers are proved again.
	j = job(t, a)
	j.Chain.KeepQueries = true
	require.NotZero(t, run(t, j).Resumed)
	require.Equal(t, want, sums(t, a))
	run(t, job(t, b))
	j = job(t, b)
	j.Chain.KeepQueries = true
	run(t, j)
	require.Equal(t, want, sums(t, b))
}

// A fault in the Verilog of one channel: its point is refuted with a witness
// that all three readings of the hardware share, and no other point is.
func TestTamperedVerilogIsRefuted(t *testing.T) {
	dir := t.TempDir()
	j := job(t, dir)
	h := plant.Hooks{Verilog: func(name string, text []byte) []byte {
		if name != "project.0" {
			return text
		}
		at := bytes.Index(text, []byte("module project_c3 "))
		sign := at + bytes.Index(text[at:], []byte(" + "))
		require.Greater(t, sign, at)
		out := bytes.Clone(text)
		out[sign+1] = '-'
		return out
	}}
	r := run(t, j, h)
	requireRefuted(t, r, dir, "project/golden = rtl/3")
}

// The same in the netlist: the Verilog is then wrong too.
func TestPlantedFaultIsRefuted(t *testing.T) {
	dir := t.TempDir()
	j := job(t, dir)
	h := plant.Hooks{Module: func(u shiftadd.Unit, _ string, mod *netlist.Module) {
		if u.Name != "project_c3" {
			return
		}
		for i := range mod.Cells {
			if mod.Cells[i].Op == netlist.OpAdd {
				mod.Cells[i].Op = netlist.OpSub
				return
			}
		}
		t.Error("nothing to plant a fault in")
	}}
	r := run(t, j, h)
	requireRefuted(t, r, dir, "project/golden = netlist/3", "project/golden = rtl/3")
}

func requireRefuted(t *testing.T, r *result, dir string, ids ...verdict.ID) {
	t.Helper()
	require.Equal(t, reports.NetworkRefuted, r.Signoff.Conclusion, "%v", r.Problems)
	require.Equal(t, reports.NetworkRefuted, r.Signoff.Asked())
	var found []verdict.ID
	for _, o := range r.Problems {
		if o.Verdict != verdict.Refuted {
			continue
		}
		found = append(found, o.ID)
		require.Contains(t, o.Detail, "the model gives")
		b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(o.Witness)))
		require.NoError(t, err)
		var x witness
		require.NoError(t, json.Unmarshal(b, &x))
		require.Equal(t, o.ID, x.Obligation)
		require.NotEmpty(t, x.Inputs)
		require.NotEqual(t, x.Gold, x.Netlist)
		require.Equal(t, x.Netlist, x.Simulated)
	}
	require.Equal(t, ids, found)
	for _, o := range r.Problems {
		require.NotEqual(t, verdict.Failed, o.Verdict, "%s: %s %s", o.ID, o.Reason, o.Detail)
	}
	totals := 0
	for _, c := range r.Signoff.Totals {
		totals += c.Refuted
		require.Equal(t, c.Total, c.Proved+c.Refuted)
	}
	require.Equal(t, len(ids), totals)
	sums(t, dir)
}

// Verilog that cannot be read costs its chunk's points, and they are failed.
func TestUnreadableVerilogFails(t *testing.T) {
	dir := t.TempDir()
	j := job(t, dir)
	h := plant.Hooks{Verilog: func(name string, text []byte) []byte {
		if name == "stem.0" {
			return append(bytes.Clone(text), "module unfinished ("...)
		}
		return text
	}}
	r := run(t, j, h)
	require.Equal(t, reports.MachineryFailed, r.Signoff.Conclusion)
	require.Equal(t, 6, r.Signoff.Totals[1].Failed)
	require.Equal(t, verdict.Point{Layer: "stem", Edge: verdict.GoldenRTL, Label: "0"}.ID(), r.Problems[0].ID)
	require.Contains(t, r.Problems[0].Detail, "stem.0.v")
	sums(t, dir)
}

// Without a solver nothing is proved, however equal the forms are, and the run
// says what it did not do.
func TestNothingIsProvedWithoutASolver(t *testing.T) {
	j := job(t, "")
	j.Chain.Opinions, j.Chain.UnliftedSolver, j.Chain.Edges, j.Chain.Unlifted, j.Chain.Vectors = nil, nil, []verdict.Edge{verdict.GoldenNetlist}, 0, 0
	r := run(t, j)
	require.Equal(t, reports.NotProved, r.Signoff.Conclusion)
	require.Equal(t, reports.SignedOff, r.Signoff.Asked())
	require.Zero(t, r.Signoff.Totals[0].Proved)
	require.Equal(t, []reports.Tally{{Name: string(verdict.Unconfirmed), Count: r.Signoff.Totals[0].Total}}, r.Signoff.Unknown)
	blocking := map[string]bool{}
	for _, o := range r.Signoff.Omissions {
		blocking[o.What] = o.Blocks
	}
	for _, what := range []string{string(verdict.GoldenRTL), "confirmation", "lifting rules", "unlifted sample", "vectors"} {
		require.True(t, blocking[what], what)
	}
}

// A part of a network is never signed off, and says what is missing.
func TestPartsAreNotSignedOff(t *testing.T) {
	for what, change := range map[string]func(*chain.Options){
		"other layers":                func(*chain.Options) {},
		"other channels":              func(o *chain.Options) { o.Layers, o.Channels = []string{"stem"}, []int{1} },
		"unlifted sample":             func(o *chain.Options) { o.Unlifted = 0 },
		"vectors":                     func(o *chain.Options) { o.Vectors = 0 },
		string(verdict.GoldenNetlist): func(o *chain.Options) { o.Edges = []verdict.Edge{verdict.GoldenRTL} },
		string(verdict.GoldenRTL):     func(o *chain.Options) { o.Edges = []verdict.Edge{verdict.GoldenNetlist} },
	} {
		j := job(t, "")
		j.Chain.Layers = []string{"residual"}
		change(&j.Chain)
		r := run(t, j)
		require.Equal(t, reports.NotProved, r.Signoff.Conclusion, what)
		require.Equal(t, reports.SignedOff, r.Signoff.Asked(), "%s: %v %v", what, r.Signoff.Reasons, r.Problems)
		require.True(t, slices.ContainsFunc(r.Signoff.Omissions, func(o reports.Omission) bool { return o.What == what && o.Blocks }), what)
	}
}

// A solver that never answers costs the points, not the run, and its silence is
// no proof.
func TestSolverThatGivesUp(t *testing.T) {
	j := job(t, t.TempDir())
	j.Chain.Opinions = []smt.Opinion{{Solver: *answering(t, "unknown")}}
	r := run(t, j)
	require.Equal(t, reports.NotProved, r.Signoff.Conclusion)
	require.Equal(t, reports.NotProved, r.Signoff.Asked())
	for _, c := range r.Signoff.Totals {
		require.Equal(t, c.Total, c.Unknown)
	}
	again := job(t, j.Dir)
	again.Chain.Opinions = j.Chain.Opinions
	require.Zero(t, run(t, again).Resumed, "what is not proved is not remembered")
}

// A lifter check that finds a difference fails the signoff, although every point
// is proved.
func TestLifterCheckThatDisagrees(t *testing.T) {
	j := job(t, t.TempDir())
	j.Chain.UnliftedSolver = answering(t, "sat")
	r := run(t, j)
	require.Equal(t, reports.MachineryFailed, r.Signoff.Conclusion)
	require.Len(t, r.Problems, 3)
	for _, o := range r.Problems {
		require.Equal(t, verdict.Unlifted, o.Kind)
		require.Equal(t, verdict.Failed, o.Verdict)
	}
}
