package smt

import (
	"fmt"

	"github.com/hashiflex/hashiflex/spec/digest"
)

// Identity identifies the program of a solver, whatever its name.
type Identity struct {
	Name, Version string // as the solver reports them; "" if it does not
	Path          string // of its file
}

// Identity returns the identity of the running process.
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

// Same reports whether two solvers are the same program, so that the second's answer is
// not independent. They are the same if they report the same name and version, or if
// their files are the same, by links or by content. Arguments do not count. It returns
// an error if a file cannot be read.
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
