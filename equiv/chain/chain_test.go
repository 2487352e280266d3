package chain

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// full is a run with everything in it.
func full(t testing.TB) Options {
	z3, err := smt.Z3()
	require.NoError(t, err)
	cvc5, err := smt.CVC5BVAsInt()
	require.NoError(t, err)
	return Options{
		Edges: verdict.Edges(), Opinions: []smt.Opinion{{Solver: z3}},
		Unlifted: 10, UnliftedFanIn: 32, UnliftedSolver: &cvc5, Vectors: 1, Seed: 1,
		Limits: smt.Limits{Query: 20 * time.Second}, UnliftedLimits: smt.Limits{Query: 30 * time.Second},
	}
}

func TestTinyEndToEnd(t *testing.T) {
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	start := time.Now()
	res, err := Run(context.Background(), net, full(t))
	require.NoError(t, err)
	points := 0
	for _, r := range res.Records {
		for _, p := range r.Points {
			points++
			require.Equal(t, verdict.Proved, p.Verdict, "%s %s: %v %s", p.Unit, p.Edge, p.Reason, p.Detail)
		}
		for _, v := range r.Vector {
			require.Equal(t, verdict.Proved, v.Verdict, "%s: %v %s", v.Unit, v.Reason, v.Detail)
		}
		require.Equal(t, r.Cover.Cells, r.Cover.CellsCovered, "%v", r.Cover.Uncovered)
		require.Equal(t, r.Cover.Ports, r.Cover.PortsCovered, "%v", r.Cover.Uncovered)
	}
	kinds := map[verdict.Kind]int{}
	for _, f := range res.Facts {
		kinds[f.Kind]++
		require.Equal(t, verdict.Proved, f.Verdict, "%s %s: %v %s", f.Kind, f.Name, f.Reason, f.Detail)
	}
	t.Logf("%d points, %v, %v", points, kinds, time.Since(start))
}

// TestSharedTermsOfGroupsAreSimulated runs the vectors of a grouped convolution
// whose channels share terms: the module of the shared terms has inputs of every
// group, a channel only its own.
func TestSharedTermsOfGroupsAreSimulated(t *testing.T) {
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	o := full(t)
	o.Opinions, o.Unlifted = nil, 0
	o.Knobs.Share = shiftadd.Pairs
	o.Vectors = 4
	for _, l := range net.Layers {
		if c, ok := l.Op.(*spec.Conv); ok && c.Groups > 1 && c.Groups < c.OutC {
			o.Layers = append(o.Layers, l.Name)
		}
	}
	require.NotEmpty(t, o.Layers)
	res, err := Run(context.Background(), net, o)
	require.NoError(t, err)
	for _, r := range res.Records {
		require.NotEmpty(t, r.Vector)
		for _, v := range r.Vector {
			require.Equal(t, verdict.Proved, v.Verdict, "%s: %v %s", v.Unit, v.Reason, v.Detail)
		}
	}
}
