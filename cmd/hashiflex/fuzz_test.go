package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/fuzz/head"
)

// A bit that a short campaign misses is not yet a finding; after a usual one it is.
func TestShortCampaignsExplainLittle(t *testing.T) {
	require.Equal(t, "not reached in so few cases, 300 of the usual 3000", unexplained(300))
	require.Contains(t, unexplained(head.DefaultCases-1), "so few cases")
	require.Equal(t, "NOT EXPLAINED after 3000 cases", unexplained(head.DefaultCases))
}
