package head

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl/npu"
)

// small is the head that most campaigns run on: quick to simulate, with every
// remainder of lanes and limits that are no powers of two.
var small = npu.Params{Lanes: 3, Features: 9, Rows: 40, Biases: 13, Layers: 3}

func TestCampaign(t *testing.T) {
	sim, err := Build{Params: small}.Make(context.Background())
	require.NoError(t, err)
	r, err := Run(context.Background(), sim, Campaign{Seed: 1, Time: 10 * time.Second, Jobs: 2})
	require.NoError(t, err)
	if r.Found != nil {
		for i, s := range r.Found.Sequence.Steps {
			t.Logf("%d %+v", i, s)
		}
		t.Fatal(r.Found)
	}
	t.Logf("%d cases, %d steps, %d inferences (fewest %d), %d cycles in %v", r.Cases, r.Steps, r.Inferences, r.FewestInferences, r.Cycles, r.Elapsed)
	t.Logf("bins: %d of %d, missed %q", r.Bins.Total()-len(r.Bins.Missed()), r.Bins.Total(), r.Bins.Missed())
}
