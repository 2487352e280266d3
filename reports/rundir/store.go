package rundir

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashiflex/hashiflex/spec/digest"
)

// Stored is a file of the run directory.
type Stored struct {
	Path   string // within the directory, with slashes
	SHA256 string // of the content, before compression
}

// Write keeps data in an area under a name, which can be any text.
func (r *Run) Write(a Area, name string, data []byte) (Stored, error) {
	s := Stored{string(a) + "/" + escape(name), digest.Bytes(data)}
	fresh, err := r.enter(s)
	if err != nil || !fresh {
		// If it is not fresh, the file exists or another caller is writing it.
		return s, err
	}
	return s, writeFile(r.path(s.Path), data)
}

// WriteIn keeps data under a name in a folder of the area. Both names can be any text.
func (r *Run) WriteIn(a Area, folder, name string, data []byte) (Stored, error) {
	dir := string(a) + "/" + escape(folder)
	s := Stored{dir + "/" + escape(name), digest.Bytes(data)}
	fresh, err := r.enter(s)
	if err != nil || !fresh {
		return s, err
	}
	if err := os.MkdirAll(r.path(filepath.FromSlash(dir)), 0o755); err != nil {
		return Stored{}, err
	}
	return s, writeFile(r.path(filepath.FromSlash(s.Path)), data)
}

// Compress keeps the output of write, compressed, in Chunks.
func (r *Run) Compress(name string, write func(io.Writer) error) (Stored, error) {
	s := Stored{Path: ChunkPath(name)}
	path := r.path(s.Path)
	f, err := os.Create(path + temporary)
	if err != nil {
		return Stored{}, err
	}
	h := sha256.New()
	z := gzip.NewWriter(f) // no name, no time: equal content, equal bytes
	if err := errors.Join(write(io.MultiWriter(z, h)), z.Close(), f.Close()); err != nil {
		return Stored{}, errors.Join(fmt.Errorf("%s: %w", name, err), os.Remove(path+temporary))
	}
	s.SHA256 = hex.EncodeToString(h.Sum(nil))
	if _, err := r.enter(s); err != nil {
		return Stored{}, err
	}
	return s, os.Rename(path+temporary, path)
}

// Adopt takes over a chunk from an earlier run in this directory, or from a shard of this
// run. It reports false if the chunk is missing or its content does not have the given
// hash.
func (r *Run) Adopt(name, sum string) (Stored, bool) {
	s := Stored{ChunkPath(name), sum}
	return s, r.adopt(s, r.adoptChunk)
}

func (r *Run) adoptChunk(s Stored) bool {
	f, err := os.Open(r.path(s.Path))
	if err != nil {
		return false
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return false
	}
	if found, err := digest.Reader(z); err != nil || found != s.SHA256 {
		return false
	}
	_, err = r.enter(s)
	return err == nil
}

// adopt takes a file that is here, or else one that a shard has. A copy is looked at like
// a file that was here.
func (r *Run) adopt(s Stored, here func(Stored) bool) bool {
	if here(s) {
		return true
	}
	for _, from := range r.cfg.Shards {
		if from.copyTo(r.path(s.Path), s.Path) && here(s) {
			return true
		}
	}
	return false
}

// Query keeps a solver's input under its hash. Two callers may keep equal queries at
// the same time: obligations of different layers can have the same query.
func (r *Run) Query(text []byte) (sum string, err error) {
	sum = digest.Bytes(text)
	_, err = r.Write(Queries, sum+querySuffix, text)
	return sum, err
}

// AdoptQuery takes over a query from an earlier run in this directory, or from a shard of
// this run. It reports false if the query is missing or damaged.
func (r *Run) AdoptQuery(sum string) bool {
	return r.adopt(Stored{string(Queries) + "/" + sum + querySuffix, sum}, r.adoptQuery)
}

func (r *Run) adoptQuery(s Stored) bool {
	if have, err := digest.File(r.path(s.Path)); err != nil || have != s.SHA256 {
		return false
	}
	_, err := r.enter(s)
	return err == nil
}

const querySuffix = ".smt2"

// ChunkPath is the path of a file in the area for chunks.
func ChunkPath(name string) string { return string(Chunks) + "/" + escape(name) + ".gz" }

// enter records that a file belongs to this run, and reports whether it is new. A file
// may be written twice with equal content. Different content is an error.
func (r *Run) enter(s Stored) (fresh bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	old, ok := r.written[s.Path]
	if ok && old != s.SHA256 {
		return false, fmt.Errorf("%s: written twice with different content", s.Path)
	}
	r.written[s.Path] = s.SHA256
	return !ok, nil
}

// sweep removes the files of earlier runs from the areas.
func (r *Run) sweep() error {
	for _, a := range areas {
		if err := r.sweepFolder(string(a)); err != nil {
			return err
		}
	}
	return nil
}

func (r *Run) sweepFolder(folder string) error {
	entries, err := os.ReadDir(r.path(filepath.FromSlash(folder)))
	if err != nil {
		return err
	}
	for _, e := range entries {
		path := folder + "/" + e.Name()
		if _, ok := r.written[path]; ok {
			continue
		}
		if e.IsDir() && r.holds(path) {
			if err := r.sweepFolder(path); err != nil {
				return err
			}
			continue
		}
		if err := os.RemoveAll(r.path(filepath.FromSlash(path))); err != nil {
			return err
		}
	}
	return nil
}

// holds reports whether this run wrote into a folder.
func (r *Run) holds(folder string) bool {
	for path := range r.written {
		if strings.HasPrefix(path, folder+"/") {
			return true
		}
	}
	return false
}
