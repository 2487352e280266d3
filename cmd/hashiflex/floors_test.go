package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// floors are the folders of the house, the ground first, and what the packages of each
// may import of the others. Nothing imports upwards; tests may.
var floors = []struct {
	name string
	may  []string
}{
	{"spec", nil},                // what a network is, and the words for what becomes of a claim
	{"golden", []string{"spec"}}, // what it computes
	{"netlist", []string{"spec"}},
	{"internal", []string{"netlist"}}, // what tests plant faults with
	{"reports", []string{"spec"}},     // knows what a complete claim is, and not how it was proved
	{"rtl", []string{"spec", "netlist"}},
	{"fuzz", []string{"spec", "golden", "netlist", "reports", "rtl"}},
	{"equiv", []string{"spec", "golden", "netlist", "internal", "reports", "rtl", "fuzz"}},
	{"cmd", []string{"spec", "golden", "netlist", "reports", "rtl", "fuzz", "equiv"}},
}

// rooms are packages that may import less than their floor.
var rooms = map[string][]string{
	"spec/crash":   nil,
	"spec/verdict": {"spec/crash"},
	"netlist":      nil,
	"equiv/term":   {"spec"},
	"spec/digest":  nil,
	"spec/bounded": nil,
	// It checks what the prover says, so it takes nothing from it.
	"equiv/certificate": {"spec", "golden", "netlist/shiftadd"},
	"spec/words":        nil,
	"spec/keys":         nil,
	"equiv/smt":         {"rtl/tool", "spec/digest"},
	"rtl/source":        nil,
	"rtl/tool":          {"spec/digest"},
	"reports/seal":      nil,
}

const module = "github.com/hashiflex/hashiflex/"

// TestFloors holds every package to the floors, and a few to less.
func TestFloors(t *testing.T) {
	root := filepath.Join("..", "..")
	require.FileExists(t, filepath.Join(root, "go.mod"))
	at := map[string]int{}
	for i, f := range floors {
		at[f.name] = i
		for _, below := range f.may {
			j, ok := at[below]
			require.True(t, ok && j < i, "%s may import %s, which is not below it", f.name, below)
		}
	}
	seen := map[string]bool{}
	for _, f := range floors {
		err := fs.WalkDir(os.DirFS(root), f.name, func(file string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") || strings.Contains(file, "/testdata/") {
				return err
			}
			pkg := path.Dir(file)
			seen[pkg] = true
			tree, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, file), nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			for _, spec := range tree.Imports {
				imported, err := strconv.Unquote(spec.Path.Value)
				if err != nil {
					return err
				}
				own, ok := strings.CutPrefix(imported, module)
				if !ok {
					continue
				}
				floor, _, _ := strings.Cut(own, "/")
				if floor != f.name && !slices.Contains(f.may, floor) {
					t.Errorf("%s imports %s: nothing of %s may import %s", file, own, f.name, floor)
				}
				if may, held := rooms[pkg]; held && !slices.Contains(may, own) {
					t.Errorf("%s imports %s, and %s may import %v of this module", file, own, pkg, may)
				}
			}
			return nil
		})
		require.NoError(t, err)
	}
	for pkg := range rooms {
		require.True(t, seen[pkg], "there is no package %s", pkg)
	}
}
