package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
)

// TestExamples: each command shows how it is called, and what it shows are commands and
// flags that there are.
func TestExamples(t *testing.T) {
	var visit func(c *cobra.Command)
	visit = func(c *cobra.Command) {
		if !c.Hidden {
			require.NotEmpty(t, c.Example, c.CommandPath())
		}
		for _, line := range strings.Split(c.Example, "\n") {
			line, _, _ = strings.Cut(line, " >") // a shell's part of it
			words := strings.Fields(line)
			if len(words) == 0 {
				continue
			}
			require.Equal(t, "hashiflex", words[0])
			root := rootCommand()
			called, rest, err := root.Find(words[1:])
			require.NoError(t, err, line)
			if c.Parent() != nil && !c.HasSubCommands() {
				require.Equal(t, c.CommandPath(), called.CommandPath(), line)
			}
			require.NoError(t, called.ParseFlags(rest), line)
			require.NoError(t, called.ValidateArgs(called.Flags().Args()), line)
		}
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	root := rootCommand()
	visit(root)
	for path := range examples {
		words := strings.Fields(path)
		called, rest, err := root.Find(words[1:])
		require.NoError(t, err)
		require.Empty(t, rest, path)
		require.True(t, slices.Equal(words, strings.Fields(called.CommandPath())), path)
	}
}
