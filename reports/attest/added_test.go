package attest

import (
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/hashiflex/hashiflex/reports/internal/example"
)

// TestWhatWasAdded: whatever a bundle holds that its statement does not speak of is
// named, of whatever kind and wherever it lies.
func TestWhatWasAdded(t *testing.T) {
	dir := bundle(t, example.Small(), Bundle{})
	text := func(path string) error { return os.WriteFile(path, []byte("x"), 0o644) }
	for _, c := range []struct {
		name, what string
		add        func(path string) error
	}{
		{"note.txt", "was added", text},
		{".hidden", "was added", text},
		{"-", "was added", text},
		{"a b\n", "was added", text},
		{"\xff", "was added", text},
		{"statement.json.sig", "was added", text},
		{"run/lock", "was added", text},
		{"run/chunks/.x", "was added", text},
		{"run/chunks/x.tmp", "was added", text},
		{"run/statement.json", "was added", text},
		{"reports/attestation.json", "was added", text},
		{"empty", "was added", func(path string) error { return os.WriteFile(path, nil, 0o644) }},
		{"folder", "was added: it is a folder", func(path string) error { return os.Mkdir(path, 0o755) }},
		{"run/chunks/.d", "was added: it is a folder", func(path string) error { return os.Mkdir(path, 0o700) }},
		{"reports/deep", "was added: it is a folder", func(path string) error {
			return os.MkdirAll(filepath.Join(path, "a", "b"), 0o755)
		}},
		{"link", "was added: it is a symbolic link", func(path string) error { return os.Symlink("statement.json", path) }},
		{"run/logs/away", "was added: it is a symbolic link", func(path string) error { return os.Symlink("/", path) }},
		{"dangling", "was added: it is a symbolic link", func(path string) error { return os.Symlink("nowhere", path) }},
		{"pipe", "was added: it is a named pipe", func(path string) error { return unix.Mkfifo(path, 0o644) }},
		{"socket", "was added: it is a socket", func(path string) error {
			// Its name is too long for a temporary folder's path.
			cwd, err := os.Getwd()
			require.NoError(t, err)
			require.NoError(t, os.Chdir(filepath.Dir(path)))
			defer os.Chdir(cwd)
			l, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Base(path), Net: "unix"})
			if err == nil {
				l.SetUnlinkOnClose(false)
				err = l.Close()
			}
			return err
		}},
		{"device", "was added: it is a device", func(path string) error {
			if err := unix.Mknod(path, unix.S_IFCHR|0o644, int(unix.Mkdev(1, 3))); err != nil {
				// Only root may make one; the kind is told as the others are.
				return unix.Mkfifo(path, 0o644)
			}
			return nil
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(dir, filepath.FromSlash(c.name))
			require.NoError(t, c.add(path))
			if c.name == "device" && os.Getuid() != 0 {
				c.what = "was added: it is a named pipe"
			}
			_, err := Verify(dir, nil)
			require.ErrorContains(t, err, c.name+" "+c.what)
			require.NoError(t, os.RemoveAll(path))
			_, err = Verify(dir, nil)
			require.NoError(t, err)
		})
	}
	// All of them at once, and what is missing.
	require.NoError(t, text(filepath.Join(dir, "one")))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "two"), 0o755))
	require.NoError(t, os.Symlink("one", filepath.Join(dir, "three")))
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "run", "queries")))
	require.NoError(t, os.Remove(filepath.Join(dir, "reports", "note.txt")))
	_, err := Verify(dir, nil)
	for _, want := range []string{"one was added", "two was added", "three was added", "run/queries is missing", "reports/note.txt is missing"} {
		require.ErrorContains(t, err, want)
	}
}

// TestFileBecomesALink to the same bytes: they could change behind it.
func TestFileBecomesALink(t *testing.T) {
	dir := bundle(t, example.Small(), Bundle{})
	at, away := filepath.Join(dir, "reports", "note.txt"), filepath.Join(t.TempDir(), "note.txt")
	require.NoError(t, os.Rename(at, away))
	require.NoError(t, os.Symlink(away, at))
	_, err := Verify(dir, nil)
	require.ErrorContains(t, err, "reports/note.txt was added: it is a symbolic link")
}

// TestModesAreNotCovered, since copying and packing change them.
// A pipe in the place of the statement does not wait for somebody to write it.
func TestStatementIsNoFile(t *testing.T) {
	for _, name := range []string{"statement.json", "attestation.json"} {
		for what, put := range map[string]func(path string) error{
			"pipe":   func(path string) error { return unix.Mkfifo(path, 0o644) },
			"folder": func(path string) error { return os.Mkdir(path, 0o755) },
			"link":   func(path string) error { return os.Symlink("/dev/zero", path) },
		} {
			t.Run(name+" "+what, func(t *testing.T) {
				dir := t.TempDir()
				require.NoError(t, put(filepath.Join(dir, name)))
				_, err := Verify(dir, nil)
				require.Error(t, err)
			})
		}
	}
}

func TestModesAreNotCovered(t *testing.T) {
	dir := bundle(t, example.Small(), Bundle{})
	require.NoError(t, os.Chmod(filepath.Join(dir, "reports", "note.txt"), 0o755))
	_, err := Verify(dir, nil)
	require.NoError(t, err)
}
