//go:build nightly

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// holdings is what a program can leak.
type holdings struct {
	heap                                int64 // bytes in use after a collection
	files, goroutines, processes, temps int
}

func leftovers(t *testing.T, temp string) (u holdings) {
	count := func(pattern string) int {
		all, err := filepath.Glob(pattern)
		require.NoError(t, err)
		return len(all)
	}
	for range 3 {
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return holdings{int64(m.HeapAlloc), count("/proc/self/fd/*"), runtime.NumGoroutine(), len(left(t, temp)), count(filepath.Join(temp, "*"))}
}

// TestSoak does signoffs in one process for an hour, or for HASHIFLEX_SOAK: each in a fresh
// directory, and once more in the same one. Memory, open files, goroutines, processes and
// temporary folders are the same after the first few and at the end.
func TestSoak(t *testing.T) {
	duration := time.Hour
	if text := os.Getenv("HASHIFLEX_SOAK"); text != "" {
		var err error
		duration, err = time.ParseDuration(text)
		require.NoError(t, err)
	}
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	const warm = 3
	var first holdings
	rounds := 0
	for begin := time.Now(); time.Since(begin) < duration || rounds <= warm; rounds++ {
		dir := filepath.Join(t.TempDir(), "run")
		for range 2 {
			var out, errs bytes.Buffer
			// A part is not signed off, and all of it is proved.
			code := run([]string{"signoff", "tiny", "--layer", "residual", "-o", dir}, &out, &errs)
			require.Equal(t, exitNotProved, code, "%s%s", &out, &errs)
			require.Contains(t, out.String(), "not done: other layers")
			require.NotContains(t, out.String(), "unknown: ")
		}
		require.NoError(t, os.RemoveAll(dir))
		if rounds+1 == warm {
			first = leftovers(t, temp)
		}
	}
	last := leftovers(t, temp)
	t.Logf("%d rounds: %+v at first, %+v at the end", rounds, first, last)
	require.Less(t, last.heap, first.heap+16<<20)
	require.LessOrEqual(t, last.files, first.files+2)
	require.LessOrEqual(t, last.goroutines, first.goroutines+2)
	require.LessOrEqual(t, last.processes, first.processes)
	require.LessOrEqual(t, last.temps, first.temps)
}
