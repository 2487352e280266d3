package attest

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/dossier"
	"github.com/hashiflex/hashiflex/reports/waiver"
)

// Names in a bundle.
const (
	runFolder     = "run"
	reportsFolder = "reports"
	waiversFile   = "waivers.toml"
	signoffFile   = "signoff.json" // in the folder of the reports
	statementFile = "statement.json"
	envelopeFile  = "attestation.json"
	lockFile      = "lock" // of the run directory, holds no evidence
)

const payloadType = "application/vnd.in-toto+json"

// Bundle describes the bundle that Make writes.
type Bundle struct {
	Run     string // run directory
	Waivers string // file of waivers; "": none
	Judged  string // day on which they must be valid, such as 2027-06-30
	// Render returns the reports by file name. A nil Render adds none. Make always
	// writes signoff.json.
	Render func(*dossier.Dossier) (map[string][]byte, error)
	Key    ed25519.PrivateKey // nil: the bundle is not signed
}

// Make writes a bundle to dir, which must not exist.
func Make(dir string, b Bundle) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	if err := copyRun(filepath.Join(dir, runFolder), b.Run); err != nil {
		return err
	}
	if b.Waivers != "" {
		if err := copyFile(filepath.Join(dir, waiversFile), b.Waivers); err != nil {
			return err
		}
	}
	// The attestation is about the copy, not about the original.
	d, err := open(dir, b.Judged)
	if err != nil {
		return err
	}
	files := map[string][]byte{}
	if b.Render != nil {
		if files, err = b.Render(d); err != nil {
			return err
		}
	}
	files[signoffFile] = d.JSON
	if err := os.Mkdir(filepath.Join(dir, reportsFolder), 0o755); err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, reportsFolder, name), text, 0o644); err != nil {
			return err
		}
	}
	// The dossier's own signoff has escaped text, so decode the original.
	signoff, err := reports.Decode(bytes.NewReader(d.JSON))
	if err != nil {
		return err
	}
	text, err := draw(dir, predicate(signoff, b.Judged))
	if err != nil {
		return err
	}
	if b.Key == nil {
		return os.WriteFile(filepath.Join(dir, statementFile), text, 0o644)
	}
	signing, err := dsse.NewEnvelopeSigner(signer{b.Key, b.Key.Public().(ed25519.PublicKey)})
	if err != nil {
		return err
	}
	env, err := signing.SignPayload(context.Background(), payloadType, text)
	if err != nil {
		return err
	}
	sealed, err := encode(env)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, envelopeFile), sealed, 0o644)
}

// open reads the run in a bundle with the bundle's waivers.
func open(dir, judged string) (*dossier.Dossier, error) {
	opt := dossier.Options{NoTimings: true}
	path := filepath.Join(dir, waiversFile)
	if _, err := os.Lstat(path); err == nil {
		f, err := waiver.Read(path)
		if err != nil {
			return nil, err
		}
		date, err := waiver.ParseDate(judged)
		if err != nil {
			return nil, fmt.Errorf("%s: judged at %w", path, err)
		}
		opt.Waive = f.On(date)
	} else if judged != "" {
		return nil, fmt.Errorf("%s: waivers were judged, but there are none", dir)
	}
	return dossier.Open(filepath.Join(dir, runFolder), opt)
}

func copyRun(to, from string) error {
	return filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		switch target := filepath.Join(to, rel); {
		case e.IsDir():
			return os.MkdirAll(target, 0o755)
		case rel == lockFile:
			return nil
		case !e.Type().IsRegular():
			return fmt.Errorf("%s: no regular file", path)
		default:
			return copyFile(target, path)
		}
	})
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", to, err), out.Close())
	}
	return out.Close()
}
