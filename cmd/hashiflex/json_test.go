package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/reports/sweep"
)

// valid checks a document against the published schema of a command's output, and that
// it has no key that the schema does not name.
func valid(command, text string) error {
	schema, err := outputSchema(command)
	if err != nil {
		return err
	}
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return err
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", parsed); err != nil {
		return err
	}
	compiled, err := c.Compile("schema.json")
	if err != nil {
		return err
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return fmt.Errorf("%s writes no JSON: %w", command, err)
	}
	if err := compiled.Validate(doc); err != nil {
		return err
	}
	for key := range doc.(map[string]any) {
		if _, ok := parsed.(map[string]any)["properties"].(map[string]any)[key]; !ok {
			return fmt.Errorf("%s writes a key %q, which its schema has not", command, key)
		}
	}
	d := json.NewDecoder(strings.NewReader(text))
	if err := d.Decode(new(any)); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("%s writes more than one object", command)
	}
	return nil
}

// TestOutputs: every command with --json has a row, every row a command, and keys are of
// one style.
func TestOutputs(t *testing.T) {
	rows := map[string]bool{"progress": true, "shard": true}
	var visit func(c *cobra.Command)
	visit = func(c *cobra.Command) {
		f := c.Flags().Lookup("json")
		if f != nil && f.Value.Type() == "bool" {
			name := strings.TrimPrefix(c.CommandPath(), "hashiflex ")
			if name == "attest" { // as verify
				name = "verify"
			}
			require.Contains(t, outputs, name)
			rows[name] = true
		}
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(rootCommand())
	for name, v := range outputs {
		require.True(t, rows[name], name)
		text, err := outputSchema(name)
		require.NoError(t, err)
		require.Equal(t, reflect.Struct, reflect.TypeOf(v).Kind())
		require.Regexp(t, `^[a-z][a-z0-9_]*( [a-z][a-z0-9_]*)*$`, strings.Join(keys(t, text), " "), name)
	}
}

// keys are all properties that a schema names.
func keys(t *testing.T, schema []byte) (all []string) {
	var doc any
	require.NoError(t, json.Unmarshal(schema, &doc))
	var visit func(v any)
	visit = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if p, ok := v["properties"].(map[string]any); ok {
				for key := range p {
					all = append(all, key)
				}
			}
			for _, x := range v {
				visit(x)
			}
		case []any:
			for _, x := range v {
				visit(x)
			}
		}
	}
	visit(doc)
	return all
}

// A document that is wrong is found out.
func TestValidFindsFaults(t *testing.T) {
	_, good, _ := command("list", "--json")
	require.NoError(t, valid("list", good))
	for old, now := range map[string]string{
		`"networks"`:   `"Networks"`,
		`"layers": 10`: `"layers": "10"`,
		"\n}":          "\n}{}",
		`"input"`:      `"inputs"`,
	} {
		bad := strings.Replace(good, old, now, 1)
		require.NotEqual(t, good, bad)
		require.Error(t, valid("list", bad), now)
	}
}

// A number that is not finite is null, and the schema knows it.
func TestNull(t *testing.T) {
	text := func(v any) string {
		var b bytes.Buffer
		require.NoError(t, writeJSON(&b, v))
		return b.String()
	}
	exact := text(&runOutput{Outputs: []classOutput{}, Layers: []layerOutput{{"stem", finite(math.Inf(1)), 0}}})
	require.Contains(t, exact, `"sqnr_db": null`)
	require.NoError(t, valid("run", exact))
	exact = text(sweptOutput("m", "agreement", "d", 1, false, []sweep.Row{{DB: math.Inf(1)}}))
	require.Contains(t, exact, `"features_db": null`)
	require.NoError(t, valid("sweep", exact))
}
