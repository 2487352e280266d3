package attest

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
)

// ReadPrivateKey reads an ed25519 key in PKCS 8 and PEM, the format of "openssl genpkey
// -algorithm ed25519". A key that everybody may read or write is refused: whoever finds it
// can sign in its owner's name.
func ReadPrivateKey(path string) (ed25519.PrivateKey, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if mode := info.Mode().Perm(); info.Mode().IsRegular() && mode&0o007 != 0 {
		return nil, fmt.Errorf("%s: everybody may read or change this private key (its mode is %#o): chmod 600 it, and make a new one if others could have read it", path, mode)
	}
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

// maxKey is the largest file of a key, in bytes.
const maxKey = 1 << 16

func readKey(path, kind string, parse func([]byte) (any, error)) (any, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxKey+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxKey {
		return nil, fmt.Errorf("%s: more than %d bytes, which no key has", path, maxKey)
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
