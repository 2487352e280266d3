package rundir

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Reports are made from what is on the disk, when all else is there, and are part
// of the directory like everything else.
func TestReportsOfARun(t *testing.T) {
	dir := t.TempDir()
	cfg := config(dir)
	lines := 0
	cfg.Render = func(f *Finished) (map[string][]byte, error) {
		for _, err := range f.Obligations() {
			require.NoError(t, err)
			lines++
		}
		sums, err := f.Sums()
		require.NoError(t, err)
		require.Contains(t, sums, signoffFile)
		require.NotContains(t, sums, "report.md")
		return map[string][]byte{"report.md": []byte(f.Signoff.Sentence())}, nil
	}
	for range 2 { // the second time, the first report is in the way
		lines = 0
		r := open(t, cfg)
		prove(t, r, 0, points)
		s := finish(t, r)
		require.Equal(t, points+1, lines)
		text, err := os.ReadFile(filepath.Join(dir, "reports", "report.md"))
		require.NoError(t, err)
		require.Equal(t, s.Sentence(), string(text))
		f, err := Read(dir)
		require.NoError(t, err)
		require.NoError(t, f.Verify())
	}
	path := filepath.Join(dir, "reports", "report.md")
	require.NoError(t, os.WriteFile(path, []byte("tiny is refuted"), 0o644))
	f, err := Read(dir)
	require.NoError(t, err)
	require.ErrorContains(t, f.Verify(), "reports/report.md was changed")
}

// A run without its reports is not finished.
func TestReportsThatFail(t *testing.T) {
	for name, render := range map[string]func(*Finished) (map[string][]byte, error){
		"no report":     func(*Finished) (map[string][]byte, error) { return nil, errors.New("no report") },
		"would replace": func(*Finished) (map[string][]byte, error) { return map[string][]byte{"table.txt": nil}, nil },
		"is a directory": func(f *Finished) (map[string][]byte, error) {
			return map[string][]byte{"taken": nil}, os.Mkdir(filepath.Join(f.Dir, "reports", "taken"), 0o755)
		},
	} {
		dir := t.TempDir()
		cfg := config(dir)
		cfg.Render = render
		r := open(t, cfg)
		prove(t, r, 0, points)
		_, err := r.Write(Reports, "table.txt", []byte("x"))
		require.NoError(t, err)
		s := &reports.Signoff{Network: "tiny", Edges: []verdict.Edge{verdict.GoldenNetlist}, Layers: []reports.Layer{{Name: "conv0", Kind: "conv", Points: points}}}
		require.NoError(t, r.Fill(s))
		err = r.Finish(s)
		require.Error(t, err)
		if name != "is a directory" {
			require.ErrorContains(t, err, name)
		}
		require.NoError(t, r.Close())
		_, err = Read(dir)
		require.ErrorContains(t, err, "no finished run")
	}
}
