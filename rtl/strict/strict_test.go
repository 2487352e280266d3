package strict_test

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/rtl/strict"
	"github.com/hashiflex/hashiflex/spec/networks"
)

// generated is the Verilog of a layer of the tiny network.
func generated(t *testing.T, layer string, o shiftadd.Options) (sources rtl.Sources, modules []string) {
	t.Helper()
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	g, err := shiftadd.New(net.Layer(layer), o)
	require.NoError(t, err)
	var text bytes.Buffer
	for _, u := range g.Modules() {
		m := g.Module(u)
		require.NoError(t, rtl.WriteVerilog(&text, m))
		modules = append(modules, rtl.VerilogName(m.Name))
	}
	return source.One(layer+".v", text.Bytes()), modules
}

// same reads sources with both front ends and compares what they elaborate to, with its
// locations.
func same(t *testing.T, sources rtl.Sources) {
	t.Helper()
	want, _, err := rtl.Yosys{}.Read(context.Background(), sources)
	require.NoError(t, err)
	have, err := strict.Read(sources)
	require.NoError(t, err)
	for _, name := range want.Modules() {
		w, err := want.Module(name)
		require.NoError(t, err)
		h, err := have.Module(name)
		require.NoError(t, err)
		require.NoError(t, h.Check())
		require.NoError(t, netlist.Same(h, w), name)
		require.Equal(t, places(w), places(h), name)
	}
}

// places are the locations of the cells that compute.
func places(m *netlist.Module) (all []string) {
	for _, c := range m.Cells[1:] {
		if !c.Op.IsWiring() && c.Op != netlist.OpConst {
			all = append(all, c.Op.String()+" "+m.Sources[c.Src])
		}
	}
	slices.Sort(all)
	return all
}

func TestGeneratedLayersAreReadAsByYosys(t *testing.T) {
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	for name, o := range map[string]shiftadd.Options{
		"default":   {},
		"linear":    {Tree: shiftadd.Linear, Widths: shiftadd.Uniform, Subtract: shiftadd.InvertCarry},
		"carrysave": {Tree: shiftadd.CarrySave},
		"shared":    {Share: shiftadd.Pairs},
	} {
		for _, l := range net.Layers {
			if l.Kind() == "dense" {
				continue
			}
			t.Run(name+"/"+l.Name, func(t *testing.T) {
				sources, _ := generated(t, l.Name, o)
				same(t, sources)
				sources.Generated = true
				same(t, sources)
			})
		}
	}
}
