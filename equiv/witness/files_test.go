package witness

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
)

// TestKeptNames: every file gets a name of its own that a shell and a file system
// take, and that has the language of the user's.
func TestKeptNames(t *testing.T) {
	names := keeper{}
	for _, r := range reserved {
		names[r] = true
	}
	for _, c := range []struct{ user, want string }{
		{"own.v", "own.v"},
		{"a/b/own.v", "2_own.v"},
		{"../own.sv", "own.sv"},
		{"/elsewhere/own.sv", "2_own.sv"},
		{"bench.v", "2_bench.v"},
		{"witness.json", "2_witness.json"},
		{"my design.v", "my_design.v"},
		{"my'design;rm -rf *.sv", "my_design_rm_-rf__.sv"},
		{"my\ndesign.v", "2_my_design.v"},
		{"entwürfe.v", "entw_rfe.v"},
		{"-o.v", "design.v"},
		{".sv", "design.sv"},
		{"", "2_design.v"},
		{"..", "3_design.v"},
		{"/", "_"},
		{"$(id).sv", "__id_.sv"},
		{strings.Repeat("x", 300) + ".sv", "2_design.sv"},
	} {
		got := names.name(c.user, rtl.Source{Name: c.user})
		require.Equal(t, c.want, got)
		require.Regexp(t, keepable, got)
		require.Equal(t, strings.HasSuffix(c.user, ".sv"), strings.HasSuffix(got, ".sv"))
	}
}

// TestLanguagesAreKept: a file of any name is read back in the language that it was
// given in.
func TestLanguagesAreKept(t *testing.T) {
	s := rtl.Sources{Files: []rtl.Source{
		{Name: "a.v", Text: []byte("module a; endmodule"), Language: source.SystemVerilog},
		{Name: "b.sv", Text: []byte("module b; endmodule"), Language: source.Verilog},
		{Name: "c.rtl", Text: []byte("module c; endmodule"), Language: source.SystemVerilog},
		{Name: "d.sv", Text: []byte("module d; endmodule")},
	}}
	d := &Design{}
	files, err := d.keep(s)
	require.NoError(t, err)
	var names []string
	for _, k := range d.Files {
		names = append(names, k.File)
	}
	require.Equal(t, []string{"a.sv", "b.v", "c.rtl.sv", "d.sv"}, names)
	dir := t.TempDir()
	for _, f := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, f.Name), f.Text, 0o644))
	}
	got, err := d.load(dir)
	require.NoError(t, err)
	require.Equal(t, s.Files, got.Files)
}

// kept is a design of two files with all that a design can have.
func kept(t *testing.T) (*Design, string) {
	t.Helper()
	s := rtl.Sources{
		Files:   []rtl.Source{{Name: "top's.sv", Text: []byte("`include \"inc/width.vh\"\nmodule top (output logic [`WIDTH-1:0] y); sub u (.y(y)); endmodule\n")}, {Name: "x/sub.v", Text: []byte("module sub (output [3:0] y);\nreg [3:0] m [0:0];\ninitial $readmemh(\"mem.hex\", m);\nassign y = m[0] + `PLUS;\nendmodule\n")}},
		Extra:   []rtl.Source{{Name: "inc/width.vh", Text: []byte("`define WIDTH 4\n")}, {Name: "mem.hex", Text: []byte("5\n")}},
		Defines: []rtl.Define{{Name: "PLUS", Value: "(4'd1 + 4'd1)"}},
	}
	d := &Design{}
	files, err := d.keep(s)
	require.NoError(t, err)
	dir := t.TempDir()
	bench := "module bench; wire [3:0] y; top t (.y(y)); initial begin #1; $display(\"y = %0d\", y); $finish; end endmodule\n"
	for _, f := range append(files, Content{BenchFile, []byte(bench)}, Content{ScriptFile, d.script()}) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, f.Name), f.Text, 0o644))
	}
	got, err := d.load(dir)
	require.NoError(t, err)
	require.Equal(t, s, got)
	return d, dir
}

// TestScriptLaysFilesOut: what is taken in lies where it is looked for, macros are
// defined, each design is read in its language, from wherever the script is called.
func TestScriptLaysFilesOut(t *testing.T) {
	_, dir := kept(t)
	run := func(args ...string) string {
		cmd := exec.Command("sh", append([]string{filepath.Join(dir, ScriptFile)}, args...)...)
		cmd.Dir = t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(cmd.Dir, "other one.v"), []byte("module top (output [3:0] y); reg do = 1; assign y = 8 + do; endmodule\n"), 0o644))
		require.NoError(t, os.WriteFile(filepath.Join(cmd.Dir, "other.sv"), []byte("module top (output logic [3:0] y); assign y = 4'(3); endmodule\n"), 0o644))
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
		return string(out)
	}
	require.Contains(t, run(), "y = 7\n")
	require.Contains(t, run("other one.v"), "y = 9\n")
	require.Contains(t, run("./other.sv"), "y = 3\n")
}

// TestDamagedDesign: what is not as it was kept, or not in the folder, is refused.
func TestDamagedDesign(t *testing.T) {
	for field, damage := range map[string]func(d *Design, dir string){
		"design.files":         func(d *Design, _ string) { d.Files = nil },
		"design.files[1].file": func(d *Design, _ string) { d.Files[1].File = "../sub.v" },
		"design.files[0].file": func(d *Design, _ string) { d.Files[0].File = "" },
		"design.files[0].sha256": func(d *Design, dir string) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, d.Files[0].File), nil, 0o644))
		},
		"design.extra[1].sha256": func(d *Design, dir string) { d.Extra[1].SHA256 = d.Extra[0].SHA256 },
		"design.extra[0].name":   func(d *Design, _ string) { d.Extra[0].Name = "../width.vh" },
	} {
		d, dir := kept(t)
		damage(d, dir)
		_, err := d.load(dir)
		requireField(t, err, field)
	}
	d := &Design{}
	_, err := d.keep(rtl.Sources{Extra: []rtl.Source{{Name: "/etc/x.vh"}}})
	require.ErrorContains(t, err, "/etc/x.vh")
}
