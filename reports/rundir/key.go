package rundir

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"os"

	"github.com/hashiflex/hashiflex/spec/digest"
)

// Key identifies a record by the content that it depends on.
type Key string

// Key returns the key of a record of the given kind. The record may depend on parts, on
// the run's program, tools and options, and on nothing else. So parts must hold the
// whole content: both sides of an equation, ranges, formats.
func (r *Run) Key(kind string, parts ...[]byte) Key {
	h := sha256.New()
	field(h, r.basis)
	field(h, kind)
	for _, p := range parts {
		field(h, p)
	}
	return Key(hex.EncodeToString(h.Sum(nil)))
}

// basis hashes what every record of the run depends on. All shards of a run have the
// basis of the whole, so that a merge finds their records.
func (c *Config) basis() string {
	whole := c.Identity
	whole.Shard = ""
	h := sha256.New()
	field(h, c.Program)
	field(h, encodeJSON(c.Tools, ""))
	field(h, whole.encode())
	return hex.EncodeToString(h.Sum(nil))
}

// field hashes the length of text, then text. Without the length, ("ab", "c") and ("a",
// "bc") would have the same key.
func field[T string | []byte](h hash.Hash, text T) {
	var n [8]byte
	binary.LittleEndian.PutUint64(n[:], uint64(len(text)))
	h.Write(n[:])
	h.Write([]byte(text))
}

// Executable returns the hash of the running program. Unlike a version number, it
// changes with every build.
func Executable() (string, error) {
	// The link leads to the file that was started, even if it was replaced since.
	f, err := os.Open("/proc/self/exe")
	if err != nil {
		return "", fmt.Errorf("cannot identify the running program: %w", err)
	}
	defer f.Close()
	sum, err := digest.Reader(f)
	if err != nil {
		return "", fmt.Errorf("cannot identify the running program: %w", err)
	}
	return sum, nil
}
