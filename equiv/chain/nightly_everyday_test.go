//go:build nightly

package chain

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/mapped"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/fuzz/everyday"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/portmap"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// TestEverydayWide: styles that grow to a fan-in of 960 are proved there within five
// seconds a channel once they are read, bit planes and popcounts of 64 inputs within a
// minute; and every fault in them is found.
func TestEverydayWide(t *testing.T) {
	ms, err := everyday.Modules(960)
	require.NoError(t, err)
	p := byZ3(t, 1)
	p.o.Opinions = nil
	for i := range ms {
		m := &ms[i]
		if m.FanIn < 64 || slices.Contains(unread, m.Name) {
			continue
		}
		j := judgeText(t, p, m, m.Text)
		t.Logf("%-20s fan-in %3d: read %5.2f s, proved %5.2f s", m.Name, m.FanIn, j.read.Seconds(), (j.took - j.read).Seconds())
		require.Equal(t, verdict.Proved, j.worst().Verdict, "%s: %+v", m.Name, j.worst())
		limit := 5 * time.Second
		if m.FanIn == 64 {
			limit = time.Minute
		}
		require.Less(t, j.took-j.read, limit, m.Name)
		for _, f := range m.Faults {
			j := judgeText(t, p, m, f.Text)
			w := j.worst()
			require.Equal(t, verdict.Refuted, w.Verdict, "%s, %s, line %d: %+v", m.Name, f.What, f.Line, w)
		}
	}
}

// TestEverydayWhole: the right modules through a whole run, with both simulators beside
// what was read.
func TestEverydayWhole(t *testing.T) {
	ms, err := everyday.Modules(16)
	require.NoError(t, err)
	z3, err := smt.Z3()
	require.NoError(t, err)
	for i := range ms {
		m := &ms[i]
		if slices.Contains(unread, m.Name) {
			continue
		}
		t.Run(m.Name, func(t *testing.T) {
			limits := rtl.Limits{Time: 2 * time.Minute, Memory: 8 << 30}
			f := &Foreign{Sources: source.One(m.File, m.Text)}
			if m.Map != "" {
				pm, err := portmap.Parse("ports.toml", []byte(m.Map))
				require.NoError(t, err)
				design, _, err := rtl.Yosys{Limits: limits}.Read(context.Background(), f.Sources)
				require.NoError(t, err)
				layer, err := mapped.Layer(m.Network.Layer(everyday.Layer), nil)
				require.NoError(t, err)
				f.Adapter, err = pm.Adapt(design, layer)
				require.NoError(t, err)
				f.Joint, f.Clock = pm.Join(design, layer), pm.Clock(design, layer)
			}
			res, err := Run(context.Background(), m.Network, Options{
				Layers: []string{everyday.Layer}, Edges: []verdict.Edge{verdict.GoldenRTL}, Jobs: 1, Seed: 1,
				Knobs:    shiftadd.For(m.Network.Layer(everyday.Layer).Op.(*spec.Conv).Acc),
				Opinions: []smt.Opinion{{Solver: z3}}, Limits: smt.Limits{Query: 10 * time.Second},
				Yosys: limits, Icarus: limits, Foreign: map[string]*Foreign{everyday.Layer: f},
			})
			require.NoError(t, err)
			for _, pt := range res.Records[0].Points {
				require.Equal(t, verdict.Proved, pt.Verdict, "%+v", pt)
			}
			for _, f := range append(res.Records[0].Reading, res.Facts...) {
				require.Equal(t, verdict.Proved, f.Verdict, "%+v", f)
			}
		})
	}
}
