package stream

import (
	"bytes"
	"fmt"
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
)

// A simulator shows nothing wrong of blocks that are right, whatever the run.
func TestReplayOfRightBlocksShowsNothing(t *testing.T) {
	const seed = 5
	r := rand.New(rand.NewSource(seed))
	for _, how := range []struct {
		net *spec.Network
		stream.Options
	}{
		{openNetwork(t, "tiny"), stream.Options{Pipeline: 2}},
		{sevens(t), stream.Options{Pixels: map[string]int{spec.InputName: 3, "w": 2}}},
	} {
		o := generated(t, how.net, how.Options)
		sources := rtl.Sources{Files: hollowHead(t, o.Sources.Files)}
		d, err := readOnce(t.Context(), sources)
		require.NoError(t, err)
		for i := range o.Map.Blocks {
			b := &o.Map.Blocks[i]
			t.Run(fmt.Sprintf("%s every %d", b.Instance, how.Pipeline), func(t *testing.T) {
				k, err := contractOf(b, how.net)
				require.NoError(t, err)
				m, err := open(d, o.Map, b, k)
				require.NoError(t, err)
				run := &Breach{Loop: -1}
				all := m.choices()
				for range 150 {
					c := all[r.Intn(len(all))]
					if r.Intn(4) > 0 {
						c.Valid, c.First, c.Last = 1<<len(b.Ins)-1, 0, 0
					}
					run.Run = append(run.Run, c)
				}
				p, err := replay(t.Context(), d, sources, o.Map, m, run, rtl.Limits{})
				require.NoError(t, err)
				require.False(t, p.Shown, p.What)
				for _, f := range p.Files {
					require.NotContains(t, string(f.Text[:min(len(f.Text), 200)]), "$date")
				}
				table := p.Files[len(p.Files)-1]
				require.Equal(t, "table.txt", table.Name)
				require.Contains(t, string(table.Text), " right")
				require.Greater(t, bytes.Count(table.Text, []byte("\n")), 100)
			})
		}
	}
}

// A run that breaks nothing in simulation refutes nothing, and a run for ever that moves
// on is none.
func TestReplayNeedsTheBreach(t *testing.T) {
	o := generated(t, openNetwork(t, "tiny"), stream.Options{})
	sources := rtl.Sources{Files: hollowHead(t, o.Sources.Files)}
	d, err := readOnce(t.Context(), sources)
	require.NoError(t, err)
	seen := map[stream.Kind]bool{}
	for i := range o.Map.Blocks {
		b := &o.Map.Blocks[i]
		if seen[b.Kind] {
			continue
		}
		seen[b.Kind] = true
		k, err := contractOf(b, o.Network)
		require.NoError(t, err)
		m, err := open(d, o.Map, b, k)
		require.NoError(t, err)
		full := uint8(1<<len(b.Ins) - 1)
		for name, run := range map[string]*Breach{
			"nothing offered": {Run: []Cycle{{}, {}}, Loop: 0},
			"nothing taken":   {Run: []Cycle{{Valid: full}, {Valid: full}}, Loop: 1},
			"all moves":       {Run: []Cycle{{Valid: full, Ready: 255 >> (8 - len(b.Outs))}}, Loop: 0},
		} {
			p, err := replay(t.Context(), d, sources, o.Map, m, run, rtl.Limits{})
			require.NoError(t, err)
			require.False(t, p.Shown, "%s, %s: %s", b.Instance, name, p.What)
		}
	}
}
