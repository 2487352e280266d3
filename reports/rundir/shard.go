package rundir

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec/bounded"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// MaxShards is the largest number of shards of a run.
const MaxShards = 100_000

// Share is one of several equal parts of a run's work, counted from 1.
type Share struct {
	Index int `json:"index"`
	Of    int `json:"of"`
}

// String is how a share is written in a command.
func (s Share) String() string { return fmt.Sprintf("%d/%d", s.Index, s.Of) }

// Manifest is what a shard says of itself: which part of which run it is.
type Manifest struct {
	Schema  int                  `json:"schema"`
	Shard   Share                `json:"shard"`
	Network string               `json:"network_sha256"`
	Program string               `json:"program_sha256"` // of the executable; entered by FinishShard
	Version string               `json:"version"`
	Tools   []reports.ToolRecord `json:"tools"`
	// Command is what the shard was asked for, without the program's name.
	Command []string `json:"command"`
	// Units are the shard's part of the work, in the order of the run.
	Units []Unit `json:"units"`
}

// Unit is one piece of a run's work, which is never divided.
type Unit struct {
	Name string `json:"name"`
	// Key is what the record of a proved unit is kept under; empty: the unit is open, and
	// who merges proves it again.
	Key     Key             `json:"key,omitempty"`
	Verdict verdict.Verdict `json:"verdict"`
}

const manifestSchema = 1

// Shard is a finished shard, open for reading.
type Shard struct {
	Dir string
	Manifest
	Identity Identity

	records map[Key]json.RawMessage
}

// FinishShard completes the directory of a shard. It has records and the files that they
// need, but neither obligations nor a signoff.
func (r *Run) FinishShard(m *Manifest) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.finished {
		return errors.New("rundir: the run is finished already")
	}
	if err := errors.Join(r.obligations.close(), os.Remove(r.path(obligationsFile+temporary))); err != nil {
		return err
	}
	for _, name := range []string{obligationsFile, signoffFile} {
		if err := os.Remove(r.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := r.cache.compact(); err != nil {
		return err
	}
	said := *m
	said.Schema, said.Program, said.Tools = manifestSchema, r.cfg.Program, r.cfg.Tools
	if err := writeFile(r.path(shardFile), encodeJSON(&said, "  ")); err != nil {
		return err
	}
	list, err := r.settle()
	if err != nil {
		return err
	}
	if err := writeFile(r.path(sumsFile), list); err != nil {
		return err
	}
	r.finished = true
	return nil
}

// ReadShard opens the directory of a finished shard. Every file must have its hash in
// SHA256SUMS, no file may be missing or added, and every proved unit must have its record.
// The error lists all problems.
func ReadShard(dir string) (*Shard, error) {
	s := &Shard{Dir: dir}
	text, err := bounded.ReadFile(filepath.Join(dir, runFile), bounded.Record)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: no directory of a run", dir)
	}
	if err == nil {
		err = strictJSON(text, &s.Identity)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", dir, runFile, err)
	}
	if s.Identity.Shard == "" {
		return nil, fmt.Errorf("%s: a whole run, and no shard of one", dir)
	}
	_, problems, err := compareSums(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: shard %s did not finish; start it again, and it resumes", dir, s.Identity.Shard)
	}
	if err != nil {
		return nil, err
	}
	if problems != nil {
		return nil, errors.Join(problems...)
	}
	if text, err = bounded.ReadFile(filepath.Join(dir, shardFile), bounded.Record); err == nil {
		err = strictJSON(text, &s.Manifest)
	}
	if err == nil && s.Schema != manifestSchema {
		err = fmt.Errorf("of schema %d, this program reads %d", s.Schema, manifestSchema)
	}
	if err == nil && (s.Shard.String() != s.Identity.Shard || s.Shard.Index < 1 || s.Shard.Index > s.Shard.Of || s.Shard.Of > MaxShards) {
		err = fmt.Errorf("says shard %v, and %s says %s: want 1/N to N/N, and N up to %d", s.Shard, runFile, s.Identity.Shard, MaxShards)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", dir, shardFile, err)
	}
	var ignored int
	if s.records, ignored, _, err = readRecords(filepath.Join(dir, cacheFile)); err != nil {
		return nil, err
	}
	if ignored > 0 {
		problems = append(problems, fmt.Errorf("%s: %s: lines without their hash: %d", dir, cacheFile, ignored))
	}
	for _, u := range s.Units {
		if _, ok := s.records[u.Key]; u.Verdict == verdict.Proved && !ok {
			problems = append(problems, fmt.Errorf("%s: %s is said to be proved, and has no record", dir, u.Name))
		}
	}
	return s, errors.Join(problems...)
}

// Ended reports whether a run or a shard in a directory has ended.
func Ended(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, sumsFile))
	return err == nil
}

// copyTo copies a file of the shard. It reports false if there is none, or it cannot be
// written.
func (s *Shard) copyTo(to, path string) bool {
	if !filepath.IsLocal(path) {
		return false
	}
	in, err := os.Open(filepath.Join(s.Dir, filepath.FromSlash(path)))
	if err != nil {
		return false
	}
	defer in.Close()
	out, err := os.Create(to + temporary)
	if err != nil {
		return false
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close()) == nil && os.Rename(to+temporary, to) == nil
}

// strictJSON decodes one value without unknown keys.
func strictJSON(text []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	return d.Decode(to)
}
