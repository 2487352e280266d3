package stream

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
)

func open(t *testing.T, name string) *spec.Network {
	t.Helper()
	n, err := networks.Open(name)
	require.NoError(t, err)
	return n
}

// generate is a design and its text.
func generate(t *testing.T, n *spec.Network, o Options) (*Design, []rtl.Source) {
	t.Helper()
	d, err := Generate(n, o)
	require.NoError(t, err)
	sources, err := d.Sources()
	require.NoError(t, err)
	return d, sources
}

// Readers take the Verilog without a word, and have every module that the map names.
func TestVerilogIsClean(t *testing.T) {
	d, sources := generate(t, open(t, "tiny"), Options{})
	warnings, err := rtl.Verilator{}.Lint(t.Context(), source.Of(sources...))
	require.NoError(t, err)
	require.Empty(t, warnings)
	design, log, err := rtl.Yosys{}.Read(t.Context(), source.Of(sources...))
	require.NoError(t, err)
	require.Empty(t, log.Warnings)
	for _, b := range d.Map.Blocks {
		ports, err := design.Ports(b.Module)
		require.NoError(t, err)
		names := map[string]bool{}
		for _, p := range ports {
			names[p.Name] = true
		}
		want := map[string]bool{d.Map.Clock: true, d.Map.ResetN: true}
		for _, s := range append(b.Ins, b.Outs...) {
			for _, name := range []string{s.Valid, s.Ready, s.Data, s.First, s.Last} {
				if name != "" {
					want[name] = true
				}
			}
		}
		require.Equal(t, want, names, b.Instance)
		if b.Datapath != nil {
			_, err := design.Ports(b.Datapath.Module)
			require.NoError(t, err)
		}
	}
	text, err := json.Marshal(d.Map)
	require.NoError(t, err)
	var again Map
	require.NoError(t, json.Unmarshal(text, &again))
	require.Equal(t, d.Map, again)
}

// The FIFO before an addition is not counted beside a FIFO on its other side that is not
// there in the end.
func TestDepthsAlone(t *testing.T) {
	n, err := networks.Open("mobilenet_v2_1.0_224")
	require.NoError(t, err)
	d, err := Generate(n, Options{})
	require.NoError(t, err)
	depths := map[string]int{}
	for _, l := range d.layers {
		for _, b := range l.blocks {
			if b.kind == KindFIFO {
				depths[l.name()] = b.size("DEPTH")
			}
		}
	}
	require.Len(t, depths, 10)
	require.Equal(t, 63, depths["block_2_add"])
	require.Equal(t, 14, depths["block_15_add"])
}

// Beats of more than 8192 bits are clean too: Verilator has a warning for constants that are
// written by repetition so often, and a bench with warnings does not compile.
func TestWideBeatsAreClean(t *testing.T) {
	byte8 := spec.Format{Width: 8}
	n := &spec.Network{Name: "wide", Input: spec.Input{Shape: spec.Shape{C: 300, H: 4, W: 9}, Format: byte8}, Layers: []*spec.Layer{
		{Name: "mean", Inputs: []string{spec.InputName}, Out: spec.Requant{Format: byte8, Overflow: spec.SAT},
			Op: &spec.AvgPool{Window: spec.Window{Kernel: [2]int{3, 3}, Stride: [2]int{1, 1}, Pad: [4]int{1, 1, 1, 1}}, Recip: 7282, RecipFrac: 16}},
		{Name: "all", Inputs: []string{"mean"}, Out: spec.Requant{Format: byte8, Overflow: spec.SAT}, Op: &spec.Pool{Recip: 1820, RecipFrac: 16}},
	}}
	require.NoError(t, n.Validate())
	d, sources := generate(t, n, Options{Headless: true, Pixels: map[string]int{spec.InputName: 4, "mean": 7}})
	widest := 0
	for _, b := range d.Map.Blocks {
		for _, s := range b.Ins {
			widest = max(widest, s.Lanes*300*8)
		}
	}
	require.Greater(t, widest, 8192)
	warnings, err := rtl.Verilator{}.Lint(t.Context(), source.Of(sources...))
	require.NoError(t, err)
	require.Empty(t, warnings)
}
