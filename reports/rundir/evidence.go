package rundir

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashiflex/hashiflex/spec/bounded"
	"github.com/hashiflex/hashiflex/spec/digest"
)

// Sums returns the text of SHA256SUMS. While a run renders its reports, the text lists
// all files except the reports.
func (f *Finished) Sums() (string, error) {
	if f.sums != nil {
		return string(f.sums), nil
	}
	b, err := bounded.ReadFile(filepath.Join(f.Dir, sumsFile), bounded.Record)
	return string(b), err
}

// Files lists the paths of the files that SHA256SUMS has in an area, in order.
func (f *Finished) Files(a Area) ([]string, error) {
	text, err := f.Sums()
	var paths []string
	for line := range strings.Lines(text) {
		_, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if strings.HasPrefix(name, string(a)+"/") {
			paths = append(paths, name)
		}
	}
	return paths, err
}

// Timings reads timings.jsonl. It returns an error if the hash differs from
// timings.sha256.
func (f *Finished) Timings() ([]Timing, error) {
	path := filepath.Join(f.Dir, timingsFile)
	text, err := bounded.ReadFile(path, bounded.Lines)
	if err != nil {
		return nil, err
	}
	said, err := bounded.ReadFile(filepath.Join(f.Dir, timingsSumFile), bounded.Text)
	if err != nil {
		return nil, err
	}
	if want := digest.Bytes(text) + "  " + timingsFile + "\n"; string(said) != want {
		return nil, fmt.Errorf("%s: it has another hash than %s says", path, timingsSumFile)
	}
	var all []Timing
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		d := json.NewDecoder(bytes.NewReader([]byte(line)))
		d.DisallowUnknownFields()
		var t Timing
		if err := d.Decode(&t); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, n, err)
		}
		all = append(all, t)
	}
	return all, nil
}

// Is reports whether dir looks like a run directory, finished or not.
func Is(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, runFile))
	return err == nil
}
