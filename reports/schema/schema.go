// Package schema publishes the JSON Schema of signoff.json. It derives the schema from
// the Go type.
//
// The schema describes the fields. It cannot say that the conclusion follows from them;
// reports.Decode checks that.
package schema

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/invopop/jsonschema"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// ID names the schema; its last part is the version in the files' "schema" field.
var ID = fmt.Sprintf("https://github.com/hashiflex/hashiflex/signoff/v%d", reports.Schema)

// Signoff is the schema of signoff.json, as JSON.
func Signoff() ([]byte, error) {
	r := jsonschema.Reflector{ExpandedStruct: true, Mapper: named}
	s := r.Reflect(&reports.Signoff{})
	s.ID = jsonschema.ID(ID)
	s.Title = "hashiflex signoff"
	s.Description = "What a run of hashiflex found: verdict, counts, what it rests on and what is not covered."
	version, ok := s.Properties.Get("schema")
	conclusion, ok2 := s.Properties.Get("conclusion")
	if !ok || !ok2 {
		return nil, fmt.Errorf("schema: the signoff has no version or no conclusion")
	}
	version.Const = reports.Schema
	conclusion.Enum = []any{reports.SignedOff, reports.NetworkRefuted, reports.NotProved, reports.MachineryFailed}
	// Every integer of a signoff is a count, except seeds.
	for _, d := range s.Definitions {
		for p := d.Properties.Oldest(); p != nil; p = p.Next() {
			if p.Value.Type == "integer" && p.Key != "seed" {
				p.Value.Minimum = json.Number("0")
			}
		}
	}
	b, err := json.MarshalIndent(s, "", "  ")
	return append(b, '\n'), err
}

// Of is the schema of another document, of the type of v. name is the last part of its
// ID. written returns the schema of a type that writes its JSON itself, or nil.
func Of(name, title string, v any, written func(reflect.Type) *jsonschema.Schema) ([]byte, error) {
	r := jsonschema.Reflector{ExpandedStruct: true, AllowAdditionalProperties: true, Mapper: func(t reflect.Type) *jsonschema.Schema {
		if s := named(t); s != nil {
			return s
		}
		return written(t)
	}}
	s := r.Reflect(v)
	s.ID = jsonschema.ID("https://github.com/hashiflex/hashiflex/output/" + name)
	s.Title = title
	b, err := json.MarshalIndent(s, "", "  ")
	return append(b, '\n'), err
}

// named returns the schema of a type that is written as a name.
func named(t reflect.Type) *jsonschema.Schema {
	if t != reflect.TypeFor[verdict.Verdict]() {
		return nil
	}
	s := &jsonschema.Schema{Type: "string"}
	for v := verdict.Unknown; v <= verdict.Failed; v++ {
		s.Enum = append(s.Enum, v.String())
	}
	return s
}
