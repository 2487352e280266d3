package stream

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

func openNetwork(t *testing.T, name string) *spec.Network {
	t.Helper()
	n, err := networks.Open(name)
	require.NoError(t, err)
	return n
}

// generated are options for the streaming design of a network.
func generated(t *testing.T, n *spec.Network, how stream.Options) Options {
	t.Helper()
	d, err := stream.Generate(n, how)
	require.NoError(t, err)
	files, err := d.Skeleton()
	require.NoError(t, err)
	return Options{
		Network: n, Map: &d.Map, Sources: rtl.Sources{Files: files}, Jobs: 2,
		Datapaths: func(layer string) (rtl.Sources, error) {
			files, err := d.Datapaths(layer)
			return rtl.Sources{Files: files, Generated: true}, err
		},
		Modules: d.Modules,
		Layer:   func(l *spec.Layer) (*shiftadd.Generator, error) { return shiftadd.New(l, how.Datapath) },
	}
}

func TestTinyIsProved(t *testing.T) {
	for _, how := range []stream.Options{
		{}, {Pipeline: 1}, {Pipeline: 2}, {Pipeline: 3, Datapath: shiftadd.Options{Share: shiftadd.Pairs}},
		{Datapath: shiftadd.Options{Tree: shiftadd.CarrySave, Subtract: shiftadd.InvertCarry}, Pipeline: 2},
	} {
		t.Run(fmt.Sprintf("%v every %d", how.Datapath, how.Pipeline), func(t *testing.T) { tinyIsProved(t, how) })
	}
}

func tinyIsProved(t *testing.T, how stream.Options) {
	o := generated(t, openNetwork(t, "tiny"), how)
	r, err := Prove(context.Background(), o)
	require.NoError(t, err)
	count := map[verdict.Kind]int{}
	for _, f := range r.Facts {
		require.Equal(t, verdict.Proved, f.Verdict, "%s: %s", f.ID(), f.Detail)
		count[f.Kind]++
	}
	blocks, datapaths := len(r.Blocks), 0
	for _, x := range r.Blocks {
		require.NotNil(t, x)
	}
	of := map[string]*Exploration{}
	for i, b := range o.Map.Blocks {
		of[b.Instance] = r.Blocks[i]
		if b.Datapath != nil {
			datapaths++
		}
	}
	// A frame of 12 x 12 pixels, whose layers have 6 x 6 positions from the first one on.
	for name, want := range map[string][3]int{
		"entry.framer": {12, 12, 144}, "stem.window": {12, 12, 144}, "stem.apply": {6, 6, 36}, "depthwise.split": {6, 6, 36},
		"residual.fifo_b": {6, 6, 36}, "residual.pair": {6, 6, 36}, "pool.apply": {1, 1, 1}, "features": {1, 1, 13},
	} {
		x := of[name]
		require.Equal(t, want, [3]int{x.Rows, x.Row, x.Clocks}, name)
	}
	require.Equal(t, map[verdict.Kind]int{
		verdict.StreamReset: blocks, verdict.StreamBlock: blocks, verdict.StreamDatapath: datapaths,
		verdict.StreamWiring: 1, verdict.StreamFlow: 1, verdict.StreamRate: 2, verdict.StreamWhole: 1,
	}, count)
}

// Heads that take the frames in turn get exactly theirs.
func TestHeadsInTurnAreProved(t *testing.T) {
	for _, heads := range []int{2, 3, stream.MaxHeads} {
		t.Run(fmt.Sprint(heads), func(t *testing.T) {
			o := generated(t, openNetwork(t, "tiny"), stream.Options{Heads: heads})
			r, err := Prove(context.Background(), o)
			require.NoError(t, err)
			for _, f := range r.Facts {
				require.Equal(t, verdict.Proved, f.Verdict, "%s: %s", f.ID(), f.Detail)
			}
			at := slices.IndexFunc(r.Facts, func(f equiv.Fact) bool { return f.Kind == verdict.StreamWiring })
			require.Contains(t, r.Facts[at].Detail, fmt.Sprintf("; frame n goes to head n modulo %d, whose results leave on its own stream", heads))
			whole := r.Facts[len(r.Facts)-1]
			require.Equal(t, verdict.StreamWhole, whole.Kind)
			require.Contains(t, whole.Claim, fmt.Sprintf("gives %d programmable heads, frame n to head n modulo %d, exactly", heads, heads))
		})
	}
}
