package witness

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/hashiflex/hashiflex/fuzz/mutant"
)

// FuzzLoad reads a witness with any text, and one whose sums fit its text, whatever that says.
// What is read can be told, drawn, and written in brief.
func FuzzLoad(f *testing.F) {
	var dirs []string
	for _, kind := range []mutant.Kind{mutant.Sign, mutant.Shift} {
		_, b := planted(f, "project", kind)
		dir := save(f, b)
		text, err := os.ReadFile(filepath.Join(dir, File))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
		dirs = append(dirs, dir)
	}
	at := filepath.Join(dirs[0], File)
	load := func(t *testing.T, text []byte) {
		if err := os.WriteFile(at, text, 0o600); err != nil {
			t.Fatal(err)
		}
		w, _, err := Load(dirs[0])
		if err != nil {
			return
		}
		_ = w.Explain(nil)
		_, _ = w.InBrief(dirs[0])
		_ = w.Explanation.Cone.Draw(io.Discard)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		load(t, text)
		var w Witness
		if json.Unmarshal(text, &w) != nil {
			return
		}
		if sealed, err := w.encode(); err == nil {
			load(t, sealed)
		}
	})
}
