package onnx

import (
	"fmt"
	"io"
	"os"

	"github.com/hashiflex/hashiflex/spec/digest"
)

// MaxFile is the largest model file that is read, in bytes.
const MaxFile = 512 << 20

// Read reads a model from a file; see Parse. Every problem names the file. What is
// found in a model that is refused includes the weights that Import would refuse
// with q, as far as they are known.
func Read(path string, q Quantizer) (*Model, error) {
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
	m, err := understand(b)
	if err != nil {
		return nil, inFile(path, q.withRefused(m, err))
	}
	m.File = path
	return m, nil
}

// Parse reads a model from the bytes of an ONNX file. A file that is no such
// message gives one error; a model that says something unsupported gives all
// its *Problem at once in a list; see spec.Problems.
func Parse(b []byte) (*Model, error) {
	m, err := understand(b)
	if err != nil {
		return nil, err
	}
	return m, nil
}

// understand is Parse that gives a refused model too, as far as it was understood; nil
// is not at all.
func understand(b []byte) (*Model, error) {
	p, err := parseModel(b)
	if err != nil {
		return nil, err
	}
	m, err := translate(p)
	m.SHA256 = digest.Bytes(b)
	return m, err
}
