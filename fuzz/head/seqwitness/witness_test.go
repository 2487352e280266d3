package seqwitness

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/reports/seal"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
)

// planted is the head with a named fault, and a case that finds it.
func planted(t *testing.T, name string) Case {
	t.Helper()
	ctx := context.Background()
	all := head.Faults()
	i := slices.IndexFunc(all, func(f head.Fault) bool { return f.Name == name })
	require.GreaterOrEqual(t, i, 0, name)
	sources, err := all[i].Plant(head.DefaultParams)
	require.NoError(t, err)
	sim, err := head.Build{Params: head.DefaultParams, Sources: sources, Quick: true}.Make(ctx)
	require.NoError(t, err)
	r, err := head.Run(ctx, sim, head.Campaign{Seed: 1, Cases: head.DefaultCases})
	require.NoError(t, err)
	require.NotNil(t, r.Found, name)
	return Case{Obligation: "head fuzz/campaign", Sequence: r.Found.Sequence, Seed: r.Found.Seed, Before: r.Found.Before, Sources: sources}
}

// write puts a folder on the disk.
func write(t *testing.T, f *Folder) string {
	t.Helper()
	dir := t.TempDir()
	for _, c := range f.Files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, c.Name), c.Text, 0o644))
	}
	return dir
}

// repro runs the script where there is nothing but a shell and Icarus.
func repro(t *testing.T, dir string, args ...string) (status int, said string) {
	t.Helper()
	bin := t.TempDir()
	for _, tool := range []string{"sh", "cd", "dirname", "mktemp", "rm", "cp", "iverilog", "vvp"} {
		if path, err := exec.LookPath(tool); err == nil {
			require.NoError(t, os.Symlink(path, filepath.Join(bin, tool)))
		}
	}
	cmd := exec.Command(filepath.Join(bin, "sh"), append([]string{filepath.Join(dir, ScriptFile)}, args...)...)
	cmd.Env = []string{"PATH=" + bin, "TMPDIR=" + t.TempDir()}
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil {
		require.ErrorAs(t, err, &exit, "%s", out)
		return exit.ExitCode(), string(out)
	}
	return 0, string(out)
}

// Faults of every part of the head: each has a folder that shows it in Icarus, and
// that names the line and what goes wrong first.
func TestFolders(t *testing.T) {
	ctx := context.Background()
	own, err := npu.Sources(head.DefaultParams)
	require.NoError(t, err)
	good := filepath.Join(t.TempDir(), "good.v")
	require.NoError(t, os.WriteFile(good, join(own), 0o644))
	for _, c := range []struct {
		fault, why string
		changed    string // file
		first      string // a signal
	}{
		{"bias added twice", "logit ", "npu_head.v", "dut."},
		{"accumulator not cleared between groups", "logit ", "npu_lane.v", ".kept"},
		{"logit lost under a stall", "payload", "npu_head.v", "dut."},
		{"too long a frame is computed", "", "npu_sequencer.v", "dut.sequencer.state"},
		{"OKAY for SLVERR on a bad commit", "response 0, want 2", "npu_regs.v", "write_error"},
		{"ready without a committed program", "a feature was taken", "npu_head.v", "dut."},
		{"response kept through a reset", "a valid during reset", "npu_bus.v", "s_axi_rvalid"},
		{"layers that do not meet are accepted", "", "npu_program.v", "dut."},
	} {
		t.Run(c.fault, func(t *testing.T) {
			in := planted(t, c.fault)
			f, err := Build(ctx, in)
			require.NoError(t, err)
			w := f.Witness
			require.Contains(t, w.Why, c.why)
			require.False(t, w.Agrees, w.Icarus)
			require.True(t, w.Least)
			require.LessOrEqual(t, len(w.Sequence.Steps), len(in.Sequence.Steps))
			require.Contains(t, w.Changed[0], c.changed+":")
			var names []string
			for _, s := range w.First {
				names = append(names, s.Name)
			}
			require.Contains(t, strings.Join(names, " "), c.first)
			t.Logf("%d steps of %d: %s\n%s\n%v at %s", len(w.Sequence.Steps), w.Before, w.Why, w.Icarus, w.First, w.At)

			dir := write(t, f)
			status, said := repro(t, dir)
			require.Equal(t, 1, status, said)
			require.Contains(t, said, "FAIL: step ")
			require.NotContains(t, w.Icarus, "\n")
			status, said = repro(t, dir, good)
			require.Zero(t, status, said)

			require.True(t, Is(dir))
			back, design, err := Load(dir)
			require.NoError(t, err)
			require.Equal(t, w, back)
			failure, err := Replay(ctx, back, rtl.Source{Name: DesignFile, Text: design})
			require.NoError(t, err)
			require.Equal(t, w.Why, failure.Why)
			failure, err = Replay(ctx, back, rtl.Source{Name: "good.v", Text: join(own)})
			require.NoError(t, err)
			require.Nil(t, failure)
			text := back.Explain()
			require.Contains(t, text, "## Where")
			require.Contains(t, text, "It is the smallest of its kind")
		})
	}
}

func TestFoldersAreTheSameEveryTime(t *testing.T) {
	in := planted(t, "negative ties rounded away")
	a, err := Build(context.Background(), in)
	require.NoError(t, err)
	b, err := Build(context.Background(), in)
	require.NoError(t, err)
	for i := range a.Files {
		require.Equal(t, string(a.Files[i].Text), string(b.Files[i].Text), a.Files[i].Name)
	}
}

// What was edited is refused, with the field's name.
func TestEditedFolders(t *testing.T) {
	f, err := Build(context.Background(), planted(t, "bias added twice"))
	require.NoError(t, err)
	for name, c := range map[string]struct{ file, old, new, want string }{
		"step":    {File, `"step": `, `"step": 1`, "field step: it was changed"},
		"kind":    {File, `"kind": "head"`, `"kind": "tail"`, "field kind: it was changed"},
		"data":    {File, `"Data": `, `"Data": 1`, "field sequence: it was changed"},
		"verilog": {DesignFile, "begin", "begin ", "field design_sha256: "},
	} {
		dir := write(t, f)
		path := filepath.Join(dir, c.file)
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		edited := strings.Replace(string(text), c.old, c.new, 1)
		require.NotEqual(t, string(text), edited)
		require.NoError(t, os.WriteFile(path, []byte(edited), 0o644))
		_, _, err = Load(dir)
		var wrong *seal.FieldError
		require.ErrorAs(t, err, &wrong, name)
		require.ErrorContains(t, err, c.want)
	}
	require.False(t, Is(t.TempDir()))
}

// A sequence that passes is no witness.
func TestSequenceThatPasses(t *testing.T) {
	in := planted(t, "bias added twice")
	in.Sources, _ = npu.Sources(head.DefaultParams)
	_, err := Build(context.Background(), in)
	var again *ReplayError
	require.True(t, errors.As(err, &again), "%v", err)
}

// Some VCD files by hand: the first difference, registers before nets.
func TestFirstDifference(t *testing.T) {
	const header = "$scope module bench $end\n$var reg 32 c cycle [31:0] $end\n$var integer 32 n step_number [31:0] $end\n$scope module dut $end\n" +
		"$var wire 1 w net $end\n$var reg 4 r register [3:0] $end\n$upscope $end\n$upscope $end\n$enddefinitions $end\n"
	got := header + "#0\n$dumpvars\nb0 c\nb1 n\n0w\nbx r\n$end\n#5\nb111 c\n1w\nb11 r\n#9\nb1000 c\n"
	for want, c := range map[string]struct {
		other string
		first []Signal
	}{
		"equal":                    {got[len(header):], nil},
		"step 1, cycle 7, at 5 ps": {"#0\nb0 c\nb1 n\n0w\nbx r\n#5\nb111 c\n", []Signal{{Name: "dut.register", Got: "11", Want: "x"}, {Name: "dut.net", Got: "1", Want: "0"}}},
		"step 1, cycle 0, at 3 ps": {"#0\nb0 c\nb1 n\n0w\nbx r\n#3\nb11 r\n#5\nb111 c\n1w\n", []Signal{{Name: "dut.register", Got: "x", Want: "11"}}},
	} {
		first, at, err := firstDifference([]byte(got), []byte(header+c.other))
		require.NoError(t, err)
		require.Equal(t, c.first, first)
		if c.first != nil {
			require.Equal(t, want, at)
		}
	}
	_, _, err := firstDifference([]byte("nonsense"), []byte(got))
	require.Error(t, err)
}
