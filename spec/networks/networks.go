// Package networks holds the networks that are part of the program, by name:
// "tiny" exercises every operation and is proven in seconds.
//
// A matrix of powers of two has no file; its name says its size (matrix.go).
//
// An embedded network is a folder data/<name> with network.json and, compressed,
// weights.safetensors.gz. It is read by the same strict loader as a user's
// directory.
package networks

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/words"
)

//go:embed data
var data embed.FS

const (
	root        = "data"
	weightsFile = spec.WeightsFile + ".gz"
	// maxUnpacked bounds what a compressed file may expand to, in bytes.
	maxUnpacked = 64 << 20
)

// Names lists the embedded networks in alphabetical order.
func Names() []string { return names(data) }

func names(fsys fs.FS) []string {
	// The folder is part of the program, so that reading it cannot fail.
	entries, err := fs.ReadDir(fsys, root)
	if err != nil {
		panic(fmt.Sprintf("networks: %v", err))
	}
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

// Open reads and validates an embedded network, or makes a matrix. Each call returns a
// network of its own.
func Open(name string) (*spec.Network, error) {
	if strings.HasPrefix(name, matrixPrefix) {
		return matrix(name)
	}
	return open(data, name)
}

func open(fsys fs.FS, name string) (*spec.Network, error) {
	if !slices.Contains(names(fsys), name) {
		return nil, fmt.Errorf("network %q: want one of %s", name, strings.Join(names(fsys), ", "))
	}
	topology, err := fs.ReadFile(fsys, path.Join(root, name, spec.TopologyFile))
	if err != nil {
		return nil, fmt.Errorf("network %q: %w", name, err)
	}
	packed, err := fs.ReadFile(fsys, path.Join(root, name, weightsFile))
	if err != nil {
		return nil, fmt.Errorf("network %q: %w", name, err)
	}
	weights, err := unpack(packed)
	if err != nil {
		return nil, fmt.Errorf("network %q: %s: %w", name, weightsFile, err)
	}
	n, err := spec.Decode(topology, weights)
	if err != nil {
		return nil, fmt.Errorf("network %q: %w", name, err)
	}
	if n.Name != name {
		return nil, fmt.Errorf("network %q: %s calls it %q", name, spec.TopologyFile, n.Name)
	}
	return n, nil
}

func unpack(packed []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(z, maxUnpacked+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxUnpacked {
		return nil, fmt.Errorf("unpacks to more than %d bytes", maxUnpacked)
	}
	return b, nil
}

// BuiltIn reports whether a name on a command line is a network of the program, and no
// directory: an embedded one, or a matrix.
func BuiltIn(name string) bool {
	return slices.Contains(Names(), name) || strings.HasPrefix(name, matrixPrefix)
}

// OpenOrLoad opens the network that a command line names: one that is built in, or else
// a directory. To reach a directory with the name of a built-in network, write ./name.
// Errors of an existing directory are those of spec.Load.
func OpenOrLoad(nameOrDir string) (*spec.Network, error) {
	if BuiltIn(nameOrDir) {
		return Open(nameOrDir)
	}
	if info, err := os.Stat(nameOrDir); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("network %q: neither an embedded network (%s) nor a directory%s", nameOrDir, strings.Join(Names(), ", "), words.DidYouMean(nameOrDir, Names()))
	}
	return spec.Load(nameOrDir)
}
