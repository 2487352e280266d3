package rundir

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFoldersOfAnArea: files in folders stay with the run that wrote them, and
// those of an earlier one go, folder by folder.
func TestFoldersOfAnArea(t *testing.T) {
	r := &Run{cfg: Config{Dir: t.TempDir()}, written: map[string]string{}}
	for _, a := range areas {
		require.NoError(t, os.MkdirAll(r.path(string(a)), 0o755))
	}
	s, err := r.WriteIn(Witnesses, "a/b", "../w.json", []byte("x"))
	require.NoError(t, err)
	require.Equal(t, "witnesses/a%2Fb/%2E.%2Fw.json", s.Path)
	_, err = r.WriteIn(Witnesses, "a/b", "../w.json", []byte("y"))
	require.ErrorContains(t, err, "written twice")
	stale := r.path(filepath.Join("witnesses", "a%2Fb", "old"))
	gone := r.path(filepath.Join("witnesses", "gone", "w.json"))
	require.NoError(t, os.WriteFile(stale, nil, 0o644))
	require.NoError(t, os.MkdirAll(filepath.Dir(gone), 0o755))
	require.NoError(t, os.WriteFile(gone, nil, 0o644))
	require.NoError(t, r.sweep())
	require.FileExists(t, r.path(s.Path))
	require.NoFileExists(t, stale)
	require.NoDirExists(t, filepath.Dir(gone))
}
