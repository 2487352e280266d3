package rundir

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// unsummed are the files that SHA256SUMS leaves out: itself, the lock, and
// what differs from run to run.
var unsummed = []string{sumsFile, lockFile, timingsFile, timingsSumFile}

// files lists what SHA256SUMS covers, sorted, with slashes.
func files(dir string) ([]string, error) {
	var list []string
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if !slices.Contains(unsummed, rel) {
			list = append(list, filepath.ToSlash(rel))
		}
		return nil
	})
	slices.Sort(list)
	return list, err
}

// sums is the content of SHA256SUMS for the directory as it is.
func sums(dir string) ([]byte, error) {
	list, err := files(dir)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	for _, name := range list {
		sum, err := hashFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%s  %s\n", sum, name)
	}
	return b.Bytes(), nil
}

func writeSums(dir string) error {
	b, err := sums(dir)
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, sumsFile), b)
}

func hashFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
