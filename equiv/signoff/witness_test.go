package signoff

import (
	"bytes"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/explain"
	folder "github.com/hashiflex/hashiflex/equiv/witness"
	"github.com/hashiflex/hashiflex/internal/plant"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// idOf is the obligation of a point.
func idOf(point int) verdict.ID {
	return verdict.Point{Layer: "l", Edge: verdict.GoldenRTL, Label: fmt.Sprintf("%04d", point)}.ID()
}

// finished is a folder of a point with some causes.
func finished(point int, causes ...int) *folder.Folder {
	w := &witness{
		Version: 2, Obligation: idOf(point), Layer: "l", Unit: fmt.Sprintf("l_c%04d", point), Edge: verdict.GoldenRTL,
		Inputs: []folder.Input{{Port: "x0", Width: 8}, {Port: "x1", Width: 8, Value: int64(point + 1), Moved: true}},
		Gold:   1, Netlist: 2, Simulated: 2,
	}
	for _, c := range causes {
		w.Explanation.Causes = append(w.Explanation.Causes, explain.Cause{Words: fmt.Sprintf("cause %d", c), Module: "m", Text: fmt.Sprint(c)})
	}
	return &folder.Folder{Witness: w, Files: []folder.Content{{Name: folder.File, Text: fmt.Append(nil, "whole of ", point)}}}
}

// shownBy is what a gallery writes of folders that come in some order.
func shownBy(t *testing.T, order []*folder.Folder) (map[string]string, *gallery) {
	t.Helper()
	files := map[string]string{}
	g := newGallery(&Job{}, nil)
	g.write = func(folder, name string, data []byte) (string, error) {
		path := filepath.Join(folder, name)
		require.NotContains(t, files, path)
		files[path] = string(data)
		return path, nil
	}
	for _, f := range order {
		g.enter(f)
		require.LessOrEqual(t, len(g.full), maxFolders)
	}
	require.NoError(t, g.finish())
	return files, g
}

// TestOneFolderPerCause: the first point of each of the first causes has a folder,
// every other point a file, whatever the order in which they come.
func TestOneFolderPerCause(t *testing.T) {
	rng := rand.New(rand.NewSource(1))
	t.Log("seed 1")
	var want map[string]string
	const causes, points = maxFolders + 30, 500
	for range 5 {
		var all []*folder.Folder
		for p := range points {
			all = append(all, finished(p, p*7%causes))
		}
		rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		files, g := shownBy(t, all)
		require.Equal(t, points, g.kept.Points)
		require.Equal(t, causes, g.kept.Causes)
		require.Len(t, g.kept.Folders, maxFolders)
		require.Equal(t, "l_c0000.rtl", g.kept.Folders[0])
		for p := range points {
			id := idOf(p)
			path := g.points[id].path
			require.Contains(t, files, path, "every refuted point names a file")
			if p < maxFolders {
				require.Equal(t, fmt.Sprintf("l_c%04d.rtl/witness.json", p), path)
			} else {
				require.Equal(t, fmt.Sprintf("more/l_c%04d.rtl.json", p), path)
			}
		}
		require.Contains(t, files["index.md"], "500 points by 130 causes")
		require.Contains(t, files["index.md"], "The first 100 causes have a folder each. 30 causes more have none")
		require.Contains(t, files["l_c0003.rtl/explain.md"], "refutes 3 more points: l/golden = rtl/0133, ")
		if want == nil {
			want = files
		}
		require.Equal(t, want, files, "another order")
	}

	// A brief witness can be read, and says where its cause is shown.
	at := filepath.Join(t.TempDir(), "brief.json")
	require.NoError(t, os.WriteFile(at, []byte(want["more/l_c0133.rtl.json"]), 0o644))
	w, design, err := folder.Load(at)
	require.NoError(t, err)
	require.Empty(t, design)
	require.True(t, w.Brief)
	require.Equal(t, "l_c0003.rtl", w.Folder)
	require.Len(t, w.Inputs, 1)
	require.NoError(t, os.WriteFile(at, bytes.Replace([]byte(want["more/l_c0133.rtl.json"]), []byte(`"gold": 1`), []byte(`"gold": 0`), 1), 0o644))
	_, _, err = folder.Load(at)
	require.ErrorContains(t, err, "field gold")
}

// TestPointsOfSeveralCauses: a point that two causes refute is no example of
// either alone, and both say that they refute it.
func TestPointsOfSeveralCauses(t *testing.T) {
	files, g := shownBy(t, []*folder.Folder{finished(0, 1), finished(1, 1, 2), finished(2, 2), finished(3, 2, 1)})
	require.Equal(t, 3, g.kept.Causes, "1, 2, and the two together")
	require.Equal(t, []string{"l_c0000.rtl", "l_c0001.rtl", "l_c0002.rtl"}, g.kept.Folders)
	require.Contains(t, files, "more/l_c0003.rtl.json")
	require.Contains(t, files["l_c0002.rtl/explain.md"], "refutes 2 more points: l/golden = rtl/0001, l/golden = rtl/0003.")
}

// TestNothingRefutedWritesNothing, not even a directory.
func TestNothingRefutedWritesNothing(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	g := newLooseGallery(&Job{})
	require.NoError(t, g.finish())
	require.Zero(t, g.kept)
	left, err := os.ReadDir(temp)
	require.NoError(t, err)
	require.Empty(t, left)
}

// TestLooseWitnesses: without a run directory, witnesses are kept all the same.
func TestLooseWitnesses(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	j := job(t, "")
	j.Chain.Layers, j.Chain.Channels, j.Chain.Edges = []string{"project"}, []int{3}, []verdict.Edge{verdict.GoldenRTL}
	r := run(t, j, plant.Hooks{Verilog: subtracts})
	require.Equal(t, reports.NetworkRefuted, r.Signoff.Conclusion)
	require.Equal(t, []string{"project_c3.rtl"}, r.Gallery.Folders)
	_, _, err := folder.Load(filepath.Join(r.Gallery.Dir, r.Gallery.Folders[0]))
	require.NoError(t, err)
	require.FileExists(t, r.Problems[0].Witness)
}

// subtracts adds where the first channel of a chunk subtracts.
func subtracts(_ string, text []byte) []byte {
	return bytes.Replace(text, []byte(" - "), []byte(" + "), 1)
}

// TestWitnessThatDoesNotReplay is a failure of ours, not a refutation: reported as
// such, without a folder, and with the query that the point stands for in the run
// directory. The simulator is one that lies.
func TestWitnessThatDoesNotReplay(t *testing.T) {
	lying, err := filepath.Abs("testdata/lying")
	require.NoError(t, err)
	dir := t.TempDir()
	j := job(t, dir)
	j.Chain.Layers, j.Chain.Channels, j.Chain.Edges, j.Chain.Vectors, j.Chain.Unlifted = []string{"project"}, []int{3}, []verdict.Edge{verdict.GoldenRTL}, 0, 0
	t.Setenv("PATH", lying+string(filepath.ListSeparator)+os.Getenv("PATH"))
	r := run(t, j, plant.Hooks{Verilog: subtracts})
	require.Equal(t, reports.MachineryFailed, r.Signoff.Conclusion, "%v", r.Problems)
	require.Len(t, r.Problems, 1)
	o := r.Problems[0]
	require.Equal(t, verdict.Point{Layer: "project", Edge: verdict.GoldenRTL, Label: "3"}.ID(), o.ID)
	require.Equal(t, verdict.Failed, o.Verdict)
	require.Equal(t, verdict.ReplayDiffers, o.Reason)
	require.Contains(t, o.Detail, "the simulator says")
	require.Empty(t, o.Witness)
	require.Zero(t, r.Gallery)
	require.Len(t, o.Queries, 1)
	f, err := rundir.Read(dir)
	require.NoError(t, err)
	require.NoError(t, f.Verify())
	text, err := os.ReadFile(filepath.Join(dir, "queries", o.Queries[0]+".smt2"))
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(text), "(set-option"), "a query that any solver takes")
}
