package rundir

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// What a run says of itself while it is going on is seen from its directory, and gone
// when it has ended.
func TestWatch(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	_, err := Watch(dir)
	require.ErrorIs(t, err, os.ErrNotExist)
	r, err := Open(Config{Dir: dir, Identity: Identity{Network: "tiny"}, Program: "test"})
	require.NoError(t, err)
	defer r.Close()
	s, err := Watch(dir)
	require.NoError(t, err)
	require.Equal(t, &State{Network: "tiny"}, s)

	r.Progress(Progress{Begin: "2026-02-03T04:05:06Z", Layers: []LayerProgress{{Name: "a", Kind: "conv", Points: 3}, {Name: "b", Kind: "add", Points: 1}}})
	r.Progress(Progress{Phase: "layers", Done: 1, Total: 8})
	r.Progress(Progress{Phase: "layers", Done: 2, Total: 8}) // too soon
	r.Progress(Progress{Layer: &LayerProgress{Name: "b", Kind: "add", Points: 1, Looked: true, Settled: 1}})
	r.Progress(Progress{Layer: &LayerProgress{Name: "nobody"}})
	s, err = Watch(dir)
	require.NoError(t, err)
	require.Equal(t, 1, s.Done)
	require.False(t, s.Layers[0].Looked)
	require.Equal(t, 1, s.Layers[1].Settled)
	require.False(t, s.Heard.IsZero())
	r.Progress(Progress{Phase: "layers", Done: 8, Total: 8})

	// A line that is being written is left out.
	f, err := os.OpenFile(filepath.Join(dir, progressFile), os.O_APPEND|os.O_WRONLY, 0o644)
	require.NoError(t, err)
	_, err = f.WriteString(`{"phase":"hal`)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	s, err = Watch(dir)
	require.NoError(t, err)
	require.Equal(t, "layers", s.Phase)
	require.Equal(t, 8, s.Done)
	require.NoError(t, r.Close())

	// The run that resumes begins anew.
	again, err := Open(Config{Dir: dir, Identity: Identity{Network: "tiny"}, Program: "test"})
	require.NoError(t, err)
	require.NoFileExists(t, filepath.Join(dir, progressFile))
	require.NoError(t, again.Close())
}
