package rundir

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec/bounded"
	"github.com/hashiflex/hashiflex/spec/digest"
)

// Finished is a finished run directory, open for reading.
type Finished struct {
	Dir     string
	Signoff *reports.Signoff

	sums []byte // while a run renders its reports: SHA256SUMS so far
}

// Read opens the directory of a finished run. It checks only signoff.json; Verify
// checks the rest.
func Read(dir string) (*Finished, error) {
	if _, err := os.Stat(filepath.Join(dir, sumsFile)); err != nil {
		return nil, fmt.Errorf("%s: no finished run: %w", dir, err)
	}
	return load(dir)
}

func load(dir string) (*Finished, error) {
	if _, err := os.Stat(filepath.Join(dir, shardFile)); err == nil {
		return nil, fmt.Errorf("%s: a shard of a run, which says nothing by itself: hashiflex merge makes the run of all its shards", dir)
	}
	f, err := os.Open(filepath.Join(dir, signoffFile))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s, err := reports.Decode(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name(), err)
	}
	return &Finished{Dir: dir, Signoff: s}, nil
}

// Obligations yields the lines of obligations.jsonl in order. An error names its line
// and ends the sequence.
func (f *Finished) Obligations() iter.Seq2[reports.Obligation, error] {
	return func(yield func(reports.Obligation, error) bool) {
		file, err := os.Open(filepath.Join(f.Dir, obligationsFile))
		if err != nil {
			yield(reports.Obligation{}, err)
			return
		}
		defer file.Close()
		lines := bufio.NewReader(file)
		for n := 1; ; n++ {
			line, err := lines.ReadBytes('\n')
			if errors.Is(err, io.EOF) && len(line) == 0 {
				return
			}
			var o reports.Obligation
			if err == nil {
				d := json.NewDecoder(bytes.NewReader(line))
				d.DisallowUnknownFields()
				err = d.Decode(&o)
			}
			if err != nil {
				yield(reports.Obligation{}, fmt.Errorf("%s:%d: %w", file.Name(), n, err))
				return
			}
			if !yield(o, nil) {
				return
			}
		}
	}
}

// Open opens a file of the directory by its Stored.Path and decompresses it if
// necessary.
func (f *Finished) Open(path string) (io.ReadCloser, error) {
	if !filepath.IsLocal(path) {
		return nil, fmt.Errorf("%s: %q leads out of the directory", f.Dir, path)
	}
	file, err := os.Open(filepath.Join(f.Dir, filepath.FromSlash(path)))
	if err != nil || !strings.HasSuffix(path, ".gz") {
		return file, err
	}
	z, err := gzip.NewReader(file)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", file.Name(), err), file.Close())
	}
	return struct {
		io.Reader
		io.Closer
	}{z, file}, nil
}

// Kept opens what a run kept in an area under a name, decompressed. The error is
// fs.ErrNotExist if it kept nothing there.
func (f *Finished) Kept(a Area, name string) (io.ReadCloser, error) {
	if a == Chunks {
		return f.Open(ChunkPath(name))
	}
	return f.Open(string(a) + "/" + escape(name))
}

// Verify checks that the directory is consistent. Every file must have its hash in
// SHA256SUMS, no file may be missing or added, what the signoff lists of the files that the
// run keeps must be their hashes, the hardware that an obligation is about must be there,
// and the signoff's numbers must follow from the obligations. The error lists all problems.
func (f *Finished) Verify() error {
	want, problems, err := compareSums(f.Dir)
	if err != nil {
		return err
	}
	problems = append(problems, f.listed(want)...)
	all, err := digest.Survey(f.Dir)
	if err != nil {
		return err
	}
	needed := map[string]bool{}
	for name := range want {
		for d := path.Dir(name); !needed[d]; d = path.Dir(d) {
			needed[d] = true
		}
	}
	for _, name := range all.Folders {
		if !slices.Contains(areas, Area(name)) && !needed[name] {
			problems = append(problems, fmt.Errorf("%s: %s was added: it is a folder", f.Dir, name))
		}
	}
	ledger := reports.NewLedger()
	for o, err := range f.Obligations() {
		if err == nil {
			err = ledger.Add(&o)
		}
		if _, kept := want[o.Chunk]; o.Chunk != "" && !kept {
			err = errors.Join(err, fmt.Errorf("%s: obligation %s is about %s, which is not there", f.Dir, o.ID, o.Chunk))
		}
		if err != nil {
			problems = append(problems, err)
		}
	}
	if err := ledger.Audit(f.Signoff); err != nil {
		problems = append(problems, fmt.Errorf("%s: %w", f.Dir, err))
	}
	return errors.Join(problems...)
}

// compareSums compares a directory with its SHA256SUMS, whose table it returns.
func compareSums(dir string) (want map[string]string, problems []error, err error) {
	said, err := bounded.ReadFile(filepath.Join(dir, sumsFile), bounded.Record)
	if err != nil {
		return nil, nil, err
	}
	found, err := sums(dir)
	if err != nil {
		return nil, nil, err
	}
	want, have := sumTable(said), sumTable(found)
	for line := range strings.Lines(string(said)) {
		_, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		switch sum, ok := have[name]; {
		case !ok:
			problems = append(problems, fmt.Errorf("%s: %s is missing", dir, name))
		case sum != want[name]:
			problems = append(problems, fmt.Errorf("%s: %s was changed", dir, name))
		}
	}
	for line := range strings.Lines(string(found)) {
		_, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if _, ok := want[name]; !ok {
			problems = append(problems, fmt.Errorf("%s: %s was added", dir, name))
		}
	}
	return want, problems, nil
}

// listed compares the inputs of the signoff with the files that the run keeps of them:
// Verilog that was proved, a network, a program of the head. Somebody who changes such a
// file and its hash in SHA256SUMS leaves what was proved in signoff.json.
func (f *Finished) listed(files map[string]string) (problems []error) {
	inputs := map[string][]string{} // hashes, by path
	for _, in := range f.Signoff.Inputs {
		for _, at := range []string{in.Name, ChunkPath(in.Name), string(Network) + "/" + escape(in.Name)} {
			if _, kept := files[at]; kept {
				inputs[at] = append(inputs[at], in.SHA256)
			}
		}
	}
	for _, at := range slices.Sorted(maps.Keys(inputs)) {
		sum, err := f.digest(at)
		if err == nil && !slices.Contains(inputs[at], sum) {
			err = fmt.Errorf("%s: %s has the SHA-256 %.16s, and the signoff is of %.16s", f.Dir, at, sum, inputs[at][0])
		}
		if err != nil {
			problems = append(problems, err)
		}
	}
	return problems
}

// digest is the hash of a file, decompressed.
func (f *Finished) digest(path string) (string, error) {
	r, err := f.Open(path)
	if err != nil {
		return "", err
	}
	sum, err := digest.Reader(r)
	return sum, errors.Join(err, r.Close())
}
