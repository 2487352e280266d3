package bench

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec/networks"
)

// Without npm this part says so, and nothing else fails.
func TestMissingRuntimeIsNamed(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	r := besideRuntime(context.Background(), net, 3)
	require.Contains(t, r.Failed, "npm")
	require.Zero(t, r.Count)
}

// A runtime that computes something else is not measured.
func TestAgrees(t *testing.T) {
	require.NoError(t, agrees([]float32{-10, 0.5}, []float64{-10.001, 0.505}))
	require.ErrorContains(t, agrees([]float32{-10, 0.5}, []float64{-10, 0.6}), "output 1 is 0.6, want 0.5")
	require.ErrorContains(t, agrees([]float32{-10, 0.5}, []float64{-10, math.NaN()}), "output 1")
	require.ErrorContains(t, agrees([]float32{-10, 0.5}, []float64{-10}), "1 outputs, want 2")
}
