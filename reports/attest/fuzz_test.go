package attest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/hashiflex/hashiflex/reports/dossier"
	"github.com/hashiflex/hashiflex/reports/internal/example"
)

// FuzzVerify replaces the statement of a bundle, or its envelope. Nothing but the statement
// that was made is taken.
func FuzzVerify(f *testing.F) {
	made := func(b Bundle) (dir string, file string, text []byte) {
		b.Run = filepath.Join(f.TempDir(), "run")
		if err := example.Write(b.Run, example.Small()); err != nil {
			f.Fatal(err)
		}
		dir = filepath.Join(f.TempDir(), "bundle")
		b.Render = func(*dossier.Dossier) (map[string][]byte, error) { return map[string][]byte{}, nil }
		if err := Make(dir, b); err != nil {
			f.Fatal(err)
		}
		file = filepath.Join(dir, statementFile)
		if b.Key != nil {
			file = filepath.Join(dir, envelopeFile)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		return dir, file, text
	}
	plainDir, plain, said := made(Bundle{})
	sealedDir, sealed, signed := made(Bundle{Key: ours})
	f.Add(false, said)
	f.Add(true, signed)
	f.Fuzz(func(t *testing.T, seal bool, text []byte) {
		dir, file, was := plainDir, plain, said
		if seal {
			dir, file, was = sealedDir, sealed, signed
		}
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		var err error
		if seal {
			_, err = Verify(dir, public(ours))
		} else {
			_, err = Verify(dir, nil)
		}
		if err == nil && string(text) != string(was) {
			t.Errorf("another statement is taken: %q", text)
		}
	})
}
