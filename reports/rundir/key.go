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

// Key names a record by content.
type Key string

// Key is the key of a record of the given kind that depends on parts,
// on the run's program, tools and options, and on nothing else. The parts must
// hold the whole content: both sides of an equation, ranges, formats.
func (r *Run) Key(kind string, parts ...[]byte) Key {
	h := sha256.New()
	field(h, r.basis)
	field(h, kind)
	for _, p := range parts {
		field(h, p)
	}
	return Key(hex.EncodeToString(h.Sum(nil)))
}

// basis hashes what every record of the run depends on.
func (c *Config) basis() string {
	h := sha256.New()
	field(h, c.Program)
	field(h, encodeJSON(c.Tools, ""))
	field(h, c.Identity.encode())
	return hex.EncodeToString(h.Sum(nil))
}

// field writes text with its length ahead of it: without that, ("ab", "c") and
// ("a", "bc") would have one key.
func field[T string | []byte](h hash.Hash, text T) {
	var n [8]byte
	binary.LittleEndian.PutUint64(n[:], uint64(len(text)))
	h.Write(n[:])
	h.Write([]byte(text))
}

// executable is the hash of the program that is running. It covers changes
// that no version number does.
func executable() (string, error) {
	// The link leads to the file that was started, even when it has been replaced.
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
