package head

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

// A case that is played by one message is the case that is played step by step, down to
// the cycles and the situations that are counted.
func TestWholeCasesAreStepByStep(t *testing.T) {
	ctx := context.Background()
	sim, err := Build{Params: small, Quick: true}.Make(ctx)
	require.NoError(t, err)
	workers := [2]*worker{}
	for i := range workers {
		w := &worker{sim: sim, bins: NewBins(small)}
		require.NoError(t, w.start(ctx, ""))
		defer func() { require.NoError(t, w.process.Close()) }()
		workers[i] = w
	}
	for seed := range int64(60) {
		f, err := workers[0].check(seed)
		require.NoError(t, err)
		require.Nil(t, f)
		require.True(t, workers[1].played().Check(draws(seed)).Passed())
		whole, steps := workers[0].last, workers[1].last
		require.Equal(t, steps.seq, whole.seq)
		require.Equal(t, steps.bench.Cycles, whole.bench.Cycles)
		require.Equal(t, steps.bench.Inferences, whole.bench.Inferences)
		require.Equal(t, steps.bench.steps, whole.bench.steps)
	}
	require.Equal(t, workers[1].bins, workers[0].bins)
}

// Steps behind one that breaks a rule are not played, and the next message is.
func TestMessagesEndAtABrokenStep(t *testing.T) {
	ctx := context.Background()
	sim, err := Build{Params: small, Quick: true}.Make(ctx)
	require.NoError(t, err)
	p, err := sim.Start(ctx, 1, "")
	require.NoError(t, err)
	up, hang := Plain("up"), Plain("waits for a logit that does not come")
	up.Reset = &Reset{For: 2}
	plan := func(s *Step, outs int) planned { return planned{Step: s, outs: outs, limit: none} }
	answers, err := p.Play([]planned{plan(&up, 0), plan(&hang, 1), plan(&up, 0), plan(&up, 0)})
	require.NoError(t, err)
	require.Len(t, answers, 2)
	require.Zero(t, answers[0].status)
	require.Equal(t, "hang", statusText[answers[1].status][:4])
	answers, err = p.Play([]planned{plan(&up, 0), plan(&up, 0)})
	require.NoError(t, err)
	require.Len(t, answers, 2)
	require.Zero(t, answers[1].status)
	require.NoError(t, p.Close())
}
