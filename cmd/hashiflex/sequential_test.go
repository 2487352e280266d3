package main

import (
	"os"
	"path/filepath"
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
