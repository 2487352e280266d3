package schema

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/dossier"
	"github.com/hashiflex/hashiflex/reports/internal/example"
	"github.com/hashiflex/hashiflex/reports/internal/opened"
)

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := Signoff()
	require.NoError(t, err)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource(ID, doc))
	s, err := c.Compile(ID)
	require.NoError(t, err)
	return s
}

func validate(t *testing.T, s *jsonschema.Schema, text string) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	require.NoError(t, err)
	return s.Validate(doc)
}

// What is written fits, whatever the run found; what has been changed does not.
func TestSignoffsFit(t *testing.T) {
	s := compiled(t)
	refuted, headed := example.Small(), example.Small()
	headed.Head, headed.Stream = example.Head(), example.Stream()
	refuted.Change = func(o *reports.Obligation) {
		if o.Layer == "add" && o.IsPoint() {
			example.Refute(o)
		}
	}
	for name, r := range map[string]example.Run{
		"passing": headed, "refuted": refuted, "empty": {Network: "none"}, "hostile": example.HostileRun(),
	} {
		d := opened.Run(t, r, dossier.Options{NoTimings: true})
		require.NoError(t, validate(t, s, string(d.JSON)), name)
		if name != "passing" {
			continue
		}
		for old, new := range map[string]string{
			`"schema": 4`:             `"schema": 2`,
			`"signed off"`:            `"fine"`,
			`"network":`:              `"netork":`,
			`"proved": 31`:            `"proved": -1`,
			`"proved": 6`:             `"proved": "6"`,
			`"reasons": []`:           `"reasons": null`,
			`"total": 31,`:            ``,
			`"verdict": "proved"`:     `"verdict": "good"`,
			`"lanes": 4`:              `"lanes": "4"`,
			`"clocks": 144`:           `"clocks": -144`,
			`"takes": [`:              `"gives": [`,
			`"layer": "input"`:        `"layer": 1`,
			`"lines": {`:              `"lanes": {`,
			`"missing": []`:           `"missing": null`,
			`"seed": 1`:               `"seed": 1.5`,
			`"program": "v0.0.0 go",`: `"program": "v0.0.0 go", "extra": 1,`,
		} {
			edited := strings.Replace(string(d.JSON), old, new, 1)
			require.NotEqual(t, string(d.JSON), edited, old)
			require.Error(t, validate(t, s, edited), "%s -> %s", old, new)
		}
	}
}

func TestVersion(t *testing.T) {
	require.True(t, strings.HasSuffix(ID, fmt.Sprint("v", reports.Schema)))
}
