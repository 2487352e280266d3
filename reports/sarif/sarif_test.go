package sarif

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/dossier"
	"github.com/hashiflex/hashiflex/reports/internal/example"
	"github.com/hashiflex/hashiflex/reports/internal/opened"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

type result struct {
	RuleID      string            `json:"ruleId"`
	Level       string            `json:"level"`
	Fingerprint map[string]string `json:"partialFingerprints"`
	Message     struct{ Text string }
	Locations   []struct {
		Physical struct {
			Artifact struct{ URI string }    `json:"artifactLocation"`
			Region   struct{ StartLine int } `json:"region"`
		} `json:"physicalLocation"`
	}
	Suppressions []struct{ Justification string }
}

// render also has the library validate the report against the schema of SARIF.
func render(t *testing.T, r example.Run, opt dossier.Options) (string, []result) {
	t.Helper()
	opt.NoTimings = true
	d := opened.Run(t, r, opt)
	require.NoError(t, Build(d).Validate())
	var b bytes.Buffer
	require.NoError(t, Write(&b, d))
	var f struct{ Runs []struct{ Results []result } }
	require.NoError(t, json.Unmarshal(b.Bytes(), &f))
	require.Len(t, f.Runs, 1)
	// Code scanning refuses a file of which one result has no place.
	for _, res := range f.Runs[0].Results {
		require.NotEmpty(t, res.Locations, res.Message.Text)
		for _, l := range res.Locations {
			require.NotEmpty(t, l.Physical.Artifact.URI, res.Message.Text)
			require.Positive(t, l.Physical.Region.StartLine, res.Message.Text)
		}
	}
	return b.String(), f.Runs[0].Results
}

func TestWaived(t *testing.T) {
	r, waive := example.Waived()
	text, findings := render(t, r, dossier.Options{Waive: waive})
	require.Contains(t, text, "small is signed off with 1 waiver")
	require.Len(t, findings, 1)
	require.Equal(t, "observation only", findings[0].Suppressions[0].Justification)
}

func TestFindings(t *testing.T) {
	_, none := render(t, example.Small(), dossier.Options{})
	require.Empty(t, none)

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
	text, all := render(t, r, dossier.Options{Waive: func(s *reports.Signoff) error {
		s.Uncovered[0].Waiver = "observation only"
		return nil
	}})
	var ids []string
	prints := map[string]bool{}
	for _, f := range all {
		ids = append(ids, f.RuleID)
		require.Len(t, f.Fingerprint[Fingerprint], 64)
		prints[f.Fingerprint[Fingerprint]] = true
	}
	require.Equal(t, []string{"HFX001", "HFX003", "HFX005", "HFX006", "HFX008"}, ids)
	require.Len(t, prints, len(all))
	require.Equal(t, "my%20rtl/stem.v", all[0].Locations[0].Physical.Artifact.URI)
	require.Equal(t, 12, all[0].Locations[0].Physical.Region.StartLine)
	require.Equal(t, "observation only", all[3].Suppressions[0].Justification)

	again, _ := render(t, r, dossier.Options{Waive: func(s *reports.Signoff) error {
		s.Uncovered[0].Waiver = "observation only"
		return nil
	}})
	require.Equal(t, text, again)
}

func TestEmptyRunIsAFinding(t *testing.T) {
	_, all := render(t, example.Run{Network: "none"}, dossier.Options{})
	require.Len(t, all, 1)
	require.Equal(t, "error", all[0].Level)
}

func TestHostileText(t *testing.T) {
	_, all := render(t, example.HostileRun(), dossier.Options{})
	require.Greater(t, len(all), len(example.Hostile))
	for _, f := range all {
		for _, l := range f.Locations {
			u := l.Physical.Artifact.URI
			require.NotContains(t, u, "..")
			require.NotContains(t, u, ":")
			require.NotContains(t, u, "<")
		}
	}
}

// What is wrong with the chip between the layers lies in its Verilog: at the line that is
// known, or else in the file that the run kept.
func TestStream(t *testing.T) {
	r := example.Small()
	r.Stream = example.Stream()
	_, none := render(t, r, dossier.Options{})
	require.Empty(t, none)
	r.Change = func(o *reports.Obligation) {
		switch o.ID {
		case verdict.StreamReset.ID("add.pair"):
			example.Refute(o)
			o.Source = []string{"join.v:17"}
		case verdict.StreamBlock.ID("add.pair"):
			example.TimeOut(o)
		}
	}
	_, all := render(t, r, dossier.Options{})
	at := map[string]int{}
	for _, res := range all {
		if l := res.Locations[0].Physical; res.RuleID != ruleSignoff {
			at[l.Artifact.URI] = l.Region.StartLine
			require.Regexp(t, `stream.*: .+\.|small_stream`, res.Message.Text)
		}
	}
	require.Equal(t, map[string]int{"join.v": 17, r.Stream.Design: 1}, at)
}
