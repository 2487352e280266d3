package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestIncludes: what a file takes in is declared, named as evidence, part of the
// cache's key and of a witness's folder.
func TestIncludes(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	net := sums(t)
	own := file(t, "own.v", "module sum_c0 (input signed [3:0] x0, input signed [3:0] x1, output signed [7:0] y);\n`ifdef SYNTHESIS\nassign y = 0;\n`else\n`include \"sub/body.vh\"\n`endif\nendmodule\n")
	body := file(t, "body.vh", "assign y = x0 + `TWO * x1 + 3;\n")
	args := []string{"prove", "--network", net, "--layer", "sum", "--channel", "0", "--verilog", own, "--include", "sub/body.vh=" + body, "--define", "TWO=2", "-o", filepath.Join(t.TempDir(), "run")}
	code, out, errs := command(args...)
	require.Equal(t, exitProved, code, out+errs)
	record, err := os.ReadFile(filepath.Join(args[len(args)-1], "signoff.json"))
	require.NoError(t, err)
	require.Contains(t, string(record), `"sub/body.vh"`)
	require.Contains(t, string(record), `"TWO=2"`)

	// Nothing is recalled once what is taken in has changed.
	require.NoError(t, os.WriteFile(body, []byte("assign y = x0 + `TWO * x1 + 2;\n"), 0o644))
	code, out, errs = command(args...)
	require.Equal(t, exitRefuted, code, out+errs)
	folder := folderIn(t, out)
	code, out, errs = command("replay", folder)
	require.Equal(t, exitRefuted, code, out+errs)

	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"not declared":      {nil, own + `:5: "sub/body.vh" is taken in and not declared`},
		"an unlucky name":   {[]string{"--include", body}, body + ": a file that is taken in needs a relative name"},
		"no such file":      {[]string{"--include", "sub/body.vh=nowhere.vh"}, "open nowhere.vh"},
		"no name":           {[]string{"--include", "sub/body.vh=" + body, "--define", "2=3"}, "macro 2: its name is no identifier"},
		"macro not defined": {[]string{"--include", "sub/body.vh=" + body}, "sub/body.vh:1: macro `TWO is not defined"},
	} {
		code, out, errs := command(append([]string{"prove", "--network", net, "--layer", "sum", "--channel", "0", "--verilog", own}, c.args...)...)
		require.Equal(t, exitBadInput, code, name+out+errs)
		require.Contains(t, errs, c.want, name)
	}
	code, _, errs = command("prove", "--network", net, "--include", "x")
	require.Equal(t, exitBadInput, code)
	require.Contains(t, errs, "--verilog is missing")
}

// A device without an end is no text, wherever one is named.
func TestEndlessText(t *testing.T) {
	for _, args := range [][]string{
		{"--verilog", "/dev/zero"},
		{"--verilog", "/dev/null", "--ports", "/dev/zero"},
		{"--verilog", "/dev/null", "--include", "x.vh=/dev/zero"},
	} {
		code, _, errs := command(append([]string{"prove", "--network", "tiny", "--layer", "last"}, args...)...)
		require.Equal(t, exitBadInput, code, errs)
		require.Contains(t, errs, "/dev/zero: it is longer than")
	}
}
