package project

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/rtl/liberty"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/spec/digest"
)

// Limits of the files of a project, far above what a layer needs.
const (
	maxText     = 256 << 20 // bytes of a file
	maxFiles    = 4096      // of a layer
	maxIncluded = 2048      // files in all folders of a layer that files are taken in from
)

// Resolve finds and reads the files of a layer, and returns the paths that it read. The
// error lists all problems, each with the line that names the missing file.
func (p *Project) Resolve(l *Layer) (source.Sources, []reports.Input, error) {
	return p.resolve(l, "files", l.files, l.Language)
}

// ResolveRTL is Resolve for the RTL that the files were made from, if they are a netlist
// of gates. It is nil if the project names none. Its language goes by the names of files.
func (p *Project) ResolveRTL(l *Layer) (*source.Sources, []reports.Input, error) {
	if len(l.rtl) == 0 {
		return nil, nil, nil
	}
	s, inputs, err := p.resolve(l, "rtl", l.rtl, source.ByName)
	return &s, inputs, err
}

// resolve finds and reads the files that a key of a layer lists.
func (p *Project) resolve(l *Layer, key string, entries []entry, language source.Language) (source.Sources, []reports.Input, error) {
	r := &resolver{p: p, language: language, defines: slices.Clone(l.defines), seen: map[string]bool{}, from: map[string]string{}}
	for _, e := range entries {
		switch option, list, _ := strings.Cut(e.text, " "); option {
		case "-f":
			r.list(p.path(strings.TrimSpace(list)), p.dir, e.at, 0)
		case "-F":
			at := p.path(strings.TrimSpace(list))
			r.list(at, filepath.Dir(at), e.at, 0)
		default:
			r.glob(p.path(e.text), e)
		}
	}
	for _, e := range l.include {
		r.folder(p.path(e.text), e.at)
	}
	s := source.Sources{Files: r.files, Defines: r.defines}
	if len(r.errs) == 0 && len(s.Files) == 0 {
		r.bad(l.At(key), "%s: there are none", key)
	}
	if err := errors.Join(r.errs...); err != nil {
		return s, nil, err
	}
	var inputs []reports.Input
	for _, f := range s.Files {
		inputs = append(inputs, reports.Input{Name: f.Name, SHA256: digest.Bytes(f.Text)})
	}
	var err error
	if s.Files, err = liberty.Link(s.Files); err != nil {
		return s, nil, err
	}
	s = r.taken(s)
	for _, f := range s.Extra {
		inputs = append(inputs, reports.Input{Name: r.from[f.Name], SHA256: digest.Bytes(f.Text)})
	}
	return s, inputs, nil
}

// resolver collects the files of one layer.
type resolver struct {
	p        *Project
	language source.Language
	files    []source.File
	folders  []string // of what files take in
	defines  []source.Define
	seen     map[string]bool   // files, by path
	from     map[string]string // paths of what files take in, by the name there
	errs     []error
}

func (r *resolver) bad(at, format string, args ...any) {
	r.errs = append(r.errs, fmt.Errorf("%s: "+format, append([]any{at}, args...)...))
}

// glob takes the files of a path, or of a pattern in the order of their names. A file
// that was named before stays where it is.
func (r *resolver) glob(pattern string, e entry) {
	if _, err := os.Stat(pattern); err == nil || !strings.ContainsAny(e.text, "*?[") {
		r.file(pattern, e.at)
		return
	}
	if strings.Contains(e.text, "**") {
		r.bad(e.at, "%s: ** is no pattern; name each folder", e.text)
		return
	}
	found, err := filepath.Glob(pattern)
	if err != nil {
		r.bad(e.at, "%s: %v", e.text, err)
		return
	}
	if len(found) == 0 {
		r.bad(e.at, "%s: no file fits", e.text)
	}
	for _, f := range found {
		if info, err := os.Stat(f); err == nil && info.IsDir() {
			continue
		}
		r.file(f, e.at)
	}
}

func (r *resolver) file(name, at string) {
	name = filepath.Clean(name)
	if r.seen[name] {
		return
	}
	r.seen[name] = true
	if len(r.files) >= maxFiles {
		if len(r.files) == maxFiles {
			r.bad(at, "more than %d files", maxFiles)
		}
		return
	}
	text, err := ReadText(name)
	if err != nil {
		r.bad(at, "%v", err)
		return
	}
	r.files = append(r.files, source.File{Name: filepath.ToSlash(name), Text: text, Language: r.language})
}

// ReadText reads a user's text, also from a pipe.
func ReadText(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxText+1))
	if err == nil && len(text) > maxText {
		err = fmt.Errorf("%s: it is longer than %d MiB; no layer needs that", path, maxText>>20)
	}
	return text, err
}

func (r *resolver) folder(name, at string) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		r.bad(at, "%v", err)
	case !info.IsDir():
		r.bad(at, "%s: it is no folder", name)
	case !slices.Contains(r.folders, name):
		r.folders = append(r.folders, name)
	}
}

// taken adds the files that sources include, from the folders in their order. Other
// files in these folders are not part of the design. If the sources cannot be read yet,
// it keeps everything, and the later reader reports the error.
func (r *resolver) taken(s source.Sources) source.Sources {
	var all []source.File
	named := map[string]bool{}
	clashes := func(name string) bool {
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			if named[dir] {
				return true
			}
		}
		return named[name] || slices.ContainsFunc(all, func(f source.File) bool { return strings.HasPrefix(f.Name, name+"/") })
	}
	for _, dir := range r.folders {
		_ = fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !source.Local(name) || clashes(name) || len(all) >= maxIncluded {
				return nil
			}
			if info, err := os.Stat(filepath.Join(dir, name)); err != nil || !info.Mode().IsRegular() || info.Size() > maxText {
				return nil
			}
			text, err := ReadText(filepath.Join(dir, name))
			if err != nil {
				return nil
			}
			named[name] = true
			r.from[name] = filepath.ToSlash(filepath.Join(dir, name))
			all = append(all, source.File{Name: name, Text: text})
			return nil
		})
	}
	whole := s
	whole.Extra = all
	text, err := source.Read(whole)
	if err != nil {
		return whole
	}
	for _, f := range all {
		if slices.Contains(text.Used, f.Name) {
			s.Extra = append(s.Extra, f)
		}
	}
	return s
}
