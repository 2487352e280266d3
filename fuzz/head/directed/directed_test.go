package directed

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/rtl/npu"
)

// run runs all directed sequences on a head, which must hold.
func run(t *testing.T, p npu.Params, aims []head.Aim) *head.Result {
	t.Helper()
	sim, err := head.Build{Params: p, Quick: p.Lanes > 128}.Make(context.Background())
	require.NoError(t, err)
	r, err := head.Run(context.Background(), sim, head.Campaign{Aims: aims, Cases: 1, Seed: 1, Jobs: 2})
	require.NoError(t, err)
	if r.Found != nil {
		t.Fatalf("%v: %v", p, r.Found)
	}
	require.EqualValues(t, len(aims), r.Directed.Cases)
	missed, of := r.Bins.Sized()
	t.Logf("%v: %+v in %v, %d of %d bins of addresses and carries", p, r.Directed, r.Elapsed, of-len(missed), of)
	if len(missed) > 0 {
		t.Logf("not hit: %q", missed)
	}
	return r
}

func TestRightHeadsPass(t *testing.T) {
	if !testing.Short() {
		run(t, head.DefaultParams, Aims(head.DefaultParams))
	}
	for _, p := range Sizes() {
		t.Run(p.String(), func(t *testing.T) { run(t, p, Brief(p)) })
	}
}
