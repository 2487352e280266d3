package chain

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// TestBottleneckEndToEnd proves a bottleneck block with its trained weights:
// expand, depthwise, project and residual add, every channel on both edges.
func TestBottleneckEndToEnd(t *testing.T) {
	net, err := networks.Open("mobilenet_v2_1.0_224")
	require.NoError(t, err)
	o := full(t)
	o.Layers = []string{"block_2_expand", "block_2_depthwise", "block_2_project", "block_2_add"}
	o.Unlifted = 0
	res, err := Run(context.Background(), net, o)
	require.NoError(t, err)
	points := 0
	for _, r := range res.Records {
		for _, p := range r.Points {
			points++
			require.Equal(t, verdict.Proved, p.Verdict, "%s %s: %v %s", p.Unit, p.Edge, p.Reason, p.Detail)
			require.NotEmpty(t, p.Queries, "%s %s: nobody confirmed it", p.Unit, p.Edge)
		}
	}
	require.Equal(t, 2*(144+144+24+1), points)
	for _, f := range res.Facts {
		require.Equal(t, verdict.Proved, f.Verdict, "%s %s: %v %s", f.Kind, f.Name, f.Reason, f.Detail)
	}
}
