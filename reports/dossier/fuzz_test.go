package dossier

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/hashiflex/hashiflex/reports/internal/example"
	"github.com/hashiflex/hashiflex/reports/rundir"
)

// FuzzRunDirectory replaces one file of a run directory: signoff.json, obligations, hashes,
// times, a witness. No text of it makes a reader panic.
func FuzzRunDirectory(f *testing.F) {
	dir := filepath.Join(f.TempDir(), "run")
	run := example.Small()
	run.Head, run.Stream = example.Head(), example.Stream()
	run.Change = example.HostileRun().Change
	if err := example.Write(dir, run); err != nil {
		f.Fatal(err)
	}
	var names []string
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() && filepath.Ext(path) != ".gz" && e.Name() != "lock" {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	slices.Sort(names)
	was := make([][]byte, len(names))
	for i, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		was[i] = text
		f.Add(uint8(i), text)
	}
	f.Fuzz(func(t *testing.T, n uint8, text []byte) {
		i := int(n) % len(names)
		if err := os.WriteFile(names[i], text, 0o600); err != nil {
			t.Fatal(err)
		}
		// Whether it is taken does not matter here; Verify has tests of its own.
		_, _ = Open(dir, Options{})
		if r, err := rundir.Read(dir); err == nil {
			_ = r.Verify()
		}
		if err := os.WriteFile(names[i], was[i], 0o600); err != nil {
			t.Fatal(err)
		}
	})
}
