package waiver

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

var sum = strings.Repeat("8f", 32)

func signoff() *reports.Signoff {
	return &reports.Signoff{
		Network: "small", Edges: []verdict.Edge{verdict.GoldenRTL},
		Layers:      []reports.Layer{{Name: "stem", Kind: "conv", Points: 1, Edges: []reports.Counts{{Total: 1, Proved: 1}}}},
		Obligations: []reports.Discharge{{Kind: "range", Total: 1, Discharged: 1}},
		Coverage:    []reports.Coverage{{Kind: "cells", Total: 5, Covered: 5}, {Kind: "ports", Total: 3, Covered: 2}},
		Uncovered:   []reports.Uncovered{{Kind: "port", Object: "stem_c0.x", SHA256: sum}},
	}
}

func text(changes ...string) string {
	w := fmt.Sprintf("[[waiver]]\nkind = \"port\"\nobject = \"stem_c0.x\"\nsha256 = %q\nowner = \"J. Doe\"\nreason = \"observation only\"\nexpires = 2027-06-30\n", sum)
	return strings.NewReplacer(changes...).Replace(w)
}

func TestApply(t *testing.T) {
	for _, c := range []struct{ name, file, date, want string }{
		{"fits", text(), "2027-06-30", ""},
		{"expired", text(), "2027-07-01", "expired on 2027-06-30"},
		{"unmatched", text("stem_c0.x", "stem_c1.x"), "2027-01-01", "matches nothing"},
		{"other kind", text(`"port"`, `"cell"`), "2027-01-01", "matches nothing"},
		{"other hardware", text("8f8f", "8f8e"), "2027-01-01", "is for hardware with the hash"},
		{"superfluous", text() + text(), "2027-01-01", "superfluous"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := parse("w.toml", []byte(c.file))
			require.NoError(t, err)
			date, err := ParseDate(c.date)
			require.NoError(t, err)
			s := signoff()
			err = f.Apply(s, date)
			if c.want != "" {
				require.ErrorContains(t, err, c.want)
				s.Conclude()
				require.Equal(t, reports.NotProved, s.Conclusion)
				return
			}
			require.NoError(t, err)
			require.Equal(t, reports.SignedOff, s.Conclusion, "%v", s.Reasons)
			require.Contains(t, s.Sentence(), "signed off with 1 waiver")
			require.Equal(t, "observation only (J. Doe, until 2027-06-30)", s.Uncovered[0].Waiver)
			require.Equal(t, 1, s.Coverage[1].Waived)
			require.Contains(t, s.Options, reports.Setting{Name: "waivers judged at", Value: c.date})
		})
	}
}

// What is not proved cannot be waived.
func TestModulesCannotBeWaived(t *testing.T) {
	f, err := parse("w.toml", []byte(text(`"port"`, `"module"`, "stem_c0.x", "stem_c0")))
	require.NoError(t, err)
	s := signoff()
	s.Uncovered = []reports.Uncovered{{Kind: "module", Object: "stem_c0", SHA256: sum}}
	date, _ := ParseDate("2027-01-01")
	require.ErrorContains(t, f.Apply(s, date), "cannot be waived")
}

// Neither can a point, an obligation, a fact about the head, or what was not done,
// whatever the waiver calls it, and hardware that is waived does not help them.
func TestOnlyHardwareCanBeWaived(t *testing.T) {
	date, _ := ParseDate("2027-01-01")
	point := func(c reports.Counts) func(*reports.Signoff) {
		return func(s *reports.Signoff) { s.Layers[0].Edges[0] = c }
	}
	fact := func(d reports.Discharge) func(*reports.Signoff) {
		return func(s *reports.Signoff) { s.Obligations = append(s.Obligations, d) }
	}
	for _, c := range []struct {
		name, kind, object string
		change             func(*reports.Signoff)
		want               reports.Conclusion
	}{
		{"refuted point", "compare", "stem/golden = rtl/0", point(reports.Counts{Total: 1, Refuted: 1}), reports.NetworkRefuted},
		{"unknown point", "compare", "stem/golden = rtl/0", point(reports.Counts{Total: 1, Unknown: 1}), reports.NotProved},
		{"vacuous point", "compare", "stem/golden = rtl/0", point(reports.Counts{Total: 1, Vacuous: 1}), reports.NotProved},
		{"failed point", "compare", "stem/golden = rtl/0", point(reports.Counts{Total: 1, Failed: 1}), reports.MachineryFailed},
		{"open obligation", "tail", "stem/tail/0", fact(reports.Discharge{Kind: "tail", Total: 1}), reports.NotProved},
		{"refuted obligation", "head fuzz", "head fuzz/campaign", fact(reports.Discharge{Kind: "head fuzz", Total: 1, Refuted: 1}), reports.NetworkRefuted},
		{"failed obligation", "vectors", "vectors/stem_c0", fact(reports.Discharge{Kind: "vectors", Total: 1, Failed: 1}), reports.MachineryFailed},
		{"omission", "not done", "other layers", func(s *reports.Signoff) {
			s.Omissions = []reports.Omission{{What: "other layers", Why: "only stem", Blocks: true}}
		}, reports.NotProved},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := parse("w.toml", []byte(text(`"port"`, fmt.Sprintf("%q", c.kind), "stem_c0.x", c.object)))
			require.NoError(t, err)
			s := signoff()
			c.change(s)
			require.ErrorContains(t, f.Apply(s, date), "nothing else can be waived")

			f, err = parse("w.toml", []byte(text()))
			require.NoError(t, err)
			require.NoError(t, f.Apply(s, date))
			require.Equal(t, c.want, s.Conclusion, "%v", s.Reasons)
		})
	}
}

func TestBadFiles(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"no owner":        {text(`"J. Doe"`, `" "`), "waiver 1: no owner"},
		"no reason":       {text("reason = \"observation only\"\n", ""), "waiver 1: no reason"},
		"no date":         {text("expires = 2027-06-30\n", ""), "expires: want a day"},
		"a date as text":  {text("2027-06-30", `"2027-06-30"`), "expires: want a day"},
		"a date and time": {text("2027-06-30", "2027-06-30T00:00:00Z"), "expires: want a day"},
		"unknown key":     {text("owner", "ovner"), "unknown key waiver.ovner"},
		"no TOML":         {"waiver = [", "w.toml"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parse("w.toml", []byte(c.file))
			require.ErrorContains(t, err, c.want)
		})
	}
}
