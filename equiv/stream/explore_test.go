package stream

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
)

func readAll(t *testing.T, files ...string) *rtl.Design {
	t.Helper()
	var s rtl.Sources
	for _, f := range files {
		text, err := os.ReadFile("testdata/" + f)
		require.NoError(t, err)
		s.Files = append(s.Files, rtl.Source{Name: f, Text: text})
	}
	d, _, err := rtl.Yosys{}.Read(context.Background(), s)
	require.NoError(t, err)
	return d
}

var plainMap = &stream.Map{Clock: "clk", ResetN: "resetn"}

func block(kind stream.Kind, module, layer string) *stream.Block {
	return &stream.Block{
		Instance: module, Module: module, Kind: kind, Layer: layer,
		Ins:  []stream.Stream{{Valid: "in_valid", Ready: "in_ready", Data: "in_data", Lanes: 1}},
		Outs: []stream.Stream{{Valid: "out_valid", Ready: "out_ready", Data: "out_data", Lanes: 1}},
	}
}

func explored(t *testing.T, d *rtl.Design, b *stream.Block, net *spec.Network) *Exploration {
	t.Helper()
	k, err := contractOf(b, net)
	require.NoError(t, err)
	m, err := open(d, plainMap, b, k)
	require.NoError(t, err)
	x, err := m.explore(context.Background(), maxStates)
	require.NoError(t, err)
	t.Logf("%s: %d states, %d steps, %d bits of data executed, %d memories", b.Module, x.States, x.Steps, len(m.ops), len(m.mems))
	return x
}

func TestFIFO(t *testing.T) {
	x := explored(t, readAll(t, "fifo.v"), block(stream.KindFIFO, "fifo", ""), &spec.Network{})
	require.Nil(t, x.Broken)
	require.Equal(t, []int{3}, x.Room)
}

func windowNet(t *testing.T) *spec.Network {
	n := &spec.Network{
		Name:  "w",
		Input: spec.Input{Shape: spec.Shape{C: 2, H: 5, W: 6}, Format: spec.Format{Width: 8, Frac: 8}},
		Layers: []*spec.Layer{{
			Name: "w", Inputs: []string{spec.InputName},
			Op: &spec.Conv{OutC: 1, Kernel: [2]int{3, 3}, Stride: [2]int{1, 1}, Pad: [4]int{1, 1, 1, 1}, Groups: 1, Bits: 4,
				Codes: make([]spec.Code, 18), Base: make([]int32, 1), Bias: make([]int32, 1)},
			Out: spec.Requant{Format: spec.Format{Width: 8, Frac: 8}, Overflow: spec.SAT},
		}},
	}
	require.NoError(t, n.Validate())
	return n
}

func TestWindow(t *testing.T) {
	x := explored(t, readAll(t, "window.v"), block(stream.KindWindow, "window", "w"), windowNet(t))
	require.Nil(t, x.Broken)
}
