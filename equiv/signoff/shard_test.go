package signoff

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/internal/plant"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/digest"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// wide is a job on a layer of several chunks: the first channels of one of MobileNetV2.
func wide(t *testing.T, dir string) *Job {
	t.Helper()
	net, err := networks.Open("mobilenet_v2_1.0_224")
	require.NoError(t, err)
	l := net.Layer("block_16_project")
	const channels = 48
	conv := *l.Op.(*spec.Conv)
	taps := len(conv.Codes) / conv.OutC
	conv.OutC, conv.Codes, conv.Base, conv.Bias = channels, conv.Codes[:channels*taps], conv.Base[:channels], conv.Bias[:channels]
	n := &spec.Network{
		Name: "wide", Input: spec.Input{Shape: l.InShape(0), Format: l.InFormat(0)},
		Layers: []*spec.Layer{{Name: "wide", Inputs: []string{spec.InputName}, Op: &conv, Out: l.Out}},
	}
	require.NoError(t, n.Validate())
	j := job(t, dir)
	j.Network = n
	j.Chain.Unlifted = 0
	j.Chain.UnliftedSolver = nil
	j.Chain.FrontEnd = chain.ByStrict
	parts, err := chain.Parts(n, j.Chain)
	require.NoError(t, err)
	require.Greater(t, len(parts), 1)
	return j
}

// light is a job without processes: normal forms alone.
func light(j *Job) *Job {
	j.Chain.Edges = []verdict.Edge{verdict.GoldenNetlist}
	j.Chain.Opinions, j.Chain.Unlifted, j.Chain.UnliftedSolver, j.Chain.Vectors = nil, 0, nil, 0
	return j
}

// sharded runs the shards of a job, of which make gives a new one each time.
func sharded(t *testing.T, of int, make func(dir string) *Job, hooks ...plant.Hooks) (dirs []string) {
	t.Helper()
	ctx := context.Background()
	for _, h := range hooks {
		ctx = plant.With(ctx, h)
	}
	for i := 1; i <= of; i++ {
		dir := filepath.Join(t.TempDir(), fmt.Sprint(i))
		j := make(dir)
		j.Share = &rundir.Share{Index: i, Of: of}
		_, err := RunShard(ctx, *j, []string{"signoff"})
		require.NoError(t, err)
		dirs = append(dirs, dir)
	}
	return dirs
}

// merged merges shards, and returns the units that were open.
func merged(t *testing.T, j *Job, dirs []string, hooks ...plant.Hooks) (*result, []string) {
	t.Helper()
	require.NoError(t, readAll(t, j, dirs))
	open, err := CheckShards(j, j.Shards)
	require.NoError(t, err)
	return run(t, j, hooks...), open
}

func readAll(t *testing.T, j *Job, dirs []string) error {
	for _, dir := range dirs {
		s, err := rundir.ReadShard(dir)
		if err != nil {
			return err
		}
		j.Shards = append(j.Shards, s)
	}
	return nil
}

// TestMergedShardsAreTheRun: the merged directory is the unsharded one, byte for byte, for
// any number of shards, also of layers that several shards have a part of; and nothing of a
// proved unit is proved again.
func TestMergedShardsAreTheRun(t *testing.T) {
	withChip := func(dir string) *Job {
		j := job(t, dir)
		j.Stream = &Stream{Design: stream.Options{Headless: true}}
		j.Mutants = &Mutants{Count: 5, Seed: 1}
		return j
	}
	for name, x := range map[string]struct {
		make func(string) *Job
		of   []int
	}{
		"tiny": {func(dir string) *Job { return job(t, dir) }, []int{3}},
		"wide": {func(dir string) *Job { return wide(t, dir) }, []int{2}},
		"chip": {withChip, []int{2}},
	} {
		whole := t.TempDir()
		run(t, x.make(whole))
		want := sums(t, whole)
		for _, of := range x.of {
			dirs := sharded(t, of, x.make)
			dir := t.TempDir()
			// Works that the shards have proved are not run again.
			again := plant.Hooks{Verilog: func(chunk string, text []byte) []byte {
				t.Errorf("%s of %s is proved again", chunk, name)
				return text
			}}
			_, open := merged(t, x.make(dir), dirs, again)
			require.Empty(t, open)
			require.Equal(t, want, sums(t, dir), "%s in %d shards", name, of)
		}
	}
}

// A shard that is interrupted resumes, and one that ended repeats itself from its records.
func TestShardsResume(t *testing.T) {
	whole := t.TempDir()
	run(t, light(wide(t, whole)))
	dirs := sharded(t, 2, func(dir string) *Job { return light(wide(t, dir)) })
	before, err := os.ReadFile(filepath.Join(dirs[0], "SHA256SUMS"))
	require.NoError(t, err)
	require.NoError(t, os.Remove(filepath.Join(dirs[0], "SHA256SUMS")))
	require.ErrorContains(t, readAll(t, light(wide(t, "")), dirs), "shard 1/2 did not finish")
	j := light(wide(t, dirs[0]))
	j.Share = &rundir.Share{Index: 1, Of: 2}
	ctx := plant.With(context.Background(), plant.Hooks{Module: func(u shiftadd.Unit, _ string, _ *netlist.Module) {
		t.Errorf("%s is proved again", u.Name)
	}})
	_, err = RunShard(ctx, *j, []string{"signoff"})
	require.NoError(t, err)
	after, err := os.ReadFile(filepath.Join(dirs[0], "SHA256SUMS"))
	require.NoError(t, err)
	require.Equal(t, string(before), string(after))
	// Another share does not fit into the directory.
	j.Share = &rundir.Share{Index: 2, Of: 2}
	_, err = RunShard(ctx, *j, []string{"signoff"})
	require.ErrorContains(t, err, "it holds shard 1/2, this run is shard 2/2")
}

// A fault that a shard has found is found again by the merge, with the witness of a whole
// run.
func TestRefutedShardsAreRefuted(t *testing.T) {
	fault := plant.Hooks{Verilog: func(name string, text []byte) []byte {
		if name != "project.0" {
			return text
		}
		at := bytes.Index(text, []byte("module project_c3 "))
		sign := at + bytes.Index(text[at:], []byte(" + "))
		out := bytes.Clone(text)
		out[sign+1] = '-'
		return out
	}}
	whole := t.TempDir()
	run(t, job(t, whole), fault)
	dirs := sharded(t, 3, func(dir string) *Job { return job(t, dir) }, fault)
	dir := t.TempDir()
	r, open := merged(t, job(t, dir), dirs, fault)
	require.Equal(t, []string{"project.0"}, open)
	require.Equal(t, reports.NetworkRefuted, r.Signoff.Conclusion)
	require.Equal(t, sums(t, whole), sums(t, dir))
}

// TestShardsThatDoNotFitAreRefused: of another network, under other options, by other
// tools or another program, missing, there twice, or with units that are not theirs.
func TestShardsThatDoNotFitAreRefused(t *testing.T) {
	dirs := sharded(t, 3, func(dir string) *Job { return light(job(t, dir)) })
	check := func(change func(j *Job), dirs ...string) error {
		j := light(job(t, t.TempDir()))
		change(j)
		if err := readAll(t, j, dirs); err != nil {
			return err
		}
		_, err := CheckShards(j, j.Shards)
		return err
	}
	same := func(*Job) {}
	require.NoError(t, check(same, dirs...))
	require.ErrorContains(t, check(same, dirs[0], dirs[2]), "shard 2/3 is missing")
	require.EqualError(t, check(same, dirs[0]), "shards 2 to 3 of 3 are missing")
	require.ErrorContains(t, check(same, append(dirs, dirs[1])...), "shard 2/3 is there twice: "+dirs[1])
	require.ErrorContains(t, check(func(j *Job) { j.Network.Layers[0].Op.(*spec.Conv).Bias[0]++ }, dirs...), "of another network")
	require.ErrorContains(t, check(func(j *Job) { j.Chain.Seed++ }, dirs...), "shard 1/3 is under other options: seed: 1 there, 2 here")
	require.ErrorContains(t, check(func(j *Job) { j.Tools[0].SHA256 = "ab" }, dirs...), "by other tools: z3 has the SHA-256")
	require.ErrorContains(t, check(func(j *Job) { j.Tools[0].Version = "5" }, dirs...), "z3 some there, 5 here")
	other := sharded(t, 2, func(dir string) *Job { return light(job(t, dir)) })
	require.ErrorContains(t, check(same, dirs[0], dirs[1], dirs[2], other[0]), "is one of 3")

	// Who edits a shard and makes its hashes right again.
	edit := func(file, from, to string) string {
		dir := filepath.Join(t.TempDir(), "edited")
		require.NoError(t, os.CopyFS(dir, os.DirFS(dirs[1])))
		path := filepath.Join(dir, file)
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		text := strings.Replace(string(b), from, to, 1)
		require.NotEqual(t, string(b), text)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		return dir
	}
	rehashed := func(dir string) string {
		table, err := digest.Tree(dir, func(name string) bool {
			return name == "SHA256SUMS" || name == "lock" || strings.HasPrefix(name, "timings.")
		})
		require.NoError(t, err)
		var b strings.Builder
		for name, sum := range table {
			fmt.Fprintf(&b, "%s  %s\n", sum, name)
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, "SHA256SUMS"), []byte(b.String()), 0o644))
		return dir
	}
	with := func(dir string) error { return check(same, dirs[0], dir, dirs[2]) }
	require.ErrorContains(t, with(edit("cache.jsonl", "proved", "Proved")), "cache.jsonl was changed")
	require.ErrorContains(t, with(rehashed(edit("cache.jsonl", "proved", "Proved"))), "lines without their hash: 1")
	require.ErrorContains(t, with(rehashed(edit("shard.json", `"program_sha256": "`, `"program_sha256": "00`))), "by another program")
	require.ErrorContains(t, with(rehashed(edit("shard.json", `"index": 2`, `"index": 3`))), "says shard 3/3, and run.json says 2/3")
	require.ErrorContains(t, with(rehashed(edit("shard.json", `.0",`, `.7",`))), "which is not its own or is there twice")
	require.ErrorContains(t, with(rehashed(edit("shard.json", `.0",`, `.7",`))), "lacks ")
	require.ErrorContains(t, with(rehashed(edit("shard.json", `"key": "`, `"key": "00`))), "is said to be proved, and has no record")
	require.ErrorContains(t, with(rehashed(edit("shard.json", `"schema"`, `"other": 1, "schema"`))), "unknown field")
	require.NoError(t, with(rehashed(edit("shard.json", `"verdict": "proved"`, `"verdict": "unknown"`))), "it is proved again")
}

// A shard whose Verilog was changed, with all hashes of files made right, is not believed:
// the records name what was proved.
func TestForgedVerilogOfAShardIsProvedAgain(t *testing.T) {
	dirs := sharded(t, 2, func(dir string) *Job { return job(t, dir) })
	j := job(t, t.TempDir())
	require.NoError(t, readAll(t, j, dirs))
	whole := t.TempDir()
	run(t, job(t, whole))
	for _, dir := range dirs {
		files, err := filepath.Glob(filepath.Join(dir, "chunks", "*.v.gz"))
		require.NoError(t, err)
		for _, f := range files {
			require.NoError(t, os.WriteFile(f, []byte("no Verilog"), 0o644))
		}
	}
	// The hashes of files are looked at when a shard is read; what changes after is found too.
	again := 0
	run(t, j, plant.Hooks{Verilog: func(_ string, text []byte) []byte { again++; return text }})
	require.NotZero(t, again)
	require.Equal(t, sums(t, whole), sums(t, j.Dir))
}
