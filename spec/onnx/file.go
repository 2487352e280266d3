package onnx

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/hashiflex/hashiflex/spec/digest"
)

// MaxFile is the largest model that is read, in bytes, with the data that it keeps
// in other files.
const MaxFile = 512 << 20

// Read reads a model from a file; see Parse. It also reads data that the model keeps in
// other files of its folder; see companions. Every problem names the file. The problems
// of a refused model include the known weights that Import would refuse with the
// options' quantizer.
func Read(path string, opt Options) (*Model, error) {
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
	m, err := understand(b, opt.Output, &companions{dir: filepath.Dir(path), left: MaxFile - int64(len(b))})
	if err != nil {
		return nil, inFile(path, opt.Quantizer.withRefused(m, err))
	}
	m.File = path
	return m, nil
}

// Parse reads a model of one output from the bytes of an ONNX file. It reads no other
// file. If the bytes are no ONNX model, there is one error. If the model has
// unsupported parts, the error is a list of *Problem, all at once; see spec.Problems.
func Parse(b []byte) (*Model, error) {
	m, err := understand(b, "", nil)
	if err != nil {
		return nil, err
	}
	return m, nil
}

// understand is Parse, but returns a refused model too, as far as it was understood.
// nil means that nothing was.
func understand(b []byte, output string, c *companions) (*Model, error) {
	p, err := parseModel(b)
	if err != nil {
		return nil, err
	}
	if c != nil {
		c.load(p.graph)
	}
	m, err := translate(p, output)
	m.SHA256, m.Classes = digest.Bytes(b), classNames(p.metadata)
	return m, err
}
