package rundir

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// own are the areas that a run writes about itself. Another run does not inherit them.
var own = []Area{Reports, Network, Head}

// Inherit copies the evidence of another run into this one: its hardware, queries, logs
// and witnesses, under the same paths. It returns an error if a file no longer has its
// hash in from's SHA256SUMS.
func (r *Run) Inherit(from *Finished) error {
	text, err := from.Sums()
	if err != nil {
		return err
	}
	for line := range strings.Lines(text) {
		sum, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		area, _, inArea := strings.Cut(name, "/")
		if !inArea || slices.Contains(own, Area(area)) {
			continue
		}
		if !slices.Contains(areas, Area(area)) || !filepath.IsLocal(name) {
			return fmt.Errorf("%s: %s is in no area of a run", from.Dir, name)
		}
		if err := r.inherit(from, name, sum); err != nil {
			return err
		}
	}
	return nil
}

func (r *Run) inherit(from *Finished, name, sum string) error {
	if _, err := r.enter(Stored{name, sum}); err != nil {
		return err
	}
	to := r.path(filepath.FromSlash(name))
	if err := os.MkdirAll(r.path(filepath.FromSlash(path.Dir(name))), 0o755); err != nil {
		return err
	}
	in, err := os.Open(filepath.Join(from.Dir, filepath.FromSlash(name)))
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to + temporary)
	if err != nil {
		return err
	}
	h := sha256.New()
	_, err = io.Copy(io.MultiWriter(out, h), in)
	if err := errors.Join(err, out.Close()); err != nil {
		return err
	}
	if found := hex.EncodeToString(h.Sum(nil)); found != sum {
		return errors.Join(fmt.Errorf("%s: %s was changed", from.Dir, name), os.Remove(to+temporary))
	}
	return os.Rename(to+temporary, to)
}
