package dossier

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/internal/example"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

func write(t *testing.T, r example.Run) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	require.NoError(t, example.Write(dir, r))
	return dir
}

func TestOpen(t *testing.T) {
	r := example.Small()
	r.Change = func(o *reports.Obligation) {
		switch o.ID {
		case "depthwise/golden = rtl/3":
			example.TimeOut(o)
		case "add/golden = netlist/0":
			example.Refute(o)
		}
	}
	d, err := Open(write(t, r), Options{})
	require.NoError(t, err)
	require.Equal(t, reports.NetworkRefuted, d.Signoff.Conclusion)
	require.Equal(t, 3+2*31, d.Obligations)
	require.Equal(t, 1+2*31, d.Queries)

	require.Len(t, d.Claims, 3)
	require.Equal(t, string(verdict.GoldenNetlist), d.Claims[0].Name)
	require.Equal(t, reports.Counts{Total: 31, Proved: 30, Refuted: 1}, d.Claims[0].Counts)
	require.Equal(t, reports.Counts{Total: 31, Proved: 30, Unknown: 1}, d.Claims[1].Counts)
	require.Equal(t, "interface", d.Claims[2].Name)
	require.Equal(t, 30, d.Claims[0].Checks[0].Count)

	require.Len(t, d.Problems, 2)
	require.Equal(t, verdict.Point{Layer: "add", Edge: verdict.GoldenNetlist, Label: "0"}.ID(), d.Problems[0].ID) // the gravest first
	require.Equal(t, int64(17), d.Problems[0].Witness.Gold)
	require.Len(t, d.Problems[0].Witness.Inputs, 2)
	require.Equal(t, 1, d.Problems[0].Witness.Zero)
	require.Len(t, d.Problems[0].Fingerprint, 64)

	require.Equal(t, []int{1}, d.Layers[1].Problems)
	require.Equal(t, verdict.Refuted, d.Layers[2].Verdict())
	require.Len(t, d.Layers[1].Points, 24)
	require.Equal(t, "cut at the accumulator", d.Layers[1].Points[3].Edges[0].Strategy)
	require.Equal(t, 8*24*2, d.Layers[1].Hardware.Adders)
	require.NotZero(t, d.Layers[1].Took.Wall)
	require.Len(t, d.Assumptions, 3)
	require.NotEmpty(t, d.Files)
}

func TestSkippedPointsCount(t *testing.T) {
	r := example.Small()
	r.Omit = func(o *reports.Obligation) bool { return o.Layer == "stem" && o.IsPoint() }
	d, err := Open(write(t, r), Options{NoTimings: true})
	require.NoError(t, err)
	require.Nil(t, d.Times)
	require.Equal(t, reports.Counts{Total: 31, Proved: 25, Unknown: 6}, d.Claims[0].Counts)
	require.Equal(t, verdict.Unknown, d.Layers[0].Verdict())
}

// A directory in which anything was changed gives no dossier.
func TestEditedDirectory(t *testing.T) {
	refuted := example.Small()
	refuted.Change = func(o *reports.Obligation) {
		if o.ID == "stem/golden = rtl/0" {
			example.Refute(o)
		}
	}
	dir := write(t, refuted)
	var all []string
	require.NoError(t, filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() && filepath.Base(path) != "lock" {
			all = append(all, path)
		}
		return err
	}))
	require.Greater(t, len(all), 8)
	for _, path := range all {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		if len(text) == 0 {
			continue
		}
		for _, at := range []int{0, len(text) / 2, len(text) - 1} {
			edited := append([]byte(nil), text...)
			edited[at] ^= 1
			require.NoError(t, os.WriteFile(path, edited, 0o644))
			_, err = Open(dir, Options{})
			require.Error(t, err, "%s, byte %d", path, at)
		}
		require.NoError(t, os.Remove(path))
		_, err = Open(dir, Options{})
		require.Error(t, err, "%s removed", path)
		require.NoError(t, os.WriteFile(path, text, 0o644))
	}
	_, err := Open(dir, Options{})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "reports", "more.txt"), []byte("x"), 0o644))
	_, err = Open(dir, Options{})
	require.ErrorContains(t, err, "was added")
}

func TestTextIsVisible(t *testing.T) {
	d, err := Open(write(t, example.HostileRun()), Options{})
	require.NoError(t, err)
	for _, l := range d.Layers {
		require.False(t, strings.ContainsAny(l.Name, "\n\r\x00\x1b\u202e\u2028"), "%q", l.Name)
	}
	require.NotEmpty(t, d.Problems)
	// The signoff for programs keeps the names as they are.
	s, err := reports.Decode(strings.NewReader(string(d.JSON)))
	require.NoError(t, err)
	require.Contains(t, s.Network, "\x1b")
}
