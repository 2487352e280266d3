package onnx

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// companions reads the data that a model keeps in other files. It reads only regular
// files inside the model's folder, and follows no links: a model comes from outside, and
// must not choose what is read.
type companions struct {
	dir  string
	left int64 // bytes that may be read yet
}

// tensors are those of a graph that may keep their data elsewhere.
func (g *graphProto) tensors() []*tensorProto {
	all := g.initializers[:len(g.initializers):len(g.initializers)]
	for _, n := range g.nodes {
		for _, a := range n.attrs {
			if a.t != nil {
				all = append(all, a.t)
			}
		}
	}
	return all
}

// load gives every tensor of a graph its data. A tensor whose data is refused keeps the
// reason, which whoever reads the tensor reports.
func (c *companions) load(g *graphProto) {
	for _, t := range g.tensors() {
		if !t.external {
			continue
		}
		raw, err := c.read(t)
		if err != nil {
			t.absent = err
			continue
		}
		t.raw, t.hasRaw, t.external = raw, true, false
	}
}

// read is the data of one tensor.
func (c *companions) read(t *tensorProto) ([]byte, error) {
	if t.hasRaw || len(t.floats)+len(t.doubles)+len(t.int32s)+len(t.int64s) > 0 {
		return nil, fmt.Errorf("has data of its own and in another file")
	}
	at := t.where["location"]
	offset, err := t.extent("offset", 0)
	if err != nil {
		return nil, err
	}
	length, err := t.extent("length", -1)
	if err != nil {
		return nil, err
	}
	if at == "" || strings.ContainsAny(at, "\\\x00") || path.Clean(at) != at || !filepath.IsLocal(filepath.FromSlash(at)) {
		return nil, fmt.Errorf("location %q: want a file inside the model's folder, without ..; put the data beside the model", at)
	}
	root, err := os.OpenRoot(c.dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	info, err := plain(root, at)
	if err != nil {
		return nil, err
	}
	f, err := root.Open(filepath.FromSlash(at))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if opened, err := f.Stat(); err != nil || !os.SameFile(info, opened) {
		return nil, fmt.Errorf("location %q: changed while it was opened", at)
	}
	size := info.Size()
	if length < 0 {
		length = max(size-offset, 0)
	}
	if offset > size || length > size-offset {
		return nil, fmt.Errorf("location %q: offset %d and length %d are not within its %d bytes", at, offset, length, size)
	}
	if length > c.left {
		return nil, fmt.Errorf("location %q: %d bytes are more than the %d that are left of %d for a model with its data", at, length, c.left, MaxFile)
	}
	c.left -= length
	raw := make([]byte, length)
	if _, err := f.ReadAt(raw, offset); err != nil {
		return nil, fmt.Errorf("location %q: %w", at, err)
	}
	return raw, nil
}

// extent is a number of external_data, at least 0, or def where there is none.
func (t *tensorProto) extent(key string, def int64) (int64, error) {
	s, ok := t.where[key]
	if !ok {
		return def, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%s %q of its data is no number of bytes", key, s)
	}
	return n, nil
}

// plain demands a regular file that is reached through folders alone.
func plain(root *os.Root, at string) (fs.FileInfo, error) {
	parts := strings.Split(at, "/")
	for i := range parts {
		info, err := root.Lstat(filepath.FromSlash(path.Join(parts[:i+1]...)))
		switch last := i == len(parts)-1; {
		case errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("location %q: no such file; put the data beside the model", at)
		case err != nil:
			return nil, fmt.Errorf("location %q: %w", at, err)
		case info.Mode()&fs.ModeSymlink != 0:
			return nil, fmt.Errorf("location %q: %s is a link; put the data itself beside the model", at, info.Name())
		case last && info.Mode().IsRegular():
			return info, nil
		case last || !info.IsDir():
			return nil, fmt.Errorf("location %q: %s is no regular file", at, info.Name())
		}
	}
	panic("onnx: a location of no parts")
}
