package codequality

import (
	"bytes"
	"encoding/json"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/dossier"
	"github.com/hashiflex/hashiflex/reports/internal/example"
	"github.com/hashiflex/hashiflex/reports/internal/opened"
)

// rendered is a report that conforms to what GitLab says of the format: the keys that it
// reads, its severities, fingerprints of which each is there once, and paths within the
// repository.
func rendered(t *testing.T, r example.Run, opt dossier.Options) []issue {
	t.Helper()
	opt.NoTimings = true
	d := opened.Run(t, r, opt)
	var b, again bytes.Buffer
	require.NoError(t, Write(&b, d))
	require.NoError(t, Write(&again, d))
	require.Equal(t, b.String(), again.String())
	require.False(t, bytes.HasPrefix(b.Bytes(), []byte("\xef\xbb\xbf")), "GitLab takes no byte order mark")
	strict := json.NewDecoder(&b)
	strict.DisallowUnknownFields()
	var all []issue
	require.NoError(t, strict.Decode(&all))
	require.NotNil(t, all)
	seen := map[string]bool{}
	for _, i := range all {
		require.NotEmpty(t, i.Description)
		require.NotEmpty(t, i.Check)
		require.Contains(t, []string{"info", "minor", "major", "critical", "blocker"}, i.Severity)
		require.Regexp(t, `^[0-9a-f]{32,}$`, i.Fingerprint)
		require.False(t, seen[i.Fingerprint], i.Description)
		seen[i.Fingerprint] = true
		require.Positive(t, i.Location.Lines.Begin)
		require.NotEmpty(t, i.Location.Path)
		require.False(t, path.IsAbs(i.Location.Path), i.Location.Path)
		require.False(t, strings.HasPrefix(i.Location.Path, "./"), i.Location.Path)
	}
	return all
}

func TestFindings(t *testing.T) {
	require.Empty(t, rendered(t, example.Small(), dossier.Options{}))
	r := example.Small()
	r.Change = func(o *reports.Obligation) {
		switch o.ID {
		case "stem/golden = rtl/3":
			example.Refute(o)
			o.Source = []string{"my rtl/stem.v:12.3-12.9"}
		case "stem/golden = rtl/4":
			example.TimeOut(o)
		}
	}
	r.Omit = func(o *reports.Obligation) bool { return o.ID == "depthwise/golden = netlist/7" }
	r.Uncovered = []reports.Uncovered{{Kind: "cells", Object: "dbg", Source: "stem.v:3"}}
	all := rendered(t, r, dossier.Options{})
	var checks []string
	for _, i := range all {
		checks = append(checks, i.Check)
	}
	require.Equal(t, []string{"HFX001", "HFX003", "HFX005", "HFX006", "HFX008"}, checks)
	require.Equal(t, location{"my rtl/stem.v", lines{12}}, all[0].Location)
	require.Equal(t, "critical", all[0].Severity)
	require.Equal(t, "minor", all[3].Severity)
}

// What is waived is accepted, and no issue of a merge request.
func TestWaived(t *testing.T) {
	r, waive := example.Waived()
	require.Empty(t, rendered(t, r, dossier.Options{Waive: waive}))
}

func TestHostileText(t *testing.T) {
	require.NotEmpty(t, rendered(t, example.HostileRun(), dossier.Options{}))
}
