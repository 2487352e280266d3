package smt

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
)

// Identity is which program a solver is, however it was named.
type Identity struct {
	Name, Version string // as the solver says; "" if it does not
	Path          string // of its file
}

// Identity is that of the running process.
func (s *Session) Identity() Identity {
	id := Identity{Version: s.solver.Version, Path: s.solver.Path}
	if s.solver.Once {
		id.Name = s.solver.Name
	}
	if s.proc != nil {
		id.Name, id.Version = s.proc.name, s.proc.version
	}
	return id
}

// Same reports whether two solvers are one program, so that the second's answer is
// no opinion of its own: they say the same name and version, or their files are
// one, by links or by content. Other arguments make no other program. The error is
// a file that cannot be read.
func (i Identity) Same(o Identity) (bool, error) {
	if i.Name != "" && i.Name == o.Name && i.Version == o.Version {
		return true, nil
	}
	a, err := sumOf(i.Path)
	if err != nil {
		return false, err
	}
	b, err := sumOf(o.Path)
	if err != nil {
		return false, err
	}
	return bytes.Equal(a, b), nil
}

func sumOf(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("solver: %w", err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return nil, fmt.Errorf("solver %s: %w", path, err)
	}
	return h.Sum(nil), nil
}
