package rundir

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/spec/digest"
)

// unsummed lists the files that SHA256SUMS leaves out: itself, the lock, and the files
// that differ from run to run.
var unsummed = []string{sumsFile, lockFile, timingsFile, timingsSumFile}

// sums returns the content of SHA256SUMS for the current state of the directory.
func sums(dir string) ([]byte, error) {
	table, err := digest.Tree(dir, func(name string) bool { return slices.Contains(unsummed, name) })
	if err != nil {
		return nil, err
	}
	return formatSums(table), nil
}

// formatSums formats hashes by name as SHA256SUMS.
func formatSums(table map[string]string) []byte {
	var b bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(table)) {
		fmt.Fprintf(&b, "%s  %s\n", table[name], name)
	}
	return b.Bytes()
}

// sumTable parses what formatSums wrote: hashes by name.
func sumTable(b []byte) map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(string(b)) {
		hash, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		m[name] = hash
	}
	return m
}
