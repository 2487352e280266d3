package chain

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/spec/networks"
)

func TestBlockDbg(t *testing.T) {
	net, err := networks.Open("mobilenet_v2_1.0_224")
	require.NoError(t, err)
	o := full(t)
	o.Layers = []string{"block_12_expand", "block_12_depthwise", "block_12_project", "block_12_add"}
	o.Unlifted = 0
	start := time.Now()
	o.Progress = func(p Progress) {
		if p.Record != nil {
			t.Logf("%v %s %d points tails %d", time.Since(start), p.Layer, len(p.Record.Points), len(p.Record.Tails))
		}
	}
	res, err := Run(context.Background(), net, o)
	require.NoError(t, err)
	for _, r := range res.Records {
		bad := 0
		for _, p := range r.Points {
			if p.Verdict != equiv.Proved {
				bad++
				if bad < 4 {
					t.Errorf("%s %s: %v %v %s", p.Unit, p.Edge, p.Verdict, p.Reason, p.Detail)
				}
			}
		}
	}
	for _, f := range res.Facts {
		if f.Verdict != equiv.Proved {
			t.Errorf("%s %s: %v %s", f.Kind, f.Name, f.Reason, f.Detail)
		}
	}
	t.Log(time.Since(start), len(res.Facts))
}
