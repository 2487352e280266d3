package factstore

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec/digest"
)

func open(t *testing.T) (*Store, string) {
	dir := filepath.Join(t.TempDir(), "store")
	d, err := Open(t.Context(), dir)
	require.NoError(t, err)
	return d, dir
}

// Every changed byte of an entry, and every cut, is a miss that is counted.
func TestDamagedEntriesAreMisses(t *testing.T) {
	d, dir := open(t)
	key := digest.Bytes([]byte("key"))
	d.Put(key, "fact")
	path := filepath.Join(dir, key[:2], key+".json")
	good, err := os.ReadFile(path)
	require.NoError(t, err)
	var got string
	require.True(t, d.Get(key, &got))
	require.Equal(t, "fact", got)
	require.False(t, d.Get(digest.Bytes([]byte("other")), &got))
	require.Zero(t, d.Damaged())
	misses := 0
	for i := range good {
		bad := append([]byte(nil), good...)
		bad[i] ^= 1
		for _, text := range [][]byte{bad, good[:i], append(append([]byte(nil), good...), good[:i+1]...)} {
			require.NoError(t, os.WriteFile(path, text, 0o600))
			require.False(t, d.Get(key, &got), "%q", text)
			misses++
		}
	}
	require.Equal(t, misses, d.Damaged())
	d.Put(key, "fact")
	require.True(t, d.Get(key, &got), "it is written anew")
}

// An entry under another's name is none of it, and no name leads out of the store.
func TestEntriesBelongToTheirKeys(t *testing.T) {
	d, dir := open(t)
	a, b := digest.Bytes([]byte("a")), digest.Bytes([]byte("b"))
	d.Put(a, "fact of a")
	at := func(key string) string { return filepath.Join(dir, key[:2], key+".json") }
	text, err := os.ReadFile(at(a))
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Dir(at(b)), 0o700))
	require.NoError(t, os.WriteFile(at(b), text, 0o600))
	var got string
	require.False(t, d.Get(b, &got))
	require.NoError(t, os.Remove(at(b)))
	d.Put(b, "fact of b")
	require.NoError(t, os.Rename(at(b), filepath.Join(dir, "elsewhere")))
	require.NoError(t, os.Symlink(filepath.Join(dir, "elsewhere"), at(b)))
	require.False(t, d.Get(b, &got), "a link")
	for _, key := range []string{"", "..", strings.Repeat("../", 21) + "x", strings.ToUpper(a)} {
		require.False(t, d.Get(key, &got))
		d.Put(key, "fact")
	}
	require.Equal(t, 4, d.Unkept())
}

// A store that others can write is refused, also behind a link.
func TestStoresOfOthersAreRefused(t *testing.T) {
	_, dir := open(t)
	link := filepath.Join(t.TempDir(), "link")
	require.NoError(t, os.Symlink(dir, link))
	_, err := Open(t.Context(), link)
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o777))
	for _, path := range []string{dir, link} {
		_, err = Open(t.Context(), path)
		require.ErrorContains(t, err, "others can write it")
	}
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err = Open(t.Context(), file)
	require.Error(t, err)
	d, dir := open(t)
	key := digest.Bytes(nil)
	d.Put(key, 1)
	require.NoError(t, os.Chmod(filepath.Join(dir, key[:2], key+".json"), 0o666))
	var got int
	require.False(t, d.Get(key, &got))
}

// What cannot be kept is counted, and many may write at once.
func TestStoresAreShared(t *testing.T) {
	d, dir := open(t)
	other, err := Open(t.Context(), dir)
	require.NoError(t, err)
	key := digest.Bytes([]byte("key"))
	var g sync.WaitGroup
	for range 50 {
		for _, x := range []*Store{d, other} {
			g.Go(func() {
				var got string
				x.Put(key, "fact")
				require.True(t, x.Get(key, &got))
			})
		}
	}
	g.Wait()
	require.Zero(t, d.Damaged()+other.Damaged()+d.Unkept()+other.Unkept())
	broken := digest.Bytes([]byte("broken"))
	require.NoError(t, os.WriteFile(filepath.Join(dir, broken[:2]), nil, 0o600))
	d.Put(broken, "fact")
	require.Equal(t, 1, d.Unkept())
}

// A folder that has grown too large loses what was used least recently, and what nobody
// finished to write.
func TestFoldersStaySmall(t *testing.T) {
	d, dir := open(t)
	at := d.at.(*folder)
	key := func(i int) string { return digest.Bytes([]byte{byte(i)}) }
	file := func(i int) string { return filepath.Join(dir, key(i)[:2], key(i)+".json") }
	begin := time.Now().Add(-48 * time.Hour)
	for i := range 4 {
		d.Put(key(i), "fact")
		require.NoError(t, os.Chtimes(file(i), begin, begin.Add(time.Duration(i)*time.Minute)))
	}
	torn := filepath.Join(dir, key(0)[:2], "123.tmp")
	require.NoError(t, os.WriteFile(torn, nil, 0o600))
	require.NoError(t, os.Chtimes(torn, begin, begin))
	var got string
	require.True(t, d.Get(key(0), &got), "it is used again")
	info, err := os.Stat(file(0))
	require.NoError(t, err)
	at.most = 2 * info.Size()
	require.NoError(t, d.Close())
	require.NoFileExists(t, torn)
	for i, left := range []bool{true, false, false, true} {
		require.Equal(t, left, d.Get(key(i), &got), "%d", i)
	}
	require.Zero(t, d.Damaged())
	// Who only read removes nothing.
	reader, err := Open(t.Context(), dir)
	require.NoError(t, err)
	reader.at.(*folder).most = 0
	require.NoError(t, reader.Close())
	require.True(t, reader.Get(key(0), &got))
}

// A folder in which somebody keeps other files loses none of them, whatever they are called.
func TestFilesOfOthersStay(t *testing.T) {
	d, dir := open(t)
	old := time.Now().Add(-48 * time.Hour)
	key := digest.Bytes([]byte("key"))
	var theirs []string
	for _, name := range []string{
		"weights.json", "notes.tmp", "1.tmp", "sub/1.tmp", "sub/x.json", "ab/network.json", "ab/notes.tmp", "ab/cd/1.tmp",
		key + ".json", "sub/" + key[:2] + "/" + key + ".json", "ff/" + strings.Repeat("0", 64) + ".json",
	} {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte("theirs"), 0o600))
		require.NoError(t, os.Chtimes(path, old, old))
		theirs = append(theirs, path)
	}
	d.Put(key, "fact")
	d.at.(*folder).most = 0
	require.NoError(t, d.Close())
	for _, path := range theirs {
		require.FileExists(t, path)
	}
	var got string
	require.False(t, d.Get(key, &got), "our own is removed")
	require.Zero(t, d.Damaged())
}
