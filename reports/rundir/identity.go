package rundir

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec/bounded"
)

// Identity says which run a directory belongs to. Between runs in one directory, the
// network's content may change. Its name and the options of the check may not.
type Identity struct {
	Network string            `json:"network"`
	Options []reports.Setting `json:"options"`
	// Shard is which of several directories this is that together are one run; "": it is
	// the whole run.
	Shard string `json:"shard,omitempty"`
}

// ForeignError says that a directory cannot be used for a run because it holds
// something else.
type ForeignError struct {
	Dir string
	Why string
}

func (e *ForeignError) Error() string {
	return fmt.Sprintf("%s: %s; choose another directory or remove this one", e.Dir, e.Why)
}

func (id Identity) encode() []byte {
	id.Options = slices.Clone(id.Options)
	slices.SortFunc(id.Options, func(a, b reports.Setting) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Value, b.Value))
	})
	if id.Options == nil {
		id.Options = []reports.Setting{}
	}
	return encodeJSON(id, "  ")
}

// claim makes dir a run directory of id, unless it is one. The caller holds the
// lock.
func (id Identity) claim(dir string) error {
	if err := id.check(dir); err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, runFile), id.encode())
}

// check returns nil if dir is a run directory of id, is empty, or does not exist. It
// writes nothing.
func (id Identity) check(dir string) error {
	want := id.encode()
	have, err := bounded.ReadFile(filepath.Join(dir, runFile), bounded.Record)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		entries, err := os.ReadDir(dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for _, e := range entries {
			// A run that was killed before this point leaves only the lock and a
			// half-written run.json.
			if e.Name() != lockFile && e.Name() != runFile+temporary {
				return &ForeignError{dir, fmt.Sprintf("it holds %q and is no run directory", e.Name())}
			}
		}
		return nil
	case err != nil:
		return err
	case bytes.Equal(have, want):
		return nil
	}
	var other Identity
	if err := json.Unmarshal(have, &other); err != nil {
		return &ForeignError{dir, fmt.Sprintf("%s cannot be read: %v", runFile, err)}
	}
	if other.Network != id.Network {
		return &ForeignError{dir, fmt.Sprintf("it belongs to network %q, this run is for %q", other.Network, id.Network)}
	}
	if other.Shard != id.Shard {
		return &ForeignError{dir, fmt.Sprintf("it holds %s, this run is %s", other.scope(), id.scope())}
	}
	return &ForeignError{dir, fmt.Sprintf("it belongs to a run with other options (%s)", difference(other.Options, id.Options))}
}

// scope says how much of a run an identity is about.
func (id *Identity) scope() string {
	if id.Shard == "" {
		return "a whole run"
	}
	return "shard " + id.Shard
}

// Differs says how an identity's options or shard are not those of another; "": they are.
func (id Identity) Differs(other Identity) string {
	switch {
	case bytes.Equal(id.encode(), other.encode()):
		return ""
	case id.Network != other.Network:
		return fmt.Sprintf("network %q there, %q here", id.Network, other.Network)
	case id.Shard != other.Shard:
		return fmt.Sprintf("%s there, %s here", id.scope(), other.scope())
	}
	return difference(id.Options, other.Options)
}

// difference names the first option in which the lists differ.
func difference(old, new []reports.Setting) string {
	value := func(list []reports.Setting, name string) string {
		for _, s := range list {
			if s.Name == name {
				return s.Value
			}
		}
		return "unset"
	}
	names := map[string]bool{}
	for _, s := range append(slices.Clone(old), new...) {
		names[s.Name] = true
	}
	var sorted []string
	for n := range names {
		sorted = append(sorted, n)
	}
	slices.Sort(sorted)
	for _, n := range sorted {
		if a, b := value(old, n), value(new, n); a != b {
			return fmt.Sprintf("%s: %s there, %s here", n, a, b)
		}
	}
	return "in another notation"
}
