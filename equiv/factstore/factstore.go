// Package factstore keeps proofs where many runs share them: in a folder, or in a bucket
// that speaks S3. An entry is named by a key, the hash of everything that the proof depends
// on; the caller makes it. An entry holds its key and the hash of its content, so that one
// that is damaged, cut off, or under another's name is a miss.
//
// Hashes find accidents and no forgery: who can write into the store can make a proof. So
// Open takes only a folder that belongs to the user and that nobody else can write. Who may
// write into a bucket is what the bucket's owner says, and everybody who uses it believes
// all of them.
//
// Open makes a Store of a folder (folder.go) or a bucket (bucket.go).
package factstore

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync/atomic"

	"github.com/hashiflex/hashiflex/spec/digest"
)

// Store is an open store. Its methods may be called from several goroutines, and several
// programs may have it open.
type Store struct {
	at                       place
	damaged, unkept, unasked atomic.Int64
}

// place has the bytes of entries. The error of read is fs.ErrNotExist for an entry that is
// not there, and an *AwayError where nobody knows whether it is.
type place interface {
	read(key string) ([]byte, error)
	write(key string, text []byte) error
	close() error
}

// AwayError says that a store cannot be reached.
type AwayError struct {
	Where string
	Err   error
}

func (e *AwayError) Error() string { return fmt.Sprintf("%s: cannot be reached: %v", e.Where, e.Err) }

func (e *AwayError) Unwrap() error { return e.Err }

// entry is the content of a file. Sum is the hash of the record.
type entry struct {
	Key    string          `json:"key"`
	Sum    string          `json:"sum"`
	Record json.RawMessage `json:"record"`
}

// maxEntry bounds an entry, in bytes.
const maxEntry = 1 << 30

// Open opens a store: "s3://BUCKET/PREFIX" is a bucket, anything else a folder, which is
// made if necessary. A bucket that does not answer is an *AwayError.
func Open(ctx context.Context, where string) (*Store, error) {
	var at place
	var err error
	if strings.HasPrefix(where, scheme) {
		at, err = openBucket(ctx, where)
	} else {
		at, err = openFolder(where)
	}
	if err != nil {
		return nil, err
	}
	return &Store{at: at}, nil
}

// valid reports whether a key is a hash. Anything else could lead out of the store.
func valid(key string) bool {
	if len(key) != 64 {
		return false
	}
	for _, c := range key {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// Get decodes the record of a key into to. It reports false if there is none that is whole.
func (s *Store) Get(key string, to any) bool {
	if !valid(key) {
		return false
	}
	text, err := s.at.read(key)
	var away *AwayError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false
	case errors.As(err, &away):
		s.unasked.Add(1)
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
		s.damaged.Add(1)
	}
	return err == nil
}

// Put keeps a record under a key. A record that cannot be kept, as on a full disk, is no
// error of the proof: it is counted.
func (s *Store) Put(key string, record any) {
	if err := s.put(key, record); err != nil {
		s.unkept.Add(1)
	}
}

func (s *Store) put(key string, record any) error {
	if !valid(key) {
		return fmt.Errorf("%q is no key", key)
	}
	raw, err := json.Marshal(record)
	if err != nil {
		return err
	}
	return s.at.write(key, encode(&entry{key, digest.Bytes(raw), raw}))
}

func encode(e *entry) []byte {
	text, err := json.Marshal(e)
	if err != nil {
		return nil
	}
	return append(text, '\n')
}

// Close ends the use of a store. A folder that has grown too large loses the entries that
// were used least recently.
func (s *Store) Close() error { return s.at.close() }

// Damaged is the number of entries that were there and not whole, each a miss.
func (s *Store) Damaged() int { return int(s.damaged.Load()) }

// Unkept is the number of records that could not be kept.
func (s *Store) Unkept() int { return int(s.unkept.Load()) }

// Unasked is the number of entries that nobody could be asked about, each a miss.
func (s *Store) Unasked() int { return int(s.unasked.Load()) }
