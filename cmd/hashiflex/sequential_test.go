package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/fuzz/everyday"
	"github.com/hashiflex/hashiflex/spec"
)

// sequential puts a module of the corpus that computes over several clocks into a folder
// as a user has it: network, Verilog and port map.
func sequential(t *testing.T, name string) (m *everyday.Module, net, verilog, ports string) {
	t.Helper()
	ms, err := everyday.Sequential(64)
	require.NoError(t, err)
	for i := range ms {
		if ms[i].Name == name {
			m = &ms[i]
		}
	}
	require.NotNil(t, m, name)
	dir := t.TempDir()
	write := func(name string, text []byte) string {
		at := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(at), 0o755))
		require.NoError(t, os.WriteFile(at, text, 0o644))
		return at
	}
	topology, weights, err := spec.Encode(m.Network)
	require.NoError(t, err)
	net = filepath.Dir(write("net/"+spec.TopologyFile, topology))
	write("net/"+spec.WeightsFile, weights)
	return m, net, write(m.File, m.Text), write("ports.toml", []byte(m.Map))
}

// TestSequentialIsProved: a layer that is computed over several clocks is proved, and
// faults in it are refuted by runs that replay with the tools of a user.
func TestSequentialIsProved(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	m, net, right, ports := sequential(t, "mac_case")
	code, out, errs := command("prove", "--network", net, "--layer", everyday.Layer, "--verilog", right, "--ports", ports)
	require.Equal(t, exitProved, code, out+errs)
	require.Contains(t, out, "9 clocks")
	for _, f := range m.Faults {
		if f.Line != 33 && f.Line != 54 {
			continue // package chain has them all
		}
		wrong := filepath.Join(t.TempDir(), m.File)
		require.NoError(t, os.WriteFile(wrong, f.Text, 0o644))
		code, out, errs := command("prove", "--network", net, "--layer", everyday.Layer, "--verilog", wrong, "--ports", ports)
		require.Equal(t, exitRefuted, code, f.What+out+errs)
		shows(t, folderIn(t, out), right)
	}
}

// TestWrongReset: a reset that the map or the text has upside down is bad input, with what
// to write.
func TestWrongReset(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	m, net, right, ports := sequential(t, "idle_done")
	inverted := filepath.Join(t.TempDir(), "ports.toml")
	require.Contains(t, m.Map, `reset = "!rst_n"`)
	require.NoError(t, os.WriteFile(inverted, []byte(strings.Replace(m.Map, `"!rst_n"`, `"rst_n"`, 1)), 0o644))
	code, out, errs := command("prove", "--network", net, "--layer", everyday.Layer, "--verilog", right, "--ports", inverted)
	require.Equal(t, exitBadInput, code, out+errs)
	require.Contains(t, errs, `want reset = "!rst_n"`)

	text := strings.Replace(string(m.Text), "negedge rst_n", "posedge rst_n", 1)
	require.NotEqual(t, string(m.Text), text)
	wrong := filepath.Join(t.TempDir(), m.File)
	require.NoError(t, os.WriteFile(wrong, []byte(text), 0o644))
	code, out, errs = command("prove", "--network", net, "--layer", everyday.Layer, "--verilog", wrong, "--ports", ports)
	require.Equal(t, exitBadInput, code, out+errs)
	require.Contains(t, errs, "edge and level of a reset differ")
}

// TestSuggestedProtocol: a module that computes over several clocks is proved with the map
// that its names suggest.
func TestSuggestedProtocol(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	_, net, right, _ := sequential(t, "mac_case")
	code, out, errs := command("map", "--suggest", "--network", net, "--layer", everyday.Layer, "--verilog", right)
	require.Equal(t, exitProved, code, out+errs)
	require.Contains(t, out, `sequential = { done = "done", inputs = "held", reset = "rst", start = "start" }`)
	var table []string
	for l := range strings.Lines(out) {
		if !strings.HasPrefix(l, "#") && !strings.HasPrefix(l, "[") {
			table = append(table, strings.Replace(l, "top = ", "module = ", 1))
		}
	}
	ports := filepath.Join(t.TempDir(), "ports.toml")
	require.NoError(t, os.WriteFile(ports, []byte(strings.Join(table, "")), 0o644))
	code, out, errs = command("prove", "--network", net, "--layer", everyday.Layer, "--verilog", right, "--ports", ports)
	require.Equal(t, exitProved, code, out+errs)
}
