package digest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTree(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "a", "b"), 0o755))
	for _, name := range []string{"x", "a/x", "a/b/x", "left"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), []byte(name), 0o644))
	}
	skip := func(name string) bool { return name == "left" }
	table, err := Tree(dir, skip)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"x": Bytes([]byte("x")), "a/x": Bytes([]byte("a/x")), "a/b/x": Bytes([]byte("a/b/x"))}, table)
	link := filepath.Join(t.TempDir(), "link")
	require.NoError(t, os.Symlink(dir, link))
	same, err := Tree(link, skip)
	require.NoError(t, err)
	require.Equal(t, table, same)
	// The hash of the empty text, as FIPS 180 examples have it.
	require.True(t, strings.HasPrefix(Bytes(nil), "e3b0c44298fc1c14"))

	require.NoError(t, os.Symlink(filepath.Join(dir, "x"), filepath.Join(dir, "a", "link")))
	_, err = Tree(dir, skip)
	require.ErrorContains(t, err, "link: no regular file")
	_, err = Tree(filepath.Join(dir, "none"), skip)
	require.Error(t, err)
}
