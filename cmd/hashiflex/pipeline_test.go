package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/spec/networks"
)

// pipeline is the generated module of a channel with registers in it, so that every
// path crosses n of them, but for the missing ones of the first stage, by number.
func pipeline(t *testing.T, network, layer string, channel, n int, missing ...int) string {
	t.Helper()
	net, err := networks.Open(network)
	require.NoError(t, err)
	g, err := shiftadd.New(net.Layer(layer), shiftadd.Options{})
	require.NoError(t, err)
	var from *netlist.Module
	for _, u := range g.Modules() {
		if u.Kind == shiftadd.KindChannel && u.Channel == channel {
			from = g.Module(u)
		}
	}
	require.NotNil(t, from)
	depth := make([]int, len(from.Cells)) // adders before a value
	for v := 1; v < len(from.Cells); v++ {
		c := &from.Cells[v]
		for _, a := range c.Args[:c.Op.Arity()] {
			depth[v] = max(depth[v], depth[a])
		}
		if c.Op == netlist.OpAdd || c.Op == netlist.OpSub {
			depth[v]++
		}
	}
	end := from.Outputs[0].Value
	m := netlist.New(from.Name)
	type at struct {
		v     netlist.Value
		stage int
	}
	stages := map[at]netlist.Value{}
	first := 0 // registers of the first stage
	// behind is a value of from as it is at a stage.
	var behind func(v netlist.Value, stage int) netlist.Value
	stage := func(v netlist.Value) int { return depth[v] * n / (depth[end] + 1) }
	behind = func(v netlist.Value, s int) netlist.Value {
		if got, ok := stages[at{v, s}]; ok || from.Cells[v].Op == netlist.OpConst {
			if !ok {
				got = stages[at{v, 0}]
			}
			return got
		}
		d := behind(v, s-1)
		if s == 1 {
			first++
			if slices.Contains(missing, first) {
				stages[at{v, s}] = d
				return d
			}
		}
		q := m.Reg(fmt.Sprintf("r%d_%d", v, s), from.Width(v))
		m.SetNext(q, d)
		stages[at{v, s}] = q
		return q
	}
	for _, p := range from.Inputs {
		stages[at{p.Value, 0}] = m.Input(p.Name, p.Width)
	}
	for i := 1; i < len(from.Cells); i++ {
		v := netlist.Value(i)
		c := from.Cells[v]
		s := stage(v)
		switch c.Op {
		case netlist.OpInput:
			continue
		case netlist.OpConst:
			s = 0
		}
		for j := range c.Args[:c.Op.Arity()] {
			c.Args[j] = behind(c.Args[j], s)
		}
		c.Src = 0
		m.Cells = append(m.Cells, c)
		stages[at{v, s}] = netlist.Value(len(m.Cells) - 1)
	}
	m.Output(from.Outputs[0].Name, behind(end, n))
	require.NoError(t, m.Check())
	var b bytes.Buffer
	require.NoError(t, rtl.WriteVerilog(&b, m))
	return b.String()
}

// TestPipelineIsProved: registers that every path crosses change nothing but when.
func TestPipelineIsProved(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for _, c := range []struct {
		network, layer string
		channel        int
	}{{"tiny", "project", 3}, {"mobilenet_v2_1.0_224", "block_3_expand", 5}} {
		own := file(t, "own.v", pipeline(t, c.network, c.layer, c.channel, 3))
		code, out, errs := command("prove", "--network", c.network, "--layer", c.layer, "--channel", fmt.Sprint(c.channel), "--verilog", own)
		require.Zero(t, code, out+errs)
		require.Contains(t, out, "latency 1/1")
	}
}

// TestPipelineUnderAMap names its clock, and ties a reset.
func TestPipelineUnderAMap(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	text := pipeline(t, "tiny", "project", 3, 2)
	text = strings.Replace(text, "module project_c3 (", "module mine (input rst_n,", 1)
	zero := regexp.MustCompile(`(?m)^ *(\w+ <=) .*;$`).ReplaceAllString(text[strings.Index(text, "always"):strings.Index(text, "    end\n")], "$1 0;")
	_, zero, _ = strings.Cut(zero, "begin")
	text = strings.Replace(text, "always @(posedge clk) begin", "always @(posedge clk or negedge rst_n) if (!rst_n) begin"+zero+"end else begin", 1)
	own := file(t, "own.v", text)
	for map_, want := range map[string]int{
		"module = 'mine'\nclock = 'clk'\n[tie]\nrst_n = 1": exitProved,
		"module = 'mine'\n[tie]\nrst_n = 1":                exitProved,
		"module = 'mine'\n[tie]\nrst_n = 0":                exitNotProved,
		"module = 'mine'\nclock = 'x0'\n[tie]\nrst_n = 1":  exitBadInput,
	} {
		code, out, errs := command("prove", "--network", "tiny", "--layer", "project", "--channel", "3", "--verilog", own, "--ports", file(t, "map.toml", map_))
		require.Equal(t, want, code, map_+out+errs)
	}
}

// TestNoPipeline: registers that are none are unknown, by their reason.
func TestNoPipeline(t *testing.T) {
	const head = "module mine (input ck, input ck2, input on, input [7:0] x0, input [7:0] x1, output [7:0] y);\nreg [7:0] a, b;\nassign y = b;\n"
	for body, want := range map[string]string{
		"always @(posedge ck) begin a <= x0; if (on) b <= a + x1; end":                    "has an enable or a hold",
		"always @(posedge ck) begin a <= x0; b <= b + a; end":                             "feedback: register hashiflex_core.b (own.v:4.",
		"always @(posedge ck) a <= x0;\nalways @(posedge ck2) b <= a + x1;":               "no single clock: a second clock",
		"always @(posedge ck) a <= x0;\nalways @(negedge ck) b <= a + x1;":                "no single clock: both edges of the clock",
		"always @(posedge ck) a <= x0;\nalways @* if (on) b = a + x1;":                    "unknown cell: $dlatch",
		"always @(posedge (ck & on)) begin a <= x0; b <= a + x1; end":                     "no single clock: its clock is no input of one bit",
		"always @(posedge ck) begin a <= x0; b <= a; end\nassign y = x1 + {7'd0, ck};":    "several drivers",
		"always @(posedge ck or posedge on) if (on) begin b <= 0; end else b <= x0 + x1;": "no single clock: a reset that does not wait for the clock, and is not tied",
	} {
		t.Run(want, func(t *testing.T) {
			t.Chdir(t.TempDir())
			require.NoError(t, os.WriteFile("own.v", []byte(head+body+"\nendmodule\n"), 0o644))
			code, out, errs := command("prove", "--network", "tiny", "--layer", "project", "--channel", "3", "--verilog", "own.v", "--top", "mine")
			require.Equal(t, exitNotProved, code, out+errs)
			require.Contains(t, out, want)
		})
	}
}

// folderIn is the witness folder that the output of a refuted proof names.
func folderIn(t *testing.T, out string) string {
	t.Helper()
	typed := regexp.MustCompile(`(?m)^    hashiflex explain (\S+)$`).FindStringSubmatch(out)
	require.NotNil(t, typed, out)
	return typed[1]
}

// repro runs the script of a witness folder, on another design if one is named.
func repro(folder string, design ...string) (code int, out string) {
	cmd := exec.Command("sh", append([]string{filepath.Join(folder, "repro.sh")}, design...)...)
	text, err := cmd.CombinedOutput()
	if err != nil {
		return cmd.ProcessState.ExitCode(), string(text)
	}
	return 0, string(text)
}

// shows checks that a witness of wrong hardware replays, also in Icarus alone, and
// that the right hardware passes both.
func shows(t *testing.T, folder, right string) {
	t.Helper()
	code, out, errs := command("replay", folder)
	require.Equal(t, exitRefuted, code, out+errs)
	code, out, errs = command("replay", folder, "--verilog", right)
	require.Equal(t, exitProved, code, out+errs)
	code, out = repro(folder)
	require.Equal(t, 1, code, out)
	require.Contains(t, out, "FAIL: ")
	code, out = repro(folder, right)
	require.Zero(t, code, out)
	require.Contains(t, out, "PASS: ")
	code, out, errs = command("explain", folder)
	require.Zero(t, code, out+errs)
}

// TestMissingRegister: one input that comes a clock early is refuted by a sequence
// and explained by its name.
func TestMissingRegister(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for _, c := range []struct {
		network, layer string
		channel        int
		missing        []int
		want           []string
	}{
		{"tiny", "project", 3, []int{2}, []string{"reach the output after 2 clocks, the others after 3", "a register is missing"}},
		{"mobilenet_v2_1.0_224", "block_3_expand", 5, []int{4}, []string{"reach the output after 2 clocks, the others after 3"}},
	} {
		right := file(t, "own.v", pipeline(t, c.network, c.layer, c.channel, 3))
		wrong := file(t, "bad.v", pipeline(t, c.network, c.layer, c.channel, 3, c.missing...))
		code, out, errs := command("prove", "--network", c.network, "--layer", c.layer, "--channel", fmt.Sprint(c.channel), "--verilog", wrong)
		require.Equal(t, exitRefuted, code, out+errs)
		for _, w := range c.want {
			require.Contains(t, out, w)
		}
		shows(t, folderIn(t, out), right)
	}
}

// TestSequenceInReports: all renderers take a witness without a cone.
func TestSequenceInReports(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	wrong := file(t, "bad.v", pipeline(t, "tiny", "project", 3, 3, 2))
	code, out, errs := command("prove", "--network", "tiny", "--layer", "project", "--channel", "3", "--verilog", wrong, "-o", dir)
	require.Equal(t, exitRefuted, code, out+errs)
	text, err := os.ReadFile(filepath.Join(dir, "witnesses", "project_c3.rtl", "explain.md"))
	require.NoError(t, err)
	require.Contains(t, string(text), "whatever the latency is, the output is neither")
	require.Contains(t, string(text), ", then ")
	require.NotContains(t, string(text), "Failing cone")
	to := t.TempDir()
	code, out, errs = command("report", dir, "--format", "html,md,junit,sarif", "-o", to)
	require.Equal(t, exitRefuted, code, out+errs)
	files, err := filepath.Glob(filepath.Join(to, "*"))
	require.NoError(t, err)
	require.Len(t, files, 4)
	for _, f := range files {
		text, err := os.ReadFile(f)
		require.NoError(t, err)
		require.Contains(t, string(text), "latency differs: inputs x5…x11", f)
	}
}

// TestFaultBehindRegisters is refuted and explained as without them.
func TestFaultBehindRegisters(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	text := pipeline(t, "tiny", "project", 3, 3)
	right := file(t, "own.v", text)
	shift := regexp.MustCompile(`\{\d+'d0, \w+, (\d+)'d0\}`).FindStringIndex(text)
	require.NotNil(t, shift)
	var above, below int
	parts := strings.Split(text[shift[0]:shift[1]], ", ")
	_, err := fmt.Sscanf(parts[0]+" "+parts[2], "{%d'd0 %d'd0}", &above, &below)
	require.NoError(t, err)
	wrong := file(t, "bad.v", text[:shift[0]]+fmt.Sprintf("{%d'd0, %s, %d'd0}", above-1, parts[1], below+1)+text[shift[1]:])
	code, out, errs := command("prove", "--network", "tiny", "--layer", "project", "--channel", "3", "--verilog", wrong)
	require.Equal(t, exitRefuted, code, out+errs)
	require.Contains(t, out, "has coefficient")
	require.Contains(t, out, "bad.v:")
	shows(t, folderIn(t, out), right)
}

// TestTwoThingsWrong: what the settled pipeline computes comes first, whatever its
// latency.
func TestTwoThingsWrong(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	right := pipeline(t, "tiny", "project", 3, 3)
	text := pipeline(t, "tiny", "project", 3, 3, 2)
	wrong := strings.Replace(text, " - ", " + ", 1)
	require.NotEqual(t, text, wrong)
	code, out, errs := command("prove", "--network", "tiny", "--layer", "project", "--channel", "3", "--verilog", file(t, "bad.v", wrong))
	require.Equal(t, exitRefuted, code, out+errs)
	require.Contains(t, out, "has coefficient")
	shows(t, folderIn(t, out), file(t, "own.v", right))
}

// TestLatencyThatNeverShows: a longer path that decides nothing is not proved, and
// nothing refutes it.
func TestLatencyThatNeverShows(t *testing.T) {
	text := pipeline(t, "tiny", "project", 3, 2)
	ports := regexp.MustCompile(`input  wire \[7:0\] (x\d+)`).FindAllStringSubmatch(text, -1)
	var b strings.Builder
	b.WriteString("module mine (input clk")
	for _, p := range ports {
		b.WriteString(", input [7:0] " + p[1])
	}
	b.WriteString(", output [7:0] y);\nwire [7:0] r;\nreg [7:0] late;\nalways @(posedge clk) late <= r;\ncore u (.clk(clk), .y(r)")
	for _, p := range ports {
		fmt.Fprintf(&b, ", .%s(%s)", p[1], p[1])
	}
	b.WriteString(");\nassign y = r ^ (late & {8{x0[0] & ~x0[0]}});\nendmodule\n")
	own := file(t, "own.v", strings.Replace(text, "module project_c3 ", "module core ", 1)+b.String())
	code, out, errs := command("prove", "--network", "tiny", "--layer", "project", "--channel", "3", "--verilog", own, "--top", "mine")
	require.Equal(t, exitNotProved, code, out+errs)
	require.Contains(t, out, "no single latency: latency differs: ")
	require.Contains(t, out, "no inputs were found at which that shows")
}
