package rundir

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/reports/internal/digest"
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
	table := make(map[string]string, len(list))
	for _, name := range list {
		if table[name], err = digest.File(filepath.Join(dir, filepath.FromSlash(name))); err != nil {
			return nil, err
		}
	}
	return formatSums(table), nil
}

// formatSums is SHA256SUMS for hashes by name.
func formatSums(table map[string]string) []byte {
	var b bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(table)) {
		fmt.Fprintf(&b, "%s  %s\n", table[name], name)
	}
	return b.Bytes()
}

// sumTable is what formatSums wrote, by name.
func sumTable(b []byte) map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(string(b)) {
		hash, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		m[name] = hash
	}
	return m
}
