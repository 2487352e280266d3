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

// Sources that name a file which is there, and that every tool would read, by any
// spelling. No tool is even started.
func TestSourcesThatReadOtherFilesAreRefused(t *testing.T) {
	dir := t.TempDir()
	body, rom := filepath.Join(dir, "body.vh"), filepath.Join(dir, "rom.hex")
	require.NoError(t, os.WriteFile(body, []byte("assign q = p;\n"), 0o644))
	require.NoError(t, os.WriteFile(rom, []byte("1\n"), 0o644))
	for text, want := range map[string]string{
		fmt.Sprintf("module a (input p, output q);\n`include %q\nendmodule\n", body):                                                                 fmt.Sprintf("%q is taken in and not declared", body),
		fmt.Sprintf("module a (input p, output q);\n`inc\rlude %q\nendmodule\n", body):                                                               "a carriage return within a line",
		fmt.Sprintf("module a (input p, output q); reg m [0:1];\ninitial $readmemh(%q, m); assign q = m[p];\nendmodule\n", rom):                      fmt.Sprintf("$readmemh reads %q, which is not declared", rom),
		fmt.Sprintf("`define R(x) $read``x\nmodule a (input p, output q); reg m [0:1]; initial `R(memb)(%q, m); assign q = m[p];\nendmodule\n", rom): fmt.Sprintf("$readmemb reads %q, which is not declared", rom),
		"module a (input p, output q);\ninitial if ($test$plusargs(\"x\")) $finish; assign q = p;\nendmodule\n":                                      "$test$plusargs reaches outside",
	} {
		sources := source.Of(Source{Name: "first.v", Text: []byte("module other; endmodule\n")}, Source{Name: "own.v", Text: []byte(text)})
		for reader, err := range everyReader(sources, "a") {
			var bad *SourceError
			require.ErrorAs(t, err, &bad, "%s: %s", reader, text)
			require.Equal(t, "own.v", bad.Messages[0].File)
			require.Equal(t, 2, bad.Messages[0].Line)
			require.Contains(t, bad.Messages[0].Text, want)
		}
	}
	ok := source.One("own.v", []byte("module a (input p, output q); wire \\$readmemhe ; assign q = \\$readmemhe ; assign \\$readmemhe = p; // `include\nendmodule\n"))
	for reader, err := range everyReader(ok, "a") {
		require.NoError(t, err, reader)
	}
}

// everyReader gives sources with a module of one input p and one output q to all that
// read Verilog, and returns their errors.
func everyReader(sources Sources, module string) map[string]error {
	ctx := context.Background()
	errs := map[string]error{}
	_, _, errs["yosys"] = Yosys{}.Read(ctx, sources)
	_, errs["icarus"] = Icarus{}.Run(ctx, sources, module, []Signal{{"p", 1}}, []Signal{{"q", 1}}, [][]uint64{{1}})
	_, errs["lint"] = Verilator{}.Lint(ctx, sources)
	tb := &Testbench{Inputs: []Signal{{"p", 1}}, Under: []Instance{{Module: module, Ins: []Drive{{"p", 0}}, Outs: []Signal{{"q", 1}}}}}
	var compiled Simulation
	if compiled, errs["icarus bench"] = (Icarus{}).Compile(ctx, sources, tb); errs["icarus bench"] == nil {
		compiled.Close()
	}
	var covering Covering
	if covering, errs["verilator"] = (Verilator{}).Compile(ctx, sources, tb); errs["verilator"] == nil {
		covering.Close()
	}
	return errs
}

// Were a file that is not evidence to get past the preprocessor, no reader would see
// it: text that passes for our own takes in a file that is there for this test.
func TestReadersSeeNothingOutside(t *testing.T) {
	rom := filepath.Join(t.TempDir(), "rom.hex")
	require.NoError(t, os.WriteFile(rom, []byte("1 1\n"), 0o644))
	sources := Sources{Generated: true, Files: []Source{{Name: "own.v", Text: fmt.Appendf(nil,
		"module a (input p, output q); reg m [0:1]; initial $readmemh(%q, m); assign q = m[p]; endmodule\n", rom)}}}
	ctx := context.Background()
	_, _, err := Yosys{}.Read(ctx, sources)
	require.ErrorContains(t, err, "Can not open file")
	got, err := Icarus{}.Run(ctx, sources, "a", []Signal{{"p", 1}}, []Signal{{"q", 1}}, [][]uint64{{1}})
	require.NoError(t, err)
	require.Equal(t, Bits{Unknown: 1}, got[0][0])
	tb := &Testbench{Inputs: []Signal{{"p", 1}}, Under: []Instance{{Module: "a", Ins: []Drive{{"p", 0}}, Outs: []Signal{{"q", 1}}}}}
	model, err := Verilator{}.Compile(ctx, sources, tb)
	require.NoError(t, err)
	defer model.Close()
	_, err = model.Run(ctx, 1, [][]uint64{{1}})
	if err == nil {
		// Verilator only warns: what the memory holds is by chance.
		seen := map[uint64]bool{}
		for seed := range uint64(8) {
			got, err := model.Run(ctx, seed+1, [][]uint64{{1}})
			require.NoError(t, err)
			seen[got[0][0].Value] = true
		}
		require.Len(t, seen, 2)
	}
}
