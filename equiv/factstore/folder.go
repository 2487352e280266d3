package factstore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/hashiflex/hashiflex/spec/bounded"
)

// folder is a store in the file system: a file for each entry, in subfolders by the first
// two digits of the key.
type folder struct {
	path  string
	most  int64 // bytes that close leaves
	wrote atomic.Bool
}

// Bounds of a folder.
const (
	maxFolder = 2 << 30
	fresh     = time.Hour      // an entry that was used since is not marked as used again
	abandoned = 24 * time.Hour // what nobody has finished to write since is removed
)

func openFolder(path string) (*folder, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, err
	}
	// A link leads to the directory that counts.
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, err
	}
	if err := private(real, true); err != nil {
		return nil, err
	}
	return &folder{path: real, most: maxFolder}, nil
}

// private reports a file that somebody else has or can write.
func private(path string, dir bool) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case info.IsDir() != dir || !dir && !info.Mode().IsRegular():
		return fmt.Errorf("%s: it is of another kind of file than a store has there", path)
	case !ok || int(stat.Uid) != os.Geteuid():
		return fmt.Errorf("%s: it belongs to somebody else, who could make proofs", path)
	case info.Mode().Perm()&0o022 != 0:
		return fmt.Errorf("%s: others can write it, and could make proofs: chmod go-w", path)
	}
	return nil
}

func (f *folder) file(key string) string { return filepath.Join(f.path, key[:2], key+".json") }

func (f *folder) read(key string) ([]byte, error) {
	path := f.file(key)
	if err := private(filepath.Dir(path), true); err != nil {
		return nil, err
	}
	if err := private(path, false); err != nil {
		return nil, err
	}
	text, err := bounded.ReadFile(path, maxEntry)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(path); err == nil && time.Since(info.ModTime()) > fresh {
		now := time.Now()
		_ = os.Chtimes(path, now, now) // a file system that is only read keeps all entries
	}
	return text, nil
}

func (f *folder) write(key string, text []byte) error {
	path := f.file(key)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	// Whoever reads sees the whole file or none, also of two runs that write it at once.
	t, err := os.CreateTemp(filepath.Dir(path), "*.tmp")
	if err != nil {
		return err
	}
	_, err = t.Write(text)
	if err = errors.Join(err, t.Close()); err == nil {
		err = os.Rename(t.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(t.Name()))
	}
	f.wrote.Store(true)
	return nil
}

// torn are files that write began: of os.CreateTemp, in the folder of an entry.
var torn = regexp.MustCompile(`^/[0-9a-f]{2}/[0-9]+\.tmp$`)

// close removes entries, those that were used least recently first, until the rest is small
// enough. Only a run that wrote something looks.
func (f *folder) close() error {
	if !f.wrote.Load() {
		return nil
	}
	type file struct {
		path string
		size int64
		used time.Time
	}
	var all []file
	var sum int64
	err := filepath.WalkDir(f.path, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return nil // somebody else removes too
		}
		info, err := e.Info()
		if err != nil {
			return nil
		}
		// The folder may be one that has other files, too.
		key, entry := strings.CutSuffix(e.Name(), ".json")
		switch {
		case entry && valid(key) && f.file(key) == path:
			all = append(all, file{path, info.Size(), info.ModTime()})
			sum += info.Size()
		case torn.MatchString(strings.TrimPrefix(path, f.path)) && time.Since(info.ModTime()) > abandoned:
			return os.Remove(path)
		}
		return nil
	})
	slices.SortFunc(all, func(a, b file) int { return a.used.Compare(b.used) })
	for _, x := range all {
		if sum <= f.most || err != nil {
			break
		}
		if err = os.Remove(x.path); errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		sum -= x.size
	}
	return err
}
