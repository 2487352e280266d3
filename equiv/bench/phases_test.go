package bench

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/internal/plant"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

func TestRunMeasuresEverythingOfASmallNetwork(t *testing.T) {
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	z3, err := smt.Z3()
	require.NoError(t, err)
	p, err := proof(context.Background(), net, "tiny", chain.Options{Jobs: 2, Edges: verdict.Edges(), Opinions: []smt.Opinion{{Solver: z3}}})
	require.NoError(t, err)
	require.Empty(t, p.Open)
	require.Equal(t, p.Points.Total, p.Points.Proved)
	require.Positive(t, p.Points.Total)
	require.Positive(t, p.Facts.Total)
	require.Greater(t, p.Peak, int64(1<<20))
	seen := map[string]Phase{}
	for _, ph := range p.Phases {
		seen[ph.Name] = ph
	}
	for _, name := range []string{chain.Generate, chain.Settle, chain.Confirm, chain.Write, chain.Yosys, chain.Elaborate, chain.Facts} {
		require.Positive(t, seen[name].Busy, name)
	}
	require.Greater(t, seen[chain.Yosys].Peak, int64(1<<20))
}

func TestWhatIsNotProvedIsAFigure(t *testing.T) {
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	ctx := plant.With(context.Background(), plant.Hooks{Module: func(_ shiftadd.Unit, _ string, c *netlist.Module) {
		// One output bit of every module is inverted.
		if len(c.Outputs) == 1 {
			y := c.Outputs[0].Value
			c.Outputs[0].Value = c.Xor(y, c.Const(c.Width(y), 1))
		}
	}})
	p, err := proof(ctx, net, "faulty", chain.Options{Jobs: 1, Edges: []verdict.Edge{verdict.GoldenNetlist}})
	require.NoError(t, err)
	require.Positive(t, p.Points.Total)
	require.Zero(t, p.Points.Proved)
	require.NotEmpty(t, p.Open)
}

func TestImages(t *testing.T) {
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	i, err := images(context.Background(), net, 3)
	require.NoError(t, err)
	require.Equal(t, 3, i.Count)
	require.Positive(t, i.Wall)
}

func TestCompareGivesUpAfterThreeSizes(t *testing.T) {
	never := Rival{Name: "never", Tool: z3Bits.Tool, Refutes: true, verdict: smtVerdict,
		prepare: z3Bits.prepare,
		// Proves nothing in time, but passes the check, which has a longer limit.
		args: func(limit time.Duration) []string {
			if limit == checkLimit {
				return z3Bits.args(limit)
			}
			return []string{"-version"}
		}}
	rows, err := compare(context.Background(), mobilenet(t), []int{2, 3, 4, 5, 6}, []Rival{never}, 2*time.Second, 1, t.Logf)
	require.NoError(t, err)
	require.Len(t, rows, 5)
	for i, r := range rows {
		a := r.Rivals[0]
		require.False(t, a.Solved)
		require.Equal(t, 2*time.Second, a.Time, "what is not solved counts as the limit")
		require.Equal(t, i >= 3, a.NotRun)
		require.NotEmpty(t, a.Reason)
	}
}
