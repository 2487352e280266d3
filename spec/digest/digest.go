// Package digest hashes texts, files and folders, to name them by their content:
// SHA-256, in hexadecimal.
package digest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// Bytes is the hash of b.
func Bytes(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// File is the hash of a file's content. Errors are those of the file system.
func File(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	return Reader(f)
}

// Reader is the hash of what is read from r to its end. Errors are r's.
func Reader(r io.Reader) (string, error) {
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Tree hashes every file below a directory. Its keys are the files' paths within the
// directory, with slashes. It leaves out paths for which skip is true. A link, a device
// or a pipe is an error: the content of a link may lie anywhere, and may change after
// it was hashed.
func Tree(dir string, skip func(name string) bool) (map[string]string, error) {
	s, err := Survey(dir)
	if err != nil {
		return nil, err
	}
	table := map[string]string{}
	for _, name := range s.Files {
		if skip(name) {
			continue
		}
		if table[name], err = File(filepath.Join(s.dir, filepath.FromSlash(name))); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Others)) {
		if !skip(name) {
			return nil, fmt.Errorf("%s: no regular file", filepath.Join(s.dir, filepath.FromSlash(name)))
		}
	}
	return table, nil
}

// Contents lists what is below a directory. Names are paths within it.
type Contents struct {
	Files   []string          // regular ones, sorted
	Folders []string          // sorted; the directory itself is none
	Others  map[string]string // everything else, with its type in words

	dir string // without links
}

// Survey lists everything below a directory and opens nothing.
func Survey(dir string) (*Contents, error) {
	// Only the directory itself may be reached by a link.
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, err
	}
	s := &Contents{Others: map[string]string{}, dir: dir}
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		switch name := filepath.ToSlash(rel); {
		case e.IsDir():
			s.Folders = append(s.Folders, name)
		case e.Type().IsRegular():
			s.Files = append(s.Files, name)
		default:
			s.Others[name] = kind(e.Type())
		}
		return nil
	})
	slices.Sort(s.Files)
	slices.Sort(s.Folders)
	return s, err
}

// kind names in words the type of what is neither a regular file nor a folder.
func kind(m fs.FileMode) string {
	switch {
	case m&fs.ModeSymlink != 0:
		return "a symbolic link"
	case m&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case m&fs.ModeSocket != 0:
		return "a socket"
	case m&fs.ModeDevice != 0:
		return "a device"
	}
	return "no regular file"
}
