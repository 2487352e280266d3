package head

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// keptSimulators is how many built simulators stay in the cache: those of all
// planted faults and of every size that tests use, at less than a megabyte each.
const keptSimulators = 160

// simulatorPrefix begins the names of built simulators.
const simulatorPrefix = "head-"

// cached reports whether a simulator is there, and notes that it is in use.
func cached(path string) bool {
	now := time.Now()
	return os.Chtimes(path, now, now) == nil
}

// prune removes the simulators that have not been used for longest, but for the
// given number.
func prune(dir string, keep int) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("head: %w", err)
	}
	var all []fs.FileInfo
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), simulatorPrefix) {
			continue
		}
		// Another process may remove it first.
		if info, err := e.Info(); err == nil {
			all = append(all, info)
		}
	}
	slices.SortFunc(all, func(a, b fs.FileInfo) int {
		return cmp.Or(b.ModTime().Compare(a.ModTime()), cmp.Compare(a.Name(), b.Name()))
	})
	var errs []error
	for _, info := range all[min(len(all), keep):] {
		if err := os.Remove(filepath.Join(dir, info.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fmt.Errorf("head: %w", err))
		}
	}
	return errors.Join(errs...)
}
