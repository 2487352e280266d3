package main

import (
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec/networks"
)

// What is recorded is what was asked for, whatever the order and the notation.
func TestCanonicalCommand(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "hashiflex signoff --network tiny"},
		{[]string{"--network", "a b", "--jobs", "7", "-o", "x", "--seed", "1"}, "hashiflex signoff --network 'a b'"},
		{[]string{"--layer", "l'1", "--channel", "3,4", "--layer=stem", "--fast"}, `hashiflex signoff --network tiny --channel=3 --channel=4 --fast=true --layer='l'\''1' --layer=stem`},
		{[]string{"--timeout", "5s", "--tree", "linear"}, "hashiflex signoff --network tiny --timeout=5s --tree=linear"},
	} {
		cmd := signoffCommand()
		require.NoError(t, cmd.ParseFlags(append([]string{"--network", "tiny"}, c.args...)))
		name, err := cmd.Flags().GetString("network")
		require.NoError(t, err)
		line := canonicalCommand(cmd, name)
		require.Equal(t, c.want, line)
		// The words that a shell makes of it give the same command.
		out, err := exec.Command("sh", "-c", `hashiflex() { for w in "$@"; do printf '%s\0' "$w"; done; }; `+line).Output()
		require.NoError(t, err)
		again := signoffCommand()
		require.NoError(t, again.ParseFlags(split(out)[1:]))
		require.Equal(t, line, canonicalCommand(again, name))
	}
}

// What selects the same is the same selection.
func TestSelectionIsInTheNetworksOrder(t *testing.T) {
	net, err := networks.OpenOrLoad("tiny")
	require.NoError(t, err)
	c := checkFlags{layers: []string{"last", "stem", "last"}, channels: []int{3, 0, 3}}
	require.Empty(t, c.selection(net))
	require.Equal(t, []string{"stem", "last"}, c.layers)
	require.Equal(t, []int{0, 3}, c.channels)
	c.layers = []string{"last", "nosuch"}
	require.Len(t, c.selection(net), 1)
}

// split are words that each end in a zero byte.
func split(b []byte) (words []string) {
	from := 0
	for i, c := range b {
		if c == 0 {
			words = append(words, string(b[from:i]))
			from = i + 1
		}
	}
	return words
}
