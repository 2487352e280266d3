package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// What ended at a limit comes with the flag that raises it, and nothing else does.
func TestHints(t *testing.T) {
	c := checkFlags{timeout: time.Minute, memory: 2048}
	of := func(reasons ...verdict.Reason) (all []reports.Obligation) {
		for _, r := range reasons {
			all = append(all, reports.Obligation{Reason: r})
		}
		return all
	}
	require.Empty(t, c.hints(of(verdict.SolverUnknown, verdict.TailTooWide, "")))
	require.Equal(t, []string{
		"a solver ended at its limit of time on a query; --timeout 4m0s gives it more",
		"a solver ended at its limit of memory on a query; --memory 8192 gives it more",
	}, c.hints(of(verdict.SolverMemory, verdict.SolverTime, verdict.SolverTime)))
}
