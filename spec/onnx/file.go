package onnx

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
)

// MaxFile is the largest model file that is read, in bytes.
const MaxFile = 512 << 20

// Read reads a model from a file; see Parse. Every problem names the file.
func Read(path string) (*Model, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, MaxFile+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(b) > MaxFile {
		return nil, fmt.Errorf("%s: larger than %d bytes", path, MaxFile)
	}
	m, err := Parse(b)
	if err != nil {
		return nil, inFile(path, err)
	}
	m.File = path
	return m, nil
}

// Parse reads a model from the bytes of an ONNX file. A file that is no such
// message gives one error; a model that says something unsupported gives all
// its *Problem at once in a *multierror.Error.
func Parse(b []byte) (*Model, error) {
	p, err := parseModel(b)
	if err != nil {
		return nil, err
	}
	m, err := translate(p)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(b)
	m.SHA256 = hex.EncodeToString(sum[:])
	return m, nil
}
