package liberty

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl/source"
)

func small(t *testing.T) (*Library, []byte) {
	t.Helper()
	text, err := os.ReadFile("testdata/cells.lib")
	require.NoError(t, err)
	l, err := Parse("cells.lib", text)
	require.NoError(t, err)
	return l, text
}

// TestFunctions compares functions with tables that were made by hand.
func TestFunctions(t *testing.T) {
	known := map[string]bool{"A": true, "B": true, "C": true}
	for f, want := range map[string]string{
		"A":              "A",
		"A'":             "(~A)",
		"!A''":           "(~(~(~A)))",
		"A B + C":        "((A & B) | C)",
		"A + B C":        "(A | (B & C))",
		"A ^ B C":        "((A ^ B) & C)",
		"A + B ^ C & !A": "(A | ((B ^ C) & (~A)))",
		"!(A + B)' C":    "((~(~(A | B))) & C)",
		"A!B":            "(A & (~B))",
		"A(B+C)":         "(A & (B | C))",
		" 1 * A ":        "(1'b1 & A)",
	} {
		e, err := parse(f, known)
		require.NoError(t, err, f)
		require.Equal(t, want, e, f)
	}
	for _, f := range []string{"", "A +", "D", "A & & B", "(A", "A)", "A '' + '", "!", "A, B", "2", strings.Repeat("!", 2000) + "A"} {
		_, err := parse(f, known)
		require.Error(t, err, f)
	}
}

// TestAsYosys compares every cell with what Yosys reads of the same library. Its own test
// would not notice a precedence that is wrong in both places of this package.
func TestAsYosys(t *testing.T) {
	l, text := small(t)
	var names []string
	for _, c := range l.Cells {
		if c.Problem == "" && c.Name != "BAD" {
			names = append(names, c.Name)
		}
	}
	require.Len(t, names, 17)
	verilog, err := l.Verilog(func(cell string) bool { return strings.Contains(" "+strings.Join(names, " ")+" ", " "+cell+" ") })
	require.NoError(t, err)
	dir := t.TempDir()
	text = bytes.ReplaceAll(text, []byte(`"A & B"; } }`+"\n}"), []byte(`"A"; } }`+"\n}")) // Yosys stops at BAD
	require.NoError(t, os.WriteFile(filepath.Join(dir, "cells.lib"), text, 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "ours.v"), verilog, 0o644))
	var script strings.Builder
	script.WriteString("read_liberty -ignore_miss_dir cells.lib; design -stash theirs; read_verilog ours.v; proc; design -stash ours; ")
	for _, n := range names {
		fmt.Fprintf(&script, "design -reset; design -copy-from theirs -as gold %s; design -copy-from ours -as gate %s; ", n, n)
		if strings.HasPrefix(n, "DFF") {
			script.WriteString("async2sync; dffunmap; miter -equiv -flatten -make_outputs gold gate m; hierarchy -top m; sat -verify -prove trigger 0 -seq 1 -tempinduct -set-init-zero m; ")
		} else {
			script.WriteString("miter -equiv -flatten gold gate m; sat -verify -prove trigger 0 m; ")
		}
	}
	cmd := exec.Command("yosys", "-q", "-p", script.String())
	cmd.Dir = dir
	said, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", said)
	// A wrong function is noticed.
	wrong := bytes.Replace(verilog, []byte("((A & B) | (CI & (A | B)))"), []byte("((A & B) | (CI & (A & B)))"), 1)
	require.NotEqual(t, verilog, wrong)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "ours.v"), wrong, 0o644))
	cmd = exec.Command("yosys", "-q", "-p", script.String())
	cmd.Dir = dir
	require.Error(t, cmd.Run())
}

// Lines of the Verilog are those of the library.
func TestLines(t *testing.T) {
	l, text := small(t)
	verilog, err := l.Verilog(func(cell string) bool { return cell == "NAND2" || cell == "FA" || cell == "DFFR" })
	require.NoError(t, err)
	was, is := strings.Split(string(text), "\n"), strings.Split(string(verilog), "\n")
	found := 0
	for i, line := range is {
		for _, about := range []string{"module NAND2", "module FA", "module DFFR", "assign CO =", "assign S =", "always"} {
			if !strings.Contains(line, about) {
				continue
			}
			found++
			want := map[string]string{"module NAND2": "cell (NAND2)", "module FA": "cell (FA)", "module DFFR": "cell (DFFR)", "assign CO =": "pin (CO)", "assign S =": "pin (S)", "always": "ff ("}[about]
			require.Contains(t, was[i], want)
		}
	}
	require.Equal(t, 6, found)
}

// What a netlist has and no Verilog is written for is an error with the cell's line; the same
// cells do no harm where no netlist has them.
func TestLink(t *testing.T) {
	_, text := small(t)
	lib := source.File{Name: "lib/cells.lib", Text: text}
	files, err := Link([]source.File{{Name: "n.v", Text: []byte("module n (input a, output y); INV u (.A(a), .Y(y)); endmodule\n")}, lib})
	require.NoError(t, err)
	require.Contains(t, string(files[1].Text), "module INV (A, Y)")
	require.NotContains(t, string(files[1].Text), "NAND2")
	// A module of the netlist goes before a cell.
	files, err = Link([]source.File{{Name: "n.v", Text: []byte("module INV (input A, output Y); assign Y = ~A; endmodule\n")}, lib})
	require.NoError(t, err)
	require.Empty(t, strings.TrimSpace(string(files[1].Text)))
	_, err = Link([]source.File{{Name: "n.v", Text: []byte("LATCH TBUF BAD")}, lib})
	require.ErrorContains(t, err, "lib/cells.lib:68: cell LATCH: a latch")
	require.ErrorContains(t, err, "lib/cells.lib:69: cell TBUF: output Y may be in high impedance")
	require.ErrorContains(t, err, `lib/cells.lib:70: cell BAD: function of Y: "A & B": B is no input`)
	for text, want := range map[string]string{
		"library (x) {\n cell (A) {\n":              "its brace is not closed",
		"library (x) { cell (A) { } cell (A) { } }": "cell A is on line 1 already",
		"module x; endmodule":                       "want a colon",
		"library (x) { /* ":                         "a comment that does not end",
		"library (x) { a : \"b }":                   "a text in quotes that does not end",
		"":                                          "want one library",
		strings.Repeat("g (a) {", 100):              "more than 64 deep",
		"library (x) { include_file (\"other.lib\"); }":              "name that file beside this one",
		"library (x) { cell (A) { pin (Y) { direction : output;} } ": "not closed",
	} {
		_, err := Parse("x.lib", []byte(text))
		require.ErrorContains(t, err, want, text)
		require.ErrorContains(t, err, "x.lib:", text)
	}
}

// Several pins in one group, an attribute without its semicolon, and names that Verilog has to
// escape.
func TestForms(t *testing.T) {
	l, err := Parse("x.lib", []byte("library (x) {\n cell (\"and\") {\n pin (\"a[0]\", reg) { direction : input\n }\n pin (Y) { direction : output ; function : \"a[0] reg\"\n } } // the end\n }\n"))
	require.NoError(t, err)
	v, err := l.Verilog(func(string) bool { return true })
	require.NoError(t, err)
	require.Equal(t, "\nmodule \\and  (\\a[0] , \\reg , Y); input \\a[0] ; input \\reg ; output Y; \n\n\nassign Y = (\\a[0]  & \\reg ); \nendmodule \n", string(v))
}

func FuzzParse(f *testing.F) {
	text, err := os.ReadFile("testdata/cells.lib")
	require.NoError(f, err)
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		if l, err := Parse("x.lib", text); err == nil {
			_, _ = l.Verilog(func(string) bool { return true })
		}
	})
}
