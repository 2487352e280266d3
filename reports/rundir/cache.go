package rundir

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
)

// Fact is how a proved obligation was discharged.
type Fact struct {
	Strategy string   `json:"strategy"`
	Checks   []string `json:"checks,omitempty"` // who confirmed it besides
	Query    string   `json:"query,omitempty"`  // SHA-256 of the solver's input
}

// cache holds facts by key. While a run goes on, new ones are appended to the
// journal; when it finishes, the facts that it used are the cache.
type cache struct {
	path, journal string
	facts         map[Key]Fact
	used          map[Key]bool
	file          *os.File
}

// cacheLine is one line of the cache. Sum is the hash of the line as it would
// be with an empty Sum.
type cacheLine struct {
	Key  Key    `json:"key"`
	Fact Fact   `json:"fact"`
	Sum  string `json:"sum"`
}

func (l cacheLine) encode() []byte {
	l.Sum = ""
	l.Sum = sumOf(encodeJSON(l, ""))
	return encodeJSON(l, "")
}

// openCache reads both files and says how many lines it ignored.
func openCache(path, journal string) (*cache, int, error) {
	c := &cache{path: path, journal: journal, facts: map[Key]Fact{}, used: map[Key]bool{}}
	ignored := 0
	torn := false // the journal, which is read last, ends within a line
	bad := map[Key]bool{}
	for _, p := range []string{path, journal} {
		b, err := os.ReadFile(p)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, 0, err
		}
		torn = len(b) > 0 && b[len(b)-1] != '\n'
		for line := range bytes.Lines(b) {
			var l cacheLine
			// Equal bytes, not equal values: nothing of a line may be of no account.
			if json.Unmarshal(line, &l) != nil || !bytes.Equal(l.encode(), line) {
				ignored++
				continue
			}
			if old, ok := c.facts[l.Key]; ok && !old.equal(l.Fact) {
				bad[l.Key] = true
			}
			c.facts[l.Key] = l.Fact
		}
	}
	for k := range bad {
		// Two accounts of one fact: believe neither.
		delete(c.facts, k)
		ignored++
	}
	var err error
	c.file, err = os.OpenFile(journal, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return nil, 0, err
	}
	if torn {
		if _, err := c.file.WriteString("\n"); err != nil {
			return nil, 0, errors.Join(err, c.file.Close())
		}
	}
	return c, ignored, nil
}

func (f Fact) equal(g Fact) bool {
	return f.Strategy == g.Strategy && f.Query == g.Query && slices.Equal(f.Checks, g.Checks)
}

// Discharged looks a fact up that this run or an earlier one has proved.
func (r *Run) Discharged(k Key) (Fact, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f, ok := r.cache.facts[k]
	if ok {
		r.cache.used[k] = true
	}
	return f, ok
}

// Discharge keeps a fact that was proved. Facts that were not are not facts:
// there is no way to keep them.
func (r *Run) Discharge(k Key, f Fact) error {
	if f.Strategy == "" {
		return fmt.Errorf("rundir: fact %s was discharged by nothing", k)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.cache
	c.used[k] = true
	if _, ok := c.facts[k]; ok {
		return nil
	}
	c.facts[k] = f
	_, err := c.file.Write(cacheLine{Key: k, Fact: f}.encode())
	return err
}

// compact replaces cache and journal by the facts that this run used, sorted.
func (c *cache) compact() error {
	var b bytes.Buffer
	for _, k := range slices.Sorted(maps.Keys(c.used)) {
		b.Write(cacheLine{Key: k, Fact: c.facts[k]}.encode())
	}
	if err := writeFile(c.path, b.Bytes()); err != nil {
		return err
	}
	if err := c.close(); err != nil {
		return err
	}
	return os.Remove(c.journal)
}

func (c *cache) close() error {
	if c.file == nil {
		return nil
	}
	err := c.file.Close()
	c.file = nil
	return err
}
