package rtl

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl/source"
)

// Sources that name a file which is there, and that every tool would read.
func TestSourcesThatReadOtherFilesAreRefused(t *testing.T) {
	dir := t.TempDir()
	body, rom := filepath.Join(dir, "body.vh"), filepath.Join(dir, "rom.hex")
	require.NoError(t, os.WriteFile(body, []byte("assign q = p;\n"), 0o644))
	require.NoError(t, os.WriteFile(rom, []byte("1\n"), 0o644))
	for what, text := range map[string]string{
		"`include":   fmt.Sprintf("module a (input p, output q);\n`include %q\nendmodule\n", body),
		"`\tinclude": fmt.Sprintf("module a (input p, output q);\n`\tinclude %q\nendmodule\n", body),
		"$readmemh":  fmt.Sprintf("module a (input p, output q); reg m [0:1];\ninitial $readmemh(%q, m); assign q = m[p];\nendmodule\n", rom),
		"$readmemb":  fmt.Sprintf("module a (input p, output q); reg m [0:1];\ninitial $readmemb(%q, m); assign q = m[p];\nendmodule\n", rom),
	} {
		sources := source.Of(Source{Name: "first.v", Text: []byte("module other; endmodule\n")}, Source{Name: "own.v", Text: []byte(text)})
		_, _, yosys := Yosys{}.Read(context.Background(), sources)
		_, icarus := Icarus{}.Run(context.Background(), sources, "a", []Signal{{"p", 1}}, []Signal{{"q", 1}}, [][]uint64{{1}})
		_, verilator := Verilator{}.Lint(context.Background(), sources)
		for tool, err := range map[string]error{"yosys": yosys, "icarus": icarus, "verilator": verilator} {
			var bad *SourceError
			require.ErrorAs(t, err, &bad, "%s: %s", tool, what)
			require.Equal(t, []Message{{File: "own.v", Line: 2, Text: what + " reads another file, which nothing would vouch for; put its text here"}}, bad.Messages, tool)
		}
	}
	_, _, err := Yosys{}.Read(context.Background(), source.One("own.v", []byte("module a (input included, output \\$readmemhe ); assign \\$readmemhe = included; endmodule\n")))
	require.NoError(t, err)
}
