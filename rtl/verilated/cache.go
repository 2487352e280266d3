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

	"github.com/hashiflex/hashiflex/spec/digest"
)

// abandoned is the age of unfinished files that a killed program left.
const abandoned = 24 * time.Hour

// keptExecutables is the number of executables in the cache. It is enough for all
// planted faults of the programmable head, every size that tests use, and a run's own;
// each takes less than a megabyte.
const keptExecutables = 300

// Beginnings of names in the cache.
const (
	executablePrefix = "model-"
	unfinished       = "making-" // files and folders that nobody uses any more when they are a day old
)

// sumSuffix ends the name of the file with the hash of another one.
const sumSuffix = ".sha256"

// intact reports whether a file is the one that seal was called for. A file that is
// missing, empty, cut or of another origin is not: it is made again.
func intact(path string) bool {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	want, err := os.ReadFile(path + sumSuffix)
	if err != nil {
		return false
	}
	have, err := digest.File(path)
	return err == nil && have == string(want)
}

// seal keeps the hash of the file at made, which is about to be moved to path. Two
// programs that make the same file at once may have different bytes of it; whoever
// finds a pair that does not fit makes the file again.
func (t *toolchain) seal(made, path string) error {
	sum, err := digest.File(made)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(t.cache, unfinished+"*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(sum)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path+sumSuffix)
}

// used notes that an executable is in use; it reports whether that is there.
func used(path string) bool {
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
	var errs []error
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			continue // another process removed it first
		}
		if strings.HasPrefix(e.Name(), unfinished) && time.Since(info.ModTime()) > abandoned {
			errs = append(errs, os.RemoveAll(filepath.Join(dir, e.Name())))
		}
		if strings.HasPrefix(e.Name(), executablePrefix) && !strings.HasSuffix(e.Name(), sumSuffix) {
			all = append(all, info)
		}
	}
	slices.SortFunc(all, func(a, b fs.FileInfo) int {
		return cmp.Or(b.ModTime().Compare(a.ModTime()), cmp.Compare(a.Name(), b.Name()))
	})
	for _, info := range all[min(len(all), keep):] {
		for _, name := range []string{info.Name(), info.Name() + sumSuffix} {
			if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				errs = append(errs, fmt.Errorf("verilated: %w", err))
			}
		}
	}
	return errors.Join(errs...)
}
