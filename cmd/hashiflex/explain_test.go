package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/equiv/witness"
	"github.com/hashiflex/hashiflex/internal/plant"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// refutedRun is a run directory of tiny in which one channel's Verilog adds where
// it should subtract, and the folder of its witness.
func refutedRun(t *testing.T) (folder, mended string) {
	t.Helper()
	net, inputs, err := openHashed("tiny")
	require.NoError(t, err)
	dir := t.TempDir()
	mended = filepath.Join(t.TempDir(), "mended.v")
	j := &signoff.Job{
		Network: net, Opened: "tiny", Inputs: inputs, Program: "test", Dir: filepath.Join(dir, "run"),
		Chain: chain.Options{
			Layers: []string{"project"}, Channels: []int{3}, Edges: []verdict.Edge{verdict.GoldenRTL}, Jobs: 1, Seed: 1,
		},
	}
	ctx := plant.With(context.Background(), plant.Hooks{Verilog: func(_ string, text []byte) []byte {
		require.NoError(t, os.WriteFile(mended, text, 0o644))
		return bytes.Replace(text, []byte(" - "), []byte(" + "), 1)
	}})
	_, err = signoff.Run(ctx, *j)
	require.NoError(t, err)
	return filepath.Join(j.Dir, "witnesses", "project_c3.rtl"), mended
}

func command(args ...string) (code int, out, errs string) {
	var stdout, stderr bytes.Buffer
	code = run(args, &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

func TestExplainAndReplay(t *testing.T) {
	folder, mended := refutedRun(t)
	for _, name := range []string{witness.File, witness.DesignFile, witness.BenchFile, witness.ScriptFile, witness.TraceFile, witness.DrawFile, witness.WordsFile} {
		require.FileExists(t, filepath.Join(folder, name))
	}

	svg := filepath.Join(t.TempDir(), "cone.svg")
	code, out, errs := command("explain", folder, "--svg", svg)
	require.Zero(t, code, errs)
	require.Contains(t, out, "weights[3,")
	require.Contains(t, out, "=> ")
	require.NotContains(t, out, "\x1b", "colours belong on a terminal")
	drawn, err := os.ReadFile(svg)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(drawn), "<svg "))

	code, out, errs = command("replay", folder)
	require.Equal(t, exitRefuted, code, errs)
	require.Contains(t, out, "it still fails")
	code, out, errs = command("replay", filepath.Join(folder, witness.File), "--verilog", mended)
	require.Equal(t, exitProved, code, errs)
	require.Contains(t, out, "it is fixed")

	code, _, errs = command("replay", folder, "--network", "mobilenet_v2_1.0_224")
	require.Equal(t, exitBadInput, code)
	require.Contains(t, errs, "network.topology_sha256")
	require.Contains(t, errs, "network.weights_sha256")

	broken := filepath.Join(t.TempDir(), "broken.v")
	require.NoError(t, os.WriteFile(broken, []byte("module ("), 0o644))
	code, _, errs = command("replay", folder, "--verilog", broken)
	require.Equal(t, exitBadInput, code, errs)
	require.NoError(t, os.WriteFile(broken, []byte("module other (input a, output b); assign b = a; endmodule"), 0o644))
	code, _, errs = command("replay", folder, "--verilog", broken)
	require.Equal(t, exitBadInput, code, errs)
	require.Regexp(t, `broken\.v: module \w+: it is missing\n$`, errs)

	code, _, errs = command("explain", filepath.Join(folder, "nowhere"))
	require.Equal(t, exitBadInput, code, errs)

	design := filepath.Join(folder, witness.DesignFile)
	text, err := os.ReadFile(design)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(design, append(text, '\n'), 0o644))
	code, _, errs = command("replay", folder)
	require.Equal(t, exitBadInput, code)
	require.Contains(t, errs, "design.files[0].sha256")
}

// A run of the chip that stalls is a cause like others: it is listed, shown, and never
// passed over.
func TestExplainStalls(t *testing.T) {
	folder, _ := refutedRun(t)
	dir := filepath.Dir(filepath.Dir(folder))
	stall := filepath.Join(dir, "witnesses", "stream-rate.add.pair")
	require.NoError(t, os.Mkdir(stall, 0o755))
	const first = "a frame every 40 clocks, but a frame every 36 clocks behind FIFOs without bounds"
	require.NoError(t, os.WriteFile(filepath.Join(stall, signoff.TraceFile), []byte(first+"\nand a table\n"), 0o644))
	code, out, errs := command("explain", dir)
	require.Zero(t, code, errs)
	require.Contains(t, out, "2 points refuted by 2 causes")
	require.Contains(t, out, "stream-rate.add.pair: 1 point\n     "+first)
	for _, args := range [][]string{{dir, "2"}, {stall}} {
		code, out, errs = command(append([]string{"explain"}, args...)...)
		require.Zero(t, code, errs)
		require.Equal(t, first+"\nand a table\n", out)
	}
	code, out, errs = command("explain", dir, "2", "--json")
	require.Zero(t, code, errs)
	require.Contains(t, out, `"stream rate/add.pair"`)
	code, _, errs = command("explain", stall, "--svg", filepath.Join(t.TempDir(), "x.svg"))
	require.Equal(t, exitBadInput, code)
	require.Contains(t, errs, "has no cone to draw")
}
