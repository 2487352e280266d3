// Package digest hashes what reports name by its hash: SHA-256, in hexadecimal.
package digest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
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
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Tree is the hashes of all files below a directory by their name in it, with
// slashes; those that skip is true for are left out. What is no regular file is an
// error: a link's content may lie anywhere, and change behind its hash.
func Tree(dir string, skip func(name string) bool) (map[string]string, error) {
	// Only the directory itself may be reached by a link.
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, err
	}
	table := map[string]string{}
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		if skip(name) {
			return nil
		}
		if !e.Type().IsRegular() {
			return fmt.Errorf("%s: no regular file", path)
		}
		table[name], err = File(path)
		return err
	})
	return table, err
}
