package npu

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
)

func TestParseMap(t *testing.T) {
	m, err := ParseMap("[modules]\nnpu_memory = \"ram\"\n[nets]\nsequencer = \"u.seq\"\n")
	require.NoError(t, err)
	require.Equal(t, "ram", m.Module("npu_memory"))
	require.Equal(t, "npu_lane", m.Module("npu_lane"))
	_, err = ParseMap("[modules]\nnpu_core = \"x\"\n[nets]\na = \"n\"\nb = \"n\"\n[wires]\n")
	for _, want := range []string{"no proof names a module npu_core", "a and b are both n", "wires: no such key"} {
		require.ErrorContains(t, err, want)
	}
	_, err = ParseMap("nets")
	require.Error(t, err)
}

// A net is known by its own entry, or by that of the instance that it is in.
func TestRename(t *testing.T) {
	top := netlist.New("top")
	a, b, c, d := top.Input("a", 1), top.Input("b", 1), top.Input("c", 1), top.Input("d", 1)
	top.Names = map[netlist.Value]string{a: "u.seq.state", b: "u.seq.row[3]", c: "u.sequel", d: "other"}
	m := Map{Nets: map[string]string{"sequencer": "u.seq", "sequencer.fsm": "u.seq.state"}}
	require.NoError(t, m.Rename(top))
	require.Equal(t, map[netlist.Value]string{a: "sequencer.fsm", b: "sequencer.row[3]", c: "u.sequel", d: "other"}, top.Names)
	require.ErrorIs(t, Map{Nets: map[string]string{"other": "u.sequel"}}.Rename(top), ErrAmbiguous)
}

// Sizes are what elaboration makes of the parameters, not what their text says.
func TestSizesOfElaboration(t *testing.T) {
	ctx := context.Background()
	s := source.One("h.v", []byte("module npu_head #(parameter LANES = 1 + 2, parameter FEATURES = 3 * LANES, parameter ROWS = 40, parameter BIASES = 13, parameter LAYERS = 3) (input clk, output q);\n assign q = clk;\nendmodule\n"))
	p, err := SizesOf(ctx, rtl.Yosys{}, s)
	require.NoError(t, err)
	require.Equal(t, Params{Lanes: 3, Features: 9, Rows: 40, Biases: 13, Layers: 3}, p)

	other := Params{Lanes: 5, Features: 7, Rows: 9, Biases: 11, Layers: 1}
	s, err = Resize(ctx, rtl.Yosys{}, s, other)
	require.NoError(t, err)
	p, err = SizesOf(ctx, rtl.Yosys{}, s)
	require.NoError(t, err)
	require.Equal(t, other, p)

	fixed := source.One("h.v", []byte("module npu_head (input clk, output q);\n assign q = clk;\nendmodule\n"))
	_, err = SizesOf(ctx, rtl.Yosys{}, fixed)
	require.ErrorContains(t, err, "has no parameters LANES, FEATURES, ROWS, BIASES, LAYERS")
	_, err = Resize(ctx, rtl.Yosys{}, fixed, other)
	require.ErrorAs(t, err, new(*NoSizesError))
}
