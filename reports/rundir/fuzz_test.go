package rundir

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashiflex/hashiflex/spec/digest"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// FuzzShard replaces a file of a shard's directory: what it says of itself, its run, its
// records, or the list of hashes; the hashes fit. Records are read in any case.
func FuzzShard(f *testing.F) {
	dir := filepath.Join(f.TempDir(), "shard")
	cfg := config(dir)
	cfg.Identity.Shard = "1/2"
	r, err := Open(cfg)
	if err != nil {
		f.Fatal(err)
	}
	key := Key(strings.Repeat("0a", 32))
	if err := r.Remember(key, fact{Strategy: "linear"}); err != nil {
		f.Fatal(err)
	}
	m := &Manifest{Shard: Share{1, 2}, Command: []string{"signoff", "tiny"}, Units: []Unit{{"u", key, verdict.Proved}}}
	if err := r.FinishShard(m); err != nil {
		f.Fatal(err)
	}
	r.Close()
	if _, err := ReadShard(dir); err != nil {
		f.Fatal(err)
	}
	names := []string{shardFile, runFile, cacheFile, sumsFile}
	var was [][]byte
	for i, name := range names {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			f.Fatal(err)
		}
		was = append(was, text)
		f.Add(uint8(i), text)
	}
	sums := string(was[3])
	f.Fuzz(func(t *testing.T, n uint8, text []byte) {
		i := int(n) % len(names)
		write := func(i int, text string) {
			if err := os.WriteFile(filepath.Join(dir, names[i]), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		write(i, string(text))
		if i < 3 {
			write(3, strings.ReplaceAll(sums, digest.Bytes(was[i]), digest.Bytes(text)))
		}
		if s, err := ReadShard(dir); err == nil && i == 0 && len(s.Units) > 0 && s.Shard.Of > MaxShards {
			t.Fatal("a shard of too many")
		}
		write(i, string(was[i]))
		write(3, sums)
	})
}
