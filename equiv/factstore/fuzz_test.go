package factstore

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzEntry puts any text in the place of an entry. It is a miss unless the record is whole.
func FuzzEntry(f *testing.F) {
	dir := f.TempDir()
	s, err := Open(context.Background(), dir)
	if err != nil {
		f.Fatal(err)
	}
	key := strings.Repeat("0a", 32)
	s.Put(key, map[string]string{"strategy": "linear"})
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.json"))
	if err != nil || len(files) != 1 {
		f.Fatal(files, err)
	}
	whole, err := os.ReadFile(files[0])
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add([]byte(`{"key":"` + key + `","sum":"","record":null}` + "\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(files[0], text, 0o600); err != nil {
			t.Fatal(err)
		}
		var got map[string]string
		if s.Get(key, &got) && string(encode(&entry{})) == string(text) {
			t.Fatal("an empty entry was taken")
		}
	})
}
