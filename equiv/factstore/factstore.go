// Package factstore keeps proofs in a directory that many runs share. An entry is named by
// a key, the hash of everything that the proof depends on; the caller makes it. An entry
// holds its key and the hash of its content, so that one that is damaged, cut off, or under
// another's name is a miss.
//
// Hashes find accidents and no forgery: who can write into the directory can make a proof.
// So Open takes only a directory that belongs to the user and that nobody else can write.
package factstore

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"

	"github.com/hashiflex/hashiflex/spec/digest"
)

// Dir is an open store. Its methods may be called from several goroutines, and several
// programs may have it open.
type Dir struct {
	path            string
	damaged, unkept atomic.Int64
}

// entry is the content of a file. Sum is the hash of the record.
type entry struct {
	Key    string          `json:"key"`
	Sum    string          `json:"sum"`
	Record json.RawMessage `json:"record"`
}

// Open opens a store and makes its directory if necessary.
func Open(path string) (*Dir, error) {
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
	return &Dir{path: real}, nil
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

func (d *Dir) file(key string) (string, bool) {
	// Keys are hashes. Anything else could lead out of the directory.
	if len(key) != 64 {
		return "", false
	}
	for _, c := range key {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return "", false
		}
	}
	return filepath.Join(d.path, key[:2], key+".json"), true
}

// Get decodes the record of a key into to. It reports false if there is none that is whole.
func (d *Dir) Get(key string, to any) bool {
	path, ok := d.file(key)
	if !ok {
		return false
	}
	err := private(filepath.Dir(path), true)
	if err == nil {
		err = private(path, false)
	}
	var text []byte
	if err == nil {
		text, err = os.ReadFile(path)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return false
	}
	var e entry
	if err == nil {
		err = json.Unmarshal(text, &e)
	}
	// Compare bytes, not values: every byte of a file must count.
	if err == nil && (e.Key != key || e.Sum != digest.Bytes(e.Record) || !bytes.Equal(encode(&e), text)) {
		err = errors.New("changed")
	}
	if err == nil {
		err = json.Unmarshal(e.Record, to)
	}
	if err != nil {
		d.damaged.Add(1)
	}
	return err == nil
}

// Put keeps a record under a key. A record that cannot be kept, as on a full disk, is no
// error of the proof: it is counted.
func (d *Dir) Put(key string, record any) {
	if err := d.put(key, record); err != nil {
		d.unkept.Add(1)
	}
}

func (d *Dir) put(key string, record any) error {
	path, ok := d.file(key)
	if !ok {
		return fmt.Errorf("%q is no key", key)
	}
	raw, err := json.Marshal(record)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	// Whoever reads sees the whole file or none, also of two runs that write it at once.
	f, err := os.CreateTemp(filepath.Dir(path), "*.tmp")
	if err != nil {
		return err
	}
	_, err = f.Write(encode(&entry{key, digest.Bytes(raw), raw}))
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

func encode(e *entry) []byte {
	text, err := json.Marshal(e)
	if err != nil {
		return nil
	}
	return append(text, '\n')
}

// Damaged is the number of entries that were there and not whole, each a miss.
func (d *Dir) Damaged() int { return int(d.damaged.Load()) }

// Unkept is the number of records that could not be kept.
func (d *Dir) Unkept() int { return int(d.unkept.Load()) }
