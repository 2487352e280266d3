package rundir

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"

	"github.com/hashiflex/hashiflex/spec/bounded"
	"github.com/hashiflex/hashiflex/spec/digest"
)

// cache holds records by key. A run appends new records to the journal. When it
// finishes, it writes the records that it used to the cache.
type cache struct {
	path, journal string
	records       map[Key]json.RawMessage
	used          map[Key]bool
	file          *os.File
}

// cacheLine is one line of the cache. Sum is the hash of the line with an empty Sum.
type cacheLine struct {
	Key    Key             `json:"key"`
	Record json.RawMessage `json:"record"`
	Sum    string          `json:"sum"`
}

func (l cacheLine) encode() []byte {
	l.Sum = ""
	l.Sum = digest.Bytes(encodeJSON(l, ""))
	return encodeJSON(l, "")
}

// openCache reads both files and returns the number of lines that it ignored.
func openCache(path, journal string) (*cache, int, error) {
	c := &cache{path: path, journal: journal, used: map[Key]bool{}}
	records, ignored, torn, err := readRecords(path, journal)
	if err != nil {
		return nil, 0, err
	}
	c.records = records
	c.file, err = os.OpenFile(journal, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return nil, 0, err
	}
	if torn {
		if _, err := c.file.WriteString("\n"); err != nil {
			return nil, 0, errors.Join(err, c.file.Close())
		}
	}
	return c, ignored, nil
}

// readRecords reads the lines of files. It returns the number of lines that it ignored, and
// whether the last file ends within a line.
func readRecords(paths ...string) (records map[Key]json.RawMessage, ignored int, torn bool, err error) {
	records = map[Key]json.RawMessage{}
	bad := map[Key]bool{}
	for _, p := range paths {
		b, err := bounded.ReadFile(p, bounded.Lines)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, 0, false, err
		}
		torn = len(b) > 0 && b[len(b)-1] != '\n'
		for line := range bytes.Lines(b) {
			var l cacheLine
			// Compare bytes, not values: every byte of a line must count.
			if json.Unmarshal(line, &l) != nil || !bytes.Equal(l.encode(), line) {
				ignored++
				continue
			}
			if old, ok := records[l.Key]; ok && !bytes.Equal(old, l.Record) {
				bad[l.Key] = true
			}
			records[l.Key] = l.Record
		}
	}
	for k := range bad {
		// Two records have the same key: ignore both.
		delete(records, k)
		ignored++
	}
	return records, ignored, torn, nil
}

// Recall decodes into to the record that this run, an earlier one in its directory or one
// of its shards keeps under k. It reports false if there is none, or if it does not decode.
func (r *Run) Recall(k Key, to any) bool {
	r.mu.Lock()
	raw, ok := r.cache.records[k]
	if ok = ok && json.Unmarshal(raw, to) == nil; ok {
		r.cache.used[k] = true
	}
	r.mu.Unlock()
	if ok {
		return true
	}
	raw, ok = r.lent(k)
	return ok && json.Unmarshal(raw, to) == nil && r.Remember(k, raw) == nil
}

// Borrow decodes into to the record that a shard of this run keeps under k. Unlike Recall,
// it does not make the record one of this run: it is of a part that the whole does not
// keep.
func (r *Run) Borrow(k Key, to any) bool {
	raw, ok := r.lent(k)
	return ok && json.Unmarshal(raw, to) == nil
}

func (r *Run) lent(k Key) (json.RawMessage, bool) {
	for _, s := range r.cfg.Shards {
		if raw, ok := s.records[k]; ok {
			return raw, true
		}
	}
	return nil, false
}

// Remember keeps record under k, for a run that is resumed or repeated. Callers must
// keep only what is proved, since Recall's result is not proved again. The record is
// encoded as JSON; equal records must give equal bytes.
func (r *Run) Remember(k Key, record any) error {
	raw, err := json.Marshal(record)
	if err != nil {
		return fmt.Errorf("rundir: record %s: %w", k, err)
	}
	l := cacheLine{Key: k, Record: raw}
	line := l.encode()
	// Keep the record in the form in which a later run reads it.
	if err := json.Unmarshal(line, &l); err != nil {
		return fmt.Errorf("rundir: record %s: %w", k, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.cache
	c.used[k] = true
	if old, ok := c.records[k]; ok && bytes.Equal(old, l.Record) {
		return nil
	}
	c.records[k] = l.Record
	if _, err := c.file.Write(line); err != nil {
		return err
	}
	return nil
}

// compact replaces cache and journal by the records that this run used, sorted.
func (c *cache) compact() error {
	var b bytes.Buffer
	for _, k := range slices.Sorted(maps.Keys(c.used)) {
		b.Write(cacheLine{Key: k, Record: c.records[k]}.encode())
	}
	if err := writeFile(c.path, b.Bytes()); err != nil {
		return err
	}
	if err := c.close(); err != nil {
		return err
	}
	return os.Remove(c.journal)
}

func (c *cache) close() error {
	if c.file == nil {
		return nil
	}
	err := c.file.Close()
	c.file = nil
	return err
}
