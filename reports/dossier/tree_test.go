package dossier

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const netlist = `module stem_c0
# acc = 3 + sum of 2 terms
v1     8  input "x0"
v2     8  input "x1"
v3     4  const 0x0
v4    12  concat v3 v1
v5    13  zext v4
v6    13  zext v2
v7    13  sub v5 v6  ; l1_0  @ stem.v:4.3-4.9
v8    13  const 0x3
v9    13  add v7 v8  ; l2_0
v10   13  add v9 v7  ; twice
v11    8  slice [9:2] v10
output "y" v11
module cut
v1     8  input "x0"
`

func TestTree(t *testing.T) {
	all, err := circuits(strings.NewReader(netlist))
	require.NoError(t, err)
	require.Len(t, all, 2)
	require.Empty(t, all[1].outputs)
	tree := all[0].draw()
	require.Equal(t, "stem_c0", tree.Module)
	require.Equal(t, 3, tree.Nodes)
	require.Zero(t, tree.Hidden)
	root := tree.Root
	require.Equal(t, "twice", root.Name)
	require.Equal(t, "l2_0 + l1_0", root.Text)
	require.Len(t, root.Parts, 2)
	// l1_0 is drawn once, where it is nearest to the output.
	require.Equal(t, "l1_0 + 3", root.Parts[0].Text)
	require.Empty(t, root.Parts[0].Parts)
	require.Equal(t, Node{Name: "l1_0", Text: "(x0 << 4) − x1", Width: 13, Source: "stem.v:4.3-4.9"}, *root.Parts[1])
}

// A chain of any length is drawn as far as there is room, and says what it leaves out.
func TestLongTree(t *testing.T) {
	var b strings.Builder
	b.WriteString("module long\nv1 8 input \"x\"\n")
	for i := 2; i < 1000; i++ {
		fmt.Fprintf(&b, "v%d 8  add v%d v1\n", i, i-1)
	}
	b.WriteString("output \"y\" v999\n")
	all, err := circuits(strings.NewReader(b.String()))
	require.NoError(t, err)
	tree := all[0].draw()
	require.Equal(t, 998, tree.Nodes)
	require.Equal(t, 998-maxNodes, tree.Hidden)
	depth, at := 1, tree.Root
	for ; len(at.Parts) > 0; at = at.Parts[0] {
		depth++
	}
	require.Equal(t, maxNodes, depth)
	require.Equal(t, 1, at.Cut)
}

func TestBrokenNetlist(t *testing.T) {
	for text, want := range map[string]string{
		"module m\nv1 8 add v1 v1\n":                  "line 2: cell v1 reads v1, which is not before it",
		"module m\nv2 8 input \"x\"\noutput \"y\" v3": "line 3: the output is no cell",
		"module m\nx2 8 input \"x\"":                  "line 2: no cell",
		"module m\nv2 wide input \"x\"":               "line 2: no cell",
	} {
		_, err := circuits(strings.NewReader(text))
		require.ErrorContains(t, err, want)
	}
}
