package tool

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashiflex/hashiflex/spec/digest"
)

// Identity is which program a tool is. Its version is only what the tool says of
// itself, and one that was rebuilt, wrapped or mended says the same as before.
type Identity struct {
	Files  []File // the program first, then the others by name
	SHA256 string // of all of them; the folders that they lie in are no part of it
}

// File is one of the files that a tool's answers come from.
type File struct {
	Path   string `json:"path"` // without links
	SHA256 string `json:"sha256"`
}

// Identity hashes the files of f: those of IdentityOf, and those of its own that
// the tool says it uses. The error is a *BrokenError of a tool that does not say
// them, or a file that cannot be read.
func (f Found) Identity() (Identity, error) {
	s := fileSet{}
	if err := s.program(f.Path); err != nil {
		return Identity{}, err
	}
	if f.Tool.parts != nil {
		parts, err := f.Tool.parts(f)
		if err != nil {
			return Identity{}, err
		}
		for _, p := range parts {
			if err := s.binary(p); err != nil {
				return Identity{}, err
			}
		}
	}
	return s.identity()
}

// IdentityOf hashes the files of a program: itself, the shared libraries that the
// system's loader gives it, and those among its arguments that are files. A
// script is followed one level: its interpreter and the programs that it names by
// absolute path count as well. What a script finds in other ways does not.
func IdentityOf(path string, args ...string) (Identity, error) {
	s := fileSet{}
	if err := s.program(path); err != nil {
		return Identity{}, err
	}
	for _, a := range args {
		if regular(a) {
			if err := s.binary(a); err != nil {
				return Identity{}, err
			}
		}
	}
	return s.identity()
}

// fileSet is files by their path without links, in the order in which they came.
type fileSet []string

// add enters a file and reports whether it is new.
func (s *fileSet) add(path string) (real string, fresh bool, err error) {
	if real, err = filepath.EvalSymlinks(path); err != nil {
		return "", false, err
	}
	if real, err = filepath.Abs(real); err != nil {
		return "", false, err
	}
	if slices.Contains(*s, real) {
		return real, false, nil
	}
	*s = append(*s, real)
	return real, true, nil
}

// maxScript bounds what is taken for a script that is read for the programs it names.
const maxScript = 1 << 20

// program enters a program: a binary, or a script with what it starts.
func (s *fileSet) program(path string) error {
	real, _, err := s.add(path)
	if err != nil {
		return err
	}
	head := make([]byte, maxScript)
	f, err := os.Open(real)
	if err != nil {
		return err
	}
	defer f.Close()
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return err
	}
	head = head[:n]
	if !bytes.HasPrefix(head, []byte("#!")) {
		return s.libraries(real)
	}
	for _, p := range started(head) {
		if err := s.binary(p); err != nil {
			return err
		}
	}
	return nil
}

// absolute is a path as scripts write them.
var absolute = regexp.MustCompile(`/[A-Za-z0-9_.+-][A-Za-z0-9_.+/-]*`)

// started lists the programs that a script names: by absolute path anywhere in its
// text, and by env in its first line.
func started(script []byte) []string {
	var list []string
	first, _, _ := bytes.Cut(script, []byte("\n"))
	if words := strings.Fields(string(first[len("#!"):])); len(words) > 0 && filepath.Base(words[0]) == "env" {
		for _, w := range words[1:] {
			if p, err := exec.LookPath(w); err == nil {
				list = append(list, p)
			}
		}
	}
	for _, at := range absolute.FindAllIndex(script, -1) {
		if at[0] > 0 && strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+-/}", rune(script[at[0]-1])) {
			continue // the rest of another path
		}
		p := string(script[at[0]:at[1]])
		if info, err := os.Stat(p); err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o111 != 0 {
			list = append(list, p)
		}
	}
	return list
}

// binary enters a file and its shared libraries, if it has any.
func (s *fileSet) binary(path string) error {
	real, fresh, err := s.add(path)
	if err != nil || !fresh {
		return err
	}
	return s.libraries(real)
}

// loaded is a line of the system's loader about a library that it found.
var loaded = regexp.MustCompile(`(?m)(/.*) \(0x[0-9a-f]+\)$`)

// libraries enters what the loader that an ELF file names would load with it.
func (s *fileSet) libraries(path string) error {
	f, err := elf.Open(path)
	if err != nil {
		return nil // no ELF file: nothing is loaded with it
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type != elf.PT_INTERP {
			continue
		}
		name, err := io.ReadAll(io.LimitReader(p.Open(), 4096))
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		loader := strings.TrimRight(string(name), "\x00")
		ctx, cancel := context.WithTimeout(context.Background(), versionLimit)
		defer cancel()
		out, err := remembered(Command(ctx, loader, "--list", path), path)
		if err != nil {
			return fmt.Errorf("%s: %s does not list its libraries: %w", path, loader, err)
		}
		for _, m := range loaded.FindAllSubmatch(out, -1) {
			if _, _, err := s.add(string(m[1])); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
		}
	}
	return nil
}

func (s fileSet) identity() (Identity, error) {
	var id Identity
	for _, path := range s {
		sum, err := sums.of(path)
		if err != nil {
			return Identity{}, err
		}
		id.Files = append(id.Files, File{path, sum})
	}
	slices.SortFunc(id.Files[1:], func(a, b File) int {
		return cmp.Or(cmp.Compare(filepath.Base(a.Path), filepath.Base(b.Path)), cmp.Compare(a.SHA256, b.SHA256))
	})
	h := sha256.New()
	for _, f := range id.Files {
		fmt.Fprintf(h, "%s  %q\n", f.SHA256, filepath.Base(f.Path))
	}
	id.SHA256 = hex.EncodeToString(h.Sum(nil))
	return id, nil
}

func regular(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// sums remembers hashes for as long as this program runs: the files of all tools
// have some 100 MB.
var sums = fileSums{known: map[fileState]string{}}

type fileSums struct {
	mu    sync.Mutex
	known map[fileState]string
}

// fileState is what changes with a file's content, unless somebody takes pains.
type fileState struct {
	path     string
	size     int64
	modified time.Time
}

func (s *fileSums) of(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s: no regular file", path)
	}
	state := fileState{path, info.Size(), info.ModTime()}
	s.mu.Lock()
	defer s.mu.Unlock()
	if sum, ok := s.known[state]; ok {
		return sum, nil
	}
	sum, err := digest.Reader(f)
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	s.known[state] = sum
	return sum, nil
}
