// Package codequality renders a dossier as a Code Quality report of GitLab: the findings
// of package sarif, as GitLab shows them beside the changed lines of a merge request.
//
// GitLab takes a JSON array of issues. Each has a description, the name of a check, a
// fingerprint that is the same from run to run, a severity, and a path in the repository
// with a line. What is waived is no issue.
package codequality

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"

	"github.com/hashiflex/hashiflex/reports/dossier"
	"github.com/hashiflex/hashiflex/reports/sarif"
)

// issue is one finding, in GitLab's keys.
type issue struct {
	Description string   `json:"description"`
	Check       string   `json:"check_name"`
	Fingerprint string   `json:"fingerprint"`
	Severity    string   `json:"severity"`
	Location    location `json:"location"`
}

type location struct {
	Path  string `json:"path"`
	Lines lines  `json:"lines"`
}

type lines struct {
	Begin int `json:"begin"`
}

// severities are GitLab's words for the levels of SARIF.
var severities = map[string]string{"error": "critical", "warning": "minor", "note": "info"}

// Write renders d. Equal dossiers give equal bytes.
func Write(w io.Writer, d *dossier.Dossier) error {
	issues := []issue{}
	for _, run := range sarif.Build(d).Runs {
		for _, r := range run.Results {
			if len(r.Suppressions) > 0 {
				continue
			}
			at := r.Locations[0].PhysicalLocation
			path, err := url.PathUnescape(*at.ArtifactLocation.URI)
			if err != nil {
				return fmt.Errorf("codequality: %w", err)
			}
			issues = append(issues, issue{
				Description: *r.Message.Text, Check: *r.RuleID, Fingerprint: r.PartialFingerprints[sarif.Fingerprint],
				Severity: severities[r.Level], Location: location{path, lines{*at.Region.StartLine}},
			})
		}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(issues)
}
