package networks

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
)

// A matrix is as large as its name says, and its weights depend on the name alone.
func TestMatrixIsMadeFromItsName(t *testing.T) {
	require.True(t, BuiltIn("matrix:3x40"))
	require.False(t, BuiltIn("./matrix:3x40"))
	n, err := OpenOrLoad("matrix:3x40")
	require.NoError(t, err)
	again, err := Open("matrix:3x40")
	require.NoError(t, err)
	require.Equal(t, n, again)
	require.Equal(t, "matrix_3x40", n.Name)
	require.Len(t, n.Layers, 1)
	l := n.Layers[0]
	require.Equal(t, spec.Shape{C: 3, H: 1, W: 1}, l.OutShape())
	require.Equal(t, 40, l.Taps())
	require.Len(t, l.Op.(*spec.Conv).Codes, 120)

	dir := t.TempDir()
	require.NoError(t, spec.Save(n, dir))
	loaded, err := spec.Load(dir)
	require.NoError(t, err)
	require.Equal(t, n, loaded)
}

// A row of few weights may be all zero; then it has no base.
func TestMatrixOfFewWeightsIsValid(t *testing.T) {
	zeros := 0
	n, err := Open("matrix:200x1")
	require.NoError(t, err)
	for oc := range 200 {
		if n.Layers[0].Constant(oc) {
			zeros++
		}
	}
	require.NotZero(t, zeros)
}

func TestMatrixOfAnotherNameIsRefused(t *testing.T) {
	for name, want := range map[string]string{
		"matrix:":             "want matrix:ROWSxCOLUMNS",
		"matrix:0x4":          "want matrix:ROWSxCOLUMNS",
		"matrix:4x-4":         "want matrix:ROWSxCOLUMNS",
		"matrix:4x4x4":        "want matrix:ROWSxCOLUMNS",
		"matrix:1000000x4":    "want matrix:ROWSxCOLUMNS",
		"matrix:65536x65536":  "more than 268435456 weights",
		"matrix:99999x1":      "is not in 1..65536",
		"matrix:1x99999":      "99999 channels are not in 1..65536",
		"matrix:4096 x 11008": "want matrix:ROWSxCOLUMNS",
	} {
		_, err := OpenOrLoad(name)
		require.ErrorContains(t, err, want, name)
	}
}
