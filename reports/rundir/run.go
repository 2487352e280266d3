package rundir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec/digest"
)

// Config configures a run.
type Config struct {
	Dir      string
	Identity Identity
	Tools    []reports.ToolRecord // that records may depend on
	// Program identifies the program that makes the records. Only tests set it; the
	// default is the hash of the running executable.
	Program string
	// Render returns reports by file name, for the area Reports; nil: none. Finish
	// calls it when everything else is in place. It must give equal bytes for equal
	// runs, so the reports must not contain times.
	Render func(*Finished) (map[string][]byte, error)
	// Shards are what this run merges: their records and files are taken as if an earlier
	// run in this directory had left them.
	Shards []*Shard
}

// Run is a run directory that is being written. Its methods may be called from
// several goroutines.
type Run struct {
	// Resumed says whether an earlier run in this directory did not finish.
	Resumed bool
	// Ignored is the number of cache lines that are incomplete or were edited.
	Ignored int

	cfg    Config
	basis  string
	locked *os.File

	mu          sync.Mutex
	written     map[string]string // path within the directory → hash of its content before compression
	obligations *obligationWriter
	timings     *os.File
	cache       *cache
	finished    bool

	phase string    // of the last line of progress.jsonl
	said  time.Time // when it was written
}

// Open creates the directory of a run or takes over an existing one. If the earlier run
// was killed, the new one resumes it; if it finished, the new one repeats it.
//
// Errors: *ForeignError when something else is in it, *LockedError when another
// run is going on in it, and those of the file system.
func Open(cfg Config) (*Run, error) {
	if cfg.Program == "" {
		var err error
		if cfg.Program, err = Executable(); err != nil {
			return nil, err
		}
	}
	r := &Run{cfg: cfg, written: map[string]string{}}
	if err := r.open(); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

func (r *Run) open() error {
	// Check before locking: a foreign folder must not get a lock file.
	if err := r.cfg.Identity.check(r.cfg.Dir); err != nil {
		return err
	}
	if err := os.MkdirAll(r.cfg.Dir, 0o755); err != nil {
		return err
	}
	var err error
	if r.locked, err = lock(r.cfg.Dir); err != nil {
		return err
	}
	// Check again under the lock: two runs may have opened an empty directory at the
	// same time.
	if err := r.cfg.Identity.claim(r.cfg.Dir); err != nil {
		return err
	}
	r.basis = r.cfg.basis()
	for _, a := range areas {
		if err := os.MkdirAll(r.path(string(a)), 0o755); err != nil {
			return err
		}
	}
	if err := r.clear(); err != nil {
		return err
	}
	if err := os.Remove(r.path(progressFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	err = os.Remove(r.path(sumsFile))
	finished := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if _, err := os.Stat(r.path(timingsFile)); err == nil {
		r.Resumed = !finished
	}
	if r.cache, r.Ignored, err = openCache(r.path(cacheFile), r.path(journalFile)); err != nil {
		return err
	}
	if r.obligations, err = newObligationWriter(r.path(obligationsFile)); err != nil {
		return err
	}
	r.timings, err = openTimings(r.path(timingsFile), finished)
	return err
}

// clear removes the unfinished files of a run that was killed. Those in areas go when
// this run finishes.
func (r *Run) clear() error {
	entries, err := os.ReadDir(r.cfg.Dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), temporary) {
			continue
		}
		if err := os.RemoveAll(r.path(e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// Dir is the run's directory.
func (r *Run) Dir() string { return r.cfg.Dir }

func (r *Run) path(name string) string { return filepath.Join(r.cfg.Dir, name) }

// Record adds obligation number seq of the run. Numbers count from 0 without gaps.
// Callers may add them in any order; the file has them in order.
func (r *Run) Record(seq int, o reports.Obligation) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.obligations.put(seq, o)
}

// Fill counts the obligations recorded so far into s; see reports.Ledger.Fill.
func (r *Run) Fill(s *reports.Signoff) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.obligations.ledger.Fill(s)
}

// Finish writes s and completes the directory. It closes obligations.jsonl, reduces the
// cache to this run's records, removes files of earlier runs, and writes the reports
// and the hashes.
//
// s must agree with the obligations. If it does not, the caller has a bug: Finish
// returns an error and the directory stays unfinished.
func (r *Run) Finish(s *reports.Signoff) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.finished {
		return errors.New("rundir: the run is finished already")
	}
	if err := r.obligations.ledger.Audit(s); err != nil {
		return fmt.Errorf("%s: %w", r.cfg.Dir, err)
	}
	if err := r.obligations.finish(); err != nil {
		return err
	}
	if err := r.cache.compact(); err != nil {
		return err
	}
	f, err := os.Create(r.path(signoffFile + temporary))
	if err != nil {
		return err
	}
	if err := errors.Join(s.Encode(f), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(r.path(signoffFile+temporary), r.path(signoffFile)); err != nil {
		return err
	}
	list, err := r.settle()
	if err != nil {
		return err
	}
	if r.cfg.Render != nil {
		if list, err = r.render(list); err != nil {
			return err
		}
	}
	if err := writeFile(r.path(sumsFile), list); err != nil {
		return err
	}
	r.finished = true
	return nil
}

// settle removes the files of earlier runs and what this one said of its progress,
// completes the timings, and returns the hashes of everything.
func (r *Run) settle() ([]byte, error) {
	if err := r.sweep(); err != nil {
		return nil, err
	}
	if err := os.Remove(r.path(progressFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err := r.timings.Close(); err != nil {
		return nil, err
	}
	r.timings = nil
	if err := writeTimingsSum(r.cfg.Dir); err != nil {
		return nil, err
	}
	return sums(r.cfg.Dir)
}

// render writes the reports and adds their hashes to list.
func (r *Run) render(list []byte) ([]byte, error) {
	f, err := load(r.cfg.Dir)
	if err != nil {
		return nil, err
	}
	f.sums = list
	files, err := r.cfg.Render(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.cfg.Dir, err)
	}
	table := sumTable(list)
	for name, text := range files {
		path := string(Reports) + "/" + escape(name)
		if _, ok := table[path]; ok {
			return nil, fmt.Errorf("%s: the report %s would replace a file of the run", r.cfg.Dir, path)
		}
		if err := writeFile(r.path(filepath.FromSlash(path)), text); err != nil {
			return nil, err
		}
		table[path] = digest.Bytes(text)
	}
	return formatSums(table), nil
}

// Close releases the directory. Without a Finish before, the run counts as killed and
// can be resumed.
func (r *Run) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var errs []error
	if r.obligations != nil {
		errs = append(errs, r.obligations.close())
	}
	if r.cache != nil {
		errs = append(errs, r.cache.close())
	}
	if r.timings != nil {
		errs = append(errs, r.timings.Close())
		r.timings = nil
	}
	if r.locked != nil {
		errs = append(errs, r.locked.Close())
		r.locked = nil
	}
	return errors.Join(errs...)
}
