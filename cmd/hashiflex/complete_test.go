package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"
)

// freeText are flags whose values no shell can know.
var freeText = []string{
	"bits", "block", "channel", "date", "define", "json", "model-output", "name", "param", "prune", "record", "sbatch", "shard", "terms", "top",
}

// TestCompletions: a flag of text completes its values, or is listed as one that cannot,
// and what is in the tables is of use.
func TestCompletions(t *testing.T) {
	used := map[string]bool{}
	var visit func(c *cobra.Command)
	visit = func(c *cobra.Command) {
		if c.Name() == "completion" || c.Name() == "help" {
			return
		}
		used[c.CommandPath()] = true
		c.Flags().VisitAll(func(f *pflag.Flag) {
			used[f.Name] = true
			if !strings.HasPrefix(f.Value.Type(), "string") || slices.Contains(freeText, f.Name) {
				return
			}
			_, ok := c.GetFlagCompletionFunc(f.Name)
			require.True(t, ok, "%s --%s: completions or freeText say what a shell completes", c.CommandPath(), f.Name)
		})
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(rootCommand())
	for name := range completions {
		require.True(t, used[name], name)
	}
	for path := range arguments {
		require.True(t, used[path], path)
	}
	for _, line := range []struct{ typed, want string }{
		{"__complete prove --tree c", "carrysave"},
		{"__complete prove --network tiny --layer st", "stem"},
		{"__complete prove --network tin", "tiny"},
		{"__complete signoff ti", "tiny"},
		{"__complete schema ga", "gate"},
		{"__complete --progress js", "json"},
		{"__complete import --quantize po2:bits=4,", "po2:bits=4,terms=2"},
		{"__complete ga", "gate"},
	} {
		code, out, _ := command(strings.Fields(line.typed)...)
		require.Zero(t, code, line.typed)
		require.Contains(t, strings.Fields(out), line.want, line.typed)
	}
}
