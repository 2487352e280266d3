package smt

import (
	"fmt"

	"github.com/hashiflex/hashiflex/spec/digest"
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
	a, err := digest.File(i.Path)
	if err != nil {
		return false, fmt.Errorf("solver: %w", err)
	}
	b, err := digest.File(o.Path)
	if err != nil {
		return false, fmt.Errorf("solver: %w", err)
	}
	return a == b, nil
}
