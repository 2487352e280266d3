package attest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	intoto "github.com/in-toto/attestation/go/v1"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec/digest"
)

// PredicateType is the type of the in-toto predicate.
const PredicateType = "https://github.com/hashiflex/hashiflex/signoff/v2"

// Predicate is the verdict on the subjects.
type Predicate struct {
	Network    string               `json:"network"`
	Conclusion reports.Conclusion   `json:"conclusion"`
	Sentence   string               `json:"sentence"`
	Waivers    int                  `json:"waivers"`
	Judged     string               `json:"waivers_judged_at,omitempty"` // a day
	Program    string               `json:"program"`
	Inputs     []reports.Input      `json:"inputs"` // model and hardware
	Tools      []reports.ToolRecord `json:"tools"`
	Folders    []string             `json:"folders"` // of the bundle, sorted: a subject can only be a file
}

func predicate(s *reports.Signoff, judged string) Predicate {
	return Predicate{
		Network: s.Network, Conclusion: s.Conclusion, Sentence: s.Sentence(), Waivers: s.Waivers(), Judged: judged,
		Program: s.Program, Inputs: s.Inputs, Tools: s.Tools,
	}
}

// statement is an in-toto statement. The library's own encoding is not used: its white
// space differs between builds, and equal bundles must have equal statements.
type statement struct {
	Type          string    `json:"_type"`
	Subject       []subject `json:"subject"`
	PredicateType string    `json:"predicateType"`
	Predicate     Predicate `json:"predicate"`
}

type subject struct {
	Name   string            `json:"name"`
	Digest map[string]string `json:"digest"`
}

// sealing reports whether a file of a bundle is the statement itself, or its
// envelope.
func sealing(name string) bool { return name == statementFile || name == envelopeFile }

// draw makes the statement of the bundle in dir.
func draw(dir string, p Predicate) ([]byte, error) {
	table, err := digest.Tree(dir, sealing)
	if err != nil {
		return nil, err
	}
	all, err := digest.Survey(dir)
	if err != nil {
		return nil, err
	}
	p.Folders = all.Folders
	s := statement{Type: intoto.StatementTypeUri, PredicateType: PredicateType, Predicate: p}
	for _, name := range slices.Sorted(maps.Keys(table)) {
		s.Subject = append(s.Subject, subject{name, map[string]string{"sha256": table[name]}})
	}
	text, err := encode(s)
	if err != nil {
		return nil, err
	}
	// The in-toto library checks the format.
	var check intoto.Statement
	if err := protojson.Unmarshal(text, &check); err != nil {
		return nil, fmt.Errorf("statement: %w", err)
	}
	if err := check.Validate(); err != nil {
		return nil, fmt.Errorf("statement: %w", err)
	}
	return text, nil
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.Bytes(), err
}
