package attest

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"

	"github.com/hashiflex/hashiflex/reports"
)

// Verified is what a bundle that holds says.
type Verified struct {
	Predicate Predicate
	Files     int
	KeyID     string // of the signature; "": the bundle is not signed
}

// ErrUnchecked says that a bundle is signed and no key was given to check that by.
var ErrUnchecked = errors.New("the bundle is signed: give the key to check that by")

// Verify checks the bundle in dir: its signature by key, every file against the
// statement, and the verdict against the evidence. A nil key is for a bundle that is
// not signed; with a key, such a bundle is refused.
func Verify(dir string, key ed25519.PublicKey) (*Verified, error) {
	said, id, err := unseal(dir, key)
	if err != nil {
		return nil, err
	}
	var s statement
	if err := json.Unmarshal(said, &s); err != nil {
		return nil, fmt.Errorf("%s: statement: %w", dir, err)
	}
	d, err := open(dir, s.Predicate.Judged)
	if err != nil {
		return nil, err
	}
	is, err := os.ReadFile(filepath.Join(dir, reportsFolder, signoffFile))
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
		return nil, fmt.Errorf("%s: %w", dir, differ(&s, want))
	}
	return &Verified{s.Predicate, len(s.Subject), id}, nil
}

// unseal is the statement's text and the id of the key that signed it.
func unseal(dir string, key ed25519.PublicKey) (text []byte, id string, err error) {
	plain, errPlain := os.ReadFile(filepath.Join(dir, statementFile))
	sealed, errSealed := os.ReadFile(filepath.Join(dir, envelopeFile))
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
	// Equal bytes, not equal values: nothing of the file may be of no account.
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
	// The decoder takes more than one spelling of the same bytes.
	if resealed, err := json.Marshal(text); err != nil || string(resealed) != `"`+env.Payload+`"` {
		return nil, "", fmt.Errorf("%s: %s: the payload is not in the usual spelling", dir, envelopeFile)
	}
	return text, id, nil
}

// differ names a file in which a statement differs from the bundle.
func differ(said *statement, want []byte) error {
	var is statement
	if err := json.Unmarshal(want, &is); err != nil {
		return err
	}
	have := map[string]string{}
	for _, s := range is.Subject {
		have[s.Name] = s.Digest["sha256"]
	}
	for _, s := range said.Subject {
		sum, ok := have[s.Name]
		if !ok {
			return fmt.Errorf("%s is missing", s.Name)
		}
		if sum != s.Digest["sha256"] {
			return fmt.Errorf("%s was changed", s.Name)
		}
		delete(have, s.Name)
	}
	for _, s := range is.Subject {
		if _, ok := have[s.Name]; ok {
			return fmt.Errorf("%s was added", s.Name)
		}
	}
	return errors.New("the statement does not say what the evidence amounts to")
}
