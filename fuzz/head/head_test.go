package head

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl/npu"
)

// small is the head that most campaigns run on.
var small = DefaultParams

// sizes are heads at the limits of their parameters, and with words of a row that
// are missing or full.
var sizes = []npu.Params{
	{Lanes: 1, Features: 1, Rows: 3, Biases: 2, Layers: 1},
	{Lanes: 2, Features: 4, Rows: 17, Biases: 8, Layers: 2},
	{Lanes: 4, Features: 16, Rows: 64, Biases: 32, Layers: 3},
	{Lanes: 9, Features: 20, Rows: 65, Biases: 33, Layers: 4},
}

// campaign fuzzes one head and wants it to hold.
func campaign(t *testing.T, p npu.Params, c Campaign) {
	t.Helper()
	sim, err := Build{Params: p}.Make(context.Background())
	require.NoError(t, err)
	c.Jobs = 2
	r, err := Run(context.Background(), sim, c)
	require.NoError(t, err)
	if r.Found != nil {
		file := fmt.Sprintf("%s/head-%d.json", t.TempDir(), r.Found.Seed)
		require.NoError(t, r.Found.Sequence.Save(file))
		t.Fatalf("%+v: %v", p, r.Found)
	}
	require.Positive(t, r.Inferences)
	t.Logf("%+v: %d cases, %d steps, %d inferences, %d cycles in %v", p, r.Cases, r.Steps, r.Inferences, r.Cycles, r.Elapsed)
}

func TestCampaign(t *testing.T) { campaign(t, small, Campaign{Seed: 100_000, Cases: DefaultCases}) }

func TestOtherSizes(t *testing.T) {
	for i, p := range sizes {
		campaign(t, p, Campaign{Seed: int64(1000 * i), Cases: 300})
	}
}

// A file that makes the simulator wait for ever is bad input, not a fault.
func TestReplayRefusesNonsense(t *testing.T) {
	sim, err := Build{Params: small}.Make(context.Background())
	require.NoError(t, err)
	deaf := Plain("deaf")
	deaf.B = 0
	negative := Plain("negative")
	negative.AfterIn = -1
	timeless := Plain("timeless")
	timeless.Reset = &Reset{}
	early := Plain("early")
	early.Beats = []Beat{{}}
	for want, s := range map[string]Step{
		"a partner that is never ready": deaf, "a negative count": negative,
		"a reset before the step": timeless, "beat 0 would never be taken": early,
	} {
		err := Replay(context.Background(), sim, Sequence{Params: small, Steps: []Step{s}})
		require.ErrorContains(t, err, want)
		require.NotErrorAs(t, err, new(*Failure))
	}
	require.ErrorContains(t, Replay(context.Background(), sim, Sequence{Params: sizes[0]}), "is for a head of")
}
