package rules_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/rtl/source/rules"
	"github.com/hashiflex/hashiflex/spec/networks"
)

// archive is the samples of one kind. Files that begin with found or parts have the
// places that must be found, each marked /*!*/ in its line; those that begin with fine
// are what people write every day.
func archive(t *testing.T, kind rules.Kind) *txtar.Archive {
	t.Helper()
	a, err := txtar.ParseFile(filepath.Join("testdata", string(kind)+".txtar"))
	require.NoError(t, err)
	return a
}

func check(t *testing.T, files ...source.File) []rules.Finding {
	t.Helper()
	s := source.Of(files...)
	text, err := source.Read(s)
	require.NoError(t, err)
	return rules.Check(s, text)
}

// marked is the findings that the marks in a text ask for: /*!*/ is one of the kind
// itself, and /*! other*/ one of another kind.
func marked(name, text string, kind rules.Kind) (want []place) {
	for i, line := range strings.Split(text, "\n") {
		for _, part := range strings.Split(line, "/*!")[1:] {
			what, _, _ := strings.Cut(part, "*/")
			k := kind
			if what = strings.TrimSpace(what); what != "" {
				k = rules.Kind(what)
			}
			want = append(want, place{name, i + 1, k})
		}
	}
	return want
}

type place struct {
	file string
	line int
	kind rules.Kind
}

func places(found []rules.Finding) (ps []place) {
	for _, f := range found {
		ps = append(ps, place{f.File, f.Line, f.Kind})
	}
	return ps
}

// Every kind has samples that are found at their lines, and neighbours in which nothing
// is found.
func TestKinds(t *testing.T) {
	for _, row := range rules.Kinds {
		t.Run(string(row.Kind), func(t *testing.T) {
			bad, good := 0, 0
			for _, f := range archive(t, row.Kind).Files {
				t.Run(f.Name, func(t *testing.T) {
					got := check(t, source.File{Name: f.Name, Text: f.Data})
					want := marked(f.Name, string(f.Data), row.Kind)
					require.ElementsMatch(t, want, places(got), "%v", got)
					for _, x := range got {
						require.Contains(t, x.Text, ";", "a remedy")
						if x.Kind == row.Kind {
							require.Equal(t, row.Severity, x.Severity)
						}
					}
					if strings.HasPrefix(f.Name, "fine-") {
						good++
						require.Empty(t, got)
					} else {
						bad++
						require.NotEmpty(t, got)
					}
				})
			}
			require.GreaterOrEqual(t, bad, 3)
			require.GreaterOrEqual(t, good, 3)
		})
	}
}

// A file that fills a memory is an assignment as others are: beside another one its order
// is open, and in one block it is not.
func TestMemoryFiles(t *testing.T) {
	for text, want := range map[string]int{
		"initial rom[1] = 2;\ninitial $readmemh(\"rom.hex\", rom);":       1,
		"initial begin rom[1] = 2; $readmemh(\"rom.hex\", rom); end":      0,
		"initial $readmemb(\"rom.hex\", rom);\ninitial rom[3] = 4'd2;":    1,
		"initial $readmemh(\"rom.hex\", rom);\nreg q;\ninitial q = 1'b0;": 0,
	} {
		s := source.Of(source.File{Name: "m.v", Text: []byte("module m(input [1:0] a, output [3:0] y);\nreg [3:0] rom [0:3];\n" + text + "\nassign y = rom[a];\nendmodule\n")})
		s.Extra = []source.File{{Name: "rom.hex", Text: []byte("1\n0\n1\n0\n")}}
		read, err := source.Read(s)
		require.NoError(t, err, text)
		n := 0
		for _, f := range rules.Check(s, read) {
			if f.Kind == rules.Shared {
				n++
			}
		}
		require.Equal(t, want, n, text)
	}
}

// The table is what the README counts: each kind once, with all that a reader of it
// asks for, and each archive belongs to a kind.
func TestTable(t *testing.T) {
	seen := map[rules.Kind]bool{}
	for _, row := range rules.Kinds {
		require.False(t, seen[row.Kind], row.Kind)
		seen[row.Kind] = true
		require.NotEmpty(t, row.Says, row.Kind)
		require.NotEmpty(t, row.Remedy, row.Kind)
		require.NotEmpty(t, row.Source, row.Kind)
	}
	files, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	for _, f := range files {
		require.True(t, seen[rules.Kind(strings.TrimSuffix(filepath.Base(f), ".txtar"))], f)
	}
}

// The Verilog of the repository is everyday.
func TestRepository(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	var s source.Sources
	for _, pattern := range []string{"rtl/npu/verilog/*.v", "equiv/control/verilog/head_monitor.v"} {
		names, err := filepath.Glob(filepath.Join(root, pattern))
		require.NoError(t, err)
		require.NotEmpty(t, names)
		for _, n := range names {
			text, err := os.ReadFile(n)
			require.NoError(t, err)
			s.Files = append(s.Files, source.File{Name: n, Text: text})
		}
	}
	defs, err := os.ReadFile(filepath.Join(root, "rtl/npu/verilog/npu_defs.vh"))
	require.NoError(t, err)
	s.Extra = []source.File{{Name: "npu_defs.vh", Text: defs}}
	text, err := source.Read(s)
	require.NoError(t, err)
	require.Empty(t, rules.Check(s, text))
}

// So is what the generator writes, under every setting of its knobs.
func TestGenerated(t *testing.T) {
	n, err := networks.Open("tiny")
	require.NoError(t, err)
	var text bytes.Buffer
	for i, o := range shiftadd.Combinations() {
		for _, l := range n.Layers {
			g, err := shiftadd.New(l, o)
			if err != nil {
				continue // not a setting for this layer
			}
			units := g.Modules()
			m := g.Module(units[i%len(units)])
			m.Name = fmt.Sprintf("%s_%d", m.Name, i)
			require.NoError(t, rtl.WriteVerilog(&text, m))
		}
	}
	require.Greater(t, strings.Count(text.String(), "endmodule"), 20)
	require.Empty(t, check(t, source.File{Name: "tiny.v", Text: text.Bytes()}))
}
