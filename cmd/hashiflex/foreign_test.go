package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/spec/networks"
)

// generatedVerilog is what the generator writes for a layer of tiny.
func generatedVerilog(t *testing.T, layer string, o shiftadd.Options) string {
	t.Helper()
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	g, err := shiftadd.New(net.Layer(layer), o)
	require.NoError(t, err)
	var b bytes.Buffer
	for _, u := range g.Modules() {
		require.NoError(t, rtl.WriteVerilog(&b, g.Module(u)))
	}
	return b.String()
}

func file(t *testing.T, name, text string) string {
	t.Helper()
	at := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(at, []byte(text), 0o644))
	return at
}

var channelModule = regexp.MustCompile(`(?s)module (project_c\d+) \((.*?)\);`)

// packed is layer project as other people write one: a chain of uniform adders
// for each channel under names of their own, packed buses around them all.
func packed(t *testing.T) string {
	text := generatedVerilog(t, "project", shiftadd.Options{Tree: shiftadd.Linear, Widths: shiftadd.Uniform, Subtract: shiftadd.InvertCarry})
	var b strings.Builder
	b.WriteString("module mine (input [383:0] pixels, input enable, output [47:0] results);\n")
	for c, m := range channelModule.FindAllStringSubmatch(text, -1) {
		fmt.Fprintf(&b, "core_c%d u%d (.y(results[%d:%d])", c, c, 8*c+7, 8*c)
		for i, x := range regexp.MustCompile(`\bx(\d+)\b`).FindAllStringSubmatch(m[2], -1) {
			gate := ""
			if i == 1 {
				gate = " & {8{enable}}"
			}
			fmt.Fprintf(&b, ", .x%s(pixels[%s*8 +: 8]%s)", x[1], x[1], gate)
		}
		b.WriteString(");\n")
	}
	return strings.ReplaceAll(text, "project_c", "core_c") + b.String() + "endmodule\n"
}

const packedMap = "module = 'mine'\n[ports]\n'x*' = 'pixels'\n'y*' = 'results'\n[tie]\nenable = 1\n"

// TestOwnVerilogUnderOurNames is proved; with a fault it is refuted, and the end
// of the output says what to type, which works.
func TestOwnVerilogUnderOurNames(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	text := generatedVerilog(t, "project", shiftadd.Options{Tree: shiftadd.CarrySave})
	own := file(t, "own.v", text)
	code, out, errs := command("prove", "--network", "tiny", "--layer", "project", "--channel", "3", "--verilog", own)
	require.Zero(t, code, out+errs)
	require.Contains(t, out, "golden = rtl")
	require.NotContains(t, out, "golden = netlist --", "the generated netlist is not what was asked about")
	require.Contains(t, out, "own         project: "+own)
	require.Contains(t, out, "coverage    cells 300/300 · ports 30/30")

	at := strings.Index(text, "module project_c3 ")
	bad := file(t, "bad.v", text[:at]+strings.Replace(text[at:], " ^ ", " & ", 1))
	code, out, errs = command("prove", "--network", "tiny", "--layer", "project", "--verilog", bad)
	require.Equal(t, exitRefuted, code, out+errs)
	require.Contains(t, out, "refuted points: 1, causes: 1")
	typed := regexp.MustCompile(`(?m)^    hashiflex explain (\S+)$`).FindStringSubmatch(out)
	require.NotNil(t, typed, out)
	code, out, errs = command("explain", typed[1])
	require.Zero(t, code, errs)
	require.Contains(t, out, "bad.v:")
	code, _, errs = command("replay", typed[1])
	require.Equal(t, exitRefuted, code, errs)
	code, _, errs = command("replay", typed[1], "--verilog", own)
	require.Equal(t, exitProved, code, errs)
}

// TestOwnVerilogWithAMap: hierarchy, packed buses and an enable. A fault in one
// channel is explained by the weight and the line, and replayed with the mended
// file, which has no adapter.
func TestOwnVerilogWithAMap(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	text := packed(t)
	ports := file(t, "ports.toml", packedMap)
	own := file(t, "own.v", text)
	code, out, errs := command("prove", "--network", "tiny", "--layer", "project", "--verilog", own, "--ports", ports)
	require.Zero(t, code, out+errs)

	at := strings.Index(text, "module core_c3 ")
	shift := regexp.MustCompile(`\{\d+'d0, x\d+, (\d+)'d0\}`).FindStringSubmatchIndex(text[at:])
	require.NotNil(t, shift)
	// One place less of shift, one more above: a weight of half the size.
	term := text[at+shift[0] : at+shift[1]]
	var above, below, x int
	_, err := fmt.Sscanf(term, "{%d'd0, x%d, %d'd0}", &above, &x, &below)
	require.NoError(t, err)
	wrong := text[:at+shift[0]] + fmt.Sprintf("{%d'd0, x%d, %d'd0}", above-1, x, below+1) + text[at+shift[1]:]
	line := 1 + strings.Count(text[:at+shift[0]], "\n")
	bad := file(t, "bad.v", wrong)
	dir := filepath.Join(t.TempDir(), "run")
	code, out, errs = command("prove", "--network", "tiny", "--layer", "project", "--verilog", bad, "--ports", ports, "-o", dir)
	require.Equal(t, exitRefuted, code, out+errs)
	require.Contains(t, out, fmt.Sprintf("(weights[3,%d,0,0])", x))
	require.Contains(t, out, fmt.Sprintf("bad.v:%d)", line), "the line where the term is added")
	folder := filepath.Join(dir, "witnesses", "project_c3.rtl")
	require.Contains(t, out, "hashiflex explain "+folder)
	code, out, errs = command("replay", folder, "--verilog", own)
	require.Equal(t, exitProved, code, out+errs)

	// Two channels in each other's place are one cause.
	swap := strings.NewReplacer("results[31:24]", "results[39:32]", "results[39:32]", "results[31:24]").Replace(text)
	code, out, errs = command("prove", "--network", "tiny", "--layer", "project", "--verilog", file(t, "swap.v", swap), "--ports", ports)
	require.Equal(t, exitRefuted, code, out+errs)
	require.Contains(t, out, "channels 3 and 4 swapped")
	require.Contains(t, out, "refuted points: 2, causes: 1")
}

// TestOwnVerilogThatCannotBe: one line for each problem, exit 3.
func TestOwnVerilogThatCannotBe(t *testing.T) {
	text := generatedVerilog(t, "project", shiftadd.Options{})
	own := file(t, "own.v", text)
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"--ports", "x.toml"}, []string{"--verilog is missing"}},
		{[]string{"--verilog", own}, []string{"give the one --layer"}},
		{[]string{"--verilog", own, "--layer", "project", "--tree", "linear", "--fast"}, []string{"--tree: it is about generated hardware", "--fast: it is about"}},
		{[]string{"--verilog", own + "x", "--layer", "project"}, []string{"no such file"}},
		{[]string{"--verilog", own, "--layer", "project", "--ports", own, "--top", "x"}, []string{"--top: the port map says the module"}},
		{[]string{"--verilog", own, "--layer", "expand", "--channel", "0,1"}, []string{"module expand_c0: it is missing", "module expand_c1: it is missing"}},
		{[]string{"--verilog", own, "--layer", "project", "--top", "project_c0", "--channel", "1"}, []string{"module project_c1: the design has a module of this name"}},
		{[]string{"--verilog", own, "--layer", "expand", "--top", "nothing"}, []string{"module nothing: the design has no such module"}},
		{[]string{"--verilog", file(t, "a.v", "module project_c1 (input [6:0] x0, input clk, output [3:0] y, output z); endmodule"), "--layer", "project", "--channel", "1"},
			[]string{"input x0 has 7 bits, the layer's has 8", "input clk is none of the layer's", "output y of 4 bits, want y of 8", `output z of 1 bit is none of the layer's; a map (--ports) that says unused = ["z"]`}},
		{[]string{"--verilog", file(t, "b.v", "module project_c1 (input [7:0] x0); endmodule"), "--layer", "project", "--channel", "1"}, []string{"it has no output y"}},
		{[]string{"--verilog", file(t, "c.v", "module (\n"), "--layer", "project"}, []string{"c.v:1"}},
		{[]string{"--verilog", file(t, "d.v", "module project_c1 (output [7:0] y); missing u (.y(y)); endmodule"), "--layer", "project"}, []string{"missing"}},
	} {
		code, out, errs := command(append([]string{"prove", "--network", "tiny"}, c.args...)...)
		require.Equal(t, exitBadInput, code, "%v: %s%s", c.args, out, errs)
		require.Equal(t, len(c.want), strings.Count(errs, "\n"), "%v: %s", c.args, errs)
		for _, w := range c.want {
			require.Contains(t, errs, w)
		}
	}
}

// TestOwnVerilogThatIsNotProved: what has no meaning, and what remembers, is
// unknown with its reason.
func TestOwnVerilogThatIsNotProved(t *testing.T) {
	const register = "module mine (input clk, input [7:0] x0, output reg [7:0] y); always @(posedge clk) y <= x0; endmodule"
	clock := file(t, "clock.toml", "module = 'mine'\n[tie]\nclk = 0\n")
	for _, c := range []struct {
		text, want string
		args       []string
	}{
		{"module project_c3 (input [7:0] x0, output [7:0] y); wire [7:0] open; assign y = x0 + open; endmodule", "undriven", nil},
		{register, "clock", []string{"--ports", clock}},
	} {
		args := append([]string{"prove", "--network", "tiny", "--layer", "project", "--channel", "3", "--verilog", file(t, "own.v", c.text)}, c.args...)
		code, out, errs := command(args...)
		require.Equal(t, exitNotProved, code, out+errs)
		require.Contains(t, out, c.want)
	}
}
