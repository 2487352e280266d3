package rules_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl/source/rules"
	"github.com/hashiflex/hashiflex/rtl/tool"
)

// Each archive says in its head which readers part on its sample parts ("parts: a/b c/d"),
// that Yosys does not read it ("refused: yosys"), or that the standard leaves it open
// ("open"), where they may well agree. All samples are
// read at once by Yosys, Icarus and Verilator, and driven with the same values: what parts
// is what the head says, no more and no less.
func TestReadersPart(t *testing.T) {
	type sample struct {
		kind rules.Kind
		want string
	}
	var samples []sample
	dir := t.TempDir()
	var tops, nets, formats, values []string
	script := ""
	for _, row := range rules.Kinds {
		a := archive(t, row.Kind)
		head := strings.Split(string(a.Comment), "\n")
		i := slices.IndexFunc(a.Files, func(f txtar.File) bool { return strings.HasPrefix(f.Name, "parts.") })
		require.GreaterOrEqual(t, i, 0, row.Kind)
		at := slices.IndexFunc(head, func(l string) bool { return strings.HasPrefix(l, "parts: ") })
		if at < 0 && slices.Contains(head, "refused: yosys") {
			name := "refused" + filepath.Ext(a.Files[i].Name)
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), a.Files[i].Data, 0o600))
			found, err := tool.Yosys.Find()
			require.NoError(t, err)
			cmd := tool.Command(t.Context(), found.Path, "-q", "-p", "read_verilog "+name+"; hierarchy -check; proc -noopt")
			cmd.Dir = dir
			require.ErrorContains(t, tool.Run(cmd, 0), "exit status", row.Kind)
			continue
		}
		if at < 0 {
			require.Contains(t, head, "open", row.Kind)
			continue
		}
		n := len(samples)
		samples = append(samples, sample{row.Kind, strings.TrimPrefix(head[at], "parts: ")})
		require.Equal(t, 1, strings.Count(string(a.Files[i].Data), "module top("), row.Kind)
		text := strings.Replace(string(a.Files[i].Data), "module top(", fmt.Sprintf("module top%d(", n), 1)
		name := fmt.Sprintf("%s%s", row.Kind, filepath.Ext(a.Files[i].Name))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
		tops = append(tops, name)
		nets = append(nets, fmt.Sprintf("  wire [7:0] y%d; top%d dut%d(clk, a, b, y%d);\n", n, n, n, n))
		formats, values = append(formats, "%h"), append(values, fmt.Sprintf("y%d", n))
		sv := ""
		if strings.HasSuffix(name, ".sv") {
			sv = "-sv "
		}
		script += "read_verilog " + sv + name + "; "
	}
	show := fmt.Sprintf(`$display("> %s", %s);`, strings.Join(formats, " "), strings.Join(values, ", "))
	// Two words change one after the other, so that what does not wait for one of
	// them shows it; then comes a cycle of the clock.
	require.NoError(t, os.WriteFile(filepath.Join(dir, "bench.v"), []byte(`module bench;
  reg clk = 0; reg [3:0] a = 0, b = 0; integer i; reg [7:0] k;
`+strings.Join(nets, "")+`  initial begin
    #1;
    for (i = 0; i < 512; i = i + 1) begin
      k = i * 167 + 13;
      a = k[7:4]; #2; `+show+`
      b = k[3:0]; #2; `+show+`
      clk = 1; #2; `+show+`
      clk = 0; #2; `+show+`
    end
    $finish;
  end
endmodule
`), 0o600))

	command(t, dir, tool.Yosys, "-q", "-p", script+"hierarchy -check; proc -noopt; memory_collect; memory_map; write_verilog -noattr netlist.v")
	saw := map[string][][]string{
		"yosys":     simulated(t, dir, "netlist.v"),
		"icarus":    simulated(t, dir, tops...),
		"verilator": verilated(t, dir, tops...),
	}
	for n, s := range samples {
		t.Run(string(s.kind), func(t *testing.T) {
			var got []string
			for _, pair := range [][2]string{{"yosys", "icarus"}, {"yosys", "verilator"}, {"icarus", "verilator"}} {
				p, q := saw[pair[0]], saw[pair[1]]
				for i := 8; i < len(p); i++ { // from the third step on: all has been driven by then
					if p[i][n] != q[i][n] {
						got = append(got, pair[0]+"/"+pair[1])
						break
					}
				}
			}
			require.Equal(t, s.want, strings.Join(got, " "))
		})
	}
}

// command runs a tool in a folder.
func command(t *testing.T, dir string, of tool.Tool, args ...string) string {
	t.Helper()
	found, err := of.Find()
	require.NoError(t, err)
	return execute(t, dir, found.Path, args...)
}

func execute(t *testing.T, dir, path string, args ...string) string {
	t.Helper()
	cmd := tool.Command(t.Context(), path, args...)
	cmd.Dir = dir
	var out, bad bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &bad
	require.NoError(t, tool.Run(cmd, 0), "%s\n%s", out.String(), bad.String())
	return out.String()
}

// shown is the words of each line that the bench prints.
func shown(t *testing.T, out string) (lines [][]string) {
	t.Helper()
	for _, l := range strings.Split(out, "\n") {
		if rest, ok := strings.CutPrefix(l, "> "); ok {
			lines = append(lines, strings.Fields(strings.ToLower(rest)))
		}
	}
	require.Len(t, lines, 4*512)
	return lines
}

func simulated(t *testing.T, dir string, names ...string) [][]string {
	command(t, dir, tool.Icarus, append([]string{"-g2012", "-s", "bench", "-o", "a.out", "bench.v"}, names...)...)
	return shown(t, command(t, dir, tool.VVP, "-n", "a.out"))
}

func verilated(t *testing.T, dir string, names ...string) [][]string {
	command(t, dir, tool.Verilator, append([]string{"--binary", "-O0", "-CFLAGS", "-O0", "-Wno-lint", "-Wno-style", "-Wno-fatal",
		"--top-module", "bench", "-Mdir", "build", "bench.v"}, names...)...)
	return shown(t, execute(t, dir, filepath.Join(dir, "build", "Vbench")))
}
