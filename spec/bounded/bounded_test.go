package bounded

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReadFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	require.NoError(t, os.WriteFile(path, []byte("12345"), 0o600))
	text, err := ReadFile(path, 5)
	require.NoError(t, err)
	require.Equal(t, "12345", string(text))
	_, err = ReadFile(path, 4)
	require.ErrorContains(t, err, path)
	_, err = ReadFile(path+"x", 4)
	require.ErrorIs(t, err, os.ErrNotExist)
	// A file with a hole of a terabyte is refused at once.
	require.NoError(t, os.Truncate(path, 1<<40))
	_, err = ReadFile(path, Record)
	require.ErrorContains(t, err, "longer than 256 MiB")
	_, err = Read(bytes.NewReader(make([]byte, 6)), 5)
	require.Error(t, err)
	// What has no size says nothing before it is read.
	_, err = ReadFile("/dev/zero", 1000)
	require.ErrorContains(t, err, "longer")
}
