package attest

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/spec/bounded"
	"github.com/hashiflex/hashiflex/spec/digest"
)

// Verified is the content of a bundle that passed Verify.
type Verified struct {
	Predicate Predicate
	Files     int
	KeyID     string           // of the signature; "": the bundle is not signed
	Signoff   *reports.Signoff // with the waivers applied
	Run       *rundir.Finished // the run directory within
}

// Is reports whether dir looks like a bundle, that is, contains a statement.
func Is(dir string) bool {
	for _, name := range []string{statementFile, envelopeFile} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			return true
		}
	}
	return false
}

// ErrUnchecked says that a bundle is signed and the caller gave no key.
var ErrUnchecked = errors.New("the bundle is signed: give the key to check that by")

// Verify checks the bundle in dir: its signature by key, every file against the
// statement, and the verdict against the evidence. A nil key is for an unsigned bundle.
// With a key, Verify refuses an unsigned bundle.
func Verify(dir string, key ed25519.PublicKey) (*Verified, error) {
	said, id, err := unseal(dir, key)
	if err != nil {
		return nil, err
	}
	var s statement
	if err := json.Unmarshal(said, &s); err != nil {
		return nil, fmt.Errorf("%s: statement: %w", dir, err)
	}
	if s.PredicateType != PredicateType {
		return nil, fmt.Errorf("%s: its statement is of the type %q, this program reads %s: make the bundle again", dir, s.PredicateType, PredicateType)
	}
	if err := s.compare(dir); err != nil {
		return nil, err
	}
	d, err := open(dir, s.Predicate.Judged)
	if err != nil {
		return nil, err
	}
	is, err := bounded.ReadFile(filepath.Join(dir, reportsFolder, signoffFile), bounded.Record)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(is, d.JSON) {
		return nil, fmt.Errorf("%s: %s/%s is not what the run amounts to", dir, reportsFolder, signoffFile)
	}
	signoff, err := reports.Decode(bytes.NewReader(is))
	if err != nil {
		return nil, err
	}
	want, err := draw(dir, predicate(signoff, s.Predicate.Judged))
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(said, want) {
		return nil, fmt.Errorf("%s: the statement does not say what the evidence amounts to", dir)
	}
	run, err := rundir.Read(filepath.Join(dir, runFolder))
	if err != nil {
		return nil, err
	}
	return &Verified{s.Predicate, len(s.Subject), id, signoff, run}, nil
}

// regular reads a regular file and refuses anything else: opening a pipe would block.
func regular(path string) ([]byte, error) {
	is, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !is.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file", path)
	}
	return bounded.ReadFile(path, bounded.Record)
}

// unseal returns the statement's text and the id of the key that signed it.
func unseal(dir string, key ed25519.PublicKey) (text []byte, id string, err error) {
	plain, errPlain := regular(filepath.Join(dir, statementFile))
	sealed, errSealed := regular(filepath.Join(dir, envelopeFile))
	switch {
	case errPlain == nil && errSealed == nil:
		return nil, "", fmt.Errorf("%s: both a signed and an unsigned statement", dir)
	case errPlain == nil && key != nil:
		return nil, "", fmt.Errorf("%s: the bundle is not signed", dir)
	case errPlain == nil:
		return plain, "", nil
	case errSealed != nil:
		return nil, "", fmt.Errorf("%s: no bundle: %w", dir, errSealed)
	case key == nil:
		return nil, "", fmt.Errorf("%s: %w", dir, ErrUnchecked)
	}
	var env dsse.Envelope
	if err := json.Unmarshal(sealed, &env); err != nil {
		return nil, "", fmt.Errorf("%s: %s: %w", dir, envelopeFile, err)
	}
	// Compare bytes, not values: every byte of the file must count.
	again, err := encode(&env)
	if err != nil {
		return nil, "", err
	}
	s := signer{public: key}
	if id, err = s.KeyID(); err != nil {
		return nil, "", err
	}
	if !bytes.Equal(sealed, again) || len(env.Signatures) != 1 || env.Signatures[0].KeyID != id || env.PayloadType != payloadType {
		return nil, "", fmt.Errorf("%s: %s: not one signature by the key %s over a statement", dir, envelopeFile, id)
	}
	v, err := dsse.NewEnvelopeVerifier(s)
	if err != nil {
		return nil, "", err
	}
	if _, err := v.Verify(context.Background(), &env); err != nil {
		return nil, "", fmt.Errorf("%s: %s: %w", dir, envelopeFile, err)
	}
	if text, err = env.DecodeB64Payload(); err != nil {
		return nil, "", fmt.Errorf("%s: %s: %w", dir, envelopeFile, err)
	}
	// The base64 decoder accepts several encodings of the same bytes.
	if resealed, err := json.Marshal(text); err != nil || string(resealed) != `"`+env.Payload+`"` {
		return nil, "", fmt.Errorf("%s: %s: the payload is not in the usual spelling", dir, envelopeFile)
	}
	return text, id, nil
}

// compare compares the bundle with its statement. The error names everything that was
// added, is missing, was changed, or is neither file nor folder. Modes, owners and
// times do not count: copying and packing change them.
func (s *statement) compare(dir string) error {
	all, err := digest.Survey(dir)
	if err != nil {
		return err
	}
	var problems []error
	note := func(name, what string) {
		problems = append(problems, fmt.Errorf("%s: %s %s", dir, name, what))
	}
	for _, name := range slices.Sorted(maps.Keys(all.Others)) {
		note(name, "was added: it is "+all.Others[name])
	}
	said, folders := map[string]bool{}, map[string]bool{}
	for _, x := range s.Subject {
		said[x.Name] = true
		if !slices.Contains(all.Files, x.Name) {
			if _, other := all.Others[x.Name]; !other {
				note(x.Name, "is missing")
			}
			continue
		}
		sum, err := digest.File(filepath.Join(dir, filepath.FromSlash(x.Name)))
		if err != nil {
			return err
		}
		if sum != x.Digest["sha256"] {
			note(x.Name, "was changed")
		}
	}
	for _, name := range all.Files {
		if !said[name] && !sealing(name) {
			note(name, "was added")
		}
	}
	for _, name := range s.Predicate.Folders {
		folders[name] = true
		if !slices.Contains(all.Folders, name) {
			note(name, "is missing: it was a folder")
		}
	}
	for _, name := range all.Folders {
		if !folders[name] {
			note(name, "was added: it is a folder")
		}
	}
	return errors.Join(problems...)
}
