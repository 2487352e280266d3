package main

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/reports/rundir"
)

// The command of a shard has no flag that says where a run writes, what it starts, or that
// it only prints its help.
func TestCommandsOfShardsSayOnlyWhatToProve(t *testing.T) {
	of := func(words ...string) error {
		root := rootCommand()
		merge, _, err := root.Find([]string{"merge"})
		require.NoError(t, err)
		_, err = commandOf(merge, &rundir.Shard{Dir: "dir", Manifest: rundir.Manifest{Command: words}})
		return err
	}
	tried := 0
	for _, name := range []string{"prove", "signoff"} {
		require.NoError(t, of(name, "--network", "tiny", "--fast=true", "--layer=stem", "--seed=2"))
		sub, _, err := rootCommand().Find([]string{name})
		require.NoError(t, err)
		for _, flag := range append(slices.Clone(immaterial), "help") {
			if flag == "network" || sub.Flag(flag) == nil && flag != "help" {
				continue
			}
			value := "1"
			if f := sub.Flag(flag); f != nil && f.Value.Type() == "duration" {
				value = "1s"
			}
			err := of(name, "--network", "tiny", "--"+flag+"="+value)
			require.ErrorContains(t, err, "dir: its command", "%s --%s", name, flag)
			require.Equal(t, 3, exitCode(err), "%s --%s", name, flag)
			tried++
		}
		for _, more := range [][]string{{"--help"}, {"-h"}, {"-o", "out"}, {"out"}, {"--", "out"}} {
			require.ErrorContains(t, of(append([]string{name, "--network", "tiny"}, more...)...), "dir: its command", "%s %q", name, more)
		}
	}
	require.Greater(t, tried, 15)
}
