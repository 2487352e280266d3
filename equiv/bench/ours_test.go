package bench

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/smt"
)

func TestStrategiesProveAndRefute(t *testing.T) {
	net := mobilenet(t)
	s, err := NewStrategies(context.Background(), smt.Limits{})
	require.NoError(t, err)
	defer s.Close()
	for _, fanin := range []int{4, 9, 96, 960} {
		p, err := NewPoint(net, fanin)
		require.NoError(t, err)
		wrong, err := Faulty(net, p)
		require.NoError(t, err)
		require.NoError(t, s.Check(context.Background(), p, wrong))
		require.ErrorContains(t, s.Check(context.Background(), wrong, wrong), "equal circuits")
		require.ErrorContains(t, s.Check(context.Background(), p, p), "were proved equal")
		o, err := s.Measure(context.Background(), p, 9)
		require.NoError(t, err)
		require.Positive(t, o.Settle)
		require.Positive(t, o.Confirm)
		t.Logf("fan-in %d: %+v", fanin, o)
	}
}
