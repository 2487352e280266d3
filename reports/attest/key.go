package attest

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
)

// ReadPrivateKey reads an ed25519 key in PKCS 8 and PEM, the format of "openssl genpkey
// -algorithm ed25519".
func ReadPrivateKey(path string) (ed25519.PrivateKey, error) {
	k, err := readKey(path, "PRIVATE KEY", x509.ParsePKCS8PrivateKey)
	if err != nil {
		return nil, err
	}
	private, ok := k.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s: a %T, want an ed25519 key", path, k)
	}
	return private, nil
}

// ReadPublicKey reads an ed25519 key in PKIX and PEM, the format of "openssl pkey
// -pubout".
func ReadPublicKey(path string) (ed25519.PublicKey, error) {
	k, err := readKey(path, "PUBLIC KEY", x509.ParsePKIXPublicKey)
	if err != nil {
		return nil, err
	}
	public, ok := k.(ed25519.PublicKey)
	if !ok {
		return nil, fmt.Errorf("%s: a %T, want an ed25519 key", path, k)
	}
	return public, nil
}

func readKey(path, kind string, parse func([]byte) (any, error)) (any, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != kind {
		return nil, fmt.Errorf("%s: no PEM block %q", path, kind)
	}
	k, err := parse(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return k, nil
}

// signer signs and verifies for the DSSE library.
type signer struct {
	private ed25519.PrivateKey // nil: can only verify
	public  ed25519.PublicKey
}

var _ dsse.SignerVerifier = signer{}

func (s signer) Sign(_ context.Context, data []byte) ([]byte, error) {
	return ed25519.Sign(s.private, data), nil
}

func (s signer) Verify(_ context.Context, data, sig []byte) error {
	if !ed25519.Verify(s.public, data, sig) {
		return errors.New("the signature does not fit")
	}
	return nil
}

func (s signer) KeyID() (string, error)   { return dsse.SHA256KeyID(s.public) }
func (s signer) Public() crypto.PublicKey { return s.public }
