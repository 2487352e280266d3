package rtl_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/fuzz/verilog"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/rtl/tool"
)

// misreading is hardware whose reading is falsified on its way from the front end.
const misreading = `module p (input clk, input signed [4:0] a, input signed [3:0] b, output [7:0] y, output reg [4:0] q);
    wire signed [7:0] sum = a + b;
    wire signed [7:0] less = sum - 8'sd5;
    assign y = less[0] ? less : {b, a[3:0]};
    always @(posedge clk) q <= a;
endmodule
`

// falsified are what could go wrong in the front end, as what it prints instead. A cell
// that is not there leaves what it drives undefined, so that nothing is claimed.
var falsified = map[string]struct {
	old, with string // a regular expression and its replacement
	outcome   verilog.Outcome
	partly    bool
}{
	"a cell dropped":     {`(?s)  cell \$add .*?\n  end\n`, "", verilog.Agree, true},
	"a register dropped": {`(?s)  cell \$dff .*?\n  end\n`, "", verilog.Agree, true},
	"a sign lost":        {`(?s)(cell \$add .*?A_SIGNED )1(.*?B_SIGNED )1`, "${1}0${2}0", verilog.AgainstBoth, false},
	"a constant changed": {`8'00000101`, "8'00000111", verilog.AgainstBoth, false},
	"another cell":       {`cell \$add `, "cell $$sub ", verilog.AgainstBoth, false},
	"operands swapped":   {`(?s)(cell \$sub .*?)connect \\A ([^\n]*)(\n\s*)connect \\B ([^\n]*)`, `${1}connect \A ${4}${3}connect \B ${2}`, verilog.AgainstBoth, false},
	"a select moved":     {`connect \\S \\less \[0\]`, `connect \S \less [1]`, verilog.AgainstBoth, false},
	"a connection moved": {`(?s)(cell \$dff .*?connect \\D )\\a`, `${1}{ \b \a [0] }`, verilog.AgainstBoth, false},
	"a width lost":       {`(?s)(cell \$add .*?Y_WIDTH )8`, "${1}7", verilog.Agree, true},
}

// printed is what the front end prints for the sources.
func printed(t *testing.T, s source.Sources) string {
	t.Helper()
	_, log, err := rtl.Yosys{}.Read(context.Background(), s)
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "f0.v"), s.Files[0].Text, 0o600))
	cmd := exec.Command(log.Tool.Path, "-Q", "-T", "-q", "-p", log.Script)
	cmd.Dir = dir
	out, err := cmd.Output()
	require.NoError(t, err)
	return string(out)
}

// plantYosys puts a front end on PATH that is the real one but for what it prints.
func plantYosys(t *testing.T, text string) {
	t.Helper()
	found, err := tool.Yosys.Find()
	require.NoError(t, err)
	dir := t.TempDir()
	script := fmt.Sprintf("#!/bin/sh\ncase \"$*\" in\n*write_rtlil*) cat <<'END OF THE DESIGN'\n%s\nEND OF THE DESIGN\n;;\n*) exec %s \"$@\";;\nesac\n", text, found.Path)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "yosys"), []byte(script), 0o755))
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// What the front end leaves out, moves or changes is not what the simulators execute.
func TestFalsifiedReadingsAreCaught(t *testing.T) {
	m := &verilog.Module{
		Name: "p", Clock: "clk", Text: misreading,
		Ins:  []rtl.Signal{{Name: "a", Width: 5}, {Name: "b", Width: 4}},
		Outs: []rtl.Signal{{Name: "y", Width: 8}, {Name: "q", Width: 5}},
	}
	right, err := verilog.Compare(context.Background(), verilog.Readers{}, []*verilog.Module{m}, 1)
	require.NoError(t, err)
	require.Equal(t, verilog.Agree, right[0].Outcome, "%v", right[0])
	require.True(t, right[0].Accepted)
	text := printed(t, source.Of(m.Source()))
	for what, f := range falsified {
		t.Run(what, func(t *testing.T) {
			at := regexp.MustCompile(f.old).FindStringIndex(text)
			require.NotNil(t, at, text)
			wrong := text[:at[0]] + regexp.MustCompile(f.old).ReplaceAllString(text[at[0]:at[1]], f.with) + text[at[1]:]
			require.NotEqual(t, strings.TrimSpace(text), strings.TrimSpace(wrong))
			plantYosys(t, wrong)
			got, err := verilog.Again(context.Background(), verilog.Readers{}, right)
			require.NoError(t, err)
			require.Equal(t, f.outcome, got[0].Outcome, "%v", got[0])
			require.Equal(t, !f.partly, got[0].Accepted, "%v", got[0])
		})
	}
}
