package signoff

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/factstore"
	"github.com/hashiflex/hashiflex/internal/plant"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
)

// cached is a job with a store, and a hook that notes the layers that are proved anew.
func cached(t *testing.T, dir string) (*Job, map[string]bool, plant.Hooks) {
	t.Helper()
	j := job(t, "")
	j.Chain.Unlifted, j.Chain.UnliftedSolver = 0, nil
	var err error
	j.Cache, err = factstore.Open(t.Context(), dir)
	require.NoError(t, err)
	anew := map[string]bool{}
	// One worker: the hook is called from one goroutine.
	j.Chain.Jobs = 1
	return j, anew, plant.Hooks{Module: func(_ shiftadd.Unit, layer string, _ *netlist.Module) { anew[layer] = true }}
}

// A proof of the store is taken where nothing that it depends on has changed, and nowhere
// else; the signoff says the same.
func TestSharedProofsAreTakenOnlyWhereTheyHold(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	first, anew, h := cached(t, dir)
	want := run(t, first, h)
	require.Zero(t, want.Recalled)
	layers := len(want.Signoff.Layers)
	require.Len(t, anew, layers)

	again, anew, h := cached(t, dir)
	r := run(t, again, h)
	require.Empty(t, anew)
	require.Equal(t, 87, r.Recalled)
	require.Equal(t, want.Signoff, r.Signoff)
	require.Zero(t, again.Cache.Damaged())

	changed, anew, h := cached(t, dir)
	conv := changed.Network.Layer("project").Op.(*spec.Conv)
	conv.Bias[2]++
	require.NoError(t, changed.Network.Validate())
	run(t, changed, h)
	require.Equal(t, map[string]bool{"project": true}, anew)

	for name, change := range map[string]func(*Job){
		"another tool":    func(j *Job) { j.Tools[0].SHA256 = "00ff" },
		"another version": func(j *Job) { j.Tools[0].Version = "other" },
		"another seed":    func(j *Job) { j.Chain.Seed++ },
		"another limit":   func(j *Job) { j.Chain.Limits.Memory = 1 << 30 },
		"another tree":    func(j *Job) { j.Chain.Knobs.Tree = shiftadd.Linear },
	} {
		j, anew, h := cached(t, dir)
		change(j)
		run(t, j, h)
		require.Len(t, anew, layers, name)
	}
}

// Damaged entries are proved anew and counted, and so is what stands under another's key.
func TestDamagedSharedProofsAreProvedAnew(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	first, _, h := cached(t, dir)
	want := run(t, first, h)
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var before []byte
	for i, f := range files {
		text, err := os.ReadFile(f)
		require.NoError(t, err)
		switch i % 3 {
		case 0:
			before, text = text, text[:len(text)/2]
		case 1:
			before, text = text, before
		case 2:
			text = []byte(strings.Replace(string(text), "e", "f", 1))
		}
		require.NoError(t, os.WriteFile(f, text, 0o600))
	}
	j, anew, h := cached(t, dir)
	r := run(t, j, h)
	require.Equal(t, want.Signoff, r.Signoff)
	require.Len(t, anew, len(want.Signoff.Layers))
	require.Equal(t, len(files), j.Cache.Damaged())
}
