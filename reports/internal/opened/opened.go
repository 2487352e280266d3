// Package opened writes example runs and opens them again, for the tests of the
// renderers.
package opened

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/reports/dossier"
	"github.com/hashiflex/hashiflex/reports/internal/example"
)

// Run is the dossier of a finished run of r.
func Run(t testing.TB, r example.Run, opt dossier.Options) *dossier.Dossier {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	require.NoError(t, example.Write(dir, r))
	d, err := dossier.Open(dir, opt)
	require.NoError(t, err)
	return d
}
