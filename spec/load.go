package spec

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// The files of a network's directory.
const (
	TopologyFile = "network.json"
	WeightsFile  = "weights.safetensors"
)

// Load reads and validates the network in directory dir. Errors name the file
// with its directory; see Decode.
func Load(dir string) (*Network, error) {
	return load(os.DirFS(dir), func(name string) string { return filepath.Join(dir, name) })
}

// LoadFS is Load from the root of fsys.
func LoadFS(fsys fs.FS) (*Network, error) {
	return load(fsys, func(name string) string { return name })
}

// Decode reads and validates a network from the contents of its two files. Every
// problem of both files is one element of the list (see Problems) and begins with
// the name of its file.
func Decode(topology, weights []byte) (*Network, error) {
	return decode(topology, weights, func(name string) string { return name })
}

func load(fsys fs.FS, path func(string) string) (*Network, error) {
	var all problems
	topology, err := readFile(fsys, TopologyFile, maxTopology)
	if err != nil {
		all.add(fmt.Errorf("%s: %w", path(TopologyFile), err))
	}
	weights, err := readFile(fsys, WeightsFile, maxWeights)
	if err != nil {
		all.add(fmt.Errorf("%s: %w", path(WeightsFile), err))
	}
	if err := all.err(); err != nil {
		return nil, err
	}
	return decode(topology, weights, path)
}

// readFile reads at most limit bytes, so that a device or a sparse file cannot
// exhaust the memory.
func readFile(fsys fs.FS, name string, limit int64) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		var p *fs.PathError
		if errors.As(err, &p) {
			err = p.Err // the caller names the file, with its directory
		}
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() > limit {
		return nil, fmt.Errorf("%d bytes: more than %d", info.Size(), limit)
	}
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("more than %d bytes", limit)
	}
	return data, err
}

func decode(topology, weights []byte, path func(string) string) (*Network, error) {
	var all, inTopology, inWeights problems
	n, unread := decodeTopology(topology, &inTopology)
	tensors := parseTensors(weights, &inWeights)
	if n != nil {
		attached := inWeights.err() == nil && unread.tensors(n)
		if attached {
			attach(n, tensors, &inWeights)
			attached = inWeights.err() == nil
		}
		split(n.validate(unread), attached, &inTopology, &inWeights)
	}
	for _, f := range []struct {
		name string
		in   problems
	}{{TopologyFile, inTopology}, {WeightsFile, inWeights}} {
		if f.in.list == nil {
			continue
		}
		for _, err := range f.in.list {
			all.add(fmt.Errorf("%s: %w", path(f.name), err))
		}
	}
	if err := all.err(); err != nil {
		return nil, err
	}
	return n, nil
}

// split assigns the problems of a network to the file where the user has to correct
// them. If the weights were not attached, problems of weights are consequences and are
// dropped.
func split(err error, attached bool, inTopology, inWeights *problems) {
	for _, e := range Problems(err) {
		var p *Problem
		ofWeights := errors.As(e, &p) && slices.Contains([]string{"codes", "base", "bias", "weights", "accumulator"}, p.Field)
		switch {
		case !ofWeights:
			inTopology.add(e)
		case attached:
			inWeights.add(e)
		}
	}
}

// Save writes the network into directory dir, which is made when it is missing.
// The network must be valid; the bytes depend on it alone.
func Save(n *Network, dir string) error {
	topology, weights, err := Encode(n)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, TopologyFile), topology, 0o666); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, WeightsFile), weights, 0o666)
}

// Encode is the contents of a network's two files. It first validates a copy of the
// network.
func Encode(n *Network) (topology, weights []byte, err error) {
	n = n.Clone()
	if err := n.Validate(); err != nil {
		return nil, nil, fmt.Errorf("network %q: %w", n.Name, err)
	}
	return EncodeValid(n)
}

// EncodeValid is Encode for a network that was validated and has not been changed since.
// To validate one again takes longer than all else that Encode does.
func EncodeValid(n *Network) (topology, weights []byte, err error) {
	if topology, err = encodeTopology(n); err != nil {
		return nil, nil, fmt.Errorf("network %q: %s: %w", n.Name, TopologyFile, err)
	}
	if weights, err = encodeWeights(n); err != nil {
		return nil, nil, fmt.Errorf("network %q: %s: %w", n.Name, WeightsFile, err)
	}
	if len(topology) > maxTopology || len(weights) > maxWeights {
		return nil, nil, fmt.Errorf("network %q: %d and %d bytes: more than %d and %d can be read back",
			n.Name, len(topology), len(weights), maxTopology, maxWeights)
	}
	return topology, weights, nil
}
