package rundir

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec/digest"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

const points = 40

func config(dir string) Config {
	return Config{
		Dir:      dir,
		Identity: Identity{Network: "tiny", Options: []reports.Setting{{Name: "tree", Value: "linear"}, {Name: "share", Value: "true"}}},
		Tools:    []reports.ToolRecord{{Name: "z3", Version: "4.8.12", SHA256: "00ff"}},
	}
}

func open(t *testing.T, cfg Config) *Run {
	t.Helper()
	r, err := Open(cfg)
	require.NoError(t, err)
	t.Cleanup(func() { r.Close() })
	return r
}

// fact is a record of the kind that callers keep.
type fact struct {
	Strategy string
	Checks   []string
	Detail   string
}

// prove plays a run: it settles the points from first to last in the given
// order of goroutines' making, and says how many were proved afresh.
func prove(t *testing.T, r *Run, from, to int) int {
	t.Helper()
	fresh := 0
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := from; i < to; i++ {
		wg.Go(func() {
			verilog := fmt.Sprintf("module c%d; endmodule\n", i)
			key := r.Key("compare", []byte(verilog), []byte("golden"))
			var f fact
			if !r.Recall(key, &f) {
				f = fact{Strategy: "normal form", Checks: []string{"z3 4.8.12"}, Detail: "a < b & c"}
				mu.Lock()
				fresh++
				mu.Unlock()
				if err := r.Remember(key, f); err != nil {
					t.Error(err)
				}
			}
			chunk, err := r.Compress(fmt.Sprintf("conv 0;%d.v", i), func(w io.Writer) error {
				_, err := io.WriteString(w, verilog)
				return err
			})
			if err != nil {
				t.Error(err)
			}
			err = r.Record(i, reports.Obligation{
				ID: verdict.Point{Layer: "conv0", Edge: verdict.GoldenNetlist, Label: fmt.Sprint(i)}.ID(), Kind: verdict.Compare, Layer: "conv0", Edge: verdict.GoldenNetlist,
				Point: fmt.Sprint(i), Verdict: verdict.Proved, RestsOn: verdict.FormsAndSolver, Strategy: f.Strategy, Checks: f.Checks,
				Key: string(key), Chunk: chunk.Path,
			})
			if err != nil {
				t.Error(err)
			}
			if err := r.Time(Timing{What: "point", Object: fmt.Sprint(i), Wall: time.Duration(i)}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	return fresh
}

func finish(t *testing.T, r *Run) *reports.Signoff {
	t.Helper()
	require.NoError(t, r.Record(points, reports.Obligation{ID: "lift", Kind: "lifting rule", Verdict: verdict.Proved, RestsOn: verdict.FormsAndSolver, Strategy: "cvc5"}))
	s := &reports.Signoff{
		Network: "tiny", Edges: []verdict.Edge{verdict.GoldenNetlist},
		Layers: []reports.Layer{{Name: "conv0", Kind: "conv", Points: points}},
	}
	require.NoError(t, r.Fill(s))
	require.NoError(t, r.Finish(s))
	require.NoError(t, r.Close())
	return s
}

// complete makes a finished run in dir.
func complete(t *testing.T, dir string) {
	t.Helper()
	r := open(t, config(dir))
	require.Equal(t, points, prove(t, r, 0, points))
	require.Equal(t, reports.SignedOff, finish(t, r).Conclusion)
}

func snapshot(t *testing.T, dir string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, sumsFile))
	require.NoError(t, err)
	return string(b)
}

func TestRunsAreByteIdentical(t *testing.T) {
	a, b := filepath.Join(t.TempDir(), `runs/a b;'"`), t.TempDir()
	complete(t, a)
	complete(t, b)
	require.Equal(t, snapshot(t, a), snapshot(t, b))

	// Once more in the same directory: nothing is proved afresh, nothing differs.
	r := open(t, config(a))
	require.False(t, r.Resumed)
	require.Zero(t, prove(t, r, 0, points))
	finish(t, r)
	require.Equal(t, snapshot(t, b), snapshot(t, a))

	f, err := Read(a)
	require.NoError(t, err)
	require.NoError(t, f.Verify())
	n := 0
	for o, err := range f.Obligations() {
		require.NoError(t, err)
		if n < points {
			require.Equal(t, fmt.Sprint(n), o.Point, "lines are in order")
			c, err := f.Open(o.Chunk)
			require.NoError(t, err)
			text, err := io.ReadAll(c)
			require.NoError(t, err)
			require.NoError(t, c.Close())
			require.Equal(t, fmt.Sprintf("module c%d; endmodule\n", n), string(text))
		}
		n++
	}
	require.Equal(t, points+1, n)
	_, err = f.Open("../" + filepath.Base(a) + "/" + runFile)
	require.ErrorContains(t, err, "leads out")
}

func TestSumsSuitTheUsualTool(t *testing.T) {
	dir := t.TempDir()
	complete(t, dir)
	for _, sums := range []string{sumsFile, timingsSumFile} {
		cmd := exec.Command("sha256sum", "--strict", "-c", sums)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
	}
}

func TestKilledRunResumes(t *testing.T) {
	whole, dir := t.TempDir(), t.TempDir()
	complete(t, whole)
	r := open(t, config(dir))
	require.False(t, r.Resumed)
	require.Equal(t, 25, prove(t, r, 0, 25))
	require.NoError(t, r.Close()) // a kill does no more than this
	_, err := Read(dir)
	require.ErrorContains(t, err, "no finished run")

	// The kill tore the last line and left a half-written chunk.
	journal := filepath.Join(dir, journalFile)
	b, err := os.ReadFile(journal)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(journal, b[:len(b)-30], 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "chunks", "x.gz"+temporary), b, 0o644))

	r = open(t, config(dir))
	require.True(t, r.Resumed)
	require.Equal(t, 1, r.Ignored)
	require.Equal(t, points-24, prove(t, r, 0, points))
	finish(t, r)
	require.Equal(t, snapshot(t, whole), snapshot(t, dir))
}

func TestResumeTwiceAfterATornLine(t *testing.T) {
	dir := t.TempDir()
	r := open(t, config(dir))
	prove(t, r, 0, 2)
	require.NoError(t, r.Close())
	journal := filepath.Join(dir, journalFile)
	b, err := os.ReadFile(journal)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(journal, b[:len(b)-1], 0o644)) // only the newline is missing
	r = open(t, config(dir))
	require.Equal(t, 1, r.Ignored)
	require.Equal(t, 9, prove(t, r, 0, 10))
	require.NoError(t, r.Close())
	r = open(t, config(dir))
	require.Zero(t, prove(t, r, 0, 10), "the line after the torn one is whole")
}

// TestRemainsOfAKillAreCleared: whatever a kill left half written, the run that resumes
// ends with a directory that can be read, verified and timed.
func TestRemainsOfAKillAreCleared(t *testing.T) {
	want := filepath.Join(t.TempDir(), "run")
	complete(t, want)
	for name, remains := range map[string]map[string]string{
		"sums":      {sumsFile + temporary: "00ff  run.json"},
		"timings":   {timingsFile: `{"what":"point","wall_ns":1}` + "\n" + `{"what":"po`},
		"zeros":     {timingsFile: `{"what":"point","wall_ns":1}` + "\n" + strings.Repeat("\x00", 100) + "\n"},
		"all files": {runFile + temporary: "{", signoffFile + temporary: "", obligationsFile + temporary: "{", cacheFile + temporary: "{", timingsSumFile + temporary: "", "reports/signoff.html" + temporary: "<", "chunks/1.gz" + temporary: "x"},
	} {
		dir := filepath.Join(t.TempDir(), "run")
		r := open(t, config(dir))
		prove(t, r, 0, 7)
		require.NoError(t, r.Close())
		for file, text := range remains {
			require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644), name)
		}
		r = open(t, config(dir))
		require.True(t, r.Resumed, name)
		prove(t, r, 0, points)
		finish(t, r)
		f, err := Read(dir)
		require.NoError(t, err, name)
		require.NoError(t, f.Verify(), name)
		require.Equal(t, snapshot(t, want), snapshot(t, dir), name)
		b, err := os.ReadFile(filepath.Join(dir, timingsFile))
		require.NoError(t, err)
		for line := range bytes.Lines(b) {
			require.NoError(t, json.Unmarshal(line, new(Timing)), name)
		}
	}
}

func TestCacheIgnoresWhatWasEdited(t *testing.T) {
	dir := t.TempDir()
	complete(t, dir)
	path := filepath.Join(dir, cacheFile)
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	lines := strings.SplitAfter(strings.TrimSuffix(string(whole), "\n"), "\n")
	lines[len(lines)-1] += "\n"
	require.Len(t, lines, points)
	forged := func(record string) string {
		return string(cacheLine{Key: Key(lines[0][8 : 8+64]), Record: []byte(record)}.encode())
	}
	for name, c := range map[string]struct {
		lines   []string
		ignored int
		fresh   int
	}{
		"untouched":         {lines, 0, 0},
		"key":               {append([]string{strings.Replace(lines[0], lines[0][8:9], "z", 1)}, lines[1:]...), 1, 1},
		"strategy":          {append([]string{strings.Replace(lines[0], "normal form", "trust me", 1)}, lines[1:]...), 1, 1},
		"extra field":       {append([]string{strings.Replace(lines[0], `{"key"`, `{"x":1,"key"`, 1)}, lines[1:]...), 1, 1},
		"space":             {append([]string{" " + lines[0]}, lines[1:]...), 1, 1},
		"no JSON":           {append([]string{"proved\n"}, lines[1:]...), 1, 1},
		"empty line":        {append([]string{"\n"}, lines...), 1, 0},
		"sum of another":    {append([]string{lines[0][:len(lines[0])-67] + lines[1][len(lines[1])-67:]}, lines[1:]...), 1, 1},
		"twice the same":    {append([]string{lines[0]}, lines...), 0, 0},
		"two accounts":      {append([]string{forged(`{"Strategy":"other"}`)}, lines...), 1, 1},
		"removed":           {lines[1:], 0, 1},
		"in another order":  {append(append([]string{}, lines[1:]...), lines[0]), 0, 0},
		"random bytes only": {[]string{"\x00\xff\n\n\x01"}, 3, points},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, os.WriteFile(path, []byte(strings.Join(c.lines, "")), 0o644))
			r := open(t, config(dir))
			require.Equal(t, c.ignored, r.Ignored)
			require.Equal(t, c.fresh, prove(t, r, 0, points))
			finish(t, r)
			after, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, string(whole), string(after))
		})
	}
}

func TestKeyDependsOnEverything(t *testing.T) {
	keys := map[Key]string{}
	add := func(what string, cfg Config, kind string, parts ...string) {
		cfg.Dir = t.TempDir()
		r := open(t, cfg)
		var bs [][]byte
		for _, p := range parts {
			bs = append(bs, []byte(p))
		}
		k := r.Key(kind, bs...)
		require.Equal(t, k, r.Key(kind, bs...))
		require.Len(t, k, 64)
		require.NotContains(t, keys, k, what)
		keys[k] = what
	}
	base := config("")
	add("base", base, "compare", "a", "b")
	add("part", base, "compare", "a", "c")
	add("boundary", base, "compare", "ab", "")
	add("fewer parts", base, "compare", "ab")
	add("order", base, "compare", "b", "a")
	add("kind", base, "range", "a", "b")
	c := config("")
	c.Program = "other"
	add("program", c, "compare", "a", "b")
	c = config("")
	c.Tools[0].Version = "4.8.13"
	add("tool version", c, "compare", "a", "b")
	c = config("")
	c.Tools[0].SHA256 = "00fe"
	add("tool of the same version", c, "compare", "a", "b")
	c = config("")
	c.Tools = append(c.Tools, reports.ToolRecord{Name: "cvc5", Version: "1.0.3"})
	add("one tool more", c, "compare", "a", "b")
	c = config("")
	c.Identity.Options[0].Value = "balanced"
	add("option", c, "compare", "a", "b")
	c = config("")
	c.Identity.Network = "other"
	add("network", c, "compare", "a", "b")
}

func TestRecordsOfAnotherProgramAreNotBelieved(t *testing.T) {
	dir := t.TempDir()
	complete(t, dir)
	for _, change := range []func(*Config){
		func(c *Config) { c.Program = "a build with a fix" },
		func(c *Config) { c.Tools[0].Version = "4.13.0" },
		func(c *Config) { c.Tools[0].SHA256 = "00fe" },
	} {
		cfg := config(dir)
		change(&cfg)
		r := open(t, cfg)
		require.Equal(t, points, prove(t, r, 0, points))
		finish(t, r)
	}
}

func TestUnchangedPartsAreNotProvedTwice(t *testing.T) {
	dir := t.TempDir()
	r := open(t, config(dir))
	a, b := r.Key("layer", []byte("a")), r.Key("layer", []byte("b"))
	require.NoError(t, r.Remember(a, fact{Strategy: "s"}))
	require.NoError(t, r.Remember(b, fact{Strategy: "s"}))
	prove(t, r, 0, points)
	finish(t, r)
	r = open(t, config(dir))
	var f fact
	require.True(t, r.Recall(a, &f))
	require.Equal(t, "s", f.Strategy)
	require.False(t, r.Recall(r.Key("layer", []byte("b, changed")), &f))
	prove(t, r, 0, points)
	finish(t, r)
	// What a run did not use is gone with it.
	r = open(t, config(dir))
	require.True(t, r.Recall(a, &f))
	require.False(t, r.Recall(b, &f))
	var number int
	require.False(t, r.Recall(a, &number), "a record of another shape is none")
	require.Error(t, r.Remember(b, func() {}))
}

func TestRefusesWhatIsNotItsOwn(t *testing.T) {
	foreign := func(t *testing.T, cfg Config, why string) {
		t.Helper()
		before := listing(t, cfg.Dir)
		_, err := Open(cfg)
		var f *ForeignError
		require.ErrorAs(t, err, &f)
		require.ErrorContains(t, err, why)
		require.NotContains(t, err.Error(), "\n")
		require.Equal(t, before, listing(t, cfg.Dir), "nothing is touched")
	}
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "thesis.tex"), []byte("x"), 0o644))
	foreign(t, config(dir), "thesis.tex")

	dir = t.TempDir()
	complete(t, dir)
	c := config(dir)
	c.Identity.Network = "mobilenet"
	foreign(t, c, `belongs to network "tiny", this run is for "mobilenet"`)
	c = config(dir)
	c.Identity.Options = c.Identity.Options[:1]
	foreign(t, c, "share: true there, unset here")
	c = config(dir)
	c.Identity.Options[0].Value = "balanced"
	foreign(t, c, "tree: linear there, balanced here")
	c = config(dir)
	o := c.Identity.Options
	o[0], o[1] = o[1], o[0] // the order of options is of no account
	open(t, c).Close()

	require.NoError(t, os.WriteFile(filepath.Join(dir, runFile), []byte("{"), 0o644))
	foreign(t, config(dir), "cannot be read")

	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	_, err := Open(config(file))
	require.Error(t, err)
}

func listing(t *testing.T, dir string) []string {
	t.Helper()
	text, err := sums(dir)
	require.NoError(t, err)
	return slices.Sorted(maps.Keys(sumTable(text)))
}

func TestTwoRunsAtOnce(t *testing.T) {
	dir := t.TempDir()
	first := open(t, config(dir))
	prove(t, first, 0, points)
	_, err := Open(config(dir))
	var locked *LockedError
	require.ErrorAs(t, err, &locked)
	finish(t, first) // undisturbed
	second := open(t, config(dir))
	require.Zero(t, prove(t, second, 0, points))
}

func TestEmptyDirectoryClaimedByTwo(t *testing.T) {
	for range 20 {
		dir := t.TempDir()
		ids := []string{"a", "b"}
		runs := make([]*Run, 2)
		var wg sync.WaitGroup
		for i, id := range ids {
			wg.Go(func() {
				cfg := config(dir)
				cfg.Identity.Network = id
				cfg.Program = "p"
				runs[i], _ = Open(cfg)
			})
		}
		wg.Wait()
		require.False(t, runs[0] != nil && runs[1] != nil)
		for i, r := range runs {
			if r != nil {
				b, err := os.ReadFile(filepath.Join(dir, runFile))
				require.NoError(t, err)
				require.Contains(t, string(b), `"`+ids[i]+`"`)
				require.NoError(t, r.Close())
			}
		}
	}
}

func TestRecordRefuses(t *testing.T) {
	r := open(t, config(t.TempDir()))
	o := reports.Obligation{ID: "a", Kind: "range", Verdict: verdict.Proved, RestsOn: verdict.FormsAndSolver, Strategy: "s"}
	require.NoError(t, r.Record(1, o))
	require.ErrorContains(t, r.Record(2, o), "entered twice")
	o.ID = "b"
	require.ErrorContains(t, r.Record(1, o), "number 1 is taken")
	o.ID = "c"
	require.NoError(t, r.Record(0, o))
	o.ID = "d"
	require.ErrorContains(t, r.Record(0, o), "number 0 is taken")
	require.ErrorContains(t, r.Record(-1, o), "taken")
	o.ID, o.Strategy = "e", ""
	require.ErrorContains(t, r.Record(2, o), "without a strategy")
}

func TestFinishRefuses(t *testing.T) {
	o := reports.Obligation{ID: "a", Kind: "range", Verdict: verdict.Proved, RestsOn: verdict.FormsAndSolver, Strategy: "s"}
	dir := t.TempDir()
	r := open(t, config(dir))
	require.NoError(t, r.Record(1, o))
	s := &reports.Signoff{Network: "tiny"}
	require.ErrorContains(t, r.Finish(s), "differ from the obligations")
	require.NoError(t, r.Fill(s))
	require.ErrorContains(t, r.Finish(s), "number 0 was never recorded")
	_, err := Read(dir)
	require.Error(t, err)
	o.ID = "b"
	require.NoError(t, r.Record(0, o))
	require.NoError(t, r.Fill(s))
	require.NoError(t, r.Finish(s))
	require.Error(t, r.Finish(s))
	require.Error(t, r.Time(Timing{What: "late"}))
	require.Error(t, r.Remember(r.Key("k"), fact{Strategy: "late"}))
}

// Equal queries of different obligations come from several workers at once. Two
// of them must not meet at the temporary name, so only the first one writes.
func TestEqualFilesAreWrittenOnce(t *testing.T) {
	dir := t.TempDir()
	r := open(t, config(dir))
	q, err := r.Query([]byte("(check-sat)"))
	require.NoError(t, err)
	path := filepath.Join(dir, "queries", q+".smt2")
	before, err := os.Stat(path)
	require.NoError(t, err)
	_, err = r.Query([]byte("(check-sat)"))
	require.NoError(t, err)
	after, err := os.Stat(path)
	require.NoError(t, err)
	require.True(t, os.SameFile(before, after), "it was written again")
}

func TestStaleFilesGo(t *testing.T) {
	dir := t.TempDir()
	r := open(t, config(dir))
	_, err := r.Write(Witnesses, "old", []byte("x"))
	require.NoError(t, err)
	q, err := r.Query([]byte("(check-sat)"))
	require.NoError(t, err)
	prove(t, r, 0, points)
	finish(t, r)
	require.FileExists(t, filepath.Join(dir, "witnesses", "old"))
	require.FileExists(t, filepath.Join(dir, "queries", q+".smt2"))
	r = open(t, config(dir))
	require.True(t, r.AdoptQuery(q))
	require.False(t, r.AdoptQuery(digest.Bytes(nil)))
	prove(t, r, 0, points)
	finish(t, r)
	require.FileExists(t, filepath.Join(dir, "queries", q+".smt2"))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "queries", q+".smt2"), []byte("(exit)"), 0o644))
	r = open(t, config(dir))
	require.False(t, r.AdoptQuery(q), "it was changed")
	prove(t, r, 0, points)
	finish(t, r)
	require.NoFileExists(t, filepath.Join(dir, "witnesses", "old"))
	require.NoFileExists(t, filepath.Join(dir, "queries", q+".smt2"))
}

func TestAdopt(t *testing.T) {
	dir := t.TempDir()
	complete(t, dir)
	const name = "conv 0;7.v"
	sum := digest.Bytes([]byte("module c7; endmodule\n"))
	r := open(t, config(dir))
	s, ok := r.Adopt(name, sum)
	require.True(t, ok)
	require.Equal(t, Stored{"chunks/conv%200%3B7.v.gz", sum}, s)
	_, ok = r.Adopt(name, digest.Bytes([]byte("other")))
	require.False(t, ok)
	_, ok = r.Adopt("nothing", sum)
	require.False(t, ok)
	path := filepath.Join(dir, filepath.FromSlash(s.Path))
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	for i := range b {
		c := bytes.Clone(b)
		c[i] ^= 0x10
		require.NoError(t, os.WriteFile(path, c, 0o644))
		if s, ok := r.Adopt(name, sum); ok {
			// A bit that is no content, such as the header's time.
			z, err := (&Finished{Dir: dir}).Open(s.Path)
			require.NoError(t, err)
			text, err := io.ReadAll(z)
			require.NoError(t, err)
			require.NoError(t, z.Close())
			require.Equal(t, "module c7; endmodule\n", string(text))
		}
		require.NoError(t, os.WriteFile(path, b[:i], 0o644))
		_, ok = r.Adopt(name, sum)
		require.False(t, ok)
	}
}

func TestCompressPassesErrorsOn(t *testing.T) {
	dir := t.TempDir()
	r := open(t, config(dir))
	broken := errors.New("yosys went away")
	_, err := r.Compress("a.v", func(io.Writer) error { return broken })
	require.ErrorIs(t, err, broken)
	require.ErrorContains(t, err, "a.v")
	require.Empty(t, listing(t, filepath.Join(dir, "chunks")))
	_, err = r.Write(Logs, "a", []byte("1"))
	require.NoError(t, err)
	_, err = r.Write(Logs, "a", []byte("1"))
	require.NoError(t, err)
	_, err = r.Write(Logs, "a", []byte("2"))
	require.ErrorContains(t, err, "written twice")
}

func TestVerifySeesChanges(t *testing.T) {
	dir := t.TempDir()
	complete(t, dir)
	f, err := Read(dir)
	require.NoError(t, err)
	require.NoError(t, f.Verify())
	for _, name := range listing(t, dir) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(path, append([]byte(" "), b...), 0o644))
		require.ErrorContains(t, f.Verify(), name+" was changed")
		require.NoError(t, os.Remove(path))
		require.ErrorContains(t, f.Verify(), name+" is missing")
		require.NoError(t, os.WriteFile(path, b, 0o644))
	}
	added := filepath.Join(dir, "logs", "new")
	require.NoError(t, os.WriteFile(added, nil, 0o644))
	require.ErrorContains(t, f.Verify(), "logs/new was added")
	require.NoError(t, os.Remove(added))
	require.NoError(t, f.Verify())
	for _, folder := range []string{"more", "chunks/.more"} {
		require.NoError(t, os.Mkdir(filepath.Join(dir, folder), 0o755))
		require.ErrorContains(t, f.Verify(), folder+" was added: it is a folder")
		require.NoError(t, os.Remove(filepath.Join(dir, folder)))
	}
	require.NoError(t, f.Verify())

	// Whoever also mends the hashes still has to make the numbers fit.
	path := filepath.Join(dir, obligationsFile)
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, bytes.Replace(b, []byte(`"verdict":"proved"`), []byte(`"verdict":"unknown","reason":"timeout"`), 1), 0o644))
	list, err := sums(dir)
	require.NoError(t, err)
	require.NoError(t, writeFile(filepath.Join(dir, sumsFile), list))
	require.ErrorContains(t, f.Verify(), "differ from the obligations")
}

// TestKeptFilesAreTheListedOnes edits files that the signoff lists as inputs, and the hashes
// in SHA256SUMS with them: the signoff still has the hash of what was proved.
func TestKeptFilesAreTheListedOnes(t *testing.T) {
	dir := t.TempDir()
	r := open(t, config(dir))
	require.Equal(t, points, prove(t, r, 0, points))
	s := &reports.Signoff{
		Network: "tiny", Edges: []verdict.Edge{verdict.GoldenNetlist},
		Layers: []reports.Layer{{Name: "conv0", Kind: "conv", Points: points}},
		Inputs: []reports.Input{
			{Name: "conv 0;0.v", SHA256: digest.Bytes([]byte("module c0; endmodule\n"))},
			{Name: "elsewhere.v", SHA256: digest.Bytes([]byte("a file that the run does not keep"))},
			{Name: "head/program.txt", SHA256: digest.Bytes([]byte("text"))},
			{Name: "network.json", SHA256: digest.Bytes([]byte("text"))},
		},
	}
	for area, name := range map[Area]string{Head: "program.txt", Network: "network.json"} {
		_, err := r.Write(area, name, []byte("text"))
		require.NoError(t, err)
	}
	require.NoError(t, r.Record(points, reports.Obligation{ID: "lift", Kind: "lifting rule", Verdict: verdict.Proved, RestsOn: verdict.FormsAndSolver, Strategy: "cvc5"}))
	require.NoError(t, r.Fill(s))
	require.NoError(t, r.Finish(s))
	require.NoError(t, r.Close())
	f, err := Read(dir)
	require.NoError(t, err)
	require.NoError(t, f.Verify())

	rehash := func() {
		list, err := sums(dir)
		require.NoError(t, err)
		require.NoError(t, writeFile(filepath.Join(dir, sumsFile), list))
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err = io.WriteString(z, "module c0; wire wrong; endmodule\n")
	require.NoError(t, errors.Join(err, z.Close()))
	for path, text := range map[string]string{
		ChunkPath("conv 0;0.v"): packed.String(), "head/program.txt": "test", "network/network.json": "",
	} {
		at := filepath.Join(dir, filepath.FromSlash(path))
		b, err := os.ReadFile(at)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(at, []byte(text), 0o644))
		rehash()
		require.ErrorContains(t, f.Verify(), path+" has the SHA-256 ")
		require.NoError(t, os.WriteFile(at, b, 0o644))
		rehash()
		require.NoError(t, f.Verify())
	}

	// Nor may the hardware of an obligation be gone.
	require.NoError(t, os.Remove(filepath.Join(dir, filepath.FromSlash(ChunkPath("conv 0;1.v")))))
	rehash()
	require.ErrorContains(t, f.Verify(), "is about "+ChunkPath("conv 0;1.v")+", which is not there")
}

func TestEscapeIsInjective(t *testing.T) {
	long := strings.Repeat("x", 300)
	names := []string{"", ".", "..", "a", "A", "a/b", "a%2Fb", "a%b", "%", "%25", `a b;'"$(c)`, "a\nb", "a\x00b", "ä", ".hidden", "x.tmp", "x.tmp.gz", ".tmp", "-rf",
		long, long + "y", escape(long), strings.Repeat("ä", 150)}
	seen := map[string]string{}
	for _, n := range names {
		e := escape(n)
		require.Regexp(t, `^[A-Za-z0-9%_~-][A-Za-z0-9%._~-]*$`, e)
		require.False(t, strings.HasSuffix(e, temporary), e)
		require.Less(t, len(e), 220)
		require.NotContains(t, seen, e, n)
		seen[e] = n
	}
}
