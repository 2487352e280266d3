package verilated

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

// keptExecutables is the number of executables in the cache. It is enough for all
// planted faults of the programmable head, every size that tests use, and a run's own;
// each takes less than a megabyte.
const keptExecutables = 300

// executablePrefix begins the names of executables.
const executablePrefix = "model-"

// cached reports whether an executable is there, and notes that it is in use.
func cached(path string) bool {
	now := time.Now()
	return os.Chtimes(path, now, now) == nil
}

// prune removes the executables that have not been used for longest, but for the
// given number.
func prune(dir string, keep int) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("verilated: %w", err)
	}
	var all []fs.FileInfo
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), executablePrefix) {
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
			errs = append(errs, fmt.Errorf("verilated: %w", err))
		}
	}
	return errors.Join(errs...)
}
