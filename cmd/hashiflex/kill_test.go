package main

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/spec/digest"
)

// killed are signoffs that are killed at random moments. The directory that the last one
// finishes must be, byte by byte, that of a run that nobody killed.
type killed struct {
	args  []string // of signoff
	kills int
	most  int // in one directory, before it is brought to its end
	seed  int64
}

// moment is when a run that takes whole is killed. Every order of magnitude is as likely as
// the others. A run goes on where the killed one before it was, so an early moment is one of
// any part of the work.
func moment(r *rand.Rand, whole time.Duration) time.Duration {
	first := 20 * time.Millisecond
	return time.Duration(float64(first) * math.Pow(float64(whole)/float64(first), r.Float64()))
}

func (k killed) test(t *testing.T) {
	t.Logf("seed %d", k.seed)
	r := rand.New(rand.NewSource(k.seed))
	temp := t.TempDir()
	start := func(dir string) *exec.Cmd {
		self, err := os.Executable()
		require.NoError(t, err)
		cmd := exec.Command(self)
		// The test binary is hashiflex under that name.
		cmd.Args = append([]string{"hashiflex", "signoff", "-o", dir}, k.args...)
		cmd.Env = append(os.Environ(), "TMPDIR="+temp)
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		return cmd
	}
	want := filepath.Join(t.TempDir(), "run")
	begin := time.Now()
	out, _ := start(want).CombinedOutput()
	whole := time.Since(begin)
	f, err := rundir.Read(want)
	require.NoError(t, err, "%s", out)
	// A run that lost claims to a loaded machine is nothing to compare with.
	for _, o := range f.Signoff.Obligations {
		require.Equal(t, o.Total, o.Discharged, "%+v: %s", o, out)
	}

	fresh := filepath.Join(t.TempDir(), "run")
	dir, in := fresh+"0", 0
	for n := range k.kills {
		cmd := start(dir)
		require.NoError(t, cmd.Start())
		time.Sleep(moment(r, whole))
		require.NoError(t, cmd.Process.Kill())
		_ = cmd.Wait()
		in++
		journal(t, dir)
		require.Eventually(t, func() bool { return len(left(t, temp)) == 0 }, 5*time.Second, 10*time.Millisecond, "processes outlive kill %d: %v", n, left(t, temp))
		// A directory that was killed a few times, or finished before it could be, is
		// brought to its end and compared.
		if _, err := os.Stat(filepath.Join(dir, "SHA256SUMS")); err != nil && in < k.most && n < k.kills-1 {
			continue
		}
		out, _ := start(dir).CombinedOutput()
		f, err := rundir.Read(dir)
		require.NoError(t, err, "%s", out)
		require.NoError(t, f.Verify())
		require.Equal(t, evidence(t, want), evidence(t, dir))
		t.Logf("%d kills, the last %d in one run: it ends as it should", n+1, in)
		require.NoError(t, os.RemoveAll(dir))
		dir, in = fresh+strconv.Itoa(n+1), 0
	}
}

// evidence is the hashes of what must not differ between runs.
func evidence(t *testing.T, dir string) map[string]string {
	table, err := digest.Tree(dir, func(name string) bool { return name == "lock" || strings.HasPrefix(name, "timings.") })
	require.NoError(t, err)
	return table
}

// journal checks that nothing that was on disk was proved again: no record is there twice.
func journal(t *testing.T, dir string) {
	b, err := os.ReadFile(filepath.Join(dir, "cache.journal"))
	if os.IsNotExist(err) {
		return
	}
	require.NoError(t, err)
	seen := map[string]bool{}
	for line := range bytes.Lines(b) {
		var l struct{ Key string }
		if json.Unmarshal(line, &l) != nil {
			continue // torn by a kill
		}
		require.False(t, seen[l.Key], "record %s twice", l.Key)
		seen[l.Key] = true
	}
}

// left are the processes that have a text in their environment, which no process but
// those of a test has.
func left(t *testing.T, text string) (names []string) {
	all, err := filepath.Glob("/proc/[0-9]*/environ")
	require.NoError(t, err)
	for _, path := range all {
		// One that has ended, or is another user's, cannot be read.
		b, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(b, []byte(text)) {
			continue
		}
		name, _ := os.ReadFile(filepath.Join(filepath.Dir(path), "comm"))
		names = append(names, strings.TrimSpace(string(name)))
	}
	return names
}

// TestKilledSignoffs kills a few; make nightly kills many.
func TestKilledSignoffs(t *testing.T) {
	killed{args: []string{"tiny", "--layer", "residual"}, kills: 8, most: 4, seed: time.Now().UnixNano()}.test(t)
}
