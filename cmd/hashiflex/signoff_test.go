package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec/networks"
)

// Without the head, its layers are out of scope by name, once, and all others stay.
func TestLeaveHead(t *testing.T) {
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	j := &signoff.Job{Network: net, LeftOut: []reports.Exclusion{{Layer: "logits", What: "layer logits", Why: "the project says so"}}}
	(&checkFlags{}).leaveHead(j)
	require.Equal(t, []reports.Exclusion{
		{Layer: "logits", What: "layer logits", Why: "the project says so"},
		{Layer: "hidden", What: "layer hidden", Why: "--no-head says so"},
	}, j.LeftOut)
	require.Len(t, j.Chain.Layers, len(net.Layers)-2)
	require.NotContains(t, j.Chain.Layers, "hidden")
	require.NotContains(t, j.Chain.Layers, "logits")
}
