package witness

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/fuzz/mutant"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/spec/networks"
)

// TestBriefWitness: what it leaves out is at rest, so that it replays on any
// Verilog; it has none of its own and says so.
func TestBriefWitness(t *testing.T) {
	f, b := planted(t, "project", mutant.Sign)
	text, err := b.Witness.InBrief("project_c1.rtl")
	require.NoError(t, err)
	at := filepath.Join(t.TempDir(), "project_c0.rtl.json")
	require.NoError(t, os.WriteFile(at, text, 0o644))
	w, design, err := Load(at)
	require.NoError(t, err)
	require.Empty(t, design.Files)
	require.Equal(t, "project_c1.rtl", w.Folder)
	require.Equal(t, b.Witness.Explanation.Causes, w.Explanation.Causes)
	require.Less(t, len(w.Inputs), len(b.Witness.Inputs))
	require.NotEmpty(t, b.Witness.Explanation.Cone.Nodes, "the folder's own is whole")

	net, err := networks.Open("tiny")
	require.NoError(t, err)
	replay := func(design rtl.Sources) (Outputs, error) {
		return Replay(context.Background(), at, w, net, design, true, rtl.Limits{}, rtl.Limits{})
	}
	_, err = replay(design)
	requireField(t, err, "brief")
	out, err := replay(source.One("d.v", f.text))
	require.NoError(t, err)
	require.Equal(t, Outputs{b.Witness.Gold, b.Witness.Netlist, b.Witness.Simulated}, out)
	out, err = replay(source.One("d.v", f.of.text))
	require.NoError(t, err)
	require.True(t, out.Agree())

	w.Inputs = append(w.Inputs, Input{Port: "nowhere", Width: 8})
	_, err = replay(source.One("d.v", f.text))
	requireField(t, err, "inputs")
}
